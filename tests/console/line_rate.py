# SPDX-License-Identifier: BSD-3-Clause
"""A line that never waits, against `uk-board console` with a slow screen: is a byte lost?

    .venv/bin/python tests/console/line_rate.py [MEGABYTES [BAUD]]

Bytes come when they are due, whether anybody reads or not. What the pty does not take, which
holds some KiB, waits in a buffer of this program as large as the kernel's of a serial port;
what that does not hold is lost, and counted. From the pty's writer to its reader bytes are
carried by a worker of the kernel's that has no priority: where many processes compute, it is
that which comes late, whoever reads. So it is told how often there was nothing to read while
more than a pty holds waited: then it was not the console.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pty
import random
import select
import subprocess
import sys
import tempfile
import termios
import threading
import time
import tty
from pathlib import Path

MEGABYTES, BAUD = 100, 3_000_000
# A screen that takes a third of that.
SCREEN_BYTES_PER_S = 100_000
_BITS_PER_BYTE = 10
_TICK_S = 0.002
_LONGEST_TICK_S = 0.1
# Linux, drivers/tty/tty_buffer.c, TTYB_DEFAULT_MEM_LIMIT; pty.c, tty_buffer_set_limit
_KERNEL_BYTES, _PTY_BYTES = 640 * 1024, 8192


class Line:
    """The line and the kernel's buffer behind it; `lost` bytes, and at most `peak` waited.

    `late` is how often more waited than a pty holds, and `carried_late` how often of these
    there was nothing to read. `held_s` is how long this program itself was kept from running,
    at most.
    """

    def __init__(self, master: int, slave: int) -> None:
        self._master = master
        self._slave = slave
        self._waiting = bytearray()
        self.lost = self.peak = self.late = self.carried_late = 0
        self.held_s = 0.0

    def take(self, data: bytes) -> None:
        room = _KERNEL_BYTES - len(self._waiting)
        self.lost += max(0, len(data) - room)
        self._waiting += data[:room]
        self.peak = max(self.peak, len(self._waiting))

    def wait(self) -> None:
        """Wait for room in the pty if something waits for that, but no longer than a tick."""
        if len(self._waiting) > _PTY_BYTES:
            self.late += 1
            self.carried_late += not any(fcntl.ioctl(self._slave, termios.FIONREAD, bytes(4)))
        writers = [self._master] if self._waiting else []
        select.select([], writers, [], _TICK_S)

    def drain(self) -> bool:
        """Hand on what the pty takes; True when nothing waits."""
        with contextlib.suppress(BlockingIOError):
            while self._waiting:
                del self._waiting[: os.write(self._master, self._waiting[:4096])]
        return not self._waiting


def send(line: Line, size: int, bytes_per_s: float) -> str:
    """Send noise and lines at that rate; return the digest of it all."""
    chance = random.Random(4)
    lines = b"".join(b"[%08d] \x1b[32mok\x1b[0m line\r\n" % n for n in range(2000))
    pool = chance.randbytes(60_000) + lines
    digest, sent = hashlib.sha256(), 0
    line_s, last_s = 0.0, time.monotonic()
    while sent < size or not line.drain():
        now_s = time.monotonic()
        # A machine that stands still (a virtual one may) sends nothing meanwhile.
        line_s += min(now_s - last_s, _LONGEST_TICK_S)
        line.held_s, last_s = max(line.held_s, now_s - last_s), now_s
        due = min(size, int(line_s * bytes_per_s))
        at = sent % len(pool)
        piece = pool[at : at + due - sent]
        digest.update(piece)
        line.take(piece)
        sent += len(piece)
        line.drain()
        line.wait()
    return digest.hexdigest()


def slow_screen(master: int, shown: list[int]) -> None:
    """Read like a terminal over a slow line, until it is closed."""
    try:
        while data := os.read(master, 4096):
            shown.append(len(data))
            time.sleep(len(data) / SCREEN_BYTES_PER_S)
    except OSError:
        return


def main(megabytes: int = MEGABYTES, baud: int = BAUD) -> int:
    """Run it, and tell what came; the status is 1 if anything was lost."""
    with contextlib.suppress(PermissionError):
        # Hardware does not wait for a core: where one may, neither does this; the console does.
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    line = Line(master, slave)
    screen, terminal = pty.openpty()
    tty.setraw(terminal)
    shown: list[int] = []
    threading.Thread(target=slow_screen, args=(screen, shown), daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="line-rate-") as folder:
        raw = Path(folder) / "console.raw"
        command = [sys.executable, "-c", "from uk_board.cli import main; main()", "console"]
        command += ["rpi4", "--port", os.ttyname(slave), "--baud", str(baud), "--log", folder]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=terminal) as console:
            while not raw.exists():
                time.sleep(0.1)
            begin_s = time.monotonic()
            sent = send(line, megabytes * 1_000_000, baud / _BITS_PER_BYTE)
            duration_s = time.monotonic() - begin_s
            deadline_s = time.monotonic() + 20
            while raw.stat().st_size < megabytes * 1_000_000 and time.monotonic() < deadline_s:
                time.sleep(0.1)
            console.terminate()
        logged = hashlib.sha256(raw.read_bytes()).hexdigest()
        size = raw.stat().st_size
    same = "equal" if logged == sent else "DIFFERENT"
    sys.stdout.write(
        f"{size:,} of {megabytes * 1_000_000:,} bytes logged in {duration_s:.0f} s "
        f"({size / duration_s / 1000:.0f} kB/s), SHA-256 {same}; "
        f"{line.lost} lost on the line, at most {line.peak:,} of {_KERNEL_BYTES:,} waited "
        f"({line.peak * _BITS_PER_BYTE * 1000 // baud} ms; {line.carried_late} of {line.late} "
        "times with nothing to read), "
        f"this program for {line.held_s:.2f} s; "
        f"{sum(shown):,} bytes shown meanwhile\n"
    )
    return int(logged != sent)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
