# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board console` as users have it, on a terminal: what it promises, and bad input."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import socket
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from ptyboard import DEADLINE_S, PtyBoard, until

CONSOLE = (sys.executable, "-c", "from uk_board.cli import main; main()", "console", "rpi4")


class Terminal:
    """A terminal with the command in it; what it shows is kept."""

    def __init__(self, *arguments: str | Path, reads: bool = True) -> None:
        self.master, inner = pty.openpty()
        tty.setraw(inner)
        command = [*CONSOLE, *map(str, arguments)]
        self.command = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner)
        os.close(inner)
        self.shown = bytearray()
        self.reads = threading.Event()
        if reads:
            self.reads.set()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with suppress(OSError):
            while True:
                self.reads.wait()
                self.shown += os.read(self.master, 4096)

    @property
    def text(self) -> str:
        return self.shown.decode("utf-8", "replace")

    def see(self, pattern: str) -> re.Match[str]:
        until(lambda: re.search(pattern, self.text), f"{pattern} in {self.text[-2000:]}")
        found = re.search(pattern, self.text)
        assert found is not None
        return found

    def type(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def quit(self) -> int:
        self.type(b"\x1dq")
        return self.command.wait(DEADLINE_S)


@contextmanager
def terminal(*arguments: str | Path, reads: bool = True) -> Iterator[Terminal]:
    opened = Terminal(*arguments, reads=reads)
    try:
        yield opened
    finally:
        opened.command.kill()
        opened.command.wait(DEADLINE_S)
        os.close(opened.master)


def elf_with_a_bug(folder: Path) -> tuple[Path, int]:
    """Return an ELF file, and the address of what crashes in it, in app.c:4."""
    compiler = shutil.which("aarch64-linux-gnu-gcc")
    assert compiler is not None
    (folder / "app.c").write_text("int x;\nvoid _start(void)\n{\n\tx = *(volatile int *)0;\n}\n")
    elf = folder / "app.elf"
    arguments = ["-g", "-O1", "-nostdlib", "-static", "-o", elf, folder / "app.c"]
    subprocess.run([compiler, *arguments], check=True, timeout=60)
    names = subprocess.run(
        ["aarch64-linux-gnu-nm", elf], capture_output=True, text=True, check=True, timeout=60
    )
    return elf, int(re.findall(r"(\w+) T _start", names.stdout)[0], 16)


def test_a_crash_gets_its_source_line_and_logs_have_bytes_and_times(tmp_path: Path) -> None:
    elf, address = elf_with_a_bug(tmp_path)
    crash = (
        "*** CRASH: data abort: read of 0x0\r\n*** thread: main\r\n"
        f"*** pc {address:#x} lr {address:#x} esr 0x96000006\r\n"
        f"*** backtrace: {address:#x}\r\n*** END CRASH\r\n"
    ).encode()
    board = PtyBoard()
    with terminal("--port", board.node, "--elf", elf, "--log", tmp_path / "log") as shown:
        board.say(b"\x1b[1mboots\x1b[0m\r\n")
        shown.see("boots")
        time.sleep(0.3)
        board.say(crash)
        assert shown.see(r"pc +0x\w+ +_start.*app\.c:\d")
        shown.type(b"\x1d")
        shown.see("q quit, b break, f file, y YMODEM, r reset, t times, x hex, \\? help")
        shown.type(b"q")
        assert shown.command.wait(DEADLINE_S) == 0
    assert (tmp_path / "log/console.raw").read_bytes() == b"\x1b[1mboots\x1b[0m\r\n" + crash
    first, *lines = (tmp_path / "log/console.log").read_text().splitlines()
    assert first.startswith("# console of rpi4")
    times = [float(line[1:13]) for line in lines]
    assert times == sorted(times)
    assert times[1] - times[0] >= 0.3
    assert [line[15:] for line in lines] == ["boots", *crash.decode().splitlines()]


def test_a_port_is_had_by_one_and_the_other_is_told_who_has_it(tmp_path: Path) -> None:
    board = PtyBoard()
    with terminal("--port", board.node) as first:
        first.see("tells the keys")
        done = subprocess.run(
            [*CONSOLE, "--port", board.node],
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE_S,
        )
        assert done.returncode == 1
        assert f"is taken by process {first.command.pid} of " in done.stderr
        board.say(b"still there")
        first.see("still there")


def test_logs_on_a_full_disk_are_told_and_the_console_goes_on(tmp_path: Path) -> None:
    (tmp_path / "console.raw").symlink_to("/dev/full")
    board = PtyBoard()
    with terminal("--port", board.node, "--log", tmp_path) as shown:
        board.say(b"one\r\n")
        shown.see("console.raw: ends after 0 bytes: No space left on device; the console goes on")
        board.say(b"two\r\n")
        shown.see("two")
        until(lambda: "two" in (tmp_path / "console.log").read_text(), "the other log")
        assert shown.quit() == 0
        assert shown.text.count("No space left") == 1


@pytest.mark.parametrize("reads", [True, False], ids=["terminal reads", "terminal stands still"])
def test_a_board_that_never_stops_printing_is_left_by_its_key(reads: bool) -> None:
    board = PtyBoard()
    ended = threading.Event()

    def print_on() -> None:
        with suppress(OSError):
            while not ended.is_set():
                if select.select([], [board.master], [], 0.1)[1]:
                    os.write(board.master, b"panic: panic: panic: panic\r\n" * 100)

    with terminal("--port", board.node) as shown:
        shown.see("tells the keys")
        if not reads:
            shown.reads.clear()
        printing = threading.Thread(target=print_on)
        printing.start()
        time.sleep(0.5)
        assert shown.quit() == 0
        ended.set()
        printing.join(DEADLINE_S)


def test_garbage_is_shown_and_what_comes_behind_it_is_clear(tmp_path: Path) -> None:
    board = PtyBoard()
    noise = bytes(range(256)) * 40 + b"\x1b]0;never ends\x1b[9999999999"
    with terminal("--port", board.node, "--log", tmp_path, "--times") as shown:
        board.say(noise + b"\r\nsense\r\n")
        shown.see(r"\[ +\d+\.\d{6}\] sense")
        assert shown.quit() == 0
    assert (tmp_path / "console.raw").read_bytes() == noise + b"\r\nsense\r\n"
    assert re.search(r"(?m)^\[ +\d+\.\d{6}\] sense$", (tmp_path / "console.log").read_text())


def test_tcp_is_a_console_and_is_found_again_when_its_server_is_back(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"socket://127.0.0.1:{server.getsockname()[1]}"
        with terminal("--port", url) as shown:
            for number in range(3):
                connection, _ = server.accept()
                with connection:
                    connection.sendall(b"life %d\r\n" % number)
                    shown.see(f"life {number}")
                    shown.type(b"k")
                    assert connection.recv(1) == b"k"
                shown.see("the port is gone; waiting for it" if number == 0 else "is back")
            assert shown.quit() == 0
