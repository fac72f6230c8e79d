# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board probes`: debug probes, which board each belongs to, and what is behind it."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from uk_board.cli.options import bench_of, bench_option, console, folders, json_option, load
from uk_board.debug.facts import DebugFacts
from uk_board.debug.identify import boards_like, describe
from uk_board.debug.probe import Probe, opened, probes
from uk_board.desk.benchfile import Bench
from uk_board.errors import UkBoardError
from uk_board.facts.boards import board_names

# Nothing is known of what may be there.
_ANY = DebugFacts(part=0)


@click.command("probes")
@bench_option
@click.option("--look", is_flag=True, help="Connect to the chip behind each probe; halt nothing.")
@json_option
def command(bench_file: Path | None, look: bool, as_json: bool) -> None:
    """List debug probes: what each is, its serial number, whose it is."""
    bench = bench_of(bench_file)
    rows = [_facts(probe, bench, look) for probe in probes()]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
    elif not rows:
        click.echo("no debug probe is there", err=True)
    else:
        table = Table(*rows[0], box=None, pad_edge=False)
        for row in rows:
            table.add_row(*(_shown(value) for value in row.values()))
        console().print(table)


def _shown(value: str | list[str]) -> str:
    return value if isinstance(value, str) else " and ".join(value) or "-"


def _facts(probe: Probe, bench: Bench, look: bool) -> dict[str, str | list[str]]:
    named = [(place.name, place.probe) for place in bench.boards.values()]
    named += [(helper.name, helper.probe) for helper in bench.helpers.values()]
    owners = [name for name, serial in named if (serial or "").lower() == probe.serial.lower()]
    facts: dict[str, str | list[str]] = {
        "serial": probe.serial,
        "product": probe.title,
        "belongs to": owners,
    }
    return {**facts, **_behind(probe)} if look else facts


def _behind(probe: Probe) -> dict[str, str | list[str]]:
    """Return what is behind a probe, or why that cannot be seen."""
    try:
        with opened(probe, _ANY) as bus:
            found, dp_idr = bus.components, bus.dp_idr
    except UkBoardError as error:
        return {"behind it": error.problem, "as has": []}
    names = board_names(folders(click.get_current_context()))
    boards = {name: load(name).debug for name in names}
    return {
        "behind it": f"debug port 0x{dp_idr:08x}: {describe(found)}",
        "as has": boards_like(found, boards),
    }
