# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board doctor`: what this machine has, what it needs, what to do."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from uk_board.doctor import Finding, examine

_STYLES = {"ok": "green", "missing": "bold red", "too old": "red", "optional": "dim"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """Examine every tool: version found and needed, and what to do.

    Ends with exit status 3 when something is missing that is needed.
    """
    findings = examine()
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        _show(findings)
    context.exit(3 if any(finding.hinders for finding in findings) else 0)


def _show(findings: list[Finding]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("tool", "for", "state", "found", "needed", "what to do"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("tool", "state"))
    for finding in findings:
        state = f"[{_STYLES[finding.state]}]{finding.state}[/]"
        row = (finding.purpose, state, finding.found, finding.needed, escape(finding.advice))
        table.add_row(finding.name, *row)
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)  # into a pipe or a file: one line per tool
    console.print(table)
