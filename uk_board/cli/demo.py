# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board demo`: a board serves its sensors while a temperature is changed."""

from __future__ import annotations

import shlex
import sys

import click

from uk_board.cli.build import _progress as build_progress
from uk_board.cli.options import folders, load
from uk_board.demo import AFTER_C, APP, BEFORE_C, demo, demo_launch, suitable_boards
from uk_board.emulation.launch import command_line, machine_of
from uk_board.emulation.runner import built_image, planned_image
from uk_board.errors import UsageError
from uk_board.facts.board import Board
from uk_board.facts.boards import board_names, load_board
from uk_board.terminal import Echo, ended_by_signals


@click.command("demo")
@click.argument("board", required=False, metavar="[BOARD]")
@click.option("--dry-run", is_flag=True, help="Say what would be done; start nothing.")
@click.pass_context
def command(context: click.Context, board: str | None, dry_run: bool) -> None:
    """Build the demo, boot it in QEMU and change the temperature of its sensor as it runs.

    Without BOARD: the first one whose emulator has the network and the I2C bus it takes.
    """
    target = load(board) if board else _first_suitable(context)
    machine_of(target)
    if dry_run:
        image = planned_image(target, APP)
        click.echo(f"build {APP} for {target.name}, then")
        click.echo(shlex.join(command_line(target, demo_launch(image))))
        click.echo(f"set {BEFORE_C:g} C by QMP, wait for it over HTTP; then {AFTER_C:g} C")
        return
    with build_progress(quiet=False, verbose=False) as on_progress:
        image = built_image(target, APP, on_progress)
    with ended_by_signals():
        result = demo(target, image, Echo(sys.stdout.buffer, on_gone=lambda: None))
    click.echo(result)


def _first_suitable(context: click.Context) -> Board:
    where = folders(context)
    suitable = suitable_boards([load_board(name, where) for name in board_names(where)])
    if not suitable:
        raise UsageError(
            "demo", "no board's emulator has the network and the I2C bus that it takes"
        )
    return suitable[0]
