# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board report merge`: several reports become one."""

from __future__ import annotations

from pathlib import Path

import click

from uk_board.errors import BenchError, UsageError
from uk_board.report.merge import merge, write_logs
from uk_board.report.output import PAGE, read_logs, write_outputs
from uk_board.report.page.head import tests_of, verdict
from uk_board.report.store import JOURNAL, RUN, load_run
from uk_board.tree import tree

_FOLDER = click.Path(path_type=Path)


@click.command("merge")
@click.argument("folders", nargs=-1, required=True, type=_FOLDER, metavar="DIR...")
@click.option("-o", "--out", required=True, type=_FOLDER, metavar="DIR", help="Where it goes.")
def command(folders: tuple[Path, ...], out: Path) -> None:
    """Merge the reports in DIR... into one: of workers, of boards, of places."""
    if any((out / name).exists() for name in (RUN, JOURNAL)):
        raise UsageError(f"-o {out}", "has a report already; a new folder is expected")
    records = []
    for folder in folders:
        run = load_run(folder)
        records.append((run, read_logs(folder, run)))
    merged, logs = merge(records)
    try:
        write_logs(out, logs)
        write_outputs(out, merged, tree())
    except OSError as error:
        raise BenchError(str(error.filename or out), f"{error.strerror}") from error
    click.echo(f"{tests_of(merged)}: {verdict(merged)}; {out / PAGE}")
