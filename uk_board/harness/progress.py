# SPDX-License-Identifier: BSD-3-Clause
"""A pytest plugin that writes to a file how far a run is, for a run of several boards.

Lines: "planned N", then an outcome and the test's name for each test that is over.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# The environment variable that names the file
FILE = "UK_BOARD_PROGRESS"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tell how many there are."""
    _tell(f"planned {len(session.items)}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Tell of a test that is over, or whose set-up or end went wrong."""
    if report.when == "call" or (report.when == "setup" and not report.passed):
        _tell(f"{report.outcome} {report.nodeid}")
    elif report.when == "teardown" and report.failed:
        _tell(f"failed {report.nodeid}")


def _tell(text: str) -> None:
    name = os.environ.get(FILE)
    if name:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")
