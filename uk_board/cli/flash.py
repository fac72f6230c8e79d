# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board flash`: an image onto a board, by one of the methods in flash/."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from uk_board.board import Board
from uk_board.build.build import default_out
from uk_board.cli.build import _progress as build_progress
from uk_board.cli.console import sit
from uk_board.cli.flash_options import FlashCommand
from uk_board.cli.options import bench_of, bench_option, board_argument, folders, json_option, load
from uk_board.cli.progress import bar
from uk_board.desk import power
from uk_board.desk.attend import Seat, opened_before
from uk_board.desk.benchcard import fetch_card, return_card
from uk_board.desk.benchfile import Place
from uk_board.disk.facts import Machine
from uk_board.errors import UsageError
from uk_board.flasher import Job, Plan, Trait, choose, take_options
from uk_board.media.firmware import bring, firmware_of, material
from uk_board.media.layout import MIB, facts_of, gather, lay_out, source_date
from uk_board.runner import built_image, planned_image
from uk_board.tree import tree

# Where nobody says another
_VIA = "sdcard"
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("flash", cls=FlashCommand)
@board_argument
@click.option("--app", metavar="APP", default="hello", show_default=True, help="What to flash.")
@bench_option
@click.option("--via", metavar="NAME", help=f"The method.  [default: bench, or {_VIA}]")
@click.option("--medium", metavar="FILE", type=_FILE, help="Take this SD image; build none.")
@click.option("--variant", metavar="NAME", default="", help="A model that needs other firmware.")
@click.option("--console", "watch", is_flag=True, help="Start it, and show its console.")
@click.option("--power-cycle", is_flag=True, help="Switch it off and on, when the time has come.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    /,
    board: str,
    app: str,
    bench_file: Path | None,
    via: str | None,
    medium: Path | None,
    variant: str,
    watch: bool,
    power_cycle: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Bring an app onto BOARD. What may be somebody's disk is not written.

    Each method has options of its own; see below.
    """
    assert isinstance(context.command, FlashCommand), "it is one"
    methods = context.command.methods
    place = bench_of(bench_file).find(board) or Place(board)
    target = load(place.board_name)
    via = via or place.flash or _VIA
    method = choose(via, methods)
    given = {key: value for key, value in given.items() if value not in (None, False)}
    planned = planned_image(target, app)
    starts = Trait.STARTS_BOARD in method.TRAITS
    switch = power_cycle or (watch and not starts and place.power is not None)
    if switch:
        power.steps(place)
    seat = _seat(place, target, planned.elf, as_json) if watch else None
    with ExitStack() as stack:
        # Only where nobody named a card, and the bench file knows where it is.
        named = "device" in given or not place.has_reader
        if Trait.WRITES_CARD in method.TRAITS and not named and not dry_run:
            fetch_card(place, Machine())
            # Also when nothing was written, or half of it, which does not boot.
            stack.callback(return_card, place)
        options = take_options(via, methods, given, place)
        job = Job(
            target,
            planned.file,
            lambda: medium or _make_medium(target, app, variant, quiet=as_json),
            options,
            stack.enter_context(bar(quiet=as_json)),
            build=lambda: _make_image(target, app, quiet=as_json),
            tell=_note,
            ready=lambda: _ready(place, power_cycle),
        )
        plan = method.plan(job)
        _tell(plan, dry_run, as_json)
        if dry_run:
            return
        _confirm(plan, yes, as_json)
        if seat is not None and Trait.HOLDS_CONSOLE not in method.TRAITS:
            seat = opened_before(seat)
        done = method.run(job, plan)
    click.echo(_report(board, via, done) if as_json else done)
    if seat is not None:
        sit(seat, power_cycle=switch and not starts, timeout_s=None)
    elif switch and not starts:
        power.cycle(place)
        _note("power was off, and is on")


def _ready(place: Place, power_cycle: bool) -> None:
    if power_cycle:
        power.cycle(place)
    _note("power was off, and is on" if power_cycle else "switch the board on now, or reset it")


def _note(text: str) -> None:
    click.echo(text, err=True)


def _report(board: str, via: str, done: str) -> str:
    return json.dumps({"board": board, "via": via, "done": done}, indent=1)


def _seat(place: Place, board: Board, elf: Path | None, as_json: bool) -> Seat:
    if as_json:
        raise UsageError("--json", "does not go with --console, which shows what the board prints")
    if place.console is None:
        raise UsageError("--console", f"{place.name} has no console in the bench file")
    return Seat(place, place.console, place.baud or board.baud, elf)


def _make_image(board: Board, app: str, *, quiet: bool) -> Path:
    with build_progress(quiet=quiet, verbose=False) as on_build:
        return built_image(board, app, on_build).file


def _make_medium(board: Board, app: str, variant: str, *, quiet: bool) -> Path:
    image = _make_image(board, app, quiet=quiet)
    used = bring(firmware_of(board, variant, folders(click.get_current_context())))
    contents = gather(board, image.read_bytes(), material(used), variant)
    file = default_out(tree()) / board.name / app / "sd.img"
    size_bytes = facts_of(board).size_mib * MIB
    lay_out(contents, size_bytes, when=source_date(os.environ), where=str(file)).write(file)
    return file


def _tell(plan: Plan, dry_run: bool, as_json: bool) -> None:
    if as_json and dry_run:
        said = {"steps": plan.steps, "warning": plan.warning, "dry_run": True}
        click.echo(json.dumps(said, indent=1))
        return
    for line in plan.warning:
        click.echo(line, err=True)
    for number, step in enumerate(plan.steps, 1):
        click.echo(f"{number}. {step}", err=not dry_run)


def _confirm(plan: Plan, yes: bool, as_json: bool) -> None:
    if yes or not plan.warning:
        return
    if as_json or not sys.stdin.isatty():
        raise UsageError("--yes", "is missing; nobody is there to be asked, and data is destroyed")
    click.confirm("All data on it is lost. Go on?", abort=True, err=True)
