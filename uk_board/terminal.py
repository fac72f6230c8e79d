# SPDX-License-Identifier: BSD-3-Clause
"""The user's terminal while an image runs: output, log, keys to the board, Ctrl-] to end."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import BinaryIO

from uk_board.console import Console
from uk_board.errors import BenchError, UsageError

END_KEY = b"\x1d"  # Ctrl-]
END_KEY_NAME = "Ctrl-]"
# Places in what tcgetattr returns
_INPUT_FLAGS, _LOCAL_FLAGS = 0, 3


class Echo:
    """A console listener that shows output at once; `on_gone` if nobody reads it any more."""

    def __init__(self, output: BinaryIO, on_gone: Callable[[], None]) -> None:
        self._output = output
        self._on_gone = on_gone
        self._gone = False

    def __call__(self, data: bytes) -> None:
        """Show the next piece of output."""
        if self._gone:
            return
        try:
            rest = memoryview(data)
            while rest:  # a stream without a buffer may take less
                rest = rest[self._output.write(rest) :]
            self._output.flush()
        except BrokenPipeError:
            self._gone = True
            # What is still buffered must go somewhere when Python ends.
            sink_fd = os.open(os.devnull, os.O_WRONLY)
            os.dup2(sink_fd, self._output.fileno())
            os.close(sink_fd)
            self._on_gone()


class LogFile:
    """A console listener and context manager that writes a file."""

    def __init__(self, file: Path) -> None:
        """Create the file. Raises: UsageError."""
        try:
            self._stream = file.open("wb")
        except OSError as error:
            raise UsageError(f"--log {file}", f"cannot be written: {error.strerror}") from error

    def __enter__(self) -> LogFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    def __call__(self, data: bytes) -> None:
        """Write the next piece of output, so that it is there whatever happens next."""
        self._stream.write(data)
        self._stream.flush()


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the program in an orderly way: with-blocks are left."""

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    saved = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in saved.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def forward_keys(
    terminal_fd: int, console: Console, on_end_key: Callable[[], None]
) -> Iterator[None]:
    """Send what is typed at `terminal_fd` to the board until the with-block is left.

    Keys go at once and are not echoed: the board does that. Ctrl-C stays a signal.
    """

    def forward(keys: bytes) -> bool:
        before, end_key, _ = keys.partition(END_KEY)
        with contextlib.suppress(BenchError):  # a board that takes no keys still prints
            if before:
                console.write(before)
        if end_key or not keys:
            on_end_key()
            return False
        return True

    with typed_keys(terminal_fd, forward):
        yield


@contextlib.contextmanager
def typed_keys(
    terminal_fd: int, on_keys: Callable[[bytes], bool], *, signals: bool = True
) -> Iterator[None]:
    """Call `on_keys` in a thread with what is typed, until it returns False or the end.

    b"" is the terminal's end. `signals`: Ctrl-C and the like stay signals.
    """
    saved = termios.tcgetattr(terminal_fd)
    wake_read_fd, wake_write_fd = os.pipe()
    thread = threading.Thread(
        target=_read_keys, args=(terminal_fd, wake_read_fd, on_keys), name="keys", daemon=True
    )
    try:
        changed = termios.tcgetattr(terminal_fd)
        changed[_LOCAL_FLAGS] &= ~(termios.ICANON | termios.ECHO)  # no line editing, no echo
        if not signals:
            changed[_LOCAL_FLAGS] &= ~(termios.ISIG | termios.IEXTEN)
            changed[_INPUT_FLAGS] &= ~(termios.ICRNL | termios.IXON)
        termios.tcsetattr(terminal_fd, termios.TCSANOW, changed)
        thread.start()
        yield
    finally:
        os.write(wake_write_fd, b"x")
        if thread.ident is not None:
            thread.join(timeout=10)
        # At once: a terminal that stands still never has shown all of its output.
        termios.tcsetattr(terminal_fd, termios.TCSANOW, saved)
        os.close(wake_read_fd)
        os.close(wake_write_fd)


def _read_keys(terminal_fd: int, wake_fd: int, on_keys: Callable[[bytes], bool]) -> None:
    poller = select.poll()
    poller.register(terminal_fd, select.POLLIN)
    poller.register(wake_fd, select.POLLIN)
    while True:
        if any(fd == wake_fd for fd, _ in poller.poll()):
            return
        if not on_keys(os.read(terminal_fd, 1024)):
            return
