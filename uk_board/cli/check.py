# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board check`: a board's descriptor against device-tree blobs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from uk_board.cli.options import board_argument, json_option, load
from uk_board.facts.devicetree import Finding, check_board

_STYLES = {"ok": "green", "differs": "bold red", "only here": "dim"}


@click.command("check")
@board_argument
@click.option(
    "--dtb",
    "blobs",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Compare with this device-tree blob; may be given several times.",
)
@json_option
@click.pass_context
def command(context: click.Context, board: str, blobs: tuple[Path, ...], as_json: bool) -> None:
    """Compare BOARD with device-tree blobs.

    The descriptor itself is checked, too. Addresses, sizes, interrupts, clocks
    and memory that both know must agree.
    Ends with exit status 1 when one differs.
    """
    facts = load(board)
    findings = {str(blob): check_board(facts, blob) for blob in blobs}
    if as_json:
        shown = {name: [asdict(finding) for finding in found] for name, found in findings.items()}
        click.echo(json.dumps({"board": facts.name, "findings": shown}, indent=1))
    else:
        for name, found in findings.items():
            _show(name, found)
        if not blobs:
            trees = ", ".join(facts.device_trees) or "none"
            click.echo(f"{facts.path}: ok; compare with a device tree: --dtb FILE ({trees})")
    differ = any(finding.differs for found in findings.values() for finding in found)
    context.exit(1 if differ else 0)


def _show(name: str, findings: list[Finding]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("state", "item", "descriptor", "device tree"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("state", "item"))
    for finding in findings:
        state = f"[{_STYLES[finding.state]}]{finding.state}[/]"
        table.add_row(state, finding.item, finding.ours, finding.theirs)
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=200)
    console.print(table)
    counts = {state: sum(finding.state == state for finding in findings) for state in _STYLES}
    click.echo(f"{name}: " + ", ".join(f"{count} {state}" for state, count in counts.items()))
