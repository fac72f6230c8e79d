# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board test`: the tests of hil-tests, or others, on a board; the same as pytest --board."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from uk_board.cli.options import board_argument, folders
from uk_board.tree import tree


@click.command(
    "test", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@board_argument
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST ARGUMENTS]")
@click.pass_context
def command(context: click.Context, board: str, pytest_arguments: tuple[str, ...]) -> None:
    """Run tests on BOARD: those of uk-board, unless files or folders are given.

    --on bench|place|emulator says where it is; without, it is that of the bench file, else the
    emulated one. All else goes to pytest, such as -k boot, -x or --junitxml=report.xml.
    """
    options = ["-m", "pytest", "--board", board]
    for folder in folders(context)[:-1]:
        options += ["--board-folder", str(folder)]
    named = any(Path(argument.partition("::")[0]).exists() for argument in pytest_arguments)
    where = [] if named else [str(tree() / "hil-tests")]
    # In place of this process: pytest wants to load the modules of its plugins itself.
    os.execv(sys.executable, [sys.executable, *options, *pytest_arguments, *where])
