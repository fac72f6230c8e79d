# SPDX-License-Identifier: BSD-3-Clause
"""The program that reads a port the moment something comes, and keeps it until it is taken.

It runs as a process of its own and imports nothing of uk-board: it is there in milliseconds,
waits for no other thread, and may run before others.
"""

from __future__ import annotations

import os
import select
import sys
from collections import deque

# Far more than a pipe holds: who takes it may stand still for minutes.
MOST_BYTES = 256 << 20
_CHUNK_BYTES = 65536
_GONE = select.POLLERR | select.POLLHUP | select.POLLNVAL


def run_before_others() -> None:
    """Have the kernel run this process at once when something comes, where one may."""
    try:
        # It is busy for as long as the line is, which is short, and then sleeps.
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except OSError:
        return  # who mostly sleeps is served soon all the same


def carry(port_fd: int, out_fd: int, most_bytes: int = MOST_BYTES) -> None:
    """Hand on what comes until the port's end, or until nobody takes it any more.

    What is beyond `most_bytes` stays with the kernel.
    """
    os.set_blocking(port_fd, False)
    os.set_blocking(out_fd, False)
    waiting: deque[memoryview] = deque()
    size_bytes, is_open = 0, True
    while is_open or waiting:
        ready = _wait(port_fd if is_open and size_bytes < most_bytes else None, out_fd, waiting)
        if ready.get(out_fd, 0) & _GONE:
            return
        if port_fd in ready:
            data = _read(port_fd)
            is_open = data != b""
            if data:
                waiting.append(memoryview(data))
                size_bytes += len(data)
        if out_fd in ready:
            count = os.write(out_fd, waiting[0])
            size_bytes -= count
            first = waiting.popleft()[count:]
            if first:
                waiting.appendleft(first)


def _wait(port_fd: int | None, out_fd: int, waiting: deque[memoryview]) -> dict[int, int]:
    """Wait until there is something to do; that who takes it is gone is always told."""
    poller = select.poll()
    poller.register(out_fd, select.POLLOUT if waiting else 0)
    if port_fd is not None:
        poller.register(port_fd, select.POLLIN)
    return dict(poller.poll())


def _read(port_fd: int) -> bytes | None:
    """Return what came, None if it was nothing, b"" at the port's end."""
    try:
        return os.read(port_fd, _CHUNK_BYTES)
    except BlockingIOError:
        return None
    except OSError:  # EIO: an adapter was pulled, or the other side of a pty is gone
        return b""


if __name__ == "__main__":
    run_before_others()
    carry(int(sys.argv[1]), int(sys.argv[2]))
