# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board shim generate`: the shim's generated C, for a build that is not uk-board's."""

from __future__ import annotations

from pathlib import Path

import click

from uk_board import shimgen
from uk_board.shimgen import output
from uk_board.tree import tree


@click.command("generate")
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="The folder to write to.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def command(folder: Path, dry_run: bool) -> None:
    """Write the thunks, API headers and contract check to DIR.

    Prints what it writes and removes; files that are up to date are left alone.
    """
    files = shimgen.generate(tree())
    done = output.changes(files, folder) if dry_run else output.write(files, folder)
    would = "would " if dry_run else ""
    for file in done.write:
        click.echo(f"{would}write {file}")
    for file in done.remove:
        click.echo(f"{would}remove {file}")
