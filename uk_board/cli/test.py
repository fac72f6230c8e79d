# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board test`: the tests of hil-tests, or others, on a board; the same as pytest --board."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from uk_board.cli.options import board_argument, folders
from uk_board.errors import UsageError
from uk_board.tree import tree

# Options whose value is a file or folder that has no tests
_TAKE_A_FILE = (
    "--bench",
    "--board-folder",
    "--report",
    "--history",
    "--basetemp",
    "--rootdir",
    "-c",
)


@click.command(
    "test", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@click.option("--all", "on_all", is_flag=True, help="On all boards at once; without BOARD.")
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="With --all: so many boards at once.  [default: as many as there are cores]",
)
@partial(board_argument, required=False)
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST ARGUMENTS]")
@click.pass_context
def command(
    context: click.Context,
    on_all: bool,
    jobs: int | None,
    board: str | None,
    pytest_arguments: tuple[str, ...],
) -> None:
    """Run tests on BOARD: those of uk-board, unless files or folders are given.

    --on bench|place|emulator says where it is; without, it is that of the bench file, else the
    emulated one. All else goes to pytest, such as -k boot, -x or --junitxml=report.xml.
    """
    from uk_board.harness.targets import targets_of  # only here: it takes pytest

    searched = folders(context)[:-1]
    if on_all:
        from uk_board.cli.matrix import run_all

        arguments = [*([board] if board else ()), *pytest_arguments]
        context.exit(run_all([*arguments, *_where_to_look(arguments)], searched, jobs))
    if board is None:
        raise UsageError("BOARD", "is missing; a board, or --all, is expected")
    on, bench_file = _where(pytest_arguments)
    targets_of([board], on, bench_file, searched, os.environ, Path.cwd())
    options = ["-m", "pytest", "--board", board]
    for folder in searched:
        options += ["--board-folder", str(folder)]
    where = _where_to_look(pytest_arguments)
    # In place of this process: pytest wants to load the modules of its plugins itself.
    os.execv(sys.executable, [sys.executable, *options, *pytest_arguments, *where])


def _where(pytest_arguments: Sequence[str]) -> tuple[str | None, Path | None]:
    """Return what pytest's arguments say of --on and --bench: wrong ones are told here."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--on")
    parser.add_argument("--bench", type=Path)
    found, _ = parser.parse_known_args(pytest_arguments)
    return found.on, found.bench


def _where_to_look(pytest_arguments: Sequence[str]) -> list[str]:
    return [] if _names_tests(pytest_arguments) else [str(tree() / "hil-tests")]


def _names_tests(pytest_arguments: Sequence[str]) -> bool:
    """Tell whether files or folders of tests are among pytest's arguments."""
    before = ("", *pytest_arguments)
    return any(
        Path(argument.partition("::")[0]).exists()
        for option, argument in zip(before, pytest_arguments, strict=False)
        if option not in _TAKE_A_FILE
    )
