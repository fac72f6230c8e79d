# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board rack up`: a whole rack of emulated boards on this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import click

from uk_board.cli.options import folders
from uk_board.cli.rack import speed_option
from uk_board.facts.boards import board_names, load_board
from uk_board.rack.consoleline import LOCAL
from uk_board.rack.coordinator import Session, UnreachableError, connect
from uk_board.rack.lease import Owner, told
from uk_board.rack.up import Rack, parse_boards
from uk_board.terminal import ended_by_signals

_LOOK_S = 1.0


@click.command("up")
@click.option(
    "--boards",
    "wanted",
    metavar="BOARD[=N],...",
    help="Which boards, and how many of each.  [default: one of each that has an emulator]",
)
@click.option("--port", type=click.IntRange(1, 65535), default=20408, show_default=True)
@click.option(
    "--state",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep logs and images there.  [default: a temporary folder]",
)
@speed_option
@click.pass_context
def command(
    context: click.Context, wanted: str | None, port: int, state: Path | None, speed: float
) -> None:
    """Start coordinator, exporter, keeper and emulated boards here; Ctrl-C ends them all."""
    where = folders(context)
    known = [name for name in board_names(where) if load_board(name, where).emulator is not None]
    boards = parse_boards(wanted, known) if wanted is not None else dict.fromkeys(known, 1)
    with ExitStack() as stack:
        stack.enter_context(ended_by_signals())
        folder = state or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rack-")))
        rack = Rack(folder, f"{LOCAL}:{port}", board_folders=where[:-1], tell=_tell, speed=speed)
        stack.enter_context(rack)
        _tell(f"starting {', '.join(f'{count} {name}' for name, count in boards.items())}")
        rack.start_boards(boards)
        rack.start()
        first = rack.places[0].board
        _tell(f"up: {', '.join(place.name for place in rack.places)}; logs are in {folder}")
        _tell(f"try: uk-board test {first} --on place; labgrid-client -x {rack.address} places")
        asyncio.run(_watch(rack))


async def _watch(rack: Rack) -> None:
    """Show who uses what, and start again what ends, for ever."""
    status = _Status()
    session: Session | None = None
    owner = Owner.of_this_process()
    try:
        while True:
            rack.processes.look()
            try:
                if session is None or session.lost:
                    session = await connect(rack.address, owner, rack.times)
                places = [(name, place.acquired) for name, place in session.places.items()]
                status.show(places)
                await session.news(_LOOK_S)
            except UnreachableError:
                await asyncio.sleep(_LOOK_S)
    finally:
        if session is not None:
            await session.close()


class _Status:
    """One line on a terminal that is written again; elsewhere a line for each change."""

    def __init__(self) -> None:
        self._shown = ""

    def show(self, places: list[tuple[str, str | None]]) -> None:
        used = [f"{name}: {told(owner)}" for name, owner in sorted(places) if owner]
        text = f"{len(places)} place{'s' * (len(places) != 1)}, {len(used)} in use"
        text += f" ({'; '.join(used)})" if used else ""
        if text == self._shown:
            return
        self._shown = text
        if sys.stderr.isatty():
            width = max(20, shutil.get_terminal_size().columns - 22)
            click.echo(f"\r\x1b[Krack: {text[:width]} - Ctrl-C ends", nl=False, err=True)
        else:
            _tell(text)


def _tell(text: str) -> None:
    clear = "\r\x1b[K" if sys.stderr.isatty() else ""
    click.echo(f"{clear}{time.strftime('%H:%M:%S')} rack: {text}", err=True)
