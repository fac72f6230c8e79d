# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board fetch`: third-party sources into the cache, checked, with their licences."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from uk_board.build.catalogue import load_catalogue
from uk_board.cli.options import console, json_option
from uk_board.packages.debpackage import default_cache
from uk_board.packages.fetch import OnSource, Source, fetch_source, sources
from uk_board.tree import tree


@click.command("fetch")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Say what would be fetched; change nothing.")
@json_option
def command(names: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Fetch the third-party sources of the libraries and drivers NAME; of all, without names.

    They come from Debian into the cache of the user, are checked against their
    SHA-256, and need no network afterwards. Those there already are checked again.
    """
    found = sources(load_catalogue(tree()), names, default_cache())
    if not dry_run:
        with _progress(quiet=as_json) as on_source:
            found = [fetch_source(source, on_source) for source in found]
    if as_json:
        click.echo(json.dumps([source.as_json() for source in found], indent=1))
    else:
        _show(found)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[OnSource]:
    """Yield what shows progress: a spinner on a terminal, else lines; nothing for scripts."""
    if quiet:
        yield lambda source, step: None
    elif not sys.stderr.isatty():
        yield lambda source, step: click.echo(f"{source.wanted.title}: {step}", err=True)
    else:
        # Imported here: rich takes long to load.
        from rich.console import Console

        with Console(stderr=True).status("fetch") as status:
            yield lambda source, step: status.update(f"{source.wanted.title}: {step}")


def _show(found: list[Source]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("for", "package", "suite", "licence", "state", "folder"):
        table.add_column(heading, overflow="fold")
    for source in found:
        wanted = source.wanted
        facts = (wanted.suite, wanted.licence, source.state, str(source.content))
        table.add_row(source.name, wanted.title, *facts)
    console().print(table)
