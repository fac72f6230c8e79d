# SPDX-License-Identifier: BSD-3-Clause
"""Flashing at the machine that a board hangs on: uk-board here, uk-board there, ssh between."""
