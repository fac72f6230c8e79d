# SPDX-License-Identifier: BSD-3-Clause
"""The FreeRTOS API keeps its promises on the target: one test each case."""

from __future__ import annotations

import contextlib
import os

import pexpect
import pytest

from uk_board.facts.board import Board
from uk_board.harness.conformance import APP, Report, case_names, report_of
from uk_board.harness.dut import BoardDut
from uk_board.harness.evidence import EVIDENCE, Evidence
from uk_board.tree import tree

pytestmark = [pytest.mark.app(APP), pytest.mark.virtual_time("exact")]

# What a run takes on a machine that is busy with much else; else a few seconds.
TIMEOUT_S = float(os.environ.get("UK_BOARD_CONFORMANCE_S", "600"))

_REPORTS = pytest.StashKey[dict[str, tuple[Report, Evidence]]]()


@pytest.fixture
def report(request: pytest.FixtureRequest, board: Board) -> Report:
    """What the board said: it is booted by the first test that asks, and runs all cases."""
    reports = request.config.stash.setdefault(_REPORTS, {})
    if board.name not in reports:
        report = _run(request.getfixturevalue("dut"))
        reports[board.name] = report, request.node.stash[EVIDENCE]
    # What that test's board said is what all of them judge.
    report, request.node.stash[EVIDENCE] = reports[board.name]
    return report


def _run(dut: BoardDut) -> Report:
    # If the end does not come, report_of() tells in which case it ended.
    with contextlib.suppress(pexpect.ExceptionPexpect):
        dut.expect(r"T,done,\d+,\d+,\d+\r?\n", timeout=TIMEOUT_S)
    return report_of(dut.lines())


@pytest.mark.parametrize("case", case_names(tree()))
def test_the_case_passes(report: Report, case: str) -> None:
    result = report.results.get(case)
    if result is None:
        pytest.fail(f"{case} did not come to its end\n{report.problem}", pytrace=False)
    if result.verdict == "skip":
        pytest.skip(result.detail)
    if result.verdict != "pass":
        pytest.fail(result.line, pytrace=False)


def test_the_run_is_whole_and_has_no_other_cases(report: Report) -> None:
    assert report.problem == ""
    assert sorted(report.results) == sorted(case_names(tree()))


@pytest.mark.boot_arguments("case=start")
@pytest.mark.needs("exit-status")
def test_the_exit_status_is_0_when_all_chosen_cases_pass(dut: BoardDut) -> None:
    dut.expect(r"T,done,[1-9]\d*,0,\d+")
    assert dut.expect_exit() == 0


@pytest.mark.boot_arguments("case=queue.no_such_case")
@pytest.mark.needs("exit-status")
def test_an_unknown_case_is_an_error_that_lists_the_groups(dut: BoardDut) -> None:
    dut.expect(r'conformance: no case "queue.no_such_case"; known groups: wrap start task ')
    assert dut.expect_exit() == 2
