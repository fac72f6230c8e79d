# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board shim explain NAME`: what one API becomes, and what proves it."""

from __future__ import annotations

import json

import click
from rich.table import Table

from uk_board.cli.options import console, json_option
from uk_board.shimgen import Explanation, explain
from uk_board.tree import tree


@click.command("explain")
@click.argument("name", metavar="NAME")
@json_option
def command(name: str, as_json: bool) -> None:
    """Show what the API NAME becomes on Unikraft, which of its calls, and the tests.

    Behind a C function stand the calls of Unikraft that it reaches, itself
    or through other functions of the shim.
    """
    facts = dict(_facts(explain(tree(), name)))
    if as_json:
        click.echo(json.dumps(facts, indent=1))
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for key, value in facts.items():
        table.add_row(key, "\n".join(value) if isinstance(value, list) else value)
    console().print(table)


def _facts(explained: Explanation) -> list[tuple[str, str | list[str]]]:
    row = explained.row
    facts: list[tuple[str, str | list[str]]] = [
        ("api", row.prototype or row.macro),
        ("becomes", row.becomes or row.by_hand or row.text),
        ("through", list(explained.through)),
        ("C function", explained.function),
        ("in", explained.place),
        ("calls", list(explained.calls)),
        ("from an interrupt", {True: "yes", False: "no", None: ""}[explained.isr]),
        ("differs", row.differs),
        ("tests", list(row.tests)),
        ("row", row.where),
    ]
    return [(key, value) for key, value in facts if value]
