# SPDX-License-Identifier: BSD-3-Clause
"""A console with all that belongs to it: screen, logs, keys, power, crashes."""

from __future__ import annotations

import hashlib
import os
import pty
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from madeusb import MadeUsb
from ptyboard import DEADLINE_S, PluggedBoard, PtyBoard, SlowScreen, until

from uk_board.desk.attend import Seat, attend
from uk_board.desk.benchfile import Place, Port, Power
from uk_board.desk.crashnotes import CrashNotes
from uk_board.desk.menu import Item, Menu
from uk_board.desk.power import cycle, do, steps
from uk_board.desk.sendfile import send_file
from uk_board.errors import BenchError, MissingError, UsageError


def seat(board: PtyBoard, folder: Path, **more: object) -> Seat:
    facts = {"place": Place("rpi4"), "log": folder / "log", **more}
    return Seat(port=Port(device=str(board.node)), baud=115200, locks=folder, **facts)


def test_a_screen_that_stands_still_costs_the_log_no_byte(tmp_path: Path) -> None:
    board, screen = PtyBoard(), SlowScreen()
    data = random.Random(1).randbytes(4 << 20)
    screen.may_go_on.clear()
    with attend(seat(board, tmp_path), screen, screen, None):
        board.say(data)  # a pty takes no more than 64 KiB that nobody reads
        raw = tmp_path / "log/console.raw"
        until(lambda: raw.stat().st_size == len(data), "the log")
        screen.may_go_on.set()
        until(lambda: len(screen.shown) >= len(data), "the screen")
    assert hashlib.sha256(raw.read_bytes()).digest() == hashlib.sha256(data).digest()


def test_noise_of_all_bytes_ends_nothing(tmp_path: Path) -> None:
    board, screen = PtyBoard(), SlowScreen()
    with attend(seat(board, tmp_path, times=True), screen, screen, None) as desk:
        board.say(random.Random(2).randbytes(1 << 18))
        board.say(b"\r\nsense again\r\n")
        until(lambda: "sense again" in screen.text, "what comes after noise")
        assert not desk.console.ended


def test_the_port_is_open_before_the_board_has_power(tmp_path: Path) -> None:
    board, screen = PtyBoard(), SlowScreen()
    lock = "*.lock"
    told = tmp_path / "told"
    power = f"sh -c 'flock -n {tmp_path}/{lock} true && echo free >{told} || echo taken >{told}'"
    place = Place("rpi4", power=Power(cycle=power))
    with attend(seat(board, tmp_path, place=place), screen, screen, None) as desk:
        desk.power_cycle()
        assert told.read_text() == "taken\n"
        board.say(b"first byte of the boot ROM\r\n")
        until(lambda: "boot ROM" in screen.text, "output")


def test_lost_and_found_again_is_told_on_the_screen_and_in_no_log(tmp_path: Path) -> None:
    screen = SlowScreen()
    plugged = PluggedBoard(MadeUsb(tmp_path / "machine"))
    plugged.plug().say(b"one\r\n")
    where = Seat(
        Place("rpi4"),
        Port(serial="A1"),
        115200,
        log=tmp_path,
        machine=plugged.usb.machine,
        locks=tmp_path,
    )
    with attend(where, screen, screen, None) as desk:
        until(lambda: "one" in screen.text, "output")
        plugged.unplug()
        until(lambda: "the port is gone; waiting for it" in screen.text, "the loss")
        desk.menu().feed(b"x")
        until(lambda: "the port is gone; 1 bytes were not sent" in screen.text, "the refusal")
        plugged.plug().say(b"two\r\n")
        until(lambda: "two" in screen.text, "more output")
    assert (tmp_path / "console.raw").read_bytes() == b"one\r\ntwo\r\n"
    assert "the port was gone 1 times" in screen.text


