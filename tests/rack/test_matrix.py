# SPDX-License-Identifier: BSD-3-Clause
"""Runs that share the tests of several boards: each test once, progress, status, the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from uk_board.harness.matrix import Lane, Matrix, Row, Worker
from uk_board.harness.shares import Folder, Unit, durations_of, longest_first
from uk_board.report.history import last_results
from uk_board.report.store import load_run

DEADLINE_S = 120.0
TESTS = """
import os, pathlib, signal, time
import pytest

def test_on(board):
    pathlib.Path(os.environ["SEEN"], board.name).write_text(str(os.getpid()))
    if os.environ.get("STAYS"):
        time.sleep(600)
    if board.name == os.environ.get("DIES"):
        os.kill(os.getpid(), signal.SIGKILL)
    assert board.name != os.environ.get("BAD")

@pytest.mark.parametrize("number", range(3))
def test_other(board, number):
    assert number < 3
"""


@pytest.fixture
def tests(tmp_path: Path) -> Path:
    """Two files of tests, four each."""
    for name in ("one", "two"):
        (tmp_path / f"test_{name}.py").write_text(TESTS)
    return tmp_path


def matrix_of(tests: Path, lanes: Sequence[Lane], **environ: str) -> Matrix:
    seen = {**os.environ, "SEEN": str(tests), "XDG_CONFIG_HOME": str(tests)}
    arguments = ["--on", "emulator", "-p", "no:cacheprovider", "--rootdir", str(tests), str(tests)]
    return Matrix(lanes, tests / "out", arguments, jobs=2, environ=seen | environ)


def test_runs_share_the_files_and_each_test_is_run_once(tests: Path) -> None:
    lines: list[str] = []

    def on_change(rows: Sequence[Row]) -> None:
        lines.extend(map(str, rows))

    with matrix_of(tests, [Lane(("qemu-virt", "rpi4"), 2)], BAD="rpi4") as matrix:
        matrix.run(on_change)
    good, bad = matrix.rows
    assert (good.status, bad.status, matrix.status) == (0, 1, 1)
    assert (good.counts, bad.counts) == ({"passed": 8}, {"failed": 2, "passed": 6})
    assert any("rpi4" in line and "FAILED" in line and "8/8" in line for line in lines)
    run = matrix.merged()
    assert run is not None
    assert sorted(test.id for test in run.tests) == sorted({test.id for test in run.tests})
    assert (len(run.tests), run.missing, len(run.sources)) == (16, 0, 2)
    assert {board.name for board in run.boards} == {"qemu-virt", "rpi4"}
    # Which files each had; a file's tests stay together.
    had = {(test.board, test.file, test.source) for test in run.tests}
    assert len(had) == 4
    took = durations_of(run)
    assert len(took) == 4
    assert sum(took.values()) == pytest.approx(sum(test.duration_s for test in run.tests))


def test_tests_of_a_run_that_dies_are_errors_and_the_others_are_done(tests: Path) -> None:
    lanes = [Lane(("qemu-virt",), 2), Lane(("rpi4",)), Lane(("nonesuch",))]
    with matrix_of(tests, lanes, DIES="qemu-virt") as matrix:
        matrix.run(lambda rows: None)
    run = matrix.merged()
    assert run is not None
    undone = [test for test in run.tests if test.outcome == "error"]
    assert {test.board for test in undone} == {"qemu-virt"}
    # Both runs of that board died in the first test of a file each.
    assert len(undone) == 8
    assert all("the run that had it ended before: qemu-virt" in test.reason for test in undone)
    assert len({test.id for test in run.tests}) == len(run.tests) == 16
    assert not run.good
    assert matrix.status == 128 + signal.SIGKILL
    assert [row.status for row in matrix.rows] == [137, 0, 4]
    assert "nonesuch" in (tests / "out" / "nonesuch.log").read_text()


def test_runs_that_get_no_place_take_nothing_and_all_tests_are_errors(tests: Path) -> None:
    # There is no rack at that address.
    rack = ["--on", "place", "--coordinator", "127.0.0.1:9"]
    pytest.importorskip("labgrid")
    matrix = matrix_of(tests, [Lane(("qemu-virt",), 2)])
    matrix._arguments = [*matrix._arguments, *rack]
    with matrix:
        matrix.run(lambda rows: None)
    run = matrix.merged()
    assert run is not None
    assert {(test.outcome, "no run was left for it" in test.reason) for test in run.tests} == {
        ("error", True)
    }
    assert len(run.tests) == 8
    assert "cannot be reached" in run.tests[0].last.message
    assert matrix.status == 1


def test_ctrl_c_ends_all_children(tests: Path) -> None:
    code = "from uk_board.cli import main; main()"
    environ = {**os.environ, "SEEN": str(tests), "STAYS": "1"}
    command = [sys.executable, "-c", code, "test", "--all", "--jobs", "3", "--on", "emulator"]
    command += [
        "--report",
        str(tests / "out"),
        "-p",
        "no:cacheprovider",
        str(tests / "test_one.py"),
    ]
    run = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    seen = [tests / name for name in ("rpi3", "rpi4", "qemu-virt")]
    try:
        deadline_s = time.monotonic() + DEADLINE_S
        while not all(file.is_file() and file.read_text() for file in seen):
            assert run.poll() is None, run.communicate()
            assert time.monotonic() < deadline_s
            time.sleep(0.1)
    finally:
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=DEADLINE_S)
    assert run.returncode == 130
    record = load_run(tests / "out")
    assert record.interrupted
    assert record.missing + len(record.tests) == 12  # three boards, four tests each
    assert record.missing
    for file in seen:
        assert not Path(f"/proc/{file.read_text()}").exists()


def test_all_boards_are_one_run_of_the_history(tests: Path) -> None:
    file = tests / "night.sqlite"
    code = "from uk_board.cli import main; main()"
    command = [sys.executable, "-c", code, "test", "--all", "--jobs", "2", "--on", "emulator"]
    command += ["--history", str(file), "-p", "no:cacheprovider", "--rootdir", str(tests)]
    command += ["--report", str(tests / "out"), str(tests / "test_one.py")]
    environ = {**os.environ, "SEEN": str(tests), "XDG_CONFIG_HOME": str(tests), "BAD": "rpi4"}
    with subprocess.Popen(
        command, cwd=tests, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as run:
        said, _ = run.communicate(timeout=DEADLINE_S)
    assert run.returncode == 1, said
    results = {result.board: str(result) for result in last_results(file)}
    assert results["qemu-virt"] == "4 passed"
    assert results["rpi4"].startswith("1 of 4 failed: test_on: ")


def test_a_unit_is_claimed_once(tmp_path: Path) -> None:
    first, second = Folder(tmp_path), Folder(tmp_path)
    unit = Unit("rpi4", "a/test_x.py")
    assert first.claim(unit, "one")
    assert not second.claim(unit, "two")
    assert second.claim(Unit("rpi3", "a/test_x.py"), "two")
    assert second.owner(unit) == "one"
    assert second.owner(Unit("rpi4", "a/test_y.py")) == ""


def test_the_longest_come_first_and_what_is_new_counts_as_the_mean() -> None:
    short, long, new = Unit("b", "short"), Unit("b", "long"), Unit("b", "new")
    took = {short: 1.0, long: 9.0}
    assert longest_first({short: 5, long: 5, new: 4}, took) == [long, new, short]
    assert longest_first({short: 1, long: 2, new: 3}, {}) == [new, long, short]


def test_what_a_run_tells_is_read_on_and_half_a_line_is_waited_for(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    told = folder.told("one")
    assert told.read() == []
    folder.tell("one", "over", {"id": "a"})
    with (tmp_path / "one.told").open("a") as file:
        file.write('["over", {"id"')
    assert told.read() == [("over", {"id": "a"})]
    with (tmp_path / "one.told").open("a") as file:
        file.write(': "b"}]\n')
    assert told.read() == [("over", {"id": "b"})]


def test_each_lanes_first_run_comes_before_any_lanes_second(tmp_path: Path) -> None:
    lanes = [Lane(("a",), 3), Lane(("b",)), Lane(("c", "d"), 2)]
    matrix = Matrix(lanes, tmp_path, [], jobs=1, environ={})
    names = [worker.name for worker in matrix.workers]
    assert names == ["a", "b", "boards", "a-2", "boards-2", "a-3"]
    assert [row.board for row in matrix.rows] == ["a", "b", "c", "d"]


def test_a_run_without_chosen_tests_does_not_hide_another(tmp_path: Path) -> None:
    matrix = Matrix([], tmp_path, [], jobs=1, environ={})
    matrix.workers = [Worker("a", ("a",), status=5), Worker("b", ("b",), status=0)]
    assert matrix.status == 0
    matrix.workers.pop()
    assert matrix.status == 5
