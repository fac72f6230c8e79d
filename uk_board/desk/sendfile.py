# SPDX-License-Identifier: BSD-3-Clause
"""A file to a board: as if it were typed, or by YMODEM to a receiver there."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

from uk_board.errors import BenchError, MissingError
from uk_board.serial import ymodem

# A start bit, eight of data, a stop bit
_BITS_PER_BYTE = 10
# Boards without flow control need time to do something with it.
_SHARE = 0.8
_PIECE_S = 0.01
# How long a receiver may take to ask for the file.
_START_S = 60.0
# How long a transfer is deaf to being stopped
_SLICE_S = 0.1
# What came last is told when a transfer fails.
_TAIL_BYTES = 2000
# U-Boot, cmd/load.c: what it says when it waits for a file
_INVITES = b"Ready for binary (ymodem)"

Write = Callable[[bytes], None]
# Called with the bytes that are done, of all.
OnProgress = Callable[[int, int], None]


def read_file(file: Path) -> bytes:
    """Return what is in a file. Raises: MissingError, BenchError."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise MissingError(str(file), "no such file") from None
    except OSError as error:
        raise BenchError(str(file), f"cannot be read: {error.strerror}") from error


def send_file(
    file: Path,
    write: Write,
    baud: int,
    stop: threading.Event,
    *,
    on_progress: OnProgress = lambda done, total: None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] | None = None,
) -> int:
    """Send a file's bytes no faster than line and board take them; return how many.

    Raises: MissingError, BenchError when the board's port does not take it, or it was stopped.
    """
    data = read_file(file)
    bytes_per_s = baud / _BITS_PER_BYTE * _SHARE
    piece_bytes = max(1, int(bytes_per_s * _PIECE_S))
    pause = sleep or stop.wait
    begin_s = clock()
    for at in range(0, len(data), piece_bytes):
        if stop.is_set():
            raise BenchError(str(file), f"was stopped; {at} of {len(data)} bytes were sent")
        piece = data[at : at + piece_bytes]
        write(piece)
        on_progress(at + len(piece), len(data))
        ahead_s = begin_s + (at + len(piece)) / bytes_per_s - clock()
        if ahead_s > 0:
            pause(ahead_s)
    return len(data)


class Answers:
    """A listener that hands output on to `show`, but for transfers: then it is a ymodem.Port.

    What the two sides of a transfer say is no text. `invite` is called when the board says
    that it waits for a file; `stop` ends a transfer.
    """

    def __init__(
        self,
        show: Callable[[bytes], None],
        write: Write,
        stop: threading.Event,
        invite: Callable[[], None],
    ) -> None:
        self._show = show
        self._write = write
        self._stop = stop
        self._invite = invite
        self._change = threading.Lock()
        self._came: queue.SimpleQueue[bytes] | None = None
        self._may_stop = True
        self._tail = b""

    def __call__(self, data: bytes) -> None:
        """Take the next piece of output."""
        with self._change:
            before = self._tail[-len(_INVITES) :]
            self._tail = (self._tail + data)[-_TAIL_BYTES:]
            if self._came is not None:
                self._came.put(data)
                return
            self._show(data)
        if _INVITES in before + data and _INVITES not in before:
            self._invite()

    def begin(self) -> None:
        """Begin a transfer."""
        with self._change:
            self._tail = b""
            self._may_stop = True
            self._came = queue.SimpleQueue()

    def give_up(self) -> None:
        """Have no more than the end of the transfer to do: that is not stopped."""
        self._may_stop = False

    def end(self, unread: bytes) -> None:
        """End it, and show what came behind it."""
        with self._change:
            while self._came is not None and not self._came.empty():
                unread += self._came.get()
            self._came = None
            self._show(unread)

    def text(self) -> list[str]:
        """Return the lines that came since it began, without what does not print."""
        lines = self._tail.decode("ascii", "replace").splitlines()
        texts = ("".join(filter(str.isprintable, line)).strip() for line in lines)
        return [text for text in texts if text.strip(ymodem.WANTED.decode())]

    def read(self, timeout_s: float) -> bytes | None:
        """Return what has come; see ymodem.Port. Raises: BenchError once it is stopped."""
        came = self._came
        assert came is not None, "a transfer has begun"
        deadline_s = time.monotonic() + timeout_s
        while not (self._may_stop and self._stop.is_set()):
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return None
            try:
                return came.get(timeout=min(left_s, _SLICE_S))
            except queue.Empty:
                continue
        raise BenchError("YMODEM", "was stopped")

    def write(self, data: bytes) -> None:
        """Send all of `data`; see ymodem.Port."""
        self._write(data)


def send_by_ymodem(
    file: Path, answers: Answers, on_progress: OnProgress = lambda done, total: None
) -> ymodem.Sent:
    """Send a file to a receiver that asks for it, or soon will.

    Raises: MissingError, BenchError; the receiver is told to give up.
    """
    data = read_file(file)
    done_bytes = 0

    def show(done: int) -> None:
        nonlocal done_bytes
        done_bytes = done
        on_progress(done, len(data))

    sender = ymodem.Sender(answers, where=str(file))
    answers.begin()
    try:
        return sender.send(file.name, data, start_s=_START_S, on_progress=show)
    except BenchError as error:
        answers.give_up()
        sender.cancel()
        problem = f"{error.problem}; {done_bytes} of {len(data)} bytes were sent"
        raise BenchError(str(file), problem, last_lines=answers.text()[-5:]) from error
    finally:
        answers.end(sender.unread)
