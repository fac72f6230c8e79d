# SPDX-License-Identifier: BSD-3-Clause
"""A board's facts: its descriptor read and checked, and device trees to check it against."""
