# SPDX-License-Identifier: BSD-3-Clause
"""The end of a pytest run: where its report goes, writing it, and saying so."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from uk_board.errors import UkBoardError
from uk_board.report import history
from uk_board.report.numbers import numbers_of_run
from uk_board.report.output import PAGE, point_latest, write_outputs
from uk_board.report.record import Run
from uk_board.tree import tree

DEFAULT_FOLDER = Path("build/reports")
_NAME_CHARACTERS = 100


def folder_of(config: pytest.Config, what: str) -> Path:
    """Return the folder of a report: that of --report, else a new one named by time and `what`."""
    given: Path | None = config.getoption("report")
    here = config.invocation_params.dir
    if given is not None:
        return here / given
    stem = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{what}"[:_NAME_CHARACTERS]
    folder = here / DEFAULT_FOLDER / stem
    number = 2
    while folder.exists():  # two runs of one second
        folder = folder.with_name(f"{stem}-{number}")
        number += 1
    return folder


class Ending:
    """Writes the report; what goes wrong there ends no test, and is told in clear words."""

    def __init__(self, config: pytest.Config) -> None:
        self._is_default = config.getoption("report") is None
        given: Path | None = config.getoption("history")
        self._history = given and config.invocation_params.dir / given
        self._told: list[str] = []
        self._is_bad = False

    def write(self, folder: Path, run: Run, *, quiet: bool = False) -> bool:
        """Write all files of a report; `quiet`: another process will make one of several."""
        try:
            write_outputs(folder, run, tree())
            if self._is_default and not quiet:
                point_latest(folder)
        except OSError as error:
            self.fail(f"{error.filename or folder}: {error.strerror or error}")
            return False
        if self._history and not quiet:
            self._add_to(self._history, run)
        self._told.append(f"report: {_near(folder / PAGE)}")
        self._told += [warning for source in run.sources for warning in source.warnings]
        return True

    def _add_to(self, file: Path, run: Run) -> None:
        try:
            history.add(file, numbers_of_run(run))
        except UkBoardError as error:
            self._is_bad = True
            self._told.append(f"the history has no part of this run: {error}")

    def fail(self, problem: str) -> None:
        """Note why there is no whole report."""
        self._is_bad = True
        self._told.append(f"the report is not complete: {problem}")
        self._told.append("the tests themselves went on and are not affected")

    def tell(self, reporter: pytest.TerminalReporter) -> None:
        """Say where the report is, or why it is not complete."""
        for line in self._told:
            reporter.write_line(f"uk-board: {line}", yellow=self._is_bad, bold=self._is_bad)


def _near(file: Path) -> str:
    """Return the file relative to the current folder, if it is below."""
    with contextlib.suppress(ValueError):
        return str(file.relative_to(Path.cwd()))
    return str(file)
