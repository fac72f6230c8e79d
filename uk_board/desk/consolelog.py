# SPDX-License-Identifier: BSD-3-Clause
"""Logs of a console: each byte as it came, and lines for reading with their times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from uk_board.desk.consoletext import CleanText, Stamper
from uk_board.errors import UsageError

RAW, CLEAN = "console.raw", "console.log"
Open = Callable[[Path], BinaryIO]


def _append(file: Path) -> BinaryIO:
    return file.open("ab", buffering=0)


class _Log:
    """A file that gets appended to, until that fails: then it is told, once."""

    def __init__(self, file: Path, tell: Callable[[str], None], opener: Open) -> None:
        try:
            self._stream: BinaryIO = opener(file)
        except OSError as error:
            raise UsageError(f"--log {file}", f"cannot be written: {error.strerror}") from error
        self._file = file
        self._tell = tell
        self._written = 0
        self._failed = False

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest and not self._failed:
                count = self._stream.write(rest)
                self._written += count
                rest = rest[count:]
        except OSError as error:
            self._failed = True
            self._tell(
                f"{self._file}: ends after {self._written} bytes: {error.strerror}; "
                "the console goes on without it"
            )

    def close(self) -> None:
        self._stream.close()


class ConsoleLog:
    """A listener and context manager that writes both logs into a folder.

    Earlier ones there are gone on with. Times count from `begin_s` (monotonic); `now` says
    the date, once.
    """

    def __init__(
        self,
        folder: Path,
        what: str,
        tell: Callable[[str], None],
        *,
        begin_s: float,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        opener: Open = _append,
    ) -> None:
        """Open them; `what` is told in the clean one. Raises: UsageError."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"--log {folder}", f"cannot be made: {error.strerror}") from error
        self._raw = _Log(folder / RAW, tell, opener)
        self._clean = _Log(folder / CLEAN, tell, opener)
        self._last_s = begin_s
        self._text = CleanText()
        self._stamper = Stamper(begin_s)
        self._clean.write(f"# {what}, from {now().isoformat(timespec='milliseconds')}\n".encode())

    def __enter__(self) -> ConsoleLog:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clean.write(self._stamper.feed("\r", self._last_s).encode())
        self._raw.close()
        self._clean.close()

    def __call__(self, data: bytes, time_s: float) -> None:
        """Write the next piece of output, so that it is there whatever happens next."""
        self._last_s = time_s
        self._raw.write(data)
        self._clean.write(self._stamper.feed(self._text.feed(data), time_s).encode())
