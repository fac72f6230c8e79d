# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board bench`: what things cost in instructions, held against limits and rivals."""

from __future__ import annotations

import json
import shlex

import click
from rich.console import Console
from rich.table import Table

from uk_board.bench import APP, SIZE_APP, SIZE_ROW, Row, judge, launches, load_limits, measure
from uk_board.cli.build import _progress as build_progress
from uk_board.cli.options import board_argument, json_option, load
from uk_board.launch import command_line, machine_of
from uk_board.runner import built_image, planned_image
from uk_board.terminal import ended_by_signals
from uk_board.tree import tree

_VERDICTS = {None: "", False: "[green]ok[/]", True: "[bold red]over[/]"}


@click.command("bench")
@board_argument
@click.option("--dry-run", is_flag=True, help="Print the emulator's commands; start nothing.")
@json_option
@click.pass_context
def command(context: click.Context, board: str, dry_run: bool, as_json: bool) -> None:
    """Measure the core on BOARD in QEMU, where each instruction takes the same time.

    Ends with exit status 1 when a row is over its limit.
    """
    target = load(board)
    machine_of(target)
    limits = load_limits(tree())
    if dry_run:
        for launch in launches(target, planned_image(target, APP), limits).values():
            click.echo(shlex.join(command_line(target, launch)))
        return
    with build_progress(quiet=as_json, verbose=False) as on_progress:
        image = built_image(target, APP, on_progress)
        hello = built_image(target, SIZE_APP, on_progress)
    with ended_by_signals():
        rows = measure(target, image, limits, lambda text: click.echo(f"bench {text}", err=True))
    rows[SIZE_ROW] = hello.file.stat().st_size
    judged = judge(target, rows, limits)
    over = [row.name for row in judged if row.over]
    if as_json:
        click.echo(json.dumps({"board": target.name, "rows": rows, "over": over}, indent=1))
    else:
        _show(judged)
    if over:
        click.echo(f"uk-board: {target.name}: over the limit: {', '.join(over)}", err=True)
    context.exit(1 if over else 0)


def _show(rows: list[Row]) -> None:
    table = Table(box=None, pad_edge=False)
    rivals = list(dict.fromkeys(name for row in rows for name in row.rivals))
    table.add_column("row", no_wrap=True)
    for heading in ("measured", "limit", "", *rivals):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        limit = "" if row.limit is None else f"{row.limit:,}"
        others = [f"{row.rivals[name]:,}" if name in row.rivals else "" for name in rivals]
        table.add_row(row.name, f"{row.measured:,}", limit, _VERDICTS[row.over], *others)
    console = Console()
    console.print(table)
