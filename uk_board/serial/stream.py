# SPDX-License-Identifier: BSD-3-Clause
"""Byte streams: what carries a console, be it a pipe, a pty or a socket."""

from __future__ import annotations

import os
import select
import threading
import time
from typing import Protocol

from uk_board.errors import BenchError

_CHUNK_BYTES = 65536


class ByteStream(Protocol):
    """A duplex stream of bytes; one thread reads while others write."""

    def read(self, timeout_s: float | None) -> bytes | None:
        """Return what has come, None after `timeout_s` without any, b"" at the end.

        None as timeout waits for ever; `close` from another thread ends the wait.
        """

    def write(self, data: bytes, timeout_s: float = 10.0) -> None:
        """Send all of `data`. Raises: BenchError when the other side does not take it."""

    def close(self) -> None:
        """End the stream and wake a reader that waits. May be called more than once."""


class FdStream:
    """A byte stream over file descriptors, which it owns from now on.

    `read_fd` and `write_fd` may be the same descriptor (pty, socket).
    """

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._wake_read, self._wake_write = os.pipe()
        self._closed = False
        self._read_lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._close_lock = threading.Lock()
        os.set_blocking(write_fd, False)
        os.set_blocking(read_fd, False)

    def read(self, timeout_s: float | None) -> bytes | None:
        """Return what has come; see ByteStream."""
        deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        with self._read_lock:
            while not self._closed:
                if not _wait(self._read_fd, select.POLLIN, self._wake_read, _left(deadline_s)):
                    return b"" if self._closed else None
                try:
                    return os.read(self._read_fd, _CHUNK_BYTES)
                except BlockingIOError:
                    continue
                except OSError:  # EIO: the other side of a pty is gone
                    return b""
        return b""

    def write(self, data: bytes, timeout_s: float = 10.0) -> None:
        """Send all of `data`; see ByteStream."""
        deadline_s = time.monotonic() + timeout_s
        rest = memoryview(data)
        with self._write_lock:
            while rest:
                rest = rest[self._write_some(rest, deadline_s) :]

    def _write_some(self, rest: memoryview, deadline_s: float) -> int:
        """Write what the other side takes now. Raises: BenchError when it takes nothing."""
        ready = not self._closed and _wait(
            self._write_fd, select.POLLOUT, self._wake_read, _left(deadline_s)
        )
        if not ready:
            why = "is closed" if self._closed else "takes no input"
            raise BenchError("console", f"{why}; {len(rest)} bytes were not sent")
        try:
            return os.write(self._write_fd, rest)
        except BlockingIOError:
            return 0
        except OSError as error:
            why = f"is gone ({error.strerror})"
            raise BenchError("console", f"{why}; {len(rest)} bytes were not sent") from error

    def close(self) -> None:
        """Wake reader and writer, and close the descriptors."""
        with self._close_lock:
            if self._closed:
                return
            self._closed = True
            os.write(self._wake_write, b"x")
            # Reader and writer leave at once; only then may the numbers be reused.
            with self._read_lock, self._write_lock:
                for fd in {self._read_fd, self._write_fd, self._wake_read, self._wake_write}:
                    os.close(fd)


def _left(deadline_s: float | None) -> float | None:
    return None if deadline_s is None else max(0.0, deadline_s - time.monotonic())


def _wait(fd: int, event: int, wake_fd: int, timeout_s: float | None) -> bool:
    """Tell whether `fd` became ready (or hung up) before the time-out and the wake-up."""
    poller = select.poll()
    poller.register(fd, event)
    poller.register(wake_fd, select.POLLIN)
    ready = poller.poll(None if timeout_s is None else timeout_s * 1000)
    return any(which == fd for which, _ in ready) and all(which != wake_fd for which, _ in ready)