def test_the_menu_does_what_it_says(tmp_path: Path) -> None:
    board, screen = PtyBoard(), SlowScreen()
    file = tmp_path / "to send"
    file.write_bytes(bytes(range(256)) * 8)
    place = Place("rpi4", reset=f"touch {tmp_path}/was-reset")
    with attend(seat(board, tmp_path, place=place), screen, screen, None) as desk:
        menu = desk.menu()
        menu.feed(b"ls\r\x1d\x1d\x03")
        assert board.hear(5) == b"ls\r\x1d\x03"
        menu.feed(b"\x1d?")
        for word in ("quit", "break", "file", "reset", "times", "hex", "itself"):
            assert word in screen.text
        menu.feed(b"\x1df" + f"{file}x\x7f\r".encode())
        board.received.clear()
        assert board.hear(2048) == file.read_bytes()
        until(lambda: f"{file}: 2048 bytes were sent" in screen.text, "the end of the file")
        menu.feed(b"\x1dt")
        board.say(b"stamped\r\n")
        until(lambda: re.search(r"\[ +\d+\.\d{6}\] stamped", screen.text), "a time")
        menu.feed(b"\x1dx")
        board.say(b"\x00A")
        until(lambda: re.search(r"00 41 +\.A", screen.text), "hex")
        menu.feed(b"\x1dr")
        until((tmp_path / "was-reset").exists, "the reset")
        menu.feed(b"\x1db")
        menu.feed(b"\x1df/nowhere\r")
        until(lambda: "/nowhere: no such file" in screen.text, "the refusal")
        menu.feed(b"\x1dq")
        assert desk.wait(DEADLINE_S)


def test_an_answer_can_be_cancelled_and_nothing_of_it_reaches_the_board() -> None:
    sent, shown, answers = bytearray(), [], []
    item = Item(b"f", "file", "send a file", answers.append, ask="file")
    menu = Menu([item], sent.extend, shown.append)
    menu.feed(b"a\x1d")
    menu.feed(b"fnam")
    menu.feed(b"e\x1bb")
    menu.feed(b"\x1df\r\x1d")
    menu.feed(b"zc")
    assert (bytes(sent), answers) == (b"abc", [])
    assert shown[-1] == menu.help()


def test_a_file_goes_no_faster_than_the_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 10_000)
    now = [0.0]
    written: list[tuple[float, int]] = []

    def sleep(duration_s: float) -> None:
        now[0] += duration_s

    send_file(
        file,
        lambda data: written.append((now[0], len(data))),
        100_000,
        threading.Event(),
        clock=lambda: now[0],
        sleep=sleep,
    )
    assert sum(size for _, size in written) == 10_000
    # 10,000 bytes at 80 % of 10,000 bytes a second
    assert now[0] == pytest.approx(1.25, rel=0.01)
    assert max(size for _, size in written) <= 100


def test_a_stopped_file_says_how_much_was_sent(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 100_000)
    stop = threading.Event()
    with pytest.raises(BenchError, match=r"was stopped; \d+ of 100000 bytes were sent"):
        send_file(file, lambda data: stop.set(), 9600, stop)


# ------------------------------------------------------------------------ power


def ran(status: int = 0) -> tuple[list[str], object]:
    commands: list[str] = []

    def run(words: list[str]) -> subprocess.CompletedProcess[str]:
        commands.append(" ".join(words))
        failed = status if words[-1] == "on" else 0
        return subprocess.CompletedProcess(words, failed, "relay is not there\n")

    return commands, run


def test_a_cycle_is_off_a_while_and_on() -> None:
    commands, run = ran()
    place = Place("x", power=Power(on="relay on", off="relay off", off_s=3))
    cycle(place, run, lambda duration_s: commands.append(f"{duration_s}"))
    assert commands == ["relay off", "3.0", "relay on"]
    assert steps(place) == ["relay off", "wait 3 s", "relay on"]


