# SPDX-License-Identifier: BSD-3-Clause
"""Tests on boards: where a board stands, what a test holds of it, what is kept of a run."""
