# SPDX-License-Identifier: BSD-3-Clause
"""What listens to a booted board's console: for crashes and boots, and into a test's log."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from uk_board.emulation.runner import CrashWatch

# So many boots that nobody asked for, in so long, are a loop.
LOOP_BOOTS = 5
LOOP_S = 60.0
# A board that prints for ever shall not fill the disk.
LOG_BYTES = 256 << 20
# Where the last line before a boot is looked for
_RECENT_BYTES = 4096


class BoardLog:
    """A log file of a test; one that cannot be written any more costs no test its verdict.

    `problem` says then why, and how much is missing.
    """

    def __init__(self, file: Path, limit_bytes: int = LOG_BYTES) -> None:
        """Create the file. Raises: OSError."""
        self.file = file
        self._stream: BinaryIO | None = file.open("wb", buffering=0)
        self._left_bytes = limit_bytes
        self._missing_bytes = 0
        self._why = ""

    def __call__(self, data: bytes) -> None:
        """Write the next piece of output, so that it is there whatever happens next."""
        written = self._write(data[: self._left_bytes]) if self._stream is not None else 0
        self._left_bytes -= written
        if self._left_bytes <= 0 and not self._why:
            self._why = "it is as long as a log may be"
        self._missing_bytes += len(data) - written

    def _write(self, data: bytes) -> int:
        assert self._stream is not None, "asked before"
        written = 0
        try:
            while written < len(data):
                written += self._stream.write(data[written:]) or 0
        except OSError as error:
            self._why = str(error.strerror)
            self.close()
        return written

    @property
    def problem(self) -> str:
        """Why the log is not whole; empty if it is."""
        if not self._missing_bytes:
            return ""
        return f"{self.file}: {self._missing_bytes:,} bytes are missing: {self._why}"

    def close(self) -> None:
        """Close the file. May be called more than once."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None


class Watch:
    """A console listener of a boot: it may be asked why nothing more is to be expected."""

    def __init__(
        self,
        banner: str,
        asked_s: Callable[[], float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`banner` is what the image prints when it boots; `asked_s` is when it last had to."""
        self._banner = banner.encode()
        self._asked_s = asked_s
        self._clock = clock
        self._crash = CrashWatch()
        self._tail = b""
        self._recent = b""
        self._last_words = ""
        # When it booted (monotonic)
        self.boots: list[float] = []
        self.log: BoardLog | None = None

    def __call__(self, data: bytes) -> None:
        """Look at the next piece of output."""
        if self.log is not None:
            self.log(data)
        self._crash(data)
        text = self._tail + data
        boots = text.count(self._banner)
        self._recent = (self._recent + data)[-_RECENT_BYTES:]
        if boots:
            self.boots += [self._clock()] * boots
            self._last_words = _last_line(self._recent[: self._recent.rfind(self._banner)])
        self._tail = text[-len(self._banner) + 1 :]

    @property
    def crashed(self) -> bool:
        """Whether a crash report came to its end."""
        return self._crash.seen

    @property
    def loop(self) -> str:
        """How often the board booted, if it does so by itself again and again."""
        boots = [time_s for time_s in self.boots if time_s >= self._asked_s()]
        if len(boots) < LOOP_BOOTS or boots[-1] - boots[-LOOP_BOOTS] > LOOP_S:
            return ""
        told = f"booted {len(boots)} times in {boots[-1] - boots[0]:.0f} s: a reset loop"
        return told + (f', the last after "{self._last_words}"' if self._last_words else "")

    @property
    def over(self) -> str:
        """Why nothing more is to be expected; empty while something is."""
        return "the image crashed" if self.crashed else self.loop


def _last_line(text: bytes) -> str:
    lines = [line.strip() for line in text.splitlines()]
    return next((line.decode("utf-8", "replace") for line in reversed(lines) if line), "")
