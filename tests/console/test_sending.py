# SPDX-License-Identifier: BSD-3-Clause
"""A file from the console to the board: as typed or by YMODEM, with progress, cancelled."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest
from ptyboard import DEADLINE_S, PtyBoard, SlowScreen, until
from ubootpty import ShellOfUBoot, serve

from uk_board.desk.attend import Seat, attend
from uk_board.desk.benchfile import Place, Port
from uk_board.desk.sending import Meter
from uk_board.serial import ymodem


def seat(board: PtyBoard, folder: Path, baud: int = 115200) -> Seat:
    where = Port(device=str(board.node))
    return Seat(Place("rpi4"), where, baud, log=folder / "log", locks=folder)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    file = tmp_path / "image.bin"
    file.write_bytes(random.Random(7).randbytes(200_000))
    return file


def test_u_boots_loady_gets_a_file_by_ymodem(tmp_path: Path, image: Path) -> None:
    board, shell, screen = PtyBoard(), ShellOfUBoot(), SlowScreen()
    serve(shell, board)
    with attend(seat(board, tmp_path), screen, screen, None) as desk:
        menu = desk.menu()
        menu.feed(b"loady\r")
        until(lambda: "waits for a file: Ctrl-] y sends one" in screen.text, "the invitation")
        menu.feed(b"\x1dy" + f"{image}\r".encode())
        until(lambda: f"{image}: sent by YMODEM, 196 blocks" in screen.text, "the end")
        assert shell.memory == image.read_bytes()
        # Afterwards the console is as before.
        until(lambda: "Total Size = 0x30d40" in screen.text, "what U-Boot says of it")
        menu.feed(b"\x03")
        until(lambda: "<INTERRUPT>" in screen.text, "the shell")
    # What both sides said is in the log, and was not on the screen.
    assert b"\x06" in (tmp_path / "log/console.raw").read_bytes()
    assert "\x06" not in screen.text


def test_ctrl_bracket_cancels_ymodem_and_the_receiver_is_told(tmp_path: Path, image: Path) -> None:
    board, shell, screen = PtyBoard(), ShellOfUBoot(), SlowScreen()
    may_answer = threading.Semaphore(40)
    serve(shell, board, lambda: may_answer.acquire(timeout=DEADLINE_S))
    with attend(seat(board, tmp_path), screen, screen, None) as desk:
        menu = desk.menu()
        menu.feed(b"loady\r")
        until(lambda: shell.receives, "the receiver")
        menu.feed(b"\x1dy" + f"{image}\r".encode())
        until(lambda: may_answer._value == 0, "most of the answers")
        menu.feed(b"keys go nowhere meanwhile")
        menu.feed(b"\x1d")
        may_answer.release(1000)
        until(lambda: "was stopped; " in screen.text, "the cancellation")
        assert "of 200000 bytes were sent" in screen.text
        until(lambda: shell.cancelled == 1, "the receiver")
        menu.feed(b"\x03")
        until(lambda: "<INTERRUPT>" in screen.text, "the shell")
    assert "keys go nowhere" not in screen.text


def test_a_receiver_that_never_asks_is_an_error_with_what_the_board_says(
    tmp_path: Path, image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uk_board.desk.sendfile._START_S", 1.0)
    monkeypatch.setattr(ymodem, "ANSWER_S", 1.0)
    board, screen = PtyBoard(), SlowScreen()
    with attend(seat(board, tmp_path), screen, screen, None) as desk:
        desk.menu().feed(b"\x1dy" + f"{image}\r".encode())
        until(lambda: "waits for the board" in screen.text, "the transfer")
        board.say(b"login: \x18\xff\r\n")
        until(lambda: "did not ask for the file in 1 s" in screen.text, "the error")
        until(lambda: "| login: " in screen.text, "what the board said")
        assert board.hear(4) == ymodem.CAN * 4


def test_a_file_as_typed_shows_how_far_it_is_and_is_cancelled(tmp_path: Path, image: Path) -> None:
    board, screen = PtyBoard(), SlowScreen()
    with attend(seat(board, tmp_path, baud=9600), screen, screen, None) as desk:
        menu = desk.menu()
        menu.feed(b"\x1df" + f"{image}\r".encode())
        until(lambda: " % of 195 KiB, " in screen.text, "progress")
        menu.feed(b"not sent")
        menu.feed(b"\x1d")
        until(lambda: "was stopped; " in screen.text, "the end")
        menu.feed(b"typed")
        expected = image.read_bytes()
        until(lambda: board.hear(len(board.received) + 1).endswith(b"typed"), "keys")
        sent = bytes(board.received).removesuffix(b"typed")
        assert expected.startswith(sent)
        assert 0 < len(sent) < len(expected)


def test_a_port_that_vanishes_while_a_file_is_sent_is_told(tmp_path: Path, image: Path) -> None:
    board, screen = PtyBoard(), SlowScreen()
    with attend(seat(board, tmp_path, baud=9600), screen, screen, None) as desk:
        menu = desk.menu()
        menu.feed(b"\x1df" + f"{image}\r".encode())
        board.hear(100)
        board.vanish()
        until(lambda: "is gone" in screen.text, "the loss")
        until(lambda: "bytes were not sent" in screen.text, "the error")
        menu.feed(b"\x1dq")
        assert desk.wait(DEADLINE_S)


def test_a_meter_tells_share_speed_and_time_left() -> None:
    shown: list[str] = []
    now = [0.0]
    meter = Meter("image.bin", shown.append, clock=lambda: now[0])
    for second in range(1, 4):
        now[0] = float(second)
        meter(second * 10_240, 102_400)
        meter(second * 10_240, 102_400)
    assert shown[0] == "image.bin: waits for the board; Ctrl-] cancels"
    assert shown[1:] == [
        f"image.bin: {10 * n} % of 100 KiB, 10.0 KiB/s, {10 - n} s left; Ctrl-] cancels"
        for n in (1, 2, 3)
    ]