def test_power_that_fails_says_in_which_state_the_board_is() -> None:
    _, run = ran(status=7)
    place = Place("x", power=Power(on="relay on", off="relay off"))
    with pytest.raises(BenchError, match=r"x: is off now, and stays so.*status 7.*relay is not"):
        cycle(place, run, lambda duration_s: None)
    with pytest.raises(UsageError, match="no power switch"):
        cycle(Place("x"))
    with pytest.raises(MissingError, match="no such program"):
        do("/nowhere/relay on")
    with pytest.raises(UsageError, match="is no command"):
        do('relay "on')


# ------------------------------------------------------------------------ crashes

CRASH = """\
*** CRASH: data abort: read of 0x0
*** thread: main
*** pc 0x{at:x} lr 0x{at:x} esr 0x96000006
*** backtrace: 0x{at:x}
*** END CRASH
"""


def test_addresses_of_a_crash_get_their_source_lines(tmp_path: Path) -> None:
    compiler = shutil.which("aarch64-linux-gnu-gcc")
    assert compiler is not None
    (tmp_path / "app.c").write_text("int x;\nvoid _start(void)\n{\n\tx = *(volatile int *)0;\n}\n")
    elf = tmp_path / "app.elf"
    arguments = ["-g", "-O1", "-nostdlib", "-static", "-o", elf, tmp_path / "app.c"]
    subprocess.run([compiler, *arguments], check=True, timeout=60)
    shown = subprocess.run(
        ["aarch64-linux-gnu-nm", elf], capture_output=True, text=True, check=True, timeout=60
    )
    address = int(re.findall(r"(\w+) T _start", shown.stdout)[0], 16)
    told: list[str] = []
    notes = CrashNotes(elf, told.append)
    text = CRASH.format(at=address).replace("\n", "\r\n").encode()
    for _ in range(2):  # a board that starts again may crash again
        for at in range(0, len(text), 7):
            notes(text[at : at + 7], 0.0)
    assert len(told) == 2
    assert "data abort" in told[0]
    assert re.search(r"pc +0x\w+ +_start.*app\.c:\d", told[0])


# ------------------------------------------------------------------------ the command


def test_the_command_shows_logs_and_is_left_by_a_signal(tmp_path: Path) -> None:
    board = PtyBoard()
    command = [sys.executable, "-c", "from uk_board.cli import main; main()", "console", "rpi4"]
    command += ["--port", str(board.node), "--log", str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        board.say(b"hello\r\n")
        assert running.stdout.readline() == b"hello\r\n"
        running.send_signal(signal.SIGTERM)
        _, notes = running.communicate(timeout=DEADLINE_S)
    assert running.returncode == 128 + signal.SIGTERM
    assert b"115200 baud" in notes
    assert (tmp_path / "console.raw").read_bytes() == b"hello\r\n"


def test_keys_go_to_the_board_and_the_terminal_is_as_before(tmp_path: Path) -> None:
    board = PtyBoard()
    master, terminal = pty.openpty()
    before = subprocess.run(["stty", "-a"], stdin=terminal, capture_output=True, check=True)
    command = [sys.executable, "-c", "from uk_board.cli import main; main()", "console", "rpi4"]
    command += ["--port", str(board.node)]
    with subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal) as running:
        shown = b""
        while b"tells the keys" not in shown:
            shown += os.read(master, 4096)
        os.write(master, b"\x03typed\r")  # Ctrl-C is the board's
        assert board.hear(7) == b"\x03typed\r"
        os.write(master, b"\x1dq")
        assert running.wait(DEADLINE_S) == 0
    after = subprocess.run(["stty", "-a"], stdin=terminal, capture_output=True, check=True)
    assert after.stdout == before.stdout


def test_a_board_that_is_nowhere_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from uk_board.cli import main; main()", "console", "rpi4"]
    environ = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_S,
    )
    assert done.returncode == 3
    assert "try: uk-board bench-setup" in done.stderr
