# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board bench`: rows are read, held against limits, and the machine is the agreed one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uk_board.bench import (
    BOOT_DTB_ROW,
    BOOT_ROW,
    is_reference,
    launches,
    parse,
)
from uk_board.bench_limits import Verdict, load_baseline, load_limits
from uk_board.emulation.launch import command_line
from uk_board.emulation.runner import Image
from uk_board.errors import BenchError
from uk_board.facts.board import Board
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
    assert is_reference(board("qemu-virt"), limits)
    assert not is_reference(board("rpi4"), limits)


@pytest.fixture(scope="module")
def measured() -> Any:
    """Return what the command says of the reference machine, and its exit status."""
    done = bench("qemu-virt", "--json")
    assert done.stdout, done.stderr
    return {**json.loads(done.stdout), "status": done.returncode, "problems": done.stderr}


BASELINE = load_baseline(tree())
LIMITED = [name for name, row in load_limits(tree()).rows.items() if row.limit is not None]


@pytest.mark.parametrize("name", LIMITED)
def test_the_row_is_within_its_limit(measured: Any, name: str) -> None:
    assert measured["rows"][name] <= load_limits(tree()).rows[name].limit


def test_no_row_is_excused() -> None:
    assert (dict(BASELINE.above_limit), tuple(BASELINE.not_measured)) == ({}, ())


def test_no_row_is_worse_than_recorded_and_none_is_missing(measured: Any) -> None:
    assert measured["status"] == 0, measured["problems"]
    bad = {verdict.value for verdict in Verdict if verdict.fails}
    assert {name for name, verdict in measured["verdicts"].items() if verdict in bad} == set()
    assert measured["over"] == []


def test_one_tick_is_one_instruction(measured: Any) -> None:
    assert measured["rows"]["cal.100_nops"] == 100
    assert measured["rows"]["delay1.period"] == 62_500


def test_the_baseline_of_another_machine_is_not_recorded() -> None:
    done = bench("rpi4", "--record")
    assert done.returncode == 2
    assert "its rows cannot be recorded; the baseline is that of the machine virt" in done.stderr


def test_dry_run_prints_the_commands_and_starts_nothing() -> None:
    done = bench("qemu-virt", "--dry-run")
    assert done.returncode == 0
    assert done.stdout.count("qemu-system-aarch64 -M virt,") == 2


def test_a_board_without_emulator_cannot_be_measured() -> None:
    done = bench("pine64")
    assert done.returncode == 2
    assert "pine64: has no emulator" in done.stderr
