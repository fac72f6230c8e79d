# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board boards`: all boards there are, and how each was verified."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table

from uk_board.cli.options import folders, json_option
from uk_board.facts.board import Board
from uk_board.facts.boards import board_names, load_board


@click.command("boards")
@json_option
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List the boards, and how each was verified.

    Verified "qemu": it ran in QEMU; "model": against a model of the device;
    "datasheet": written from documents only; "hardware" and a date: on a board.
    """
    where = folders(context)
    boards = [load_board(name, where) for name in board_names(where)]
    if as_json:
        click.echo(json.dumps([_facts(board) for board in boards], indent=1))
    else:
        _show(boards)


def _facts(board: Board) -> dict[str, object]:
    return {
        "name": board.name,
        "title": board.title,
        "models": board.models,
        "soc": board.soc,
        "core": board.core,
        "cores": board.cores,
        "emulator": board.emulator.machine if board.emulator else None,
        "verified": board.verified,
    }


def _show(boards: list[Board]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("board", "what it is", "SoC", "core", "emulator", "verified"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("board", "SoC"))
    for board in boards:
        emulator = f"QEMU {board.emulator.machine}" if board.emulator else "-"
        core = f"{board.cores}x {board.core}"
        row = (board.name, board.title, board.soc, core, emulator, verified(board))
        table.add_row(*row)
    console = Console(markup=False)
    if not console.is_terminal:
        console = Console(markup=False, width=200)  # into a pipe or a file: one line per board
    console.print(table)


def verified(board: Board) -> str:
    """Say how the features were verified: those of one kind together."""
    kinds: dict[str, list[str]] = {}
    for feature, kind in board.verified.items():
        kinds.setdefault(kind, []).append(feature)
    return "; ".join(f"{kind}: {', '.join(features)}" for kind, features in kinds.items())
