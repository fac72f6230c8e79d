# SPDX-License-Identifier: BSD-3-Clause
"""A picture of the demo's page, from an emulated board: screenshot.py BOARD FILE.png

Boots the demo, changes what its sensors sense for the two minutes that a chart shows, and
takes the picture. Needs chromium and playwright, see browser.py.
"""

from __future__ import annotations

import math
import queue
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from browser import chromium

from uk_board.demo import APP, demo_launch
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.runner import built_image
from uk_board.facts.board import Board
from uk_board.facts.boards import board_folders, load_board
from uk_board.web import web_url

SECONDS = 125.0
STEP_S = 0.25
SIZE = {"width": 1200, "height": 940}


def change(emulator: Emulator, at_s: float) -> None:
    """Let the sensors sense what they would somewhere: warmth that comes and goes, a turn."""
    warmth_c = 22 + 6 * math.exp(-(((at_s - 75) / 25) ** 2)) + 0.4 * math.sin(at_s / 4)
    emulator.qmp.set_property("t0", "temperature", round(warmth_c * 1000))
    turn = at_s / 20
    # QEMU's part takes no negative field.
    field_ut = {"x": 22 + 15 * math.cos(turn), "y": 22 + 15 * math.sin(turn), "z": 43.0}
    for axis, value_ut in field_ut.items():
        emulator.qmp.set_property("m0", f"mag-{axis}", round(value_ut * 1000))


def live(emulator: Emulator, web_port: int, tell_url: Callable[[str], None]) -> None:
    """Be the world around the board, in a thread: playwright and QMP each want their own."""
    change(emulator, 0.0)
    emulator.resume()
    emulator.console.expect(r"network: up ", 60.0)
    tell_url(web_url(emulator.forwards(), web_port, emulator.board.name))
    begin_s = time.monotonic()
    while (at_s := time.monotonic() - begin_s) < SECONDS:
        change(emulator, at_s)
        time.sleep(STEP_S)


def take(board: Board, file: Path) -> None:
    """Boot, change, take the picture."""
    image = built_image(board, APP)
    assert image.web_port is not None
    emulator = Emulator(board, demo_launch(image))
    urls: queue.Queue[str] = queue.Queue()
    with emulator, chromium() as browser:
        world = threading.Thread(
            target=live, args=(emulator, image.web_port, urls.put), daemon=True
        )
        world.start()
        page = browser.new_page(viewport=SIZE, color_scheme="light", locale="en-GB")
        page.goto(urls.get(timeout=120))
        world.join()
        page.screenshot(path=file, full_page=True)


if __name__ == "__main__":
    take(load_board(sys.argv[1], board_folders()), Path(sys.argv[2]))
