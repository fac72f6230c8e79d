# SPDX-License-Identifier: BSD-3-Clause
"""What C drivers use, and whether the shim has it: read before anyone tries to compile."""

from uk_board.drivercheck.check import check_drivers
from uk_board.drivercheck.report import CheckReport, FileReport, Finding, Included

__all__ = ["CheckReport", "FileReport", "Finding", "Included", "check_drivers"]
