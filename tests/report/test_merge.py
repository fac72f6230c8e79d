# SPDX-License-Identifier: BSD-3-Clause
"""Merging reports: nothing of any is lost, whatever they are called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import madeup
import pytest
from click.testing import CliRunner

from uk_board.cli.report.merge import command
from uk_board.errors import UsageError
from uk_board.report.merge import merge, write_logs
from uk_board.report.output import read_logs, write_outputs
from uk_board.report.record import Covered, Run
from uk_board.report.store import load_run

LOGS = {madeup.LOG: madeup.TEXT}


def other(**changes: object) -> Run:
    return madeup.run(id="other", sources=(madeup.source("other"),), **changes)


def test_boards_of_two_workers_stand_side_by_side() -> None:
    one = madeup.run(tests=(madeup.test_of("x", "one", madeup.attempt()),))
    two = other(tests=(madeup.test_of("x", "two", madeup.attempt()),))
    run, logs = merge([(one, LOGS), (two, {madeup.LOG: "other\n"})])
    assert [(test.board, test.source) for test in run.tests] == [("one", 0), ("two", 1)]
    texts = [logs[test.last.log.file] for test in run.tests if test.last.log]
    assert texts == [madeup.TEXT, "other\n"]


def test_a_test_that_ran_twice_on_a_board_is_there_twice() -> None:
    run, _ = merge([(madeup.run(), LOGS), (other(), LOGS)])
    assert len(run.tests) == 12
    assert [board.name for board in run.boards] == ["one", "two", "one #2", "two #2"]
    assert len({(test.board, test.name) for test in run.tests}) == 12


def test_the_same_image_is_one_and_another_one_is_another() -> None:
    image = madeup.run().images["one/hello"]
    tests = (madeup.test_of("y", "one", madeup.attempt()),)
    same, _ = merge([(madeup.run(), LOGS), (other(tests=tests), LOGS)])
    assert list(same.images) == ["one/hello"]
    changed = {"one/hello": replace(image, sha256="cd" * 32)}
    run, _ = merge([(madeup.run(), LOGS), (other(tests=tests, images=changed), LOGS)])
    assert list(run.images) == ["one/hello", "one/hello #2"]
    assert run.tests[-1].last.image == "one/hello #2"


def test_a_line_ran_if_it_ran_in_any() -> None:
    covered = {"core/main.c": Covered("3", "1-2,7")}
    run, _ = merge([(madeup.run(), LOGS), (other(coverage=covered), LOGS)])
    assert run.coverage["core/main.c"].ran == "1-4"
    assert run.coverage["core/main.c"].missed == "7"
    assert [one.ran for one in run.coverage["core/main.c"].functions] == [True, False]


def test_other_revisions_and_interruptions_are_told() -> None:
    source = replace(madeup.source("other"), interrupted="interrupted in x")
    source = replace(source, commit=replace(source.commit, hash="ffff"))
    run, _ = merge([(madeup.run(), LOGS), (replace(other(), sources=(source,)), LOGS)])
    assert run.interrupted == ("interrupted in x",)
    assert "made of 2 revisions" in run.sources[0].warnings[0]


def test_a_report_given_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="is given twice"):
        merge([(madeup.run(), LOGS), (madeup.run(), LOGS)])


def test_the_command_writes_a_whole_report(tmp_path: Path) -> None:
    for name, run in (("a", madeup.run()), ("b", other())):
        write_logs(tmp_path / name, LOGS)
        write_outputs(tmp_path / name, run, tmp_path)
    arguments = [str(tmp_path / name) for name in "ab"] + ["-o", str(tmp_path / "c")]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output
    merged = load_run(tmp_path / "c")
    assert len(read_logs(tmp_path / "c", merged)) == 2
    assert {"run.json", "junit.xml", "index.html", "coverage.info", "console"} == {
        file.name for file in (tmp_path / "c").iterdir()
    }
    assert isinstance(CliRunner().invoke(command, arguments).exception, UsageError)


def test_a_record_that_leads_out_of_its_folder_shows_nothing_of_there(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "report"
    folder.mkdir()
    log = madeup.failing().log
    assert log is not None
    out = replace(madeup.failing(), log=replace(log, file="../secret"))
    run = madeup.run(tests=(madeup.test_of("x", "one", out),))
    assert read_logs(folder, run) == {}
