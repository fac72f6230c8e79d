# SPDX-License-Identifier: BSD-3-Clause
"""Run an image on an emulated board to its end, and say clearly how it ended."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from uk_board.build.build import build, default_out, folder_of, plan_image
from uk_board.build.catalogue import load_catalogue
from uk_board.build.component import App, load_app
from uk_board.build.ninjafile import ELF, IMAGE
from uk_board.build.ninjarun import OnProgress
from uk_board.crash import END_MARK, CrashReport, describe, describe_rules, find_crash
from uk_board.emulation.attach import Attach
from uk_board.emulation.emulator import Emulator
from uk_board.errors import BenchError, MissingError, UkBoardError
from uk_board.facts.board import Board
from uk_board.symbols import find_tool, resolve, shown
from uk_board.tree import tree

# After a crash report the core ends the emulator; one that cannot is ended for it.
_CRASH_EXIT_TIMEOUT_S = 2.0
_LAST_LINES = 24
_LINES_BEFORE_CRASH = 10


@dataclass(frozen=True)
class Image:
    """A built image: what runs, the ELF file with its symbols, what must be wired to it.

    `network`: it uses the board's network; `web_port`: a web server is on it.
    """

    name: str
    file: Path
    elf: Path | None = None
    attachments: tuple[Attach, ...] = ()
    network: bool = False
    web_port: int | None = None


@dataclass(frozen=True)
class RunResult:
    """How a run ended: the program's exit status, or None when the user ended it.

    `broken_rules` are lines for the user: wrong calls of the FreeRTOS API, with their callers.
    """

    status: int | None
    duration_s: float
    broken_rules: tuple[str, ...] = ()


def built_image(board: Board, app: str | Path, on_progress: OnProgress | None = None) -> Image:
    """Build an app for the board and return its image. Raises: UkBoardError."""
    loaded = load_app(app, tree())
    result = build(board, loaded, on_progress=on_progress)
    return _image(loaded, result.image, result.elf)


def planned_image(board: Board, app: str | Path) -> Image:
    """Return what `built_image` would, and build nothing."""
    loaded = load_app(app, tree())
    folder = folder_of(plan_image(board, loaded), default_out(tree()))
    return _image(loaded, folder / IMAGE, folder / ELF)


def image_from_file(file: Path, app: str | Path | None = None) -> Image:
    """Return the image in `file`; its symbols are in itself or in the ELF file beside it.

    `app` says what must be wired to the board, if anything.

    Raises:
        MissingError: there is no such file.
    """
    if not file.is_file():
        raise MissingError(str(file), "no such image")
    with file.open("rb") as stream:
        is_elf = stream.read(4) == b"\x7fELF"
    beside = [file.with_suffix(".elf"), *sorted(file.parent.glob("*.elf"))]
    elf = file if is_elf else next((other for other in beside if other.is_file()), None)
    loaded = load_app(app, tree()) if app else None
    if loaded is None:
        return Image(file.stem, file, elf)
    return replace(_image(loaded, file, elf), name=file.stem)


def _image(app: App, file: Path, elf: Path | None) -> Image:
    parts = load_catalogue(tree()).emulated(app.attach) if app.attach else ()
    return Image(app.name, file, elf, parts, app.network, app.web_port)


class CrashWatch:
    """A console listener that notices the end of a crash report."""

    def __init__(self) -> None:
        self.seen = False
        self._tail = b""

    def __call__(self, data: bytes) -> None:
        """Look at the next piece of output."""
        mark = END_MARK.encode()
        text = self._tail + data
        self.seen = self.seen or mark in text
        self._tail = text[-len(mark) :]


def run(
    emulator: Emulator,
    image: Image,
    *,
    timeout_s: float | None,
    stop: threading.Event | None = None,
    attend: Callable[[Emulator], None] = lambda emulator: None,
) -> RunResult:
    """Start the emulator, wait for the program's end and return it; QEMU is gone then.

    `stop` ends the run early (set it, then `console.wake()`). `attend` is called once
    the emulator runs, for what shall be done with it meanwhile.

    Raises:
        BenchError: QEMU died, the image crashed, or it still ran after `timeout_s`.
        MissingError, UsageError, DescriptorError: it could not be started.
    """
    console = emulator.console
    crash = CrashWatch()
    console.listen(crash)
    begin_s = time.monotonic()
    with emulator:
        attend(emulator)
        reached = console.wait_for(
            lambda: crash.seen or (stop is not None and stop.is_set()), timeout_s
        )
        if stop is not None and stop.is_set():
            return _result(emulator, image, None, begin_s)
        if not reached:
            raise still_running(emulator, image, timeout_s or 0.0)
        status = emulator.wait(_CRASH_EXIT_TIMEOUT_S)
    raise_if_crashed(emulator, image)
    return _result(emulator, image, status, begin_s)


def _result(emulator: Emulator, image: Image, status: int | None, begin_s: float) -> RunResult:
    duration_s = time.monotonic() - begin_s
    lines = [line.text for line in emulator.console.lines()]
    return RunResult(status, duration_s, tuple(describe_rules(lines, image.elf)))


def raise_if_crashed(emulator: Emulator, image: Image) -> None:
    """Raise BenchError with the resolved report if the image printed a crash report."""
    lines = [line.text for line in emulator.console.lines()]
    report = find_crash(lines)
    if report is not None:
        raise crash_error(emulator.board, image, report, lines)


def crash_error(
    board: Board, image: Image, report: CrashReport, lines: Sequence[str]
) -> BenchError:
    """Return the error that tells of a crash, and what the image printed before it."""
    rules = describe_rules(lines[: report.line], image.elf)
    details = "\n".join([report.cause, *rules, *describe(report, image.elf)])
    before = [line for line in lines[: report.line] if line][-_LINES_BEFORE_CRASH:]
    return BenchError(board.name, f"{image.name} crashed: {details}", last_lines=before)


def still_running(emulator: Emulator, image: Image, timeout_s: float) -> BenchError:
    """Return the error that tells where an image stands that did not end in time."""
    console = emulator.console
    if console.last_time_s is None:
        what = f"{image.name} printed nothing at all in {timeout_s:g} s"
    else:
        silent_s = time.monotonic() - console.last_time_s
        what = f"{image.name} still runs after {timeout_s:g} s, its last output is "
        what += f"{silent_s:.1f} s old"
    try:
        where = f"; {standing(emulator, image)}"
    except UkBoardError:
        where = ""  # what QEMU cannot tell any more is no reason to hide the rest
    rules = describe_rules([line.text for line in console.lines()], image.elf)
    where += "".join(f"\n{rule}" for rule in rules)
    return BenchError(
        emulator.board.name,
        what + where,
        hint=f"uk-board run {emulator.board.name} --gdb, or a longer --timeout",
        last_lines=console.last_lines(_LAST_LINES),
    )


def standing(emulator: Emulator, image: Image) -> str:
    """Return where the first core is, in words. Raises: UkBoardError."""
    registers = emulator.qmp.registers()
    pc = re.search(r"PC=([0-9a-fA-F]+)", registers)
    level = re.search(r"\bEL(\d)", registers)
    if pc is None:
        raise BenchError(emulator.board.name, "QEMU shows no PC among the registers")
    address = int(pc[1], 16)
    words = f"core 0 is at {address:#x}"
    if image.elf is not None:
        [frames] = resolve(image.elf, [address], find_tool())
        words += f" {shown(frames[0])}" if frames and frames[0].function else ""
    return words + (f", EL{level[1]}" if level else "")
