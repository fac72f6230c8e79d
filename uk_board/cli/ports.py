# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board ports`: serial adapters, and which board each belongs to."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from uk_board.cli.options import bench_of, bench_option, console, json_option
from uk_board.desk.benchfile import Bench
from uk_board.disk.facts import Machine
from uk_board.serial.adapters import Adapter, adapters


@click.command("ports")
@bench_option
@click.option(
    "--sysroot",
    default="/",
    hidden=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Look at this machine's sysfs.",
)
@json_option
def command(bench_file: Path | None, sysroot: Path, as_json: bool) -> None:
    """List serial adapters: what each is, where it is plugged in, whose it is."""
    bench = bench_of(bench_file)
    there = adapters(Machine(sysroot))
    if as_json:
        click.echo(json.dumps([_facts(adapter, bench) for adapter in there], indent=1))
    elif not there:
        click.echo("no serial adapter is there", err=True)
    else:
        _show(there, bench)


def _owners(adapter: Adapter, bench: Bench) -> list[str]:
    """Return the boards that hang on an adapter; more than one is the bench file's fault."""
    ports = ((place.name, place.console) for place in bench.boards.values())
    return [
        name
        for name, port in ports
        if port is not None
        and port.url is None
        and (
            port.wanted.fits_port(adapter)
            if port.device is None
            else Path(port.device).resolve() == adapter.node
        )
    ]


def _facts(adapter: Adapter, bench: Bench) -> dict[str, object]:
    return {
        "device": str(adapter.node),
        "usb": adapter.device.ids,
        "serial": adapter.device.serial,
        "path": adapter.device.path,
        "interface": adapter.interface,
        "product": adapter.device.title,
        "driver": adapter.driver,
        "boards": _owners(adapter, bench),
    }


def _show(there: list[Adapter], bench: Bench) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("port", "USB id", "serial", "USB path", "if", "product", "driver", "board"):
        table.add_column(heading, overflow="fold")
    for adapter in there:
        facts = _facts(adapter, bench)
        owners = " and ".join(_owners(adapter, bench)) or "-"
        row = [str(value) for value in facts.values()][:-1]
        table.add_row(*(text or "-" for text in row), owners)
    console().print(table)
