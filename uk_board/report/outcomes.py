# SPDX-License-Identifier: BSD-3-Clause
"""How a run ended at each place that it had a board at: a few counts and one cause."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from uk_board.report.record import Run, Test

_PLACE = "place "
_DATE = "%Y-%m-%dT%H:%M:%SZ"

Spot = tuple[str, str, str]  # board, on, where


@dataclass(frozen=True)
class Result:
    """How one run ended at one place.

    `on` is emulator, bench or place; `where`: which, of a rack's place its name. Both are
    empty if no test got as far as having a board. `ended`: when the last test did (UTC, ISO
    8601). `failed` counts errors, too. `cause`: what went wrong first; empty if nothing did.
    """

    board: str
    on: str
    where: str
    ended: str
    passed: int
    failed: int
    flaky: int
    skipped: int
    cause: str = ""

    @property
    def good(self) -> bool:
        """Whether something ran, and nothing failed or was left undone."""
        return not self.cause and bool(self.passed or self.flaky)

    def __str__(self) -> str:
        """In a few words, such as "2 of 312 failed: test_x: no answer"."""
        ran = self.passed + self.failed + self.flaky
        if self.failed:
            return f"{self.failed} of {ran} failed: {self.cause}"
        passed = f"{ran - self.flaky} passed" + f", {self.flaky} flaky" * bool(self.flaky)
        return ", ".join(filter(None, (passed if ran else "", self.cause))) or "all skipped"


def results_of(run: Run) -> list[Result]:
    """Return how a run ended at each place."""
    usual = _usual_spots(run)
    tests: dict[Spot, list[Test]] = defaultdict(list)
    for test in run.tests:
        nowhere = (_name(test.board), "", "")
        spot = _spot(test) or usual.get((test.source, test.board), nowhere)
        tests[spot].append(test)
    return [_result(run, spot, found) for spot, found in tests.items()]


def _spot(test: Test) -> Spot | None:
    last = test.last
    where = last.where.removeprefix(_PLACE) if last.on == "place" else last.where
    return (_name(test.board), last.on, where) if last.on else None


def _name(board: str) -> str:
    """Return a board's own name: where a merged record has it twice, the second is "NAME #2"."""
    return board.partition(" #")[0]


def _usual_spots(run: Run) -> dict[tuple[int, str], Spot]:
    """Return where each source had each board: what was skipped or broke early belongs there."""
    counts: dict[tuple[int, str], Counter[Spot]] = defaultdict(Counter)
    for test in run.tests:
        if spot := _spot(test):
            counts[test.source, test.board][spot] += 1
    return {key: spots.most_common(1)[0][0] for key, spots in counts.items()}


def _result(run: Run, spot: Spot, tests: Sequence[Test]) -> Result:
    board, on, where = spot
    counts = Counter(test.outcome for test in tests)
    return Result(
        board=board,
        on=on,
        where=where,
        ended=max(_end(run, test) for test in tests),
        passed=counts["passed"],
        failed=counts["failed"] + counts["error"],
        flaky=counts["flaky"],
        skipped=counts["skipped"],
        cause=_cause(run, tests),
    )


def _end(run: Run, test: Test) -> str:
    started = run.sources[test.source].started
    took = timedelta(seconds=test.last.begin_s + test.last.duration_s)
    try:
        return f"{datetime.fromisoformat(started) + took:{_DATE}}"
    except (ValueError, OverflowError):  # a record that somebody else wrote
        return started


def _cause(run: Run, tests: Sequence[Test]) -> str:
    """Return the first failure, else why the run did not come to its end."""
    for test in tests:
        if test.outcome in ("failed", "error"):
            return f"{test.name}: {test.reason}" if test.reason else test.name
    sources = [run.sources[number] for number in sorted({test.source for test in tests})]
    interrupted = next((source.interrupted for source in sources if source.interrupted), "")
    # How many each of several sources was to run is not known.
    missing = run.missing if len(run.sources) == 1 else 0
    return interrupted or (f"{missing} did not run" if missing else "")
