# SPDX-License-Identifier: BSD-3-Clause
"""A run that pytest-xdist spreads over workers: each has a record, and they become one report."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Any

import pytest

from uk_board.errors import UkBoardError
from uk_board.report.ending import Ending, folder_of
from uk_board.report.merge import merge, write_logs
from uk_board.report.output import read_logs
from uk_board.report.store import JOURNAL, RUN, clear, load_run

# What a worker is told: the folder of the run, in which its own lies.
FOLDER = "uk_board_report"


def folder_of_worker(config: pytest.Config) -> Path | None:
    """Return where a worker's record goes; None in a process that is none."""
    given: dict[str, str] = getattr(config, "workerinput", {})
    return Path(given[FOLDER]) / given["workerid"] if FOLDER in given else None


def is_first(config: pytest.Config) -> bool:
    """Whether this process speaks for all: every worker collects every test."""
    if config.getoption("share_as", None):
        return False  # who shares them out counts them
    given: dict[str, str] = getattr(config, "workerinput", {})
    return given.get("workerid", "gw0") == "gw0"


class Gatherer:
    """In the process that has workers: tells them where to write, and merges what they wrote."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._folder = folder_of(config, "workers")
        self._ending = Ending(config)
        with contextlib.suppress(OSError):  # the workers will tell
            clear(self._folder)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker that is about to be started."""
        node.workerinput[FOLDER] = str(self._folder)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Make one report of all; a worker that died has left its journal."""
        parts = sorted(
            {file.parent for name in (RUN, JOURNAL) for file in self._folder.glob(f"*/{name}")}
        )
        if not parts:
            return
        try:
            records = [(run, read_logs(part, run)) for part in parts for run in [load_run(part)]]
            run, logs = merge(records)
            write_logs(self._folder, logs)
        except (OSError, UkBoardError) as error:
            self._ending.fail(f"{error}; what the workers wrote is in {self._folder}")
            return
        if self._ending.write(self._folder, run):
            for part in parts:
                shutil.rmtree(part, ignore_errors=True)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where the report is, or why it is not complete."""
        self._ending.tell(terminalreporter)
