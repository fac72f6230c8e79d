# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board shim replay`: a program of calls again, on the host or on a board."""

from __future__ import annotations

import json
from pathlib import Path

import click

from uk_board.cli.options import json_option, load
from uk_board.cli.shim.explore import BUILD
from uk_board.emulation.runner import built_image
from uk_board.errors import UsageError
from uk_board.shimhost import build
from uk_board.shimhost.explore import Case, read_case, run_case
from uk_board.shimhost.target import APP, run_on_board
from uk_board.tree import tree


@click.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--board", metavar="BOARD", help="Run it on this emulated board, not on the host.")
@json_option
def command(file: Path, board: str | None, as_json: bool) -> None:
    """Run the program in FILE and print what its calls return."""
    case = read_case(file.read_text(encoding="utf-8"))
    trace, wrong = _on_board(file, case, board) if board else _on_host(case)
    if as_json:
        click.echo(json.dumps({"trace": trace, "wrong": wrong}))
    else:
        click.echo("\n".join((*trace, *wrong)))
    if wrong:
        raise SystemExit(1)


def _on_board(file: Path, case: Case, board: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if case.injections:
        raise UsageError(str(file), "has `at` lines; only the host knows such points")
    return run_on_board(load(board), built_image(load(board), APP), case.program), ()


def _on_host(case: Case) -> tuple[tuple[str, ...], tuple[str, ...]]:
    run = run_case(build(tree(), BUILD), case)
    return run.trace, run.wrong
