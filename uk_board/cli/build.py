# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board build`: board and app -> ELF, map, kernel8.img, sizes."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from uk_board.build.build import BuildResult, build, commands, default_out, folder_of, plan_image
from uk_board.build.ninjarun import OnProgress, Progress
from uk_board.build.plan import Plan
from uk_board.build.sizes import Sizes, SizeTable
from uk_board.cli.options import board_argument, json_option, load
from uk_board.tree import tree


@click.command("build")
@board_argument
@click.option("--app", default="hello", show_default=True, help="An app's name or folder.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Build below DIR and not below build/.",
    metavar="DIR",
)
@click.option("--dry-run", is_flag=True, help="Say what would be built; change nothing.")
@click.option("--verbose", is_flag=True, help="Show the commands.")
@json_option
def command(
    board: str, app: str, out: Path | None, dry_run: bool, verbose: bool, as_json: bool
) -> None:
    """Build an image for BOARD: only what has changed since the last time."""
    if dry_run:
        plan = plan_image(load(board), app)
        _show_plan(plan, folder_of(plan, (out or default_out(tree())).absolute()), verbose, as_json)
        return
    with _progress(quiet=as_json, verbose=verbose) as on_progress:
        result = build(load(board), app, out=out, on_progress=on_progress, verbose=verbose)
    if result.output:
        click.echo(result.output, err=True)
    if as_json:
        click.echo(json.dumps(_as_json(result), indent=1))
    else:
        _show_sizes(result.sizes)
        click.echo(f"{result.image}: {result.sizes.file_bytes} bytes")


def _as_json(result: BuildResult) -> dict[str, object]:
    files = {name: str(getattr(result, name)) for name in ("folder", "elf", "image", "map")}
    return {**files, "sizes": result.sizes.as_json()}


@contextmanager
def _progress(*, quiet: bool, verbose: bool) -> Iterator[OnProgress | None]:
    """Yield what shows progress: a bar on a terminal, else lines; nothing for scripts."""
    if quiet:
        yield None
    elif verbose or not sys.stderr.isatty():
        yield lambda step: click.echo(f"[{step.done}/{step.total}] {step.text}", err=True)
    else:
        with _Bar() as bar:
            yield bar.show


class _Bar:
    """A progress bar that is not there when there is nothing to do, and goes when done."""

    def __init__(self) -> None:
        self._shown = False

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)

    def show(self, step: Progress) -> None:
        """Draw the bar after `step`."""
        self._shown = True
        width = 30
        full = width * step.done // step.total
        text = Path(step.text).name
        line = f"\r[{'#' * full}{'.' * (width - full)}] {step.done}/{step.total} {text}\x1b[K"
        click.echo(line, nl=False, err=True)


def _show_plan(plan: Plan, folder: Path, verbose: bool, as_json: bool) -> None:
    missing = [part for part in plan.packages() if not plan.is_fetched(part)]
    fetch = {part.name: part.package.title for part in missing if part.package}
    units = Counter[str]()
    for unit in [] if missing else plan.units():
        units[unit.name] += len(unit.sources)
    devices = {built.device.name: built.driver.name for built in plan.devices}
    if as_json:
        shown = {"folder": str(folder), "fetch": fetch, "sources": units, "devices": devices}
        click.echo(json.dumps(shown, indent=1))
        return
    click.echo(f"would build {plan.name} in {folder}:")
    for name, title in fetch.items():
        click.echo(f"  fetch {title} for {name}; only then its sources are known")
    for name, count in units.items():
        click.echo(f"  {name}: {count} source{'' if count == 1 else 's'}")
    for name, driver in devices.items():
        click.echo(f"  device {name}: driver {driver}")
    if verbose and not missing:
        click.echo("\n".join(commands(plan, folder)))


def _show_sizes(table: SizeTable) -> None:
    rows = [*table.libraries.items(), ("total", table.total)]
    width = max(len(name) for name, _ in rows)
    click.echo(f"{'':{width}}    text  rodata    data     bss")
    for name, sizes in rows:
        click.echo(_size_row(name, width, sizes))


def _size_row(name: str, width: int, sizes: Sizes) -> str:
    numbers = (sizes.text, sizes.rodata, sizes.data, sizes.bss)
    return f"{name:{width}}" + "".join(f"{number:8}" for number in numbers)
