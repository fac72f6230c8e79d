# SPDX-License-Identifier: BSD-3-Clause
"""U-Boot on the board's console: the image by YMODEM into memory, checked, started."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from operator import attrgetter

from uk_board.console import Console
from uk_board.desk.benchfile import Port, port_of
from uk_board.disk.facts import Machine
from uk_board.disk.writer import Progress
from uk_board.emulation.uboot import emulator_with_uboot
from uk_board.errors import UsageError
from uk_board.flasher import Job, Option, Plan, Trait
from uk_board.media.facts import UBootFacts
from uk_board.serial.ports import LastingStream, has_rate, open_port
from uk_board.uboot import SILENT_S, SetBaud, UBoot

CAPTION = "U-Boot on the board's console, by YMODEM; into memory, gone with the power"
VERIFIED = "qemu: Debian's U-Boot takes the image and starts it; spoilt lines: model"
TRAITS = frozenset({Trait.HOLDS_CONSOLE, Trait.STARTS_BOARD, Trait.TAKES_ARGUMENTS})

# The port that is none: U-Boot on the emulated board.
EMULATOR = Port(device="emulator")
# The user comes to the power switch within this time.
PROMPT_S = 120.0


def _port(text: str) -> Port:
    return EMULATOR if text == str(EMULATOR) else port_of(text)


OPTIONS = (
    Option(
        "port",
        "The board's console: a path, a URL, vid:pid[:serial], emulator.",
        "PORT",
        _port,
        needed=True,
        bench=attrgetter("console"),
    ),
    Option("transfer-baud", "Send the image at this rate.", "BAUD", int),
)


@dataclass(frozen=True)
class Found:
    """What is used for it."""

    port: Port
    facts: UBootFacts
    transfer_baud: int | None


def plan(job: Job) -> Plan:
    """Say what would be done; nothing is opened yet."""
    board = job.board
    port: Port = job.option("port")
    if board.uboot is None:
        raise UsageError(
            board.name, "nothing is known of a U-Boot for it; [uboot] in its file would say it"
        )
    baud: int | None = job.option("transfer_baud")
    # Nonsense for a port is told here, and not when the board waits.
    if baud and not has_rate(port):
        raise UsageError("--transfer-baud", f"{port} has no baud rate; rfc2217:// has one")
    at = f" at {baud} baud" if baud else ""
    place = f"0x{board.load_address:x}"
    first = "start Debian's U-Boot in QEMU" if port == EMULATOR else f"open {port} for us alone"
    steps = (
        f"{first}, {board.baud} baud",
        f'stop U-Boot\'s autoboot; within {PROMPT_S:g} s its prompt "{board.uboot.prompt}" must'
        " come: reset the board, or switch it on",
        f"loady {place}: send {job.image.name} by YMODEM{at}",
        f"crc32 {place}: compare what arrived",
        f"booti {place} - ${{fdtcontroladdr}}",
    )
    return Plan(steps, found=Found(port, board.uboot, baud))


def run(job: Job, plan: Plan) -> str:
    """Load the image into the board's memory and start it."""
    found: Found = plan.found
    image = job.build()
    data, address = image.read_bytes(), job.board.load_address

    def show(done_bytes: int) -> None:
        job.on_progress(Progress("send", done_bytes, len(data)))

    with _console(job, found) as (console, set_baud):
        uboot = UBoot(console, found.facts.prompt, where=f"{job.board.name}: {found.port}")
        # QEMU's PL011 takes no input any more once some came before it was set up (10.0.2).
        silent_s = PROMPT_S if found.port == EMULATOR else SILENT_S
        if found.port != EMULATOR:  # that one is on
            job.ready()
        uboot.stop(PROMPT_S, silent_s=silent_s)
        loaded = uboot.load(
            image.name,
            data,
            address,
            baud=found.transfer_baud,
            set_baud=set_baud,
            on_progress=show,
        )
        crc = uboot.check(data, address)
        if job.arguments:
            uboot.command(f"setenv bootargs {shlex.quote(job.arguments)}")
        first_line = uboot.start(address)
    speed = loaded.size_bytes / max(loaded.duration_s, 1e-3) / 1024
    again = f", {loaded.repeated_blocks} blocks repeated" if loaded.repeated_blocks else ""
    said = f'its first line: "{first_line}"' if first_line else "it has printed nothing yet"
    return (
        f"{loaded.size_bytes:,} bytes at 0x{address:x} in {loaded.duration_s:.1f} s"
        f" ({speed:.1f} KiB/s{again}), CRC 0x{crc:08x}, started; {said}"
    )


@contextmanager
def _console(job: Job, found: Found) -> Iterator[tuple[Console, SetBaud]]:
    if job.console is not None:
        yield job.console, job.console.set_baud
        return
    if found.port == EMULATOR:
        with emulator_with_uboot(job.board) as emulator:
            yield emulator.console, lambda baud: None
        return
    opener = partial(open_port, found.port, job.board.baud, Machine(job.root))
    stream = LastingStream(opener, job.tell)
    console = Console()
    console.start(stream)
    try:
        yield console, stream.set_baud
    finally:
        console.close()
