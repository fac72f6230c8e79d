# SPDX-License-Identifier: BSD-3-Clause
"""A console on the user's screen: as it comes, with times, or in hex; and notes of ours."""

from __future__ import annotations

import codecs
import threading
from collections.abc import Callable

from uk_board.desk.consoletext import Stamper

_ROW_BYTES = 16
# A terminal that takes nothing for so long (Ctrl-S, a dead connection) gets no notes.
_STUCK_S = 1.0
# ECMA-48, 8.3.41: EL, to the end of the line
_ERASE_REST = "\x1b[K"


class Screen:
    """A listener that shows output by `show`, and our own lines by `note`.

    Called in other threads: `note` and `toggle_*`.
    """

    def __init__(
        self, show: Callable[[bytes], None], note: Callable[[bytes], None], begin_s: float
    ) -> None:
        self._write = show
        self._write_note = note
        self._begin_s = begin_s
        self._lock = threading.Lock()
        self._at_line_start = True
        self._stamper: Stamper | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._hex = False
        self._has_passing = False

    def __call__(self, data: bytes, time_s: float) -> None:
        """Show the next piece of output."""
        with self._lock:
            self._end_passing()
            if self._hex:
                self._show(_rows(data, time_s - self._begin_s).encode())
            elif self._stamper is not None:
                self._show(self._stamper.feed(self._decoder.decode(data), time_s).encode())
            else:
                self._show(data)

    def note(self, text: str) -> None:
        """Show a line of ours, on a line of its own; not where the terminal stands still."""
        self._ours(f"uk-board: {text}\n", own_line=True)

    def prompt(self, text: str) -> None:
        """Show what the user is asked, or types."""
        self._ours(text)

    def passing(self, text: str) -> None:
        """Show a line that the next one takes the place of; "" takes it away."""
        if not self._lock.acquire(timeout=_STUCK_S):
            return
        try:
            begin = "\r" if self._has_passing or self._at_line_start else "\r\n"
            if text:
                self._write_note(f"{begin}uk-board: {text}{_ERASE_REST}".encode())
                self._has_passing = True
            else:
                self._end_passing()
        finally:
            self._lock.release()

    def _end_passing(self) -> None:
        if self._has_passing:
            self._write_note(f"\r{_ERASE_REST}".encode())
            self._has_passing, self._at_line_start = False, True

    def _ours(self, text: str, *, own_line: bool = False) -> None:
        if not self._lock.acquire(timeout=_STUCK_S):
            return
        try:
            self._end_passing()
            begin = "" if self._at_line_start or not own_line else "\r\n"
            self._at_line_start = text.endswith("\n")
            self._write_note((begin + text).encode())
        finally:
            self._lock.release()

    def toggle_times(self) -> bool:
        """Show the time before each line, or not any more; tell which."""
        with self._lock:
            self._stamper = None if self._stamper else Stamper(self._begin_s)
            self._fresh_line()
            return self._stamper is not None

    def toggle_hex(self) -> bool:
        """Show bytes in hex, or not any more; tell which."""
        with self._lock:
            self._hex = not self._hex
            self._fresh_line()
            return self._hex

    def _fresh_line(self) -> None:
        if not self._at_line_start:
            self._show(b"\r\n")

    def _show(self, data: bytes) -> None:
        if data:
            self._at_line_start = data.endswith((b"\n", b"\r"))
            self._write(data)


def _rows(data: bytes, time_s: float) -> str:
    rows = (data[at : at + _ROW_BYTES] for at in range(0, len(data), _ROW_BYTES))
    return "".join(
        f"[{time_s:12.6f}] {row.hex(' '):<{3 * _ROW_BYTES - 1}}  {_printable(row)}\n"
        for row in rows
    )


def _printable(row: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
