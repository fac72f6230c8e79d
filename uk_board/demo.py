# SPDX-License-Identifier: BSD-3-Clause
"""The demonstration: an emulated board serves its sensors while a temperature is changed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from uk_board.build.component import load_app
from uk_board.console import Listener
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch
from uk_board.emulation.network import Forward, Network
from uk_board.emulation.runner import Image, raise_if_crashed, still_running
from uk_board.errors import BenchError, DescriptorError
from uk_board.facts.board import Board
from uk_board.tree import tree
from uk_board.web import WebClient, web_url

APP = "demo"
# Multiples of 0.5 C: what a TMP105 resolves after power-on (9 bits).
BEFORE_C, AFTER_C = 21.5, 36.5
DEADLINE_S = 120.0
_QUANTITY = "temperature"
_ONLINE = r"network: up [^\n]*\n"
_FIRST_REPLY = r"web: first reply at (\d+) ms, RAM in use (\d+) KiB"


@dataclass(frozen=True)
class DemoResult:
    """What was read before and after the change, and what it cost.

    `first_reply_ms` is the board's time from power-on to the first HTTP response.
    """

    board: str
    before_c: float
    after_c: float
    first_reply_ms: int
    image_bytes: int
    ram_used_kib: int
    requests: int
    duration_s: float

    def __str__(self) -> str:
        """Return the summary; its last line says that all went well."""
        return (
            f"demo: {self.board} answered {self.first_reply_ms / 1000:.2f} s after power-on, "
            f"image {self.image_bytes / 1024:.0f} KiB, {self.ram_used_kib} KiB of RAM in use, "
            f"{self.requests} requests\n"
            f"demo: {self.board} read {self.before_c:g} C, then {self.after_c:g} C over I2C "
            f"after QMP set it, and served both: PASS in {self.duration_s:.1f} s"
        )


def suitable_boards(boards: Sequence[Board]) -> list[Board]:
    """Return the boards whose emulator has the buses that the demo's parts sit on."""
    buses = {attach.bus for attach in load_app(APP, tree()).attach}
    return [
        board
        for board in boards
        if board.emulator and board.emulator.network and buses <= board.emulator.i2c_buses.keys()
    ]


def demo_launch(image: Image) -> Launch:
    """Return how the demo is started: paused, so that the first reading is the one set."""
    network = Network((Forward(0, image.web_port),)) if image.web_port is not None else None
    return Launch(image.file, attachments=image.attachments, paused=True, network=network)


def demo(board: Board, image: Image, listener: Listener) -> DemoResult:
    """Boot the demo, change the temperature while it runs, read both over HTTP, end it.

    `listener` gets the console's output as it comes.

    Raises:
        BenchError: an answer or a reading does not come, or the image does not end well.
        UkBoardError: the demo cannot be started on this board.
    """
    if not image.attachments or image.web_port is None:
        problem = "attaches no sensor, or has no web server; [[attach]] and web_port are expected"
        raise DescriptorError(str(image.name), problem)
    begin_s = time.monotonic()
    emulator = Emulator(board, demo_launch(image))
    emulator.console.listen(listener)
    with emulator:
        try:
            result = _serve_twice(emulator, image, begin_s)
        except BenchError:
            raise_if_crashed(emulator, image)
            if emulator.console.ended:
                emulator.wait(0)  # if QEMU died, that is what shall be told
            raise
        _await_end(emulator, image)
    return result


def _serve_twice(emulator: Emulator, image: Image, begin_s: float) -> DemoResult:
    """Set a temperature and wait for it over HTTP, twice; then ask the image to end."""
    assert image.web_port is not None, "demo() has looked"
    part, board = image.attachments[0].name, emulator.board.name
    emulator.qmp.set_property(part, "temperature", round(BEFORE_C * 1000))
    emulator.resume()
    emulator.console.expect(_ONLINE, DEADLINE_S)
    url = web_url(emulator.forwards(), image.web_port, board)
    client = WebClient(url, board, lambda: emulator.console.ended)
    client.get()
    first = emulator.console.expect(_FIRST_REPLY, DEADLINE_S)
    before_c = client.await_value(part, _QUANTITY, BEFORE_C, DEADLINE_S)
    emulator.qmp.set_property(part, "temperature", round(AFTER_C * 1000))
    after_c = client.await_value(part, _QUANTITY, AFTER_C, DEADLINE_S)
    said = client.sensors()
    emulator.console.write_line("quit")
    return DemoResult(
        board,
        before_c,
        after_c,
        first_reply_ms=int(first[1]),
        image_bytes=image.file.stat().st_size,
        ram_used_kib=round(said["ram_used_bytes"] / 1024),
        requests=said["requests"] + 1,  # this one is counted when it is out
        duration_s=time.monotonic() - begin_s,
    )


def _await_end(emulator: Emulator, image: Image) -> None:
    """Wait for the program's end, which shall be a good one."""
    status = emulator.wait(DEADLINE_S)
    raise_if_crashed(emulator, image)
    if status is None:
        raise still_running(emulator, image, DEADLINE_S)
    if status != 0:
        raise BenchError(
            emulator.board.name,
            f"{image.name} ended with status {status}; 0 is expected",
            last_lines=emulator.console.last_lines(),
        )
