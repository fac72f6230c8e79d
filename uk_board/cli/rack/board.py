# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board rack board`: the server of one emulated board, for a rack or by itself."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from uk_board.cli.options import board_argument, load
from uk_board.terminal import ended_by_signals


@click.command("board")
@board_argument
@click.option("--console-port", type=click.IntRange(0, 65535), default=0, metavar="PORT")
@click.option("--control-port", type=click.IntRange(0, 65535), default=0, metavar="PORT")
@click.option(
    "--state",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep its image there.  [default: a temporary folder]",
)
def command(board: str, console_port: int, control_port: int, state: Path | None) -> None:
    """Serve an emulated BOARD: console over TCP, power and images over HTTP.

    Prints both ports as JSON; 0 is any free one.
    """
    # Only here: other commands of this group start faster.
    from uk_board.rack.controlserver import Control
    from uk_board.rack.emulated import EmulatedBoard

    with ExitStack() as stack:
        stack.enter_context(ended_by_signals())
        folder = state or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        emulated = EmulatedBoard(load(board), folder, console_port)
        stack.callback(emulated.close)
        control = Control(emulated, control_port)
        stack.callback(control.server_close)
        click.echo(json.dumps({"console": emulated.line.port, "control": control.url}))
        control.serve_forever()
