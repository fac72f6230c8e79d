# SPDX-License-Identifier: BSD-3-Clause
"""`flash --console`: what the board says while and after it is flashed is on the screen."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from enginecopy import copy_engine
from ptyboard import DEADLINE_S, TIOCGEXCL, PtyBoard, until

from uk_board.cli import group
from uk_board.desk import benchcard

BENCH = """\
[boards.left]
board = "rpi4"
console = {{ device = "{node}" }}
power = {{ cycle = "touch {folder}/powered" }}
flash = "made"
"""

# A card is written once somebody says so.
METHOD = """\
import sys
from pathlib import Path
from uk_board.flasher import Option, Plan, Trait
CAPTION, VERIFIED = "made up", "model"
TRAITS = frozenset({Trait.WRITES_CARD})
OPTIONS = (Option("device", "The card.", "DEV", Path, needed=True),)
def plan(job): return Plan(("write it",))
def run(job, plan):
    Path("flashed").touch()
    sys.stdin.readline()
    return "it is written"
"""
COMMAND = (sys.executable, "-c", "from uk_board.cli import main; main()", "flash", "left")
ARGUMENTS = ("--console", "--device", "/dev/x")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    made = copy_engine(tmp_path)
    (tmp_path / "flash/made.py").write_text(METHOD)
    return os.environ | made


@pytest.fixture
def board(tmp_path: Path) -> PtyBoard:
    made = PtyBoard()
    (tmp_path / "bench.toml").write_text(BENCH.format(node=made.node, folder=tmp_path))
    return made


def test_flash_opens_the_console_first_then_flashes_powers_and_shows(
    board: PtyBoard, tmp_path: Path, environ: dict[str, str]
) -> None:
    with subprocess.Popen(
        [*COMMAND, *ARGUMENTS],
        env=environ,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        until((tmp_path / "flashed").exists, "the method")
        assert not (tmp_path / "powered").exists()
        # Open for nobody else: what comes now is not lost.
        assert fcntl.ioctl(board.slave, TIOCGEXCL, bytes(4)) == (1).to_bytes(4, sys.byteorder)
        board.say(b"said while it was flashed\r\n")
        running.stdin.write(b"\n")
        running.stdin.flush()
        assert running.stdout.readline() == b"it is written\n"
        assert running.stdout.readline() == b"said while it was flashed\r\n"
        until((tmp_path / "powered").exists, "power")
        board.say(b"booted\r\n")
        assert running.stdout.readline() == b"booted\r\n"
        # The switch has done its work before the command that moved it has ended.
        assert any(b"power was off, and is on" in note for note in running.stderr)
        running.terminate()
        running.communicate(timeout=DEADLINE_S)
    assert running.returncode == 143


def test_flash_with_a_console_that_nobody_knows_flashes_nothing(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    (tmp_path / "bench.toml").write_text('[boards.left]\nboard = "rpi4"\nflash = "made"\n')
    done = subprocess.run(
        [*COMMAND, *ARGUMENTS],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_S,
    )
    assert done.returncode == 2
    assert "left has no console in the bench file" in done.stderr
    assert not (tmp_path / "flashed").exists()


# It waits for the board, and starts it.
WAITING = """\
from pathlib import Path
from uk_board.flasher import Plan, Trait
CAPTION, VERIFIED, OPTIONS = "made up", "model", ()
TRAITS = frozenset({Trait.STARTS_BOARD})
def plan(job): return Plan(("wait for it",))
def run(job, plan):
    assert not Path("powered").exists()
    job.ready()
    return f"it has power: {Path('powered').exists()}"
"""


@pytest.mark.parametrize("asked", [True, False], ids=["--power-cycle", "by hand"])
def test_a_method_that_waits_for_the_board_has_it_switched_on(
    board: PtyBoard, tmp_path: Path, environ: dict[str, str], asked: bool
) -> None:
    (tmp_path / "flash/waits.py").write_text(WAITING)
    done = subprocess.run(
        [*COMMAND, "--via", "waits", *(["--power-cycle"] if asked else [])],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=DEADLINE_S,
    )
    assert done.stdout == f"it has power: {asked}\n"
    assert ("power was off, and is on" in done.stderr) == asked
    assert ("switch the board on now" in done.stderr) != asked


def test_a_power_switch_that_is_not_there_is_told_before_anything(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    (tmp_path / "bench.toml").write_text('[boards.left]\nboard = "rpi4"\nflash = "made"\n')
    done = subprocess.run(
        [*COMMAND, "--device", "/dev/x", "--power-cycle"],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_S,
    )
    assert (done.returncode, "left: has no power switch" in done.stderr) == (2, True)
    assert not (tmp_path / "flashed").exists()


def test_a_card_that_was_fetched_goes_back_also_when_nothing_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "switched"
    mux = ", ".join(f"to_{side} = \"sh -c 'echo {side} >> {log}'\"" for side in ("host", "board"))
    bench = f'[boards.left]\nboard = "rpi4"\nreader = {{ path = "9-9" }}\nsd_mux = {{ {mux} }}\n'
    (tmp_path / "bench.toml").write_text(bench)
    monkeypatch.setattr(benchcard, "_SETTLE_S", 0.0)
    arguments = ["flash", "left", "--bench", str(tmp_path / "bench.toml")]
    result = CliRunner().invoke(group, arguments)
    assert (result.exit_code, "no card is in its reader" in result.output) == (3, True)
    assert "the card is with left again" in result.output
    assert log.read_text().split() == ["host", "board"]
    log.unlink()
    result = CliRunner().invoke(group, [*arguments, "--device", "/dev/none"])
    assert result.exit_code != 0
    assert not log.exists()
