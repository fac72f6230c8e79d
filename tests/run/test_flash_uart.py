# SPDX-License-Identifier: BSD-3-Clause
"""Flashing over a console: Debian's U-Boot in QEMU takes our image by YMODEM and starts it.

What a board may do wrong is done by a made-up U-Boot at the other end of a pty.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
import threading
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from uk_board import uboot
from uk_board.cli import group
from uk_board.console import Console
from uk_board.emulation.uboot import uboot_file
from uk_board.errors import BenchError, MissingError
from uk_board.facts.board import Board
from uk_board.packages.apt import MirrorError
from uk_board.serial.ports import LastingStream
from uk_board.serial.stream import FdStream
from uk_board.serial.tty import TtyPort
from uk_board.uboot import UBoot

LoadBoard = Callable[[str], Board]


def uk_board(*arguments: object) -> Result:
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


@pytest.fixture
def with_uboot(board: LoadBoard) -> None:
    """Skip where Debian's U-Boot cannot be had; only a machine without a mirror may."""
    try:
        uboot_file(board("rpi4"))
    except (MirrorError, MissingError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"the test fetches U-Boot from Debian, and cannot: {error}")


@pytest.mark.parametrize("name", ["rpi3", "rpi4"])
@pytest.mark.usefixtures("with_uboot")
def test_debians_u_boot_takes_the_image_by_ymodem_and_starts_it(name: str) -> None:
    done = uk_board("flash", name, "--via", "uart", "--port", "emulator", "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)["done"]
    assert "at 0x80000" in said
    assert "CRC 0x" in said
    assert "started; its first line: " in said


@pytest.mark.usefixtures("with_uboot")
def test_u_boot_takes_the_image_at_another_baud_rate() -> None:
    done = uk_board(
        *("flash", "qemu-virt", "--via", "uart", "--port", "emulator", "--json"),
        *("--transfer-baud", "921600"),
    )
    assert done.exit_code == 0, done.output
    assert "uk-board: qemu-virt" in json.loads(done.stdout)["done"]


def test_a_dry_run_says_each_step_and_opens_nothing() -> None:
    done = uk_board("flash", "pine64", "--via", "uart", "--port", "/nowhere", "--dry-run")
    assert done.exit_code == 0, done.output
    for part in ("open /nowhere", '"=> "', "loady 0x40080000", "crc32", "booti"):
        assert part in done.stdout


def test_without_a_port_it_says_what_is_missing() -> None:
    done = uk_board("flash", "rpi4", "--via", "uart")
    assert (done.exit_code, "--port: is missing" in done.output) == (2, True)


class Pty:
    """A board at the other end of a pty: what it says to each line that it is sent."""

    def __init__(self, answer: Callable[[bytes], bytes], greeting: bytes = b"") -> None:
        self._far, near = os.openpty()
        tty.setraw(near)
        self.console = Console()
        self.console.start(FdStream(near, os.dup(near)))
        os.write(self._far, greeting)
        self._answer = answer
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                data = os.read(self._far, 4096)
                os.write(self._far, self._answer(data))
            except OSError:
                return

    def close(self) -> None:
        self.console.close()
        os.close(self._far)


MakeBoard = Callable[..., UBoot]


@pytest.fixture
def made_up() -> Iterator[MakeBoard]:
    """Make U-Boots that behave as a function says."""
    made: list[Pty] = []

    def make(answer: Callable[[bytes], bytes], greeting: bytes = b"") -> UBoot:
        pty = Pty(answer, greeting)
        made.append(pty)
        return UBoot(pty.console, "=> ", where="desk")

    yield make
    for pty in made:
        pty.close()


def shell(data: bytes, result: Callable[[bytes], bytes] = lambda line: b"") -> bytes:
    """Answer as U-Boot's shell does: echo, output, status, prompt."""
    out = b""
    for line in data.split(b"\r"):
        if line == b"\x03":
            out += b"<INTERRUPT>\r\n=> "
        if b"; echo uk" in line:
            command, _, question = line.partition(b"; echo ")
            number = question.split(b"-")[1]
            out += line + b"\r\n" + result(command) + b"uk-" + number + b"-0\r\n=> "
    return out


def test_u_boot_is_found_at_its_prompt_with_noise_around(made_up: MakeBoard) -> None:
    noise = bytes(range(0x80, 0x100))
    found = made_up(lambda data: noise + shell(data) + noise, b"\xff\x00\xfe a => b\r\n")
    found.stop(20, silent_s=0.1)
    assert found.command("version") == ""


@pytest.mark.parametrize(
    ("greeting", "answer", "problem"),
    [
        (b"", b"", "printed nothing at all"),
        (b"Linux login: ", b"", "something else runs on the board"),
        (b"boot => me\r\n", b"=> ", "something else runs on the board"),
        (bytes(range(0x80, 0x100)), b"\xff\xfe", "noise, or another baud rate"),
    ],
)
def test_a_u_boot_that_never_prompts_is_an_error_with_the_state(
    greeting: bytes,
    answer: bytes,
    problem: str,
    made_up: MakeBoard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uboot, "_PROOF_S", 0.3)
    silent = made_up(lambda data: answer, greeting)
    with pytest.raises(BenchError) as raised:
        silent.stop(2.0, silent_s=0.1)
    assert problem in str(raised.value)
    sent = "Ctrl-C and echo" if answer == b"=> " else "nothing but Ctrl-C"
    assert f"the board was sent {sent}" in str(raised.value)


def test_a_crc_that_differs_is_an_error_and_nothing_is_started(made_up: MakeBoard) -> None:
    asked = []

    def crc(command: bytes) -> bytes:
        asked.append(command)
        return b"crc32 for 00080000 ... 00080003 ==> 12345678\r\n" if b"crc" in command else b""

    found = made_up(lambda data: shell(data, crc), b"=> ")
    found.stop(20, silent_s=0.1)
    with pytest.raises(BenchError, match=r"0x12345678; 0x352441c2 is expected.*not started"):
        found.check(b"abc", 0x80000)
    assert not any(b"booti" in command for command in asked)


def test_a_command_that_fails_is_an_error_with_what_it_said(made_up: MakeBoard) -> None:
    found = made_up(
        lambda data: shell(data).replace(b"-0\r", b"-1\r") if b"bad" in data else shell(data)
    )
    found.stop(20, silent_s=0.1)
    with pytest.raises(BenchError, match=r'"bad" failed in U-Boot \(status 1\)'):
        found.command("bad")


def test_a_transfer_that_is_cut_says_that_nothing_was_started(
    made_up: MakeBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uk_board.serial.ymodem.ANSWER_S", 0.05)

    def cut(data: bytes) -> bytes:
        if b"loady" in data:
            return b"## Ready for binary (ymodem) download to 0x00080000\r\nCC\x18\x18"
        return shell(data)

    found = made_up(cut, b"=> ")
    found.stop(20, silent_s=0.1)
    with pytest.raises(
        BenchError, match="cancelled the transfer; the image in memory is not whole"
    ):
        found.load("x", b"x" * 5000, 0x80000)


def test_bare_tcp_has_no_rate_to_change() -> None:
    done = uk_board(
        *("flash", "rpi4", "--via", "uart", "--port", "socket://desk.test:7"),
        *("--transfer-baud", "921600", "--dry-run"),
    )
    assert (done.exit_code, "--transfer-baud: socket://desk.test:7 has no baud" in done.output) == (
        2,
        True,
    )


def test_a_tty_changes_its_rate(tmp_path: Path) -> None:
    far, near = os.openpty()
    port = TtyPort(Path(os.ttyname(near)), 115200, owner="test", locks=tmp_path)
    try:
        port.set_baud(921600)
        # Linux, include/uapi/asm-generic/ioctls.h: TCGETS2; the last word is the rate.
        found = fcntl.ioctl(near, 0x802C542A, bytes(44))
        assert int.from_bytes(found[-4:], sys.byteorder) == 921600
    finally:
        port.close()
        os.close(far)
        os.close(near)


def test_a_console_that_is_open_changes_its_ports_rate(tmp_path: Path) -> None:
    far, near = os.openpty()
    node = Path(os.ttyname(near))
    console = Console()
    with pytest.raises(BenchError, match="has no baud rate"):
        console.set_baud(921600)
    console.start(
        LastingStream(
            lambda: TtyPort(node, 115200, owner="test", locks=tmp_path), lambda text: None
        )
    )
    try:
        console.set_baud(921600)
        found = fcntl.ioctl(near, 0x802C542A, bytes(44))
        assert int.from_bytes(found[-4:], sys.byteorder) == 921600
    finally:
        console.close()
        os.close(far)
        os.close(near)


def test_a_port_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    done = uk_board("flash", "rpi4", "--via", "uart", "--port", tmp_path / "none")
    assert done.exit_code == 3
    assert "no such port" in done.output
