# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board console`: a real board's console, found by what its adapter is."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, TextIO

import click

from uk_board.build.build import default_out
from uk_board.build.ninjafile import ELF
from uk_board.cli.options import bench_of, bench_option, board_argument, load, sysroot_option
from uk_board.desk.attend import Seat, attend
from uk_board.desk.benchfile import Bench, Place, port_of
from uk_board.desk.power import steps as power_steps
from uk_board.disk.facts import Machine
from uk_board.emulation.runner import planned_image
from uk_board.errors import UsageError
from uk_board.facts.board import Board
from uk_board.terminal import END_KEY_NAME, Echo, ended_by_signals
from uk_board.tree import tree

# A tenth of Python's own: at 3 Mbaud 150 bytes come meanwhile.
_SWITCH_S = 0.0005
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("console")
@board_argument
@bench_option
@click.option("--port", metavar="PORT", help="This port: a URL, node, vid:pid[:serial], USB path.")
@click.option("--baud", type=click.IntRange(50, 12_000_000), help="[default: bench, or board]")
@click.option("--power-cycle", is_flag=True, help="Switch the board off and on, once it is open.")
@click.option("--wait", "may_wait", is_flag=True, help="The port need not be there yet.")
@click.option(
    "--log",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write console.raw and console.log, with times, into DIR.",
)
@click.option("--app", metavar="APP", help="What runs there, for crashes.  [default: last built]")
@click.option("--elf", metavar="FILE", type=_FILE, help="Its ELF file, in place of --app.")
@click.option("--times", is_flag=True, help="Show the time before each line.")
@click.option("--hex", "hex_view", is_flag=True, help="Show bytes in hex.")
@click.option(
    "--timeout",
    "timeout_s",
    metavar="S",
    type=click.FloatRange(min=0, min_open=True),
    help="End after S seconds.  [default: never]",
)
@sysroot_option
@click.option("--dry-run", is_flag=True, help="Say what would be done; open nothing.")
def command(
    board: str,
    bench_file: Path | None,
    port: str | None,
    baud: int | None,
    power_cycle: bool,
    may_wait: bool,
    log: Path | None,
    app: str | None,
    elf: Path | None,
    times: bool,
    hex_view: bool,
    timeout_s: float | None,
    sysroot: Path,
    dry_run: bool,
) -> None:
    """Show BOARD's console, whatever number its adapter has; wait for it when it is gone.

    BOARD is a name in the bench file, or a board's. Ctrl-] q quits, Ctrl-] ? tells the rest.
    """
    place = place_of(bench_of(bench_file), board, port)
    target = load(place.board_name)
    where = port_of(port) if port else place.console
    if where is None:
        raise UsageError(place.name, "has no console in the bench file; --port names one")
    if power_cycle:
        power_steps(place)
    seat = Seat(
        place,
        where,
        baud or place.baud or target.baud,
        elf or elf_of(target, app),
        log,
        times,
        hex_view,
        may_wait,
        Machine(sysroot),
    )
    if dry_run:
        _tell_steps(seat, power_cycle)
        return
    sit(seat, power_cycle=power_cycle, timeout_s=timeout_s)


def place_of(bench: Bench, name: str, port: str | None) -> Place:
    """Return a place on the bench; with a port of one's own it need not be there."""
    found = bench.find(name)
    return found or (Place(name) if port else bench.place(name))


def elf_of(board: Board, app: str | None) -> Path | None:
    """Return the ELF file of an app, or of what was built last; None if nothing was."""
    if app:
        return planned_image(board, app).elf
    built = (default_out(tree()) / board.name).glob(f"*/{ELF}")
    return max(built, key=lambda file: file.stat().st_mtime, default=None)


def _tell_steps(seat: Seat, power_cycle: bool) -> None:
    steps = [f"open {seat.port} at {seat.baud} baud"]
    steps += power_steps(seat.place) if power_cycle else []
    for number, step in enumerate(steps, 1):
        click.echo(f"{number}. {step}")


def sit(seat: Seat, *, power_cycle: bool, timeout_s: float | None) -> None:
    """Sit at a console until the user or `timeout_s` ends it. Raises: UkBoardError."""
    # Who reads the port gets its turn at once, whatever screen and logs have to do.
    sys.setswitchinterval(_SWITCH_S)
    terminal_fd = sys.stdin.fileno() if sys.stdin.isatty() else None
    with ExitStack() as stack:
        stack.enter_context(ended_by_signals())

        def leave() -> None:
            desk.end()

        show, note = (
            Echo(stack.enter_context(_unbuffered(stream)), leave)
            for stream in (sys.stdout, sys.stderr)
        )
        desk = stack.enter_context(attend(seat, show, note, terminal_fd))
        keys = f"; {END_KEY_NAME} ? tells the keys" if terminal_fd is not None else ""
        desk.tell(f"{seat.place.name}: {seat.port}, {seat.baud} baud{keys}")
        if power_cycle:
            desk.power_cycle()
        desk.wait(timeout_s)


def _unbuffered(stream: TextIO) -> BinaryIO:
    """Return a stream whose end waits for nobody, even where a terminal stands still."""
    return open(stream.fileno(), "wb", buffering=0, closefd=False)
