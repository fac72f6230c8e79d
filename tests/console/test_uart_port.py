# SPDX-License-Identifier: BSD-3-Clause
"""Flashing by uart over the console's own ports: found, lost and found again as they are."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from madeusb import MadeUsb
from ptyboard import DEADLINE_S, PluggedBoard, until
from ubootpty import ShellOfUBoot, serve

from uk_board import uboot
from uk_board.desk.benchfile import Port
from uk_board.errors import UkBoardError
from uk_board.facts.boards import board_folders, load_board
from uk_board.flasher import Job, load_method
from uk_board.serial import ymodem
from uk_board.tree import tree


@dataclass
class Flashing:
    """`flash --via uart` in a thread, to a made-up U-Boot behind a USB adapter."""

    folder: Path
    shell: ShellOfUBoot = field(default_factory=ShellOfUBoot)
    told: list[str] = field(default_factory=list)
    result: str | UkBoardError | None = None

    def __post_init__(self) -> None:
        self.adapter = PluggedBoard(MadeUsb(self.folder / "machine"))
        self.image = self.folder / "image.bin"
        self.image.write_bytes(random.Random(1).randbytes(300_000))

    def plug(self) -> None:
        board = self.adapter.plug()
        serve(self.shell, board)

    def start(self) -> None:
        board = load_board("pine64", board_folders(()))
        options = {"port": Port(usb="0403:6001", serial="A1")}
        job = Job(
            board,
            self.image,
            lambda: self.image,
            options,
            root=self.adapter.usb.root,
            build=lambda: self.image,
            tell=self.told.append,
        )
        method = load_method("uart", tree())

        def run() -> None:
            try:
                self.result = method.run(job, method.plan(job))
            except UkBoardError as error:
                self.result = error

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()

    def end(self) -> str | UkBoardError | None:
        self._thread.join(DEADLINE_S)
        assert not self._thread.is_alive()
        return self.result


@pytest.fixture
def flashing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flashing:
    monkeypatch.setattr(uboot, "SILENT_S", 0.2)
    monkeypatch.setattr(ymodem, "ANSWER_S", 1.0)
    monkeypatch.setattr("uk_board.serial.ports.lock_folder", lambda: tmp_path)
    return Flashing(tmp_path)


def test_an_image_goes_over_an_adapter_found_by_what_it_is(flashing: Flashing) -> None:
    flashing.plug()
    flashing.start()
    said = flashing.end()
    assert "300,000 bytes at 0x" in str(said)
    assert 'started; its first line: "the image runs"' in str(said)
    assert flashing.shell.memory == flashing.image.read_bytes()
    assert flashing.shell.started == 1


def test_an_adapter_that_vanishes_before_the_prompt_is_waited_for(flashing: Flashing) -> None:
    flashing.adapter.plug()  # it has no U-Boot yet: nothing answers
    flashing.start()
    flashing.adapter.board.hear(2)
    flashing.adapter.unplug()
    until(lambda: "the port is gone; waiting for it" in flashing.told, "the loss")
    flashing.plug()
    assert "started" in str(flashing.end())
    assert "the port is back" in flashing.told
    assert flashing.shell.memory == flashing.image.read_bytes()


def test_an_adapter_that_vanishes_while_a_file_is_sent_starts_nothing(flashing: Flashing) -> None:
    flashing.plug()
    flashing.start()
    until(lambda: flashing.shell.receives, "the transfer")
    flashing.adapter.unplug()
    said = str(flashing.end())
    assert isinstance(flashing.result, UkBoardError)
    assert "bytes were not sent" in said
    assert "the image in memory is not whole and was not started" in said
    assert flashing.shell.started == 0
