# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board test --all`: all boards at once, a line for each while they run, one report."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from uk_board.errors import MissingError, UkBoardError, UsageError
from uk_board.harness.matrix import Lane, Matrix, Row
from uk_board.harness.shares import Unit, durations_of
from uk_board.harness.targets import targets_of
from uk_board.report import history
from uk_board.report.ending import DEFAULT_FOLDER
from uk_board.report.numbers import numbers_of_run
from uk_board.report.output import LATEST, PAGE, point_latest
from uk_board.report.page.head import tests_of, verdict
from uk_board.report.store import load_run
from uk_board.terminal import ended_by_signals

JOBS = click.IntRange(min=1)


def run_all(arguments: Sequence[str], searched: Sequence[Path], jobs: int | None) -> int:
    """Run the tests on all boards and return the worst status. Raises: UkBoardError."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for option in ("--on", "--bench", "--report", "--history", "--coordinator"):
        parser.add_argument(option)
    parser.add_argument("--jobs")  # it may come behind pytest's options
    found, rest = parser.parse_known_args(arguments)
    if found.jobs is not None:
        jobs = int(JOBS.convert(found.jobs, None, None))
    lanes = _lanes(found.on, found.bench and Path(found.bench), found.coordinator, searched, jobs)
    for option in ("--on", "--bench", "--coordinator"):
        value = getattr(found, option[2:])
        rest += [option, value] if value else []
    for folder in searched:
        rest += ["--board-folder", str(folder)]
    out = Path(found.report or DEFAULT_FOLDER / time.strftime("%Y%m%d-%H%M%S-all"))
    if out.exists() and any(out.iterdir()):
        raise UsageError(f"--report {out}", "has a report already; a new folder is expected")
    matrix = Matrix(
        lanes,
        out,
        rest,
        jobs=jobs or sum(lane.runs for lane in lanes),
        environ=os.environ,
        durations=_durations(out.parent / LATEST),
    )
    with ExitStack() as stack:
        stack.enter_context(ended_by_signals())
        try:
            with matrix:
                matrix.run(_Lines().show)
        finally:
            _tell_end(matrix, found.history and Path(found.history))
    if found.report is None:
        point_latest(out)
    return matrix.status


def _lanes(
    on: str | None,
    bench: Path | None,
    coordinator: str | None,
    searched: Sequence[Path],
    jobs: int | None,
) -> list[Lane]:
    """Return how the boards are shared out: those of the rack, of the bench, else emulated ones.

    Raises: UkBoardError.
    """
    if on == "place":
        lanes = asyncio.run(_lanes_of_rack(coordinator))
    else:
        # Without --on, all that have an emulator; of those, the bench's are tested there.
        on_bench = on if on == "bench" else None
        targets = targets_of([], on_bench, bench, searched, os.environ, Path.cwd())
        emulated = tuple(target.name for target in targets if target.on == "emulator")
        lanes = [Lane((target.name,)) for target in targets if target.on != "emulator"]
        lanes += [Lane(emulated, jobs or os.cpu_count() or 1)] if emulated else []
    if not lanes:
        raise MissingError("--all", f"there is no board to test on {on or 'emulators'}")
    return lanes


async def _lanes_of_rack(coordinator: str | None) -> list[Lane]:
    """Return all boards of a rack, each with as many runs as it has free places now."""
    # Only here: most runs have no rack.
    from uk_board.rack.coordinator import address_of, connect
    from uk_board.rack.lease import Owner, Times
    from uk_board.rack.status import status_of

    session = await connect(address_of(coordinator), Owner.of_this_process(), Times())
    try:
        places = (await status_of(session, time.time())).places
    finally:
        await session.close()
    free = Counter(place.board for place in places if place.state == "free")
    # Where none is free, one run tells who has them, or waits (--wait).
    boards = sorted({place.board for place in places if place.board})
    return [Lane((board,), max(1, free[board])) for board in boards]


def _durations(report: Path) -> dict[Unit, float]:
    """Return how long files of tests took in the last run, in s; nothing if there is none."""
    with contextlib.suppress(UkBoardError):
        return durations_of(load_run(report))
    return {}


class _Lines:
    """A line for each board: written again on a terminal, elsewhere when a board is done."""

    def __init__(self) -> None:
        self._lines = 0
        self._told: set[str] = set()

    def show(self, rows: Sequence[Row]) -> None:
        if sys.stderr.isatty():
            back = f"\x1b[{self._lines}F" if self._lines else ""
            text = "".join(f"\x1b[K{row}  {row.last[-60:]}\n" for row in rows)
            click.echo(f"{back}{text}", nl=False, err=True)
            self._lines = len(rows)
            return
        for row in rows:
            if row.status is not None and row.board not in self._told:
                self._told.add(row.board)
                click.echo(str(row), err=True)


def _tell_end(matrix: Matrix, history_file: Path | None) -> None:
    for board, causes in matrix.causes.items():
        for name, cause in causes.items():
            click.echo(f"{name} took no more tests of {board}: {cause}", err=True)
    for worker in matrix.workers:
        if worker.status not in (None, 0):
            click.echo(f"{worker.name}: {matrix.log(worker)}", err=True)
    merged = matrix.merged()
    if merged is None:
        click.echo("uk-board: no board made a report", err=True)
    else:
        click.echo(f"{tests_of(merged)}: {verdict(merged)}; {matrix.out / PAGE}")
        if history_file is not None:
            history.add(history_file, numbers_of_run(merged))
