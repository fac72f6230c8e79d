# SPDX-License-Identifier: BSD-3-Clause
"""What several commands take: the board, --json; and where boards are looked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from uk_board.desk.benchfile import NAME as BENCH_NAME
from uk_board.desk.benchfile import Bench, check_boards, load_bench
from uk_board.facts.board import Board
from uk_board.facts.boards import board_folders, board_names, load_board

if TYPE_CHECKING:
    from rich.console import Console

F = TypeVar("F", bound=Callable[..., Any])


def folders(context: click.Context) -> tuple[Path, ...]:
    """Return where boards are looked for: each `--boards DIR`, then uk-board's own."""
    return board_folders(context.find_root().params.get("boards") or ())


def load(name: str) -> Board:
    """Return the board `name` of the running command. Raises: UkBoardError."""
    return load_board(name, folders(click.get_current_context()))


def _complete_board(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    names = board_names(folders(context))
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def board_argument(function: F, *, required: bool = True) -> F:
    """Add the argument BOARD, passed as `board`: a name for `load`; None if not required."""
    argument = click.argument(
        "board", metavar="BOARD", required=required, shell_complete=_complete_board
    )
    return argument(function)


def json_option(function: F) -> F:
    """Add the option --json, passed as `as_json`."""
    option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
    return option(function)


def bench_option(function: F) -> F:
    """Add the option --bench, passed as `bench_file`: a file for `bench_of`."""
    option = click.option(
        "--bench",
        "bench_file",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help=f"What hangs where.  [default: ./{BENCH_NAME}, or $XDG_CONFIG_HOME/uk-board/]",
    )
    return option(function)


def sysroot_option(function: F) -> F:
    """Add the hidden option --sysroot, passed as `sysroot`: where sysfs and /dev are looked for."""
    option = click.option(
        "--sysroot",
        default="/",
        hidden=True,
        type=click.Path(file_okay=False, path_type=Path),
        help="Look at this machine's sysfs.",
    )
    return option(function)


def bench_of(file: Path | None) -> Bench:
    """Return the user's bench; an empty one where there is no file. Raises: UkBoardError."""
    bench = load_bench(file, os.environ, Path.cwd())
    check_boards(bench, board_names(folders(click.get_current_context())))
    return bench


def console() -> Console:
    """Return where tables go; into a file they are not cut to a terminal's width."""
    # Imported here: most commands print no table, and rich takes long to load.
    from rich.console import Console

    plain = Console(markup=False, highlight=False)
    return plain if plain.is_terminal else Console(markup=False, highlight=False, width=200)
