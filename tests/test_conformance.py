# SPDX-License-Identifier: BSD-3-Clause
"""The result lines of the conformance program, read."""

from __future__ import annotations

import pytest

from uk_board.errors import BenchError
from uk_board.harness.conformance import group_names, report_of
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
    assert [result.verdict for result in report.results] == ["pass", "fail", "skip"]
    assert report.results[1].detail == "queue_cases.c:12 elapsed, since begin, is 5"
    assert [result.case for result in report.of("queue")] == ["is_fifo", "times_out"]
    assert report.bad("queue") == [RUN[2]]
    assert report.bad("wrap") == []
    assert report.last_lines == tuple(RUN)


def test_a_run_that_did_not_end_names_the_case_it_was_in() -> None:
    with pytest.raises(BenchError, match=r'did not end; last: "T,queue\.hangs,"'):
        report_of([*RUN[:2], "T,queue.hangs,"])


def test_a_lost_line_is_noticed() -> None:
    with pytest.raises(BenchError, match=r"counts \[1, 1, 1\].*say \[0, 1, 1\]"):
        report_of([RUN[0], *RUN[2:]])


def test_the_groups_are_those_of_the_program() -> None:
    names = group_names(tree())
    assert names[:3] == ["wrap", "start", "task"]
    assert len(set(names)) == len(names)
