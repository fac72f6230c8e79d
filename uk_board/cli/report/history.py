# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board report history`: the numbers of many runs, in a small SQLite file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import click

from uk_board.bench_limits import load_limits
from uk_board.cli.options import json_option
from uk_board.report import facts, history
from uk_board.report.history import Point
from uk_board.report.numbers import load_numbers
from uk_board.tree import tree

_SHOWN = 20
_WIDTH = 40


def _file_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--history",
        "file",
        type=click.Path(dir_okay=False, path_type=Path),
        default=history.DEFAULT_FILE,
        show_default=True,
        metavar="FILE",
        help="The SQLite file.",
    )(function)


@click.group("history")
def command() -> None:
    """Keep the numbers of runs, and show how they went over time."""


@command.command("add")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@_file_option
def add(paths: tuple[Path, ...], file: Path) -> None:
    """Add the numbers of PATH..., each a report or a file; what is there already stays as it is.

    A file has the output of `uk-board bench BOARD --json` or `uk-board build BOARD --json`; its
    numbers count as those of the revision that is checked out.
    """
    limits = load_limits(tree())
    commit = facts.commit(tree())
    for path in paths:
        found = load_numbers(path, limits, commit)
        new = history.add(file, found)
        told = f"{len(found.values)} numbers" if new else "is there already"
        click.echo(f"{found.origin.id}: {told}")


@command.command("show")
@click.argument("measurement", required=False)
@click.option("--board", metavar="BOARD", help="Of this board only.")
@_file_option
@json_option
def show(measurement: str | None, board: str | None, file: Path, as_json: bool) -> None:
    """Show how MEASUREMENT went over time; without it, list what there is."""
    if measurement is None:
        names = history.names(file)
        click.echo(json.dumps(names) if as_json else "\n".join(names))
        return
    found = history.series(file, measurement, board)
    if as_json:
        rows = {name: [asdict(point) for point in points] for name, points in found.items()}
        click.echo(json.dumps(rows, indent=1))
        return
    for name, points in found.items():
        _show(name, points)


def _show(board: str, points: list[Point]) -> None:
    values = [point.value for point in points]
    line = history.sparkline(values[-_WIDTH:])
    unit = points[-1].unit
    low, high = f"{min(values):,.6g}", f"{max(values):,.6g}"
    click.echo(f"{board}  {line}  {low} to {high} {unit}".rstrip() + _against_before(values))
    for point, before in list(zip(points, [None, *values[:-1]], strict=True))[-_SHOWN:]:
        dirty = "+" if point.dirty else " "
        percent = f"{100 * (point.value - before) / before:+.1f} %" if before else ""
        revision = f"{point.revision[:10] or '-':10}{dirty}"
        row = f"  {point.started}  {revision} {point.value:>14,.6g} {point.unit}  {percent}"
        click.echo(row.rstrip())


def _against_before(values: list[float]) -> str:
    """Return how the last value stands to what was usual before it."""
    if len(values) < 2 or not (usual := median(values[:-1])):
        return ""
    percent = 100 * (values[-1] - usual) / abs(usual)
    return f"; now {percent:+.1f} % against the median before"
