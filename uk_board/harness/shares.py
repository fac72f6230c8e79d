# SPDX-License-Identifier: BSD-3-Clause
"""A pytest plugin for runs that share their tests: each takes a file of them, as long as there is.

What they share is a folder (--share). A file of tests on a board is claimed there by whoever
comes first, once and for all; the longest come first, by how long they took in an earlier run.
A run whose board is gone takes no more of it: others may have another one.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from uk_board.errors import UkBoardError
from uk_board.harness.fixtures import session_of
from uk_board.report.plugin import name_without, target_of
from uk_board.report.record import Run


@dataclass(frozen=True)
class Unit:
    """What one run takes at once: a file's tests on a board; they may share boots."""

    board: str
    file: str


@dataclass(frozen=True)
class Planned:
    """A test that some run is to do. `name` leaves the board out, as in reports."""

    id: str
    board: str
    file: str
    name: str

    @property
    def unit(self) -> Unit:
        """What it is taken with."""
        return Unit(self.board, self.file)


class Folder:
    """What the runs share; `durations` are seconds that units took."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def claim(self, unit: Unit, name: str) -> bool:
        """Take a unit for a run; False if another one has it."""
        try:
            with self._claim(unit).open("x", encoding="utf-8") as claim:
                claim.write(name)
        except FileExistsError:
            return False
        return True

    def owner(self, unit: Unit) -> str:
        """Return which run has taken a unit, or nothing."""
        claim = self._claim(unit)
        return claim.read_text(encoding="utf-8") if claim.is_file() else ""

    def _claim(self, unit: Unit) -> Path:
        digest = hashlib.sha256(f"{unit.board}\n{unit.file}".encode()).hexdigest()
        return self._path / f"{digest[:24]}.claim"

    def write_durations(self, durations: dict[Unit, float]) -> None:
        """Keep what earlier runs took."""
        found = [[unit.board, unit.file, span_s] for unit, span_s in durations.items()]
        (self._path / "durations.json").write_text(json.dumps(found), encoding="utf-8")

    def durations(self) -> dict[Unit, float]:
        """Return what earlier runs took; nothing where there were none."""
        file = self._path / "durations.json"
        found = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
        return {Unit(board, name): span_s for board, name, span_s in found}

    def tell(self, name: str, kind: str, facts: object) -> None:
        """Add a line to what a run tells."""
        with (self._path / f"{name}.told").open("a", encoding="utf-8") as file:
            file.write(json.dumps([kind, facts]) + "\n")

    def told(self, name: str) -> Told:
        """Return what a run tells."""
        return Told(self._path / f"{name}.told")


class Told:
    """What a run tells, read on and on: kinds and facts."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._position = 0

    def read(self) -> list[tuple[str, dict[str, str]]]:
        """Return what came since the last time."""
        if not self._file.is_file():
            return []
        with self._file.open("rb") as stream:
            stream.seek(self._position)
            whole, newline, _ = stream.read().rpartition(b"\n")
        self._position += len(whole) + len(newline)
        return [(kind, facts) for kind, facts in map(json.loads, whole.splitlines())]


def longest_first(units: dict[Unit, int], durations: dict[Unit, float]) -> list[Unit]:
    """Return units in the order in which they are to be taken; `units` have so many tests.

    What was never run is taken for as long as its tests take in the mean.
    """
    known = {unit: count for unit, count in units.items() if unit in durations}
    tests = sum(known.values())
    mean_s = sum(durations[unit] for unit in known) / tests if tests else 1.0
    spans = {unit: durations.get(unit, mean_s * count) for unit, count in units.items()}
    return sorted(units, key=lambda unit: (-spans[unit], unit.file, unit.board))


def durations_of(run: Run) -> dict[Unit, float]:
    """Return how long each file of tests took on each board in a run, in s."""
    spans: dict[Unit, float] = defaultdict(float)
    for test in run.tests:
        spans[Unit(test.board, test.file)] += test.duration_s
    return spans


class Shares:
    """One of the runs: what it takes, and what it tells."""

    def __init__(self, config: pytest.Config, folder: Folder, name: str) -> None:
        self._config = config
        self._folder = folder
        self._name = name
        self._items: dict[Unit, list[pytest.Item]] = {}
        self._ids: dict[str, str] = {}
        self._given_up: set[str] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell what there is; all runs of a board find the same."""
        for item in session.items:
            planned = _planned(item)
            self._ids[item.nodeid] = planned.id
            self._items.setdefault(planned.unit, []).append(item)
            self._folder.tell(self._name, "planned", asdict(planned))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run what can be claimed; pytest's own loop deals with the rest."""
        if session.testsfailed or session.config.option.collectonly:
            return None
        units = self._claimed()
        items = next(units, [])
        while items:
            for item, following in itertools.pairwise(items):
                _run(session, item, following)
            # Claimed before the last test ends, which keeps what both need.
            upcoming = next(units, [])
            _run(session, items[-1], upcoming[0] if upcoming else None)
            items = upcoming
        return True

    def _claimed(self) -> Iterator[list[pytest.Item]]:
        counts = {unit: len(items) for unit, items in self._items.items()}
        for unit in longest_first(counts, self._folder.durations()):
            [*_, item] = items = self._items[unit]
            if self._may_take(item, unit.board) and self._folder.claim(unit, self._name):
                yield items

    def _may_take(self, item: pytest.Item, board: str) -> bool:
        """Tell whether the board is there; one that is gone is told once."""
        target = target_of(item)
        if target is None or board in self._given_up:
            return target is None
        session = session_of(self._config)
        try:
            station = session.station(target)
            cause = session.broken.get(target.name, "") or station.trouble
        except UkBoardError as error:
            cause = str(error)
        if cause:
            self._given_up.add(board)
            self._folder.tell(self._name, "gave up", {"board": board, "cause": cause})
        return not cause

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell of a test that is over, or whose set-up or end went wrong."""
        is_told = report.when == "call" or not report.passed
        if is_told and not (report.when == "teardown" and report.skipped):
            self._folder.tell(
                self._name, "over", {"id": self._ids[report.nodeid], "outcome": report.outcome}
            )


def _run(session: pytest.Session, item: pytest.Item, following: pytest.Item | None) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    if session.shouldfail:
        raise session.Failed(session.shouldfail)
    if session.shouldstop:
        raise session.Interrupted(session.shouldstop)


def _planned(item: pytest.Item) -> Planned:
    target = target_of(item)
    board = target.name if target is not None else ""
    file = item.nodeid.partition("::")[0] or item.path.name
    # Outside its root, pytest's own name of a test may be another in each run.
    name = f"{file}::{item.nodeid.partition('::')[2]}"
    return Planned(name, board, file, name_without(item, board))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; `uk-board test --all` gives them."""
    group = parser.getgroup("uk-board")
    group.addoption("--share", type=Path, metavar="DIR", help="What runs share that share tests.")
    group.addoption("--share-as", metavar="NAME", help="What this run is called there.")


def pytest_configure(config: pytest.Config) -> None:
    """Share. Raises: pytest.UsageError."""
    if config.getoption("dist", "no") != "no":
        raise pytest.UsageError("-n: --all has runs of its own; try: --jobs N")
    shares = Shares(config, Folder(config.getoption("share")), config.getoption("share_as"))
    config.pluginmanager.register(shares, "uk_board.harness.shares.Shares")
