# SPDX-License-Identifier: BSD-3-Clause
"""The whole of it: an emulated board's page in a real browser follows the world outside."""

from __future__ import annotations

import queue
import threading

from browser import chromium

from uk_board.demo import APP, demo_launch
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.runner import built_image
from uk_board.facts.boards import board_folders, load_board
from uk_board.web import web_url

TIMEOUT_S = 120.0


def test_a_temperature_changed_outside_is_on_the_page() -> None:
    board = load_board("rpi4", board_folders())
    warmer, urls = threading.Event(), queue.Queue[str]()

    def world(emulator: Emulator, web_port: int) -> None:
        """Be outside, in a thread of its own, as QMP's loop and playwright's want it."""
        emulator.qmp.set_property("t0", "temperature", 21500)
        emulator.resume()
        emulator.console.expect(r"network: up ", TIMEOUT_S)
        urls.put(web_url(emulator.forwards(), web_port, board.name))
        if warmer.wait(TIMEOUT_S):
            emulator.qmp.set_property("t0", "temperature", 36500)

    image = built_image(board, APP)
    assert image.web_port is not None
    # QEMU outside: its end takes QMP's loop, which may not run inside playwright's.
    with Emulator(board, demo_launch(image)) as emulator, chromium() as browser:
        outside = threading.Thread(target=world, args=(emulator, image.web_port), daemon=True)
        outside.start()
        page = browser.new_page(locale="en-GB")
        page.goto(urls.get(timeout=TIMEOUT_S))
        value = page.locator(".value").first
        value.filter(has_text="21.50 °C").wait_for(timeout=TIMEOUT_S * 1000)
        assert page.locator("h1").inner_text() == board.title
        warmer.set()
        value.filter(has_text="36.50 °C").wait_for(timeout=TIMEOUT_S * 1000)
        outside.join(TIMEOUT_S)
