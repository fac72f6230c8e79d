# SPDX-License-Identifier: BSD-3-Clause
"""The history: many runs, many writers, files that are none."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import madeup
import pytest
from click.testing import CliRunner

from uk_board.cli.report.compare import command as compare_command
from uk_board.cli.report.history import command
from uk_board.errors import BenchError, MissingError, UsageError
from uk_board.report import history
from uk_board.report.numbers import Numbers, numbers_of_run
from uk_board.report.origin import Origin
from uk_board.report.record import Attempt, Run, Test
from uk_board.report.store import write_run
from uk_board.report.values import Value


def add(file: Path, day: int, value: float) -> bool:
    measured = replace(madeup.MEASURED, value=value)
    source = replace(madeup.source(), started=f"2026-01-{day:02}T00:00:00Z")
    tests = (madeup.test_of("x", "one", madeup.attempt(measurements=(measured,))),)
    run = replace(madeup.run(tests=tests), id=f"run-{day}", sources=(source,))
    return add_run(file, run)


def add_run(file: Path, run: Run) -> bool:
    return history.add(file, numbers_of_run(run))


def test_the_values_of_runs_come_back_in_the_order_of_time(tmp_path: Path) -> None:
    file = tmp_path / "new" / "history.sqlite"
    for day, value in ((3, 30.0), (1, 10.0), (2, 20.0)):
        assert add(file, day, value)
    points = history.series(file, "udp_rx")["one"]
    assert [point.value for point in points] == [10, 20, 30]
    assert points[0].started == "2026-01-01T00:00:00Z"
    assert (points[0].revision[:4], points[0].dirty, points[0].unit) == ("0123", True, "MB/s")


def test_a_run_is_added_once(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    assert add(file, 1, 10.0)
    assert not add(file, 1, 10.0)
    assert len(history.series(file, "udp_rx")["one"]) == 1


WRITER = """
import sys
sys.path[:0] = [sys.argv[1]]
from pathlib import Path
from test_history import add
for number in range(int(sys.argv[3]), int(sys.argv[3]) + 8):
    assert add(Path(sys.argv[2]), number, float(number))
