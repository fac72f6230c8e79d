# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board bench-setup`: a first bench file, by looking."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from uk_board.cli.options import folders, sysroot_option
from uk_board.desk.benchfile import check_boards, load_bench, places_of_file
from uk_board.desk.benchsetup import Seen, assign, look, place_of, text_of, write
from uk_board.disk.facts import Machine
from uk_board.facts.boards import board_names, load_board


@click.command("bench-setup")
@click.option(
    "--board",
    "boards",
    metavar="BOARD[=PATH[:IF]]",
    multiple=True,
    help="A board on the adapter at USB PATH (port IF), or the only one; repeatable.",
)
@click.option(
    "-o",
    "file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to.  [default: $XDG_CONFIG_HOME/uk-board/bench.toml]",
)
@sysroot_option
@click.option("--dry-run", is_flag=True, help="Print the file; write nothing.")
@click.pass_context
def command(
    context: click.Context, boards: tuple[str, ...], file: Path | None, sysroot: Path, dry_run: bool
) -> None:
    """Write a bench file of what hangs on USB. One that is there stays as it is.

    It asks only which board an adapter belongs to, and only on a terminal.
    """
    known = board_names(folders(context))
    for text in boards:
        load_board(text.partition("=")[0], folders(context))
    seen = look(Machine(sysroot))
    if not boards and not dry_run and sys.stdin.isatty():
        boards = tuple(_ask(seen, known))
    text = text_of(seen, assign(seen, boards))
    if dry_run:
        click.echo(text, nl=False)
        return
    where = file or places_of_file(os.environ, Path.cwd())[-1]
    write(where, text)
    check_boards(load_bench(where, os.environ, Path.cwd()), known)
    click.echo(f"{where}: {len(boards)} boards, {len(seen.ports)} serial ports")


def _ask(seen: Seen, known: list[str]) -> list[str]:
    """Ask which board hangs on each adapter; each board is offered once."""
    found = []
    for port in seen.ports:
        choice = click.Choice([*known, "none"])
        board = click.prompt(
            f"{port.device.title}, {port.where}: board", type=choice, default="none"
        )
        if board != "none":
            known = [name for name in known if name != board]
            found.append(f"{board}={place_of(port)}")
    return found
