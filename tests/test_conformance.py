# SPDX-License-Identifier: BSD-3-Clause
"""The result lines of the conformance program, read."""

from __future__ import annotations

from uk_board.harness.conformance import case_names, group_names, report_of
from uk_board.tree import tree

RUN = """\
uk-board: some board
T,queue.is_fifo,pass
T,queue.times_out,fail,queue_cases.c:12 elapsed, since begin, is 5
T,wrap.delays,skip,no wrap here
T,done,1,1,1
""".splitlines()


def test_each_case_has_its_verdict_and_detail() -> None:
    report = report_of(RUN)
    assert [result.verdict for result in report.results.values()] == ["pass", "fail", "skip"]
    found = report.results["queue.times_out"]
    assert found.detail == "queue_cases.c:12 elapsed, since begin, is 5"
    assert (found.line, report.problem) == (RUN[2], "")


def test_a_run_that_did_not_end_names_the_case_it_was_in_and_keeps_those_before() -> None:
    report = report_of([*RUN[:2], "T,queue.hangs,"])
    assert 'did not end; last: "T,queue.hangs,"' in report.problem
    assert list(report.results) == ["queue.is_fifo"]


def test_a_lost_line_is_noticed() -> None:
    report = report_of([RUN[0], *RUN[2:]])
    assert "counts [1, 1, 1]" in report.problem
    assert "say [0, 1, 1]" in report.problem


def test_every_case_of_the_program_is_listed() -> None:
    names = case_names(tree())
    assert len(names) == len(set(names)) > 300
    assert {name.partition(".")[0] for name in names} == set(group_names(tree()))
    assert names[0].startswith("wrap.")


def test_the_groups_are_those_of_the_program() -> None:
    names = group_names(tree())
    assert names[:3] == ["wrap", "start", "task"]
    assert len(set(names)) == len(names)
