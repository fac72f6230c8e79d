# SPDX-License-Identifier: BSD-3-Clause
"""The process that reads a port: what nobody takes yet is kept, and it ends with its port."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

from ptyboard import DEADLINE_S, PtyBoard, until

from uk_board.serial import readahead
from uk_board.serial.readahead import carry
from uk_board.serial.tty import TtyPort

OPENED = """\
import os, sys, time
from pathlib import Path
from uk_board.serial.tty import TtyPort
port = TtyPort(Path(sys.argv[1]), 115200, owner="tester", locks=Path(sys.argv[2]))
print("open", flush=True)
sys.stdin.readline()
sum(range(1 << 62))
"""


def read_all(port: TtyPort, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        more = port.read(DEADLINE_S)
        assert more, f"{len(data)} of {size} bytes came"
        data += more
    return bytes(data)


def test_what_this_program_does_not_read_yet_is_kept(tmp_path: Path) -> None:
    board = PtyBoard()
    port = TtyPort(board.node, 3_000_000, owner="tester", locks=tmp_path)
    data = random.Random(3).randbytes(8 << 20)
    # The kernel keeps no more than some KiB: `say` would wait for ever.
    saying = threading.Thread(target=board.say, args=(data,), daemon=True)
    saying.start()
    saying.join(DEADLINE_S)
    assert not saying.is_alive()
    assert read_all(port, len(data)) == data
    port.close()


def test_a_program_that_leaves_no_thread_a_turn_costs_no_byte(tmp_path: Path) -> None:
    board = PtyBoard()
    with subprocess.Popen(
        [sys.executable, "-c", OPENED, board.node, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline() == b"open\n"
        # From now on it holds Python's lock, and computes.
        program.stdin.write(b"\n")
        program.stdin.flush()
        saying = threading.Thread(target=board.say, args=(bytes(4 << 20),), daemon=True)
        saying.start()
        saying.join(DEADLINE_S)
        is_kept = not saying.is_alive()
        program.kill()
    assert is_kept


def test_a_killed_program_leaves_the_port_free(tmp_path: Path) -> None:
    board = PtyBoard()
    command = [sys.executable, "-c", OPENED, board.node, tmp_path]
    for number in (signal.SIGKILL, signal.SIGTERM):
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as program:
            assert program.stdout is not None
            assert program.stdout.readline() == "open\n"
            program.send_signal(number)
        TtyPort(board.node, 9600, owner="next", locks=tmp_path).close()


def test_a_closed_port_leaves_no_process(tmp_path: Path) -> None:
    def readers() -> list[str]:
        shown = subprocess.run(
            ["ps", "-ww", "-o", "args=", "--ppid", str(os.getpid())],
            capture_output=True,
            text=True,
            check=True,
        )
        return [line for line in shown.stdout.splitlines() if readahead.__file__ in line]

    board = PtyBoard()
    port = TtyPort(board.node, 9600, owner="tester", locks=tmp_path)
    until(lambda: len(readers()) == 1, "the process")
    port.close()
    assert readers() == []


def test_beyond_its_measure_the_rest_stays_with_the_kernel() -> None:
    port, theirs = os.pipe()
    out, ours = os.pipe()
    reading = threading.Thread(target=carry, args=(port, ours, 100_000), daemon=True)
    reading.start()
    os.set_blocking(theirs, False)
    data = random.Random(5).randbytes(1 << 20)
    sent = 0

    def is_full() -> bool:
        nonlocal sent
        try:
            sent += os.write(theirs, data[sent : sent + 4096])
        except BlockingIOError:
            return True
        return False

    until(is_full, "the end of what it takes")
    # 100,000 bytes and one piece, the pipe behind it, and the one before
    assert 100_000 < sent < 100_000 + 65536 * 4
    os.close(theirs)
    got = b""
    while len(got) < sent:
        got += os.read(out, 65536)
    assert got == data[:sent]
    os.close(ours)
    reading.join(DEADLINE_S)
    assert not reading.is_alive()
