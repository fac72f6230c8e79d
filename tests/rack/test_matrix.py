# SPDX-License-Identifier: BSD-3-Clause
"""Runs of several boards at once: their progress, the worst status, and an end by Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from uk_board.harness.matrix import BoardRun, Matrix

DEADLINE_S = 120.0
TESTS = """
import os, pathlib, time
def test_on(board):
    pathlib.Path(os.environ["SEEN"], board.name).write_text(str(os.getpid()))
    if os.environ.get("STAYS"):
        time.sleep(600)
    assert board.name != os.environ.get("BAD")
def test_other(board):
    pass
"""


@pytest.fixture
def tests(tmp_path: Path) -> Path:
    file = tmp_path / "test_made_up.py"
    file.write_text(TESTS)
    return file


def matrix_of(tests: Path, boards: list[str], **environ: str) -> Matrix:
    seen = {**os.environ, "SEEN": str(tests.parent), "XDG_CONFIG_HOME": str(tests.parent)}
    arguments = ["--on", "emulator", "-p", "no:cacheprovider", str(tests)]
    return Matrix(boards, tests.parent / "out", arguments, jobs=2, environ=seen | environ)


def test_each_board_has_its_run_and_the_worst_status_counts(tests: Path) -> None:
    lines: list[str] = []

    def on_change(runs: Sequence[BoardRun]) -> None:
        lines.extend(map(str, runs))

    with matrix_of(tests, ["qemu-virt", "rpi4", "nonesuch"], BAD="rpi4") as matrix:
        matrix.run(on_change)
    good, bad, unknown = matrix.runs
    assert (good.status, bad.status, unknown.status) == (0, 1, 4)
    assert matrix.status == 4
    assert good.counts == {"passed": 2}
    assert bad.counts == {"failed": 1, "passed": 1}
    assert any("rpi4" in line and "FAILED" in line and "2/2" in line for line in lines)
    assert b"AssertionError" in bad.log.read_bytes()
    assert "nonesuch" in unknown.log.read_text()


def test_ctrl_c_ends_all_children(tests: Path) -> None:
    code = "from uk_board.cli import main; main()"
    environ = {**os.environ, "SEEN": str(tests.parent), "STAYS": "1"}
    command = [sys.executable, "-c", code, "test", "--all", "--jobs", "3", "--on", "emulator"]
    command += ["--report", str(tests.parent / "out"), "-p", "no:cacheprovider", str(tests)]
    run = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    seen = [tests.parent / name for name in ("rpi3", "rpi4", "qemu-virt")]
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
    for file in seen:
        assert not Path(f"/proc/{file.read_text()}").exists()


def test_a_run_without_chosen_tests_does_not_hide_another(tmp_path: Path) -> None:
    matrix = Matrix([], tmp_path, [], jobs=1, environ={})
    matrix.runs = [BoardRun("a", tmp_path, status=5), BoardRun("b", tmp_path, status=0)]
    assert matrix.status == 0
    matrix.runs.pop()
    assert matrix.status == 5
