# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board report show`: how a run went; makes the page of a run that was interrupted."""

from __future__ import annotations

import json
from pathlib import Path

import click

from uk_board.cli.options import json_option
from uk_board.errors import BenchError
from uk_board.report import store
from uk_board.report.output import PAGE, write_outputs
from uk_board.report.page.head import SIGNS, tests_of, verdict
from uk_board.report.page.html import span_of
from uk_board.report.record import Run
from uk_board.report.store import RUN, is_running, load_run
from uk_board.tree import tree

LATEST = Path("build/reports/latest")


@click.command("show")
@click.argument("folder", type=click.Path(path_type=Path), default=LATEST, metavar="[DIR]")
@click.option("--again", is_flag=True, help="Make page and JUnit XML anew from run.json.")
@json_option
@click.pass_context
def command(context: click.Context, folder: Path, again: bool, as_json: bool) -> None:
    """Show how the run in DIR went; without DIR, the last one.

    Of a run that was killed it makes the page and all else. Ends with exit status 1 if a
    test failed or the run was interrupted.
    """
    run = load_run(folder)
    is_ended = folder.is_dir() and not is_running(folder)
    if is_ended and (again or not (folder / RUN).exists()):
        try:
            write_outputs(folder, run, tree())
        except OSError as error:
            raise BenchError(str(error.filename or folder), f"{error.strerror}") from error
    if as_json:
        click.echo(json.dumps(store.as_json(run), indent=1))
    else:
        _show(run, folder)
    context.exit(0 if run.good else 1)


def _show(run: Run, folder: Path) -> None:
    click.echo(f"{run.started}  {tests_of(run)} in {span_of(run.duration_s)}: {verdict(run)}")
    for why in run.interrupted:
        click.echo(f"  {why}")
    for test in run.tests:
        if test.outcome in ("failed", "error", "flaky"):
            click.echo(f"  {SIGNS[test.outcome]} {test.outcome}: {test.id}")
            click.echo(f"      {test.reason}")
    page = folder / PAGE
    if page.exists():
        click.echo(f"page: {page}")
