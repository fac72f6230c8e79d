# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board bench`: what things cost in instructions, held against limits and rivals."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable

import click
from rich.console import Console
from rich.table import Table

from uk_board import bench, bench_limits
from uk_board.bench_limits import Limits, Row, Verdict
from uk_board.build.toolchain import find_toolchain
from uk_board.cli.build import _progress as build_progress
from uk_board.cli.options import board_argument, json_option, load
from uk_board.emulation.launch import command_line, machine_of
from uk_board.emulation.runner import built_image, planned_image
from uk_board.errors import UsageError
from uk_board.facts.board import Board
from uk_board.terminal import ended_by_signals
from uk_board.tree import tree

_WIDTH = 120


@click.command("bench")
@board_argument
@click.option("--dry-run", is_flag=True, help="Print the emulator's commands; start nothing.")
@click.option("--record", is_flag=True, help="Keep the rows as the baseline for later runs.")
@json_option
@click.pass_context
def command(context: click.Context, board: str, dry_run: bool, record: bool, as_json: bool) -> None:
    """Measure the FreeRTOS API and the core on BOARD in QEMU, in instructions.

    Ends with exit status 1 when a row is over its limit and not known to be, when it got
    more than 3 % worse than recorded, or when it is missing.
    """
    target = load(board)
    machine_of(target)
    limits = bench_limits.load_limits(tree())
    if dry_run:
        image = planned_image(target, bench.APP)
        for launch in bench.launches(target, image, limits).values():
            click.echo(shlex.join(command_line(target, launch)))
        if record:
            click.echo(f"write {bench_limits.BASELINE_FILE}")
        return
    holds = bench.is_reference(target, limits)
    if record and not holds:
        what = "its rows cannot be recorded; the baseline is that of the machine"
        raise UsageError(target.name, f"{what} {limits.reference}")
    rows = _measured(target, limits, quiet=as_json)
    judged = _judged(rows, limits, record=record) if holds else bench_limits.without_limits(rows)
    failed = [row for row in judged if row.verdict.fails]
    if as_json:
        click.echo(json.dumps(_as_json(target.name, rows, judged), indent=1))
    else:
        _show(judged)
    for row in failed:
        click.echo(f"uk-board: {target.name}: {row.name}: {_problem(row)}", err=True)
    context.exit(1 if failed else 0)


def _measured(target: Board, limits: Limits, *, quiet: bool) -> dict[str, int]:
    with build_progress(quiet=quiet, verbose=False) as on_progress:
        image = built_image(target, bench.APP, on_progress)
        hello = built_image(target, bench.SIZE_APP, on_progress)
    with ended_by_signals():
        rows = bench.measure(
            target, image, limits, lambda text: click.echo(f"bench {text}", err=True)
        )
    return {**rows, bench.SIZE_ROW: hello.file.stat().st_size}


def _judged(rows: dict[str, int], limits: Limits, *, record: bool) -> list[Row]:
    rows = bench_limits.with_mean(rows, limits)
    compiler = bench.compiler_of(find_toolchain())
    if record:
        text = bench_limits.baseline_text(rows, limits, compiler)
        (tree() / bench_limits.BASELINE_FILE).write_text(text, encoding="utf-8")
    baseline = bench_limits.load_baseline(tree())
    if compiler != baseline.compiler:
        click.echo(f"bench: the baseline is of {baseline.compiler}, not of {compiler}", err=True)
    return bench_limits.judge(rows, limits, baseline, compiler)


def _problem(row: Row) -> str:
    match row.verdict:
        case Verdict.MISSING:
            return "was not measured; limits.toml has it"
        case Verdict.WORSE:
            return (
                f"{row.measured} is more than 3 % above what was recorded; that is {row.recorded}"
            )
        case Verdict.GOOD_NOW:
            return "is good now, but the baseline lists it as not; record it: --record"
    most = row.limit.limit if row.limit else None
    return f"{row.measured} is over the limit; that is {most}"


def _as_json(board: str, rows: dict[str, int], judged: Iterable[Row]) -> dict[str, object]:
    verdicts = {row.name: row.verdict.value for row in judged if row.verdict is not Verdict.NONE}
    measured = {row.name: row.measured for row in judged if row.measured is not None}
    over = [name for name, verdict in verdicts.items() if verdict.startswith("over")]
    return {"board": board, "rows": {**rows, **measured}, "verdicts": verdicts, "over": over}


def _show(rows: list[Row]) -> None:
    console = Console()
    # Into a file or a narrow terminal: wide lines are better than numbers cut off.
    console.width = max(console.width, _WIDTH)
    console.print(_table(rows))
    mean = next((row for row in rows if row.name == bench_limits.MEAN_ROW), None)
    if mean is not None and mean.measured is not None and mean.limit is not None:
        most = (mean.limit.limit or 0) / 1000
        console.print(
            f"geometric mean against FreeRTOS: {mean.measured / 1000:.3f}, at most {most:.2f}"
            f" ({mean.verdict.value})",
            highlight=False,
        )


def _table(rows: list[Row]) -> Table:
    rivals = list(dict.fromkeys(name for row in rows if row.limit for name in row.limit.rivals))
    table = Table(box=None, pad_edge=False)
    table.add_column("row", no_wrap=True)
    for heading in ("measured", "limit", "", "ratio", *rivals):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        limit = row.limit
        others = [_number(limit.rivals.get(name) if limit else None) for name in rivals]
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        most = _number(limit.limit if limit else None)
        style = "bold red" if row.verdict.fails else "yellow" if row.verdict.known else "green"
        verdict = f"[{style}]{row.verdict.value}[/]"
        table.add_row(row.name, _number(row.measured), most, verdict, ratio, *others)
    return table


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
