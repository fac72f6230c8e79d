# SPDX-License-Identifier: BSD-3-Clause
"""What things cost in instructions: the bench app, run under icount."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from uk_board.bench_limits import Limits, Machine
from uk_board.build.toolchain import Toolchain
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch, machine_of
from uk_board.emulation.runner import Image, raise_if_crashed, run, still_running
from uk_board.errors import BenchError
from uk_board.facts.board import Board

APP, SIZE_APP = "bench", "hello"
# 2**4 ns per instruction: one tick of QEMU's 62.5 MHz counter.
ICOUNT_SHIFT = 4
DEADLINE_S = 300.0

BOOT_ROW = "boot.entry_to_first_thread"
BOOT_DTB_ROW = "boot.entry_to_first_thread_dtb"
SIZE_ROW = "size.hello_image_bytes"
_MEDIAN = 4  # in R,<name>,n,min,median,mean,p99,max


def is_reference(board: Board, limits: Limits) -> bool:
    """Whether the limits hold on this board."""
    return machine_of(board).machine == limits.reference


def compiler_of(toolchain: Toolchain) -> str:
    """Return the compiler's name and version; its instructions are what is counted."""
    command = [str(toolchain.gcc), "-dumpfullversion"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise BenchError(command[0], f"{command[1]} ended with {done.returncode}; 0 is expected")
    return f"gcc {done.stdout.strip()}"


def launches(board: Board, image: Image, limits: Limits) -> dict[str, Launch]:
    """Return the runs that measure a board, by the row that the boot time of each is for."""
    emulated = machine_of(board)
    machine = limits.machines.get(emulated.machine, Machine())
    override = {
        "machine": ",".join(part for part in (emulated.machine, machine.options) if part),
        "smp": str(machine.smp or emulated.smp or ""),
        "memory": machine.memory or emulated.memory or "",
    }
    raw = Launch(image.file, icount_shift=ICOUNT_SHIFT, machine=override)
    if not machine.device_tree:
        return {BOOT_ROW: raw}
    assert image.elf is not None, "a built image has an ELF file"
    without = Launch(image.elf, icount_shift=ICOUNT_SHIFT, machine=override)
    return {BOOT_ROW: without, BOOT_DTB_ROW: raw}


def measure(
    board: Board,
    image: Image,
    limits: Limits,
    on_step: Callable[[str], None] = lambda text: None,
) -> dict[str, int]:
    """Run the bench app and return its rows: medians and single values.

    Raises:
        BenchError: it did not run to its end, or printed something else.
    """
    rows: dict[str, int] = {}
    for number, (boot_row, launch) in enumerate(launches(board, image, limits).items(), 1):
        on_step(f"run {number}: {launch.image.name}")
        emulator = Emulator(board, launch)
        if rows:
            rows[boot_row] = _boot_time(emulator, image)
        else:
            rows = _all_rows(emulator, image)
    return rows


def _all_rows(emulator: Emulator, image: Image) -> dict[str, int]:
    status = run(emulator, image, timeout_s=DEADLINE_S).status
    lines = [line.text for line in emulator.console.lines()]
    rows = parse(lines, emulator.board.name)
    if status != 0 or "END" not in lines or BOOT_ROW not in rows:
        raise BenchError(
            emulator.board.name,
            f"{image.name} ended with status {status}; its rows and END are expected",
            last_lines=emulator.console.last_lines(),
        )
    return rows


def _boot_time(emulator: Emulator, image: Image) -> int:
    """Start the image only until it has said how long it took to boot."""
    with emulator:
        try:
            found = emulator.console.expect(rf"V,{BOOT_ROW},(\d+)\r?\n", DEADLINE_S)
        except BenchError:
            raise_if_crashed(emulator, image)
            if emulator.wait(0) is None:
                raise still_running(emulator, image, DEADLINE_S) from None
            raise
    return int(found[1])


def parse(lines: list[str], where: str) -> dict[str, int]:
    """Return the rows `R,<name>,n,min,median,mean,p99,max` (median) and `V,<name>,<value>`."""
    rows: dict[str, int] = {}
    for line in lines:
        kind, *fields = line.split(",")
        if kind not in ("R", "V"):
            continue
        at = _MEDIAN - 1 if kind == "R" else 1
        expected = 7 if kind == "R" else 2
        if len(fields) != expected or not all(value.isdigit() for value in fields[1:]):
            raise BenchError(where, f'"{line}" is no row; R,<name>,<6 numbers> or V,<name>,<1>')
        rows[fields[0]] = int(fields[at])
    return rows
