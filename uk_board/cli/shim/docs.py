# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board shim docs`: the whole API as a page."""

from __future__ import annotations

from pathlib import Path

import click

from uk_board.errors import BenchError
from uk_board.shimgen import api_page
from uk_board.tree import tree


@click.command("docs")
@click.option(
    "-o",
    "output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write into FILE instead of printing.",
)
def command(output: Path | None) -> None:
    """Make a Markdown table for each header: every name, and what became of it."""
    page = api_page(tree())
    if output is None:
        click.echo(page, nl=False)
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(page, encoding="utf-8")
    except OSError as error:
        raise BenchError(str(output), f"cannot be written: {error.strerror}") from error
    click.echo(f"{output}: {page.count(chr(10))} lines")
