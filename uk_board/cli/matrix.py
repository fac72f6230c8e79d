# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board test --all`: all boards at once, a line for each while they run, one report."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from uk_board.errors import MissingError, UsageError
from uk_board.harness.matrix import BoardRun, Matrix
from uk_board.harness.targets import targets_of
from uk_board.report.ending import DEFAULT_FOLDER
from uk_board.report.output import PAGE
from uk_board.report.page.head import tests_of, verdict
from uk_board.terminal import ended_by_signals


def run_all(arguments: Sequence[str], searched: Sequence[Path], jobs: int | None) -> int:
    """Run the tests on all boards and return the worst status. Raises: UkBoardError."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for option in ("--on", "--bench", "--report", "--coordinator"):
        parser.add_argument(option)
    found, rest = parser.parse_known_args(arguments)
    bench = Path(found.bench) if found.bench else None
    boards = _boards(found.on, bench, found.coordinator, searched)
    for option in ("--on", "--bench", "--coordinator"):
        value = getattr(found, option[2:])
        rest += [option, value] if value else []
    for folder in searched:
        rest += ["--board-folder", str(folder)]
    out = Path(found.report or DEFAULT_FOLDER / time.strftime("%Y%m%d-%H%M%S-all"))
    if out.exists() and any(out.iterdir()):
        raise UsageError(f"--report {out}", "has a report already; a new folder is expected")
    matrix = Matrix(boards, out, rest, jobs=jobs or os.cpu_count() or 1, environ=os.environ)
    with ExitStack() as stack:
        stack.enter_context(ended_by_signals())
        try:
            with matrix:
                matrix.run(_Lines().show)
        finally:
            _tell_end(matrix, out)
    return matrix.status


def _boards(
    on: str | None, bench: Path | None, coordinator: str | None, searched: Sequence[Path]
) -> list[str]:
    """Return the boards there are: of the rack, of the bench, else all with an emulator."""
    if on == "place":
        names = asyncio.run(_boards_of_rack(coordinator))
    else:
        # Without --on, all that have an emulator; of those, the bench's are tested there.
        on_bench = on if on == "bench" else None
        targets = targets_of([], on_bench, bench, searched, os.environ, Path.cwd())
        names = [target.name for target in targets]
    if not names:
        raise MissingError("--all", f"there is no board to test on {on or 'emulators'}")
    return names


async def _boards_of_rack(coordinator: str | None) -> list[str]:
    # Only here: most runs have no rack.
    from uk_board.rack.coordinator import address_of, connect
    from uk_board.rack.lease import Owner, Times

    session = await connect(address_of(coordinator), Owner.of_this_process(), Times())
    try:
        boards = {place.tags.get("board") for place in session.places.values()}
        return sorted(board for board in boards if board)
    finally:
        await session.close()


class _Lines:
    """A line for each board: written again on a terminal, elsewhere when a board is done."""

    def __init__(self) -> None:
        self._lines = 0
        self._told: set[str] = set()

    def show(self, runs: Sequence[BoardRun]) -> None:
        if sys.stderr.isatty():
            back = f"\x1b[{self._lines}F" if self._lines else ""
            text = "".join(f"\x1b[K{run}  {run.last[-60:]}\n" for run in runs)
            click.echo(f"{back}{text}", nl=False, err=True)
            self._lines = len(runs)
            return
        for run in runs:
            if run.status is not None and run.board not in self._told:
                self._told.add(run.board)
                click.echo(str(run), err=True)


def _tell_end(matrix: Matrix, out: Path) -> None:
    for run in matrix.runs:
        if run.status not in (None, 0):
            click.echo(f"{run.board}: {run.log}", err=True)
    merged = matrix.merged()
    if merged is None:
        click.echo("uk-board: no board made a report", err=True)
    else:
        click.echo(f"{tests_of(merged)}: {verdict(merged)}; {out / PAGE}")
