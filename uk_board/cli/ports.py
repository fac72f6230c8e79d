# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board ports`: serial adapters, and which board each belongs to."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from uk_board.cli.options import bench_of, bench_option, console, json_option, sysroot_option
from uk_board.desk.benchfile import Bench, Port
from uk_board.disk.facts import Machine
from uk_board.serial.adapters import Adapter, adapters
from uk_board.serial.portlock import holder, lock_folder, users_of


@click.command("ports")
@bench_option
@sysroot_option
@json_option
def command(bench_file: Path | None, sysroot: Path, as_json: bool) -> None:
    """List serial adapters: what each is, where it is plugged in, who uses it, whose it is.

    Then the boards of the bench file whose consoles are elsewhere.
    """
    bench = bench_of(bench_file)
    there = adapters(Machine(sysroot))
    if as_json:
        click.echo(json.dumps([_facts(adapter, bench) for adapter in there], indent=1))
        return
    if there:
        _show(there, bench)
    else:
        click.echo("no serial adapter is there", err=True)
    for place, port in _consoles(bench):
        if not any(_is_at(port, adapter) for adapter in there):
            where = "not on USB here" if port.url or port.device else "not plugged in"
            click.echo(f"{place}: {port}, {where}")


def _consoles(bench: Bench) -> list[tuple[str, Port]]:
    places = bench.boards.values()
    return [(place.name, place.console) for place in places if place.console is not None]


def _is_at(port: Port, adapter: Adapter) -> bool:
    if port.url is not None:
        return False
    if port.device is not None:
        return Path(port.device).resolve() == adapter.node
    return port.wanted.fits_port(adapter)


def _owners(adapter: Adapter, bench: Bench) -> list[str]:
    """Return the boards that hang on an adapter; more than one is the bench file's fault."""
    return [name for name, port in _consoles(bench) if _is_at(port, adapter)]


def _user(adapter: Adapter) -> str:
    """Return who has an adapter's port open, as far as one may look."""
    node = adapter.node.resolve()
    others = (f"{name} (process {pid})" for pid, name in users_of(node, Path("/proc")))
    return holder(str(node), lock_folder()) or ", ".join(others)


def _facts(adapter: Adapter, bench: Bench) -> dict[str, object]:
    return {
        "device": str(adapter.node),
        "usb": adapter.device.ids,
        "serial": adapter.device.serial,
        "path": adapter.device.path,
        "interface": adapter.interface,
        "product": adapter.device.title,
        "driver": adapter.driver,
        "used_by": _user(adapter),
        "boards": _owners(adapter, bench),
    }


def _show(there: list[Adapter], bench: Bench) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in (
        "port",
        "USB id",
        "serial",
        "USB path",
        "if",
        "product",
        "driver",
        "used by",
        "board",
    ):
        table.add_column(heading, overflow="fold")
    for adapter in there:
        facts = _facts(adapter, bench)
        owners = " and ".join(_owners(adapter, bench)) or "-"
        row = [str(value) for value in facts.values()][:-1]
        table.add_row(*(text or "-" for text in row), owners)
    console().print(table)
