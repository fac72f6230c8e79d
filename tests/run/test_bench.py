# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board bench`: rows are read, held against limits, and the machine is the agreed one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.bench import BOOT_DTB_ROW, BOOT_ROW, SIZE_ROW, judge, launches, load_limits, parse
from uk_board.board import Board
from uk_board.errors import BenchError
from uk_board.launch import command_line
from uk_board.runner import Image
from uk_board.tree import tree

LoadBoard = Callable[[str], Board]
IMAGE = Image("bench", Path("kernel8.img"), Path("image.elf"))


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from uk_board.cli import main; main()", "bench", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=250, check=False)


def test_a_series_gives_its_median_and_a_value_itself() -> None:
    lines = ["uk-board: banner", "R,yield,2000,78,80,81,82,99", "V,boot,20000", "END"]
    assert parse(lines, "board") == {"yield": 80, "boot": 20000}


@pytest.mark.parametrize("line", ["R,yield,0", "R,yield,1,2,3,4,5,x", "V,boot", "V,boot,-1"])
def test_a_row_that_is_none_is_shown(line: str) -> None:
    with pytest.raises(BenchError, match=f'board: "{line}" is no row; R,<name>,'):
        parse([line], "board")


def test_the_machine_is_the_one_that_the_rivals_were_measured_on(board: LoadBoard) -> None:
    virt = board("qemu-virt")
    runs = launches(virt, IMAGE, load_limits(tree()))
    commands = {row: " ".join(command_line(virt, launch)) for row, launch in runs.items()}
    machine = "-M virt,gic-version=2,dtb-randomness=off -cpu cortex-a53 -smp 1 -m 128 "
    assert all(machine in command for command in commands.values())
    assert all(command.endswith("-icount shift=4,sleep=off") for command in commands.values())
    assert "-kernel image.elf " in commands[BOOT_ROW]
    assert "-kernel kernel8.img " in commands[BOOT_DTB_ROW]


def test_another_board_runs_once_as_it_is_and_has_no_limits(board: LoadBoard) -> None:
    limits = load_limits(tree())
    [launch] = launches(board("rpi4"), IMAGE, limits).values()
    assert " ".join(command_line(board("rpi4"), launch)).startswith(
        "qemu-system-aarch64 -M raspi4b -nic"
    )
    [row] = judge(board("rpi4"), {BOOT_ROW: 10**9}, limits)
    assert (row.limit, row.over) == (None, None)


def test_a_row_above_its_limit_is_over_and_one_at_its_limit_is_not(board: LoadBoard) -> None:
    limits = load_limits(tree())
    most = limits.rows[BOOT_ROW].limit
    assert most is not None
    at, above = most, most + 1
    assert [
        judge(board("qemu-virt"), {BOOT_ROW: measured}, limits)[0].over for measured in (at, above)
    ] == [False, True]


def test_a_row_without_limit_is_neither_ok_nor_over(board: LoadBoard) -> None:
    [row] = judge(board("qemu-virt"), {"new.row": 1}, load_limits(tree()))
    assert row.over is None


def test_every_row_that_has_a_limit_is_measured_and_within_it() -> None:
    done = bench("qemu-virt", "--json")
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)
    limited = {row.name for row in load_limits(tree()).rows.values() if row.limit is not None}
    assert limited >= {BOOT_ROW, BOOT_DTB_ROW, SIZE_ROW}
    assert limited <= measured["rows"].keys()
    assert measured["over"] == []
    assert measured["rows"]["cal.100_nops"] == 100, "one tick is one instruction"


def test_dry_run_prints_the_commands_and_starts_nothing() -> None:
    done = bench("qemu-virt", "--dry-run")
    assert done.returncode == 0
    assert done.stdout.count("qemu-system-aarch64 -M virt,") == 2


def test_a_board_without_emulator_cannot_be_measured() -> None:
    done = bench("pine64")
    assert done.returncode == 2
    assert "pine64: has no emulator" in done.stderr
