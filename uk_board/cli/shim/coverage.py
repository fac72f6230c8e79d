# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board shim coverage`: how much of FreeRTOS's API there is."""

from __future__ import annotations

import json

import click
from rich.table import Table

from uk_board.cli.options import console, json_option
from uk_board.shimgen import Coverage, coverage
from uk_board.tree import tree


@click.command("coverage")
@json_option
def command(as_json: bool) -> None:
    """Count what is provided, what differs, and what is missing and why."""
    counted = coverage(tree())
    if as_json:
        click.echo(json.dumps(counted.as_json(), indent=1))
    else:
        _show(counted)


def _show(counted: Coverage) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("header")
    table.add_column("provided", justify="right")
    table.add_column("public", justify="right")
    for header, (provided, public) in counted.by_header.items():
        table.add_row(header, str(provided), str(public))
    table.add_row("total", str(len(counted.provided)), str(counted.public))
    out = console()
    out.print(table)
    out.print(f"\ndiffers ({len(counted.differs)}):")
    for name, how in counted.differs.items():
        out.print(f"  {name}: {how}")
    out.print(f"\nmissing ({len(counted.missing)}):")
    for reason, names in counted.missing_by_reason().items():
        out.print(f"  {reason}: {', '.join(names)}")