"""


def test_several_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    here = Path(__file__).parent
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, here, file, str(first)])
        for first in (1, 9, 17)
    ]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0]
    assert len(history.series(file, "udp_rx")["one"]) == 24


def run_at(day: int, *tests: Test) -> Run:
    started = f"2026-01-{day:02}T00:00:00Z"
    source = replace(madeup.source(), started=started, planned=len(tests))
    return replace(madeup.run(tests=tests), id=f"run-{day}", sources=(source,))


def at_place(outcome: str, place: str) -> Attempt:
    return madeup.attempt(outcome, on="place", where=f"place {place}")


def test_the_last_result_of_each_place_is_the_newest_run_there(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    good, bad = (at_place(outcome, "desk-1") for outcome in ("passed", "failed"))
    other = madeup.test_of("x", "two", at_place("passed", "desk-2"))
    left_out = madeup.test_of("y", "one", madeup.attempt("skipped", on="", where=""))
    for run in (
        run_at(3, madeup.test_of("x", "one", bad), madeup.test_of("z", "one", good), left_out),
        run_at(2, madeup.test_of("x", "one", good), other),
    ):
        add_run(file, run)
    newest, older = history.last_results(file)
    assert (newest.board, newest.on, newest.where) == ("one", "place", "desk-1")
    assert newest.ended == "2026-01-03T00:00:02Z"
    assert str(newest) == "1 of 2 failed: test_x: assert 1 == 2"
    assert (newest.skipped, newest.good, older.good, str(older)) == (1, False, True, "1 passed")
    assert history.last_results(file, on="place", where="desk-2") == [older]
    assert history.last_results(file, board="two") == [older]
    assert history.last_results(file, where="desk-9") == []
    add_run(file, run_at(4, other))
    assert [result.board for result in history.last_results(file)] == ["two", "one"]


def test_a_run_with_a_date_that_is_none_is_kept_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    run = run_at(1, madeup.test_of("x", "one", madeup.attempt()))
    add_run(file, replace(run, sources=(replace(run.sources[0], started="yesterday"),)))
    assert [result.ended for result in history.last_results(file)] == ["yesterday"]


def test_a_run_that_did_not_come_to_its_end_is_not_good(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    run = run_at(1, madeup.test_of("x", "one", madeup.attempt()))
    [source] = run.sources
    add_run(file, replace(run, sources=(replace(source, planned=5),)))
    [result] = history.last_results(file)
    assert (str(result), result.good) == ("1 passed, 4 did not run", False)
    killed = replace(source, interrupted="interrupted in test_y", started="2026-01-02T00:00:00Z")
    add_run(file, replace(run, id="2", sources=(killed,)))
    [result] = history.last_results(file)
    assert str(result) == "1 passed, interrupted in test_y"


# What makes a file of version 2 one of version 1, as that left it.
OLD = """
DROP TABLE results;
ALTER TABLE numbers DROP COLUMN slack;
PRAGMA user_version = 1;
"""


def test_a_history_of_before_is_read_as_it_is_and_brought_up_to_date_by_the_next_run(
    tmp_path: Path,
) -> None:
    file = tmp_path / "history.sqlite"
    add(file, 1, 10.0)
    with closing(sqlite3.connect(file)) as base:
        base.executescript(OLD)
    before = file.read_bytes()
    assert history.last_results(file) == []
    assert [point.value for point in history.series(file, "udp_rx")["one"]] == [10.0]
    assert file.read_bytes() == before
    add(file, 2, 20.0)
    assert [point.value for point in history.series(file, "udp_rx")["one"]] == [10.0, 20.0]
    assert [result.ended[:10] for result in history.last_results(file)] == ["2026-01-02"]


def numbers_at(day: int, **values: float) -> Numbers:
    origin = Origin(f"run-{day}", f"2026-01-{day:02}T00:00:00Z", "", False, "host")
    kinds = {"exact": Value(0, "instructions", exact=True, slack=25.0), "noisy": Value(0, "s")}
    found = {("one", name): replace(kinds[name], value=value) for name, value in values.items()}
    return Numbers(origin, found)


def test_the_baseline_is_the_newest_of_what_repeats_and_the_median_of_what_does_not(
    tmp_path: Path,
) -> None:
    file = tmp_path / "history.sqlite"
    for day, (exact, noisy) in enumerate([(100, 9.0), (110, 1.0), (120, 2.0), (999, 99.0)], 1):
        history.add(file, numbers_at(day, exact=exact, noisy=noisy))
    found = history.baseline(file, without="run-4")
    assert found["one", "exact"] == Value(120, "instructions", exact=True, slack=25.0)
    assert found["one", "noisy"] == Value(2.0, "s")


def test_a_report_is_compared_with_the_runs_before_it_even_if_it_is_in_the_history(
    tmp_path: Path,
) -> None:
    file, report = tmp_path / "history.sqlite", tmp_path / "report"
    add(file, 1, 10.0)
    report.mkdir()
    slower = replace(madeup.MEASURED, value=5.0)
    tests = (madeup.test_of("x", "one", madeup.attempt(measurements=(slower,))),)
    write_run(report, madeup.run(tests=tests))
    run = CliRunner().invoke
    run(command, ["add", str(report), "--history", str(file)])
    found = run(compare_command, [str(file), str(report)])
    assert found.exit_code == 1
    assert "-50.0 %" in found.output


def test_files_of_a_bench_are_kept_with_the_revision_that_is_checked_out(tmp_path: Path) -> None:
    file, bench = tmp_path / "history.sqlite", tmp_path / "bench.json"
    run = CliRunner().invoke
    for number in (100, 100, 130):
        bench.write_text(json.dumps({"board": "one", "rows": {"queue": number}}))
        added = run(command, ["add", str(bench), "--history", str(file)])
        assert "1 numbers" in added.output, added.output
    shown = run(command, ["show", "queue", "--history", str(file)])
    assert "100 to 130 instructions; now +30.0 % against the median before" in shown.output


def test_an_unknown_number_lists_the_known_ones(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    add(file, 1, 10.0)
    with pytest.raises(UsageError, match='no number "udp_tx"; known: udp_rx'):
        history.series(file, "udp_tx")
    with pytest.raises(UsageError, match='no udp_rx of "on"; known: one'):
        history.series(file, "udp_rx", "on")


def test_a_file_that_is_no_history_is_told_and_left_alone(tmp_path: Path) -> None:
    text, other, newer = (tmp_path / name for name in ("text", "other", "newer"))
    text.write_text("not a database at all, but long enough to be looked at\n" * 40)
    base = sqlite3.connect(other)
    base.execute("CREATE TABLE addresses (x)")
    base.commit()
    base.close()
    add(newer, 1, 10.0)
    base = sqlite3.connect(newer)
    base.execute("PRAGMA user_version = 99")
    base.commit()
    base.close()
    for file, told in (
        (text, "file is not a database"),
        (other, "is a database of something else; a history of version 2"),
        (newer, "is of version 99"),
    ):
        before = file.read_bytes()
        with pytest.raises(BenchError, match=told):
            add(file, 1, 10.0)
        assert file.read_bytes() == before or file is not text
    with pytest.raises(MissingError, match="no such file"):
        history.series(tmp_path / "none", "x")


def test_a_database_cut_in_the_middle_is_told(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    for day in range(1, 29):
        add(file, day, float(day))
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2 // 4096 * 4096])
    with pytest.raises(BenchError, match=r"history\.sqlite: is no history that can be used"):
        history.series(file, "udp_rx")


@pytest.mark.parametrize(("values", "drawn"), [([1, 2, 3], "▁▅█"), ([5, 5], "▄▄"), ([2, 1], "█▁")])
def test_a_sparkline_goes_from_the_least_to_the_most(values: list[float], drawn: str) -> None:
    assert history.sparkline(values) == drawn


def test_the_command_shows_how_a_number_went(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    report = tmp_path / "report"
    report.mkdir()
    write_run(report, madeup.run())
    run = CliRunner().invoke
    added = run(command, ["add", str(report), "--history", str(file)])
    assert added.exit_code == 0, added.output
    assert "numbers" in added.output
    again = run(command, ["add", str(report), "--history", str(file)])
    assert "is there already" in again.output
    shown = run(command, ["show", "udp_rx", "--history", str(file)])
    assert "0123456789+            4.1 MB/s" in shown.output
    assert "udp_rx" in run(command, ["show", "--history", str(file)]).output.split()
