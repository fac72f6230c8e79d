# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board shim`: how much of FreeRTOS's API there is, and what one of it becomes."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table

from uk_board.cli import shim_generate
from uk_board.cli.options import json_option
from uk_board.shimgen import Coverage, Explanation, coverage, explain
from uk_board.tree import tree


@click.group("shim")
def command() -> None:
    """Ask about the FreeRTOS API that drivers are given."""


command.add_command(shim_generate.command)


@command.command("coverage")
@json_option
def coverage_command(as_json: bool) -> None:
    """Count what is provided, what differs, and what is missing and why."""
    counted = coverage(tree())
    if as_json:
        click.echo(json.dumps(counted.as_json(), indent=1))
    else:
        _show_coverage(counted)


@command.command("explain")
@click.argument("name", metavar="NAME")
@json_option
def explain_command(name: str, as_json: bool) -> None:
    """Show what the API NAME becomes on Unikraft, and the tests of it."""
    explained = explain(tree(), name)
    facts = dict(_facts(explained))
    if as_json:
        click.echo(json.dumps(facts, indent=1))
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for key, value in facts.items():
        table.add_row(key, "\n".join(value) if isinstance(value, list) else value)
    _console().print(table)


def _facts(explained: Explanation) -> list[tuple[str, str | list[str]]]:
    row = explained.row
    facts: list[tuple[str, str | list[str]]] = [
        ("api", row.prototype or row.macro),
        ("becomes", row.becomes or row.by_hand or row.text),
        ("through", list(explained.through)),
        ("calls", list(explained.calls)),
        ("from an interrupt", {True: "yes", False: "no", None: ""}[explained.isr]),
        ("differs", row.differs),
        ("tests", list(row.tests)),
        ("row", row.where),
    ]
    return [(key, value) for key, value in facts if value]


def _show_coverage(counted: Coverage) -> None:
    table = Table(box=None, pad_edge=False)
    for heading, justify in (("header", "left"), ("provided", "right"), ("public", "right")):
        table.add_column(heading, justify="right" if justify == "right" else "left")
    for header, (provided, public) in counted.by_header.items():
        table.add_row(header, str(provided), str(public))
    table.add_row("total", str(len(counted.provided)), str(counted.public))
    console = _console()
    console.print(table)
    console.print(f"\ndiffers ({len(counted.differs)}):")
    for name, how in counted.differs.items():
        console.print(f"  {name}: {how}")
    console.print(f"\nmissing ({len(counted.missing)}):")
    for reason, names in counted.missing_by_reason().items():
        console.print(f"  {reason}: {', '.join(names)}")


def _console() -> Console:
    console = Console(markup=False, highlight=False)
    return console if console.is_terminal else Console(markup=False, highlight=False, width=200)
