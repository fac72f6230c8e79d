# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board report compare`: performance and sizes against a baseline, in percent."""

from __future__ import annotations

import json
from pathlib import Path

import click

from uk_board import bench_limits
from uk_board.cli.options import console, json_option
from uk_board.errors import UsageError
from uk_board.report import compare as comparison
from uk_board.report import history
from uk_board.report.compare import Change, Row
from uk_board.report.historyfile import is_history
from uk_board.report.numbers import load_numbers
from uk_board.report.record import Commit
from uk_board.tree import tree

_STYLES = {Change.WORSE: "bold red", Change.BETTER: "green"}


def _percent(_: click.Context, __: click.Parameter, value: str) -> float:
    """Return a number of percent, given with or without the sign. Raises: click.BadParameter."""
    try:
        number = float(value.removesuffix("%"))
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise click.BadParameter(f'"{value}" is no percentage; one such as 3% is expected')
    return number


@click.command("compare")
@click.argument("before", type=click.Path(path_type=Path), metavar="A")
@click.argument("after", type=click.Path(path_type=Path), metavar="B")
@click.option(
    "--threshold",
    callback=_percent,
    default=f"{comparison.THRESHOLD_PERCENT:g}%",
    show_default=True,
    metavar="N%",
    help="How much worse something may get.",
)
@click.option(
    "--noise",
    callback=_percent,
    default=f"{comparison.NOISE_PERCENT:g}%",
    show_default=True,
    metavar="N%",
    help="The same for what is measured in real time, which never repeats exactly.",
)
@click.option("--markdown", is_flag=True, help="Print a comment for a pull request.")
@click.option("--all", "every", is_flag=True, help="Show what did not change, too.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    before: Path,
    after: Path,
    threshold: float,
    noise: float,
    markdown: bool,
    every: bool,
    as_json: bool,
) -> None:
    """Compare the numbers of B with those of A, the baseline.

    Each is a report's folder or run.json, or a file with the output of `uk-board bench BOARD
    --json` or `uk-board build BOARD --json`. A may be a history as well: then the baseline is
    what its runs before B had. Ends with exit status 1 if something got worse by more than
    the threshold, 2 if they have no number in common. What is new or gone is told.
    """
    rows = _rows(before, after, threshold, noise)
    if as_json:
        click.echo(json.dumps(comparison.as_json(rows), indent=1))
    elif markdown:
        click.echo(comparison.markdown(rows, threshold), nl=False)
    else:
        _show(rows, every=every)
    context.exit(int(any(row.change is Change.WORSE for row in rows)))


def _rows(before: Path, after: Path, threshold: float, noise: float) -> list[Row]:
    """Compare two paths. Raises: UsageError when there is nothing to compare."""
    limits = bench_limits.load_limits(tree())
    new = load_numbers(after, limits, Commit())
    if is_history(before):
        old = history.baseline(before, without=new.origin.id)
    else:
        old = load_numbers(before, limits, Commit()).values
    rows = comparison.compare(old, new.values, threshold, noise)
    if not comparison.has_common(rows):
        boards = " and ".join(
            ", ".join(dict.fromkeys(board for board, _ in values)) or "none"
            for values in (old, new.values)
        )
        told = f"has no number that {before} has, too; they have numbers of {boards}"
        raise UsageError(str(after), told)
    return rows


def _show(rows: list[Row], *, every: bool) -> None:
    # Imported here: the other forms need none of it.
    from rich.table import Table

    shown = comparison.shown(rows, every=every)
    if shown:
        table = Table(box=None, pad_edge=False)
        for heading in ("board", "what"):
            table.add_column(heading, no_wrap=True)
        for heading in ("before", "after", "", "change"):
            table.add_column(heading, justify="right", no_wrap=True)
        table.add_column("", no_wrap=True)
        for row in shown:
            table.add_row(*_cells(row), style=_STYLES.get(row.change))
        console().print(table)
    for told in comparison.absences(rows):
        click.echo(told)
    click.echo(comparison.counts(rows))


def _cells(row: Row) -> tuple[str, ...]:
    before, after = comparison.shown_value(row.before), comparison.shown_value(row.after)
    percent = comparison.shown_percent(row)
    return (row.board, row.name, before, after, row.unit, percent, row.change.value)
