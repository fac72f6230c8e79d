# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board flash`: an image onto a board, by one of the methods in flash/."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from uk_board.board import Board
from uk_board.build.build import default_out
from uk_board.cli.build import _progress as build_progress
from uk_board.cli.console import sit
from uk_board.cli.options import bench_of, bench_option, board_argument, folders, json_option, load
from uk_board.desk.attend import Seat, opened_before
from uk_board.desk.benchcard import card_in, fetch_card, return_card
from uk_board.desk.benchfile import Place
from uk_board.disk.facts import Machine
from uk_board.disk.writer import Progress
from uk_board.errors import UsageError
from uk_board.flasher import Job, Plan, check_needs, load_method
from uk_board.media.firmware import bring, firmware_of, material
from uk_board.media.layout import MIB, facts_of, gather, lay_out, source_date
from uk_board.runner import built_image, planned_image
from uk_board.serial.ports import node_of
from uk_board.tree import tree

# Where nobody says another
_VIA = "sdcard"
_FILE = click.Path(dir_okay=False, path_type=Path)
OnProgress = Callable[[Progress], None]


@click.command("flash")
@board_argument
@click.option("--app", metavar="APP", default="hello", show_default=True, help="What to flash.")
@bench_option
@click.option("--via", metavar="NAME", help=f"The method.  [default: bench, or {_VIA}]")
@click.option("--medium", metavar="FILE", type=_FILE, help="Write this SD image; build nothing.")
@click.option("--device", metavar="DEV", help="The card: /dev/sdX...  [default: bench]")
@click.option("--port", metavar="PORT", help="The console: path, URL, emulator.  [default: bench]")
@click.option("--transfer-baud", metavar="BAUD", type=int, help="Send the image at this rate.")
@click.option("--interface", metavar="NAME", help="Serve boards on this network interface.")
@click.option("--proxy", is_flag=True, help="Leave addresses to the DHCP server that is there.")
@click.option("--serial", metavar="SERIAL", help="Serve this Raspberry Pi alone.")
@click.option("--force", metavar="DEV", help="Write to DEV in spite of what speaks against it.")
@click.option("--second-stage", metavar="FILE", type=_FILE, help="With usbboot: bootcode4.bin.")
@click.option("--usb-path", metavar="PATH", help="With fel: the board at this USB path.")
@click.option("--delta", is_flag=True, help="Write only what differs from what is there.")
@click.option("--variant", metavar="NAME", default="", help="A model that needs other firmware.")
@click.option("--console", "watch", is_flag=True, help="Start it, and show its console.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
@json_option
def command(
    board: str,
    app: str,
    bench_file: Path | None,
    via: str | None,
    medium: Path | None,
    device: str | None,
    port: str | None,
    transfer_baud: int | None,
    interface: str | None,
    proxy: bool,
    serial: str | None,
    force: str | None,
    second_stage: Path | None,
    usb_path: str | None,
    delta: bool,
    variant: str,
    watch: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring an app onto BOARD. What may be somebody's disk is not written.

    A card is read back and compared block by block; it boots only when all of it is right.
    """
    place = bench_of(bench_file).find(board) or Place(board)
    target = load(place.board_name)
    via = via or place.flash or _VIA
    method = load_method(via, tree())
    planned = planned_image(target, app)
    seat = _seat(place, target, planned.elf, as_json) if watch else None
    # A card that stays must be started from; what is in memory already would be lost by that.
    on_card = "device" in method.NEEDS
    # Only where nobody named a card, and the bench file knows a reader.
    own_card = on_card and device is None and place.reader is not None
    if own_card:
        device = str((card_in if dry_run else fetch_card)(place, Machine()))
    at_console = "port" in method.NEEDS
    if at_console and port is None and place.console is not None:
        port = place.console.url or str(node_of(place.console, Machine()))
    options: dict[str, object] = {"device": device, "force": force, "delta": delta}
    options |= {"second_stage": second_stage, "usb_path": usb_path}
    options |= {"port": port, "transfer_baud": transfer_baud}
    options |= {"interface": interface, "proxy": proxy, "serial": serial}
    with _bar(quiet=as_json) as on_progress:
        job = Job(
            target,
            planned.file,
            lambda: medium or _make_medium(target, app, variant, quiet=as_json),
            options,
            on_progress,
            build=lambda: _make_image(target, app, quiet=as_json),
        )
        check_needs(via, method, job)
        plan = method.plan(job)
        _tell(plan, dry_run, as_json)
        if dry_run:
            return
        _confirm(plan, yes, as_json)
        if seat is not None and not at_console:
            seat = opened_before(seat)
        done = method.run(job, plan)
    if own_card:
        return_card(place)
    if as_json:
        click.echo(json.dumps({"board": board, "via": via, "done": done}, indent=1))
    else:
        click.echo(done)
    if seat is not None:
        sit(seat, power_cycle=on_card and place.power is not None, timeout_s=None)


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


@contextmanager
def _bar(*, quiet: bool) -> Iterator[OnProgress]:
    """Yield what shows progress with speed and remaining time, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda progress: None
        return
    # Imported here: rich takes long to load.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def show(progress: Progress) -> None:
            if progress.phase not in tasks:
                tasks[progress.phase] = bar.add_task(progress.phase, total=progress.total)
            bar.update(tasks[progress.phase], completed=progress.done)

        yield show
