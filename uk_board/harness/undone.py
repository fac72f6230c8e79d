# SPDX-License-Identifier: BSD-3-Clause
"""Tests that were planned and that no run came to: each is in the report, as an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from uk_board.harness.shares import Planned
from uk_board.report.record import Attempt, Run, Test


def with_planned(run: Run, planned: Iterable[Planned]) -> Run:
    """Return a record that says how many tests were planned, by all runs together."""
    first, *others = run.sources
    count = sum(bool(one.board) for one in planned)
    return replace(run, sources=(replace(first, planned=count), *others))


def with_undone(run: Run, planned: Iterable[Planned], why: Callable[[Planned], str]) -> Run:
    """Return a record with all tests of `planned`; `why` is asked for those it does not have."""
    there = {(test.board, test.file, test.name) for test in run.tests}
    undone = [one for one in planned if (one.board, one.file, one.name) not in there and one.board]
    return replace(run, tests=(*run.tests, *(_error(one, why(one)) for one in undone)))


def _error(test: Planned, cause: str) -> Test:
    attempt = Attempt(outcome="error", begin_s=0.0, message=cause)
    reason = cause.replace("\n", "; ")
    return Test(test.id, test.board, test.file, test.name, "error", (attempt,), reason=reason)
