# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board run`: an image on an emulated board, its console on this terminal."""

from __future__ import annotations

import shlex
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import click

from uk_board.build.build import default_out
from uk_board.cli.build import _progress as build_progress
from uk_board.cli.options import board_argument, load
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import (
    DEFAULT_GDB_PORT,
    Launch,
    check_port_is_free,
    command_line,
    gdb_command,
    machine_of,
)
from uk_board.emulation.network import Network, parse_forward
from uk_board.emulation.runner import (
    Image,
    RunResult,
    built_image,
    image_from_file,
    planned_image,
    run,
)
from uk_board.errors import UsageError
from uk_board.facts.board import Board
from uk_board.media.start import Extracted, extract
from uk_board.terminal import END_KEY_NAME, Echo, LogFile, ended_by_signals, forward_keys
from uk_board.tree import tree
from uk_board.web import web_url, with_web

# Where nobody sits at the keyboard, nothing may run for ever.
_UNATTENDED_TIMEOUT_S = 60.0


@click.command("run")
@board_argument
@click.option("--app", metavar="APP", help="An app's name or folder.  [default: hello]")
@click.option(
    "--image",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Run this image (raw or ELF) and build nothing; --app then says what is wired to it.",
)
@click.option(
    "--medium",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Boot what this SD image holds, as the firmware would; --app says what is wired to it.",
)
@click.option(
    "--sd",
    "card",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Put this image (its size a power of two) into the SD slot; what is written stays.",
)
@click.option(
    "--timeout",
    "timeout_s",
    metavar="S",
    type=click.FloatRange(min=0, min_open=True),
    help=f"End after S seconds.  [default: none on a terminal, else {_UNATTENDED_TIMEOUT_S:g}]",
)
@click.option("--append", metavar="ARGS", default="", help="Boot arguments for the image.")
@click.option(
    "--gdb",
    "gdb_port",
    metavar="[PORT]",
    type=int,
    is_flag=False,
    flag_value=DEFAULT_GDB_PORT,
    help=f"Wait for gdb on this TCP port ({DEFAULT_GDB_PORT}) before the first instruction.",
)
@click.option(
    "--forward",
    "forwards",
    metavar="HOST:GUEST[/udp]",
    multiple=True,
    help="Let this machine's port HOST (0: any free one) lead to port GUEST; repeatable.",
)
@click.option("--icount", is_flag=True, help="One instruction takes one ns: repeatable runs.")
@click.option(
    "--log",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all output to FILE too, as it came.",
)
@click.option("--dry-run", is_flag=True, help="Print the emulator's command; start nothing.")
def command(
    board: str,
    app: str | None,
    file: Path | None,
    medium: Path | None,
    card: Path | None,
    timeout_s: float | None,
    append: str,
    gdb_port: int | None,
    forwards: tuple[str, ...],
    icount: bool,
    log: Path | None,
    dry_run: bool,
) -> None:
    """Build an app for BOARD and run it in QEMU; the exit status is the program's.

    Keys go to the board; Ctrl-] or Ctrl-C ends.
    """
    target = load(board)
    machine_of(target)
    booted = _extract(target, medium) if medium is not None else None
    if booted is not None:
        image = image_from_file(booted.kernel, app)
        append = " ".join(filter(None, (booted.arguments, append)))
    elif file is not None:
        image = image_from_file(file, app)
    elif dry_run:
        image = planned_image(target, app or "hello")
    else:
        with build_progress(quiet=False, verbose=False) as on_progress:
            image = built_image(target, app or "hello", on_progress)
    launch = Launch(
        image.file,
        append,
        image.attachments,
        0 if icount else None,
        gdb_port,
        device_tree=booted.device_tree if booted is not None else None,
        medium=medium,
        card=card,
        network=_network(image, forwards),
    )
    if dry_run:
        click.echo(shlex.join(command_line(target, launch)))
        return
    if gdb_port is not None:
        check_port_is_free(gdb_port)
        click.echo(f"waiting for gdb:\n  {gdb_command(image.elf, gdb_port)}", err=True)
    elif timeout_s is None and not sys.stdin.isatty():
        timeout_s = _UNATTENDED_TIMEOUT_S
    result = _run(Emulator(target, launch), image, timeout_s, log)
    _tell(board, image, result)


def _extract(board: Board, medium: Path) -> Extracted:
    return extract(board, medium, default_out(tree()) / board.name / "medium")


def _network(image: Image, forwards: tuple[str, ...]) -> Network | None:
    """Return what the board's network is connected to, if the image uses one."""
    if forwards and not image.network:
        raise UsageError(
            "--forward",
            f"{image.name} has no network; its app.toml says network = true if it has",
        )
    asked = tuple(map(parse_forward, forwards))
    return Network(with_web(asked, image.web_port)) if image.network else None


def _tell_forwards(emulator: Emulator, image: Image) -> None:
    """Say where the web server is, and which ports were chosen where any would do."""
    network = emulator.launch.network
    if network is None or not network.forwards:
        return
    there = emulator.forwards()
    if any(forward.host == 0 for forward in network.forwards):
        for forward in there:
            click.echo(f"uk-board: {emulator.board.name}: {forward}", err=True)
    if image.web_port is not None:
        url = web_url(there, image.web_port, emulator.board.name)
        click.echo(f"uk-board: {emulator.board.name}: {url} (Ctrl-C ends)", err=True)


def _run(emulator: Emulator, image: Image, timeout_s: float | None, log: Path | None) -> RunResult:
    """Run with the console on the terminal, keys to the board, and a log if wanted."""
    stop = threading.Event()

    def end() -> None:
        stop.set()
        emulator.console.wake()

    def attend(running: Emulator) -> None:
        _tell_forwards(running, image)

    with ExitStack() as stack:
        if log is not None:
            emulator.console.listen(stack.enter_context(LogFile(log)))
        emulator.console.listen(Echo(sys.stdout.buffer, on_gone=end))
        stack.enter_context(ended_by_signals())
        if sys.stdin.isatty():
            stack.enter_context(forward_keys(sys.stdin.fileno(), emulator.console, end))
        return run(emulator, image, timeout_s=timeout_s, stop=stop, attend=attend)


def _tell(board: str, image: Image, result: RunResult) -> None:
    how = f"status {result.status}" if result.status is not None else END_KEY_NAME
    for rule in result.broken_rules:
        click.echo(f"uk-board: {board}: {rule}", err=True)
    text = f"uk-board: {board}: {image.name} ended with {how} after {result.duration_s:.1f} s"
    click.echo(text, err=True)
    click.get_current_context().exit(result.status or 0)
