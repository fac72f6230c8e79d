# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board shim check FILE...`: what drivers use, and whether it is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from uk_board.cli.options import json_option
from uk_board.drivercheck import CheckReport, FileReport, Finding, check_drivers
from uk_board.tree import tree

_SOMETHING_MISSING = 1
_LINES_SHOWN = 6


@click.command("check")
@click.argument(
    "places", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "-I",
    "include",
    metavar="DIR",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Look for headers in DIR too; may be given several times.",
)
@json_option
def command(places: tuple[Path, ...], include: tuple[Path, ...], as_json: bool) -> None:
    """Read C drivers, before compiling them, for what they need of FreeRTOS and others.

    FILE is a C file or a folder with some. Each name of FreeRTOS is
    provided, differs (how, is said) or missing (what to do, is said);
    functions of the C library, of vendors and of FreeRTOS+TCP that are not
    there are missing too. Comments and strings do not count. Conditions of
    the preprocessor are not evaluated: every branch counts, except #if 0 and
    #ifdef __cplusplus. Exit status 1: something is missing.
    """
    report = check_drivers(tree(), places, include)
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=1))
    else:
        click.echo("\n".join(_lines(report)))
    if not report.complete:
        click.get_current_context().exit(_SOMETHING_MISSING)


def _lines(report: CheckReport) -> Iterator[str]:
    for file in report.files:
        if file.dialect or file.of("missing"):
            yield from _file_lines(file)
    yield from ["", *report.summary()]


def _file_lines(file: FileReport) -> Iterator[str]:
    yield file.headline
    for finding in [*file.of("differs"), *file.of("missing")]:
        yield f"  {finding.state} {finding.name} ({_places(finding)}): {finding.words}"
        if finding.todo:
            yield f"    try: {finding.todo}"
    unknown = [one.name for one in file.includes if one.state == "unknown"]
    if unknown:
        yield f"  includes not found: {', '.join(unknown)}"


def _places(finding: Finding) -> str:
    shown = ", ".join(map(str, finding.lines[:_LINES_SHOWN]))
    more = ", ..." if len(finding.lines) > _LINES_SHOWN else ""
    return f"line{'' if len(finding.lines) == 1 else 's'} {shown}{more}"
