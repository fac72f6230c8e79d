# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board show`: everything that is known of one board."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table

from uk_board.cli.options import board_argument, json_option, load
from uk_board.facts.board import Board, Device, Region


@click.command("show")
@board_argument
@json_option
def command(board: str, as_json: bool) -> None:
    """Show all facts of BOARD, those of its SoC too."""
    facts = load(board)
    if as_json:
        click.echo(json.dumps(asdict(facts), indent=1, default=str))
    else:
        _show(facts)


def _show(board: Board) -> None:
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console = Console(markup=False, highlight=False, width=200)
    facts = Table(box=None, pad_edge=False, show_header=False)
    for fact in _facts(board):
        facts.add_row(*fact)
    devices = Table(box=None, pad_edge=False)
    for heading in ("device", "compatible", "registers", "size", "interrupt", "clock"):
        right = heading in ("size", "interrupt", "clock")
        devices.add_column(heading, justify="right" if right else "left", overflow="fold")
    for device in board.devices.values():
        for row in _rows(device):
            devices.add_row(*row)
    console.print(facts)
    console.print()
    console.print(devices)


def _facts(board: Board) -> Iterator[tuple[str, str]]:
    yield "board", f"{board.name}: {board.title}"
    yield "models", ", ".join(board.models)
    yield "file", str(board.path)
    yield "SoC", f"{board.soc}, {board.cores}x {board.core}"
    yield "RAM", _listed(board.ram)
    yield "reserved", _listed(board.reserved) or "-"
    yield "device memory", _listed(board.mmio)
    yield "load address", f"0x{board.load_address:x}"
    yield "spin table", f"0x{board.spin_table:x}" if board.spin_table else "-"
    yield "console", f"{board.console}, {board.baud} baud"
    yield "interrupts", f"{board.interrupt_controller}, virtual timer {board.timer_interrupt}"
    yield "pins", _pins(board) or "-"
    yield "power", board.power
    yield "mailbox", board.mailbox or "-"
    yield "device trees", ", ".join(board.device_trees) or "-"
    yield "emulator", _emulator(board)
    for feature, kind in board.verified.items():
        yield f"verified {feature}", kind


def _pins(board: Board) -> str:
    return ", ".join(
        f"{pin.pin} {pin.function} ({device.name})"
        for device in board.devices.values()
        for pin in device.pins
    )


def _emulator(board: Board) -> str:
    emulator = board.emulator
    if emulator is None:
        return "-"
    options = {"-M": emulator.machine, "-cpu": emulator.cpu, "-m": emulator.memory}
    words = [f"{option} {value}" for option, value in options.items() if value]
    words += [f"-smp {emulator.smp}"] if emulator.smp else []
    words += [f"(polled: {', '.join(emulator.poll)})"] if emulator.poll else []
    words += [f"(absent: {', '.join(emulator.absent)})"] if emulator.absent else []
    return " ".join(["QEMU", *words])


def _listed(regions: tuple[Region, ...]) -> str:
    return ", ".join(f"0x{region.base:x}+0x{region.size:x}" for region in regions)


def _rows(device: Device) -> Iterator[tuple[str, ...]]:
    """Yield a line of the table for each region; facts of the device are in its first line."""
    interrupt = "-" if device.interrupt is None else str(device.interrupt)
    clock = "-" if device.clock_hz is None else f"{device.clock_hz / 1e6:g} MHz"
    first: tuple[str, ...] = (device.name, device.compatible)
    rest: tuple[str, ...] = (interrupt, clock)
    if not device.regions:
        how = f"by {device.conduit.upper()}" if device.conduit else "-"
        yield (*first, how, "-", *rest)
    for name, region in device.regions.items():
        address = f"0x{region.base:x}" if name == "base" else f"0x{region.base:x} {name}"
        yield (*first, address, f"0x{region.size:x}", *rest)
        first, rest = ("", ""), ("", "")
