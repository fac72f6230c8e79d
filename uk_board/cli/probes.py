# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board probes`: debug probes, and which board each belongs to."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from uk_board.cli.options import bench_of, bench_option, console, json_option
from uk_board.debug.probe import probes


@click.command("probes")
@bench_option
@json_option
def command(bench_file: Path | None, as_json: bool) -> None:
    """List debug probes: what each is, its serial number, whose it is."""
    bench = bench_of(bench_file)
    there = probes()
    owners = {
        probe.serial: [
            place.name
            for place in bench.boards.values()
            if (place.probe or "").lower() == probe.serial.lower()
        ]
        for probe in there
    }
    if as_json:
        facts = [
            {"serial": probe.serial, "product": probe.title, "boards": owners[probe.serial]}
            for probe in there
        ]
        click.echo(json.dumps(facts, indent=1))
    elif not there:
        click.echo("no debug probe is there", err=True)
    else:
        table = Table("serial", "product", "board", box=None, pad_edge=False)
        for probe in there:
            table.add_row(probe.serial, probe.title, " and ".join(owners[probe.serial]) or "-")
        console().print(table)
