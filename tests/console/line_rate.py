# SPDX-License-Identifier: BSD-3-Clause
"""A line that never waits, against `uk-board console` with a slow screen: is a byte lost?

    .venv/bin/python tests/console/line_rate.py [MEGABYTES [BAUD]]

What the pty does not take at the time it is due is lost, as in a UART whose FIFO runs over.
"""

from __future__ import annotations

import hashlib
import os
import pty
import random
import subprocess
import sys
import tempfile
import threading
import time
import tty
from pathlib import Path

MEGABYTES, BAUD = 100, 3_000_000
# A screen that takes a third of that.
SCREEN_BYTES_PER_S = 100_000
_BITS_PER_BYTE = 10
_TICK_S = 0.002


def send(master: int, size: int, bytes_per_s: float) -> tuple[str, int]:
    """Send noise and lines at that rate; return the digest of it all, and what was lost."""
    chance = random.Random(4)
    lines = b"".join(b"[%08d] \x1b[32mok\x1b[0m line\r\n" % n for n in range(2000))
    pool = chance.randbytes(60_000) + lines
    digest, sent, lost = hashlib.sha256(), 0, 0
    begin_s = time.monotonic()
    while sent < size:
        due = min(size, int((time.monotonic() - begin_s) * bytes_per_s))
        at = sent % len(pool)
        piece = pool[at : at + due - sent]
        if piece:
            digest.update(piece)
            try:
                taken = os.write(master, piece)
            except BlockingIOError:
                taken = 0
            sent += len(piece)
            lost += len(piece) - taken
        else:
            time.sleep(_TICK_S)
    return digest.hexdigest(), lost


def slow_screen(master: int, shown: list[int]) -> None:
    """Read like a terminal over a slow line, until it is closed."""
    try:
        while data := os.read(master, 4096):
            shown.append(len(data))
            time.sleep(len(data) / SCREEN_BYTES_PER_S)
    except OSError:
        return


def main(megabytes: int, baud: int) -> int:
    """Run it, and tell what came; the status is 1 if anything was lost."""
    line, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(line, False)
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
            sent, lost = send(line, megabytes * 1_000_000, baud / _BITS_PER_BYTE)
            duration_s = time.monotonic() - begin_s
            deadline_s = time.monotonic() + 60
            while raw.stat().st_size < megabytes * 1_000_000 and time.monotonic() < deadline_s:
                time.sleep(0.1)
            console.terminate()
        logged = hashlib.sha256(raw.read_bytes()).hexdigest()
        size = raw.stat().st_size
    same = "equal" if logged == sent else "DIFFERENT"
    sys.stdout.write(
        f"{size:,} of {megabytes * 1_000_000:,} bytes logged in {duration_s:.0f} s "
        f"({size / duration_s / 1000:.0f} kB/s), SHA-256 {same}; "
        f"{lost} bytes found the pty full; {sum(shown):,} bytes shown meanwhile\n"
    )
    return int(logged != sent)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])) if len(sys.argv) == 3 else main(MEGABYTES, BAUD))
