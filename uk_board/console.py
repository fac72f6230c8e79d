# SPDX-License-Identifier: BSD-3-Clause
"""The console of a board: everything it printed, as bytes and as lines with their time."""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from uk_board.errors import BenchError, UkBoardError
from uk_board.serial.stream import ByteStream

Listener = Callable[[bytes], None]

# What stays in memory of an image that prints for ever; a log file gets all of it.
KEEP_BYTES = 64 << 20
KEEP_LINES = 500_000
# A pattern may span this much that an earlier search has already looked at.
_OVERLAP_BYTES = 64 << 10


@dataclass(frozen=True)
class Line:
    """One console line without its end; `time_s` is monotonic, when its first byte came."""

    time_s: float
    text: str


class LineSplitter:
    """Turn chunks of bytes into lines; tolerates LF, CR LF, LF CR and CR within a line."""

    def __init__(self) -> None:
        self._partial = bytearray()
        self._partial_time_s = 0.0

    def feed(self, data: bytes, time_s: float) -> list[Line]:
        """Return the lines that `data`, read at `time_s`, completes."""
        lines: list[Line] = []
        *complete, rest = data.split(b"\n")
        for piece in complete:
            start_s = self._partial_time_s if self._partial else time_s
            lines += _lines(start_s, bytes(self._partial) + piece)
            self._partial.clear()
        if rest:
            if not self._partial:
                self._partial_time_s = time_s
            self._partial += rest
        return lines

    def partial(self) -> list[Line]:
        """Return the line that has begun and not ended, if there is one."""
        lines = _lines(self._partial_time_s, bytes(self._partial))
        return [line for line in lines if line.text]


def _lines(time_s: float, data: bytes) -> list[Line]:
    pieces = re.split(rb"\r+", data.strip(b"\r"))
    return [Line(time_s, piece.decode("utf-8", "replace")) for piece in pieces]


class Console:
    """Read a byte stream in a thread of its own and let others look at and wait for it.

    A stream that ends wakes every waiter at once. Positions count bytes since the start.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        keep_bytes: int = KEEP_BYTES,
        keep_lines: int = KEEP_LINES,
    ) -> None:
        self._stream: ByteStream | None = None
        self._clock = clock
        self._keep_bytes = keep_bytes
        self._changed = threading.Condition()
        self._raw = bytearray()
        self._dropped_bytes = 0
        self._splitter = LineSplitter()
        self._lines: deque[Line] = deque(maxlen=keep_lines)
        self._listeners: list[Listener] = []
        self._position = 0
        self._last_time_s: float | None = None
        self._ended = False
        self._failure: Exception | None = None
        self._thread: threading.Thread | None = None

    def start(self, stream: ByteStream) -> None:
        """Begin to read `stream`. Add listeners before, so that they miss nothing."""
        assert self._stream is None, "a console reads one stream"
        self._stream = stream
        self._thread = threading.Thread(
            target=self._read, args=(stream,), name="console", daemon=True
        )
        self._thread.start()

    def listen(self, listener: Listener) -> None:
        """Call `listener` in the reader thread with every piece of output from now on."""
        with self._changed:
            self._listeners.append(listener)

    def close(self) -> None:
        """Close the stream and end the reader."""
        if self._stream is not None:
            self._stream.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=10)

    def write(self, data: bytes) -> None:
        """Send bytes to the board. Raises: BenchError when it does not take them."""
        if self._stream is None:
            raise BenchError("console", f"is not connected yet; {len(data)} bytes were not sent")
        self._stream.write(data)

    def write_line(self, text: str) -> None:
        """Send a line to the board."""
        self.write(text.encode() + b"\n")

    def set_baud(self, baud: int) -> None:
        """Change the rate in both directions. Raises: BenchError where there is none to change."""
        change = getattr(self._stream, "set_baud", None)
        if change is None:
            raise BenchError("console", f"has no baud rate that could be changed to {baud}")
        change(baud)

    def _read(self, stream: ByteStream) -> None:
        try:
            while data := stream.read(None):
                self._take(data)
                for listener in tuple(self._listeners):
                    listener(data)
                self.wake()  # after the listeners: waiters may look at what those found
        except (OSError, ValueError, UkBoardError) as error:  # a listener failed: tell the waiter
            self._failure = error
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _take(self, data: bytes) -> None:
        with self._changed:
            self._last_time_s = self._clock()
            self._raw += data
            surplus = len(self._raw) - self._keep_bytes
            if surplus > self._keep_bytes // 8:  # not byte by byte: each cut moves the rest
                del self._raw[:surplus]
                self._dropped_bytes += surplus
            if self._lines.maxlen:
                self._lines.extend(self._splitter.feed(data, self._last_time_s))

    @property
    def ended(self) -> bool:
        """Whether the stream has ended: nothing more will come."""
        return self._ended

    @property
    def size_bytes(self) -> int:
        """How much has come since the start."""
        return self._dropped_bytes + len(self._raw)

    @property
    def last_time_s(self) -> float | None:
        """When the last output came (monotonic); None if there never was any."""
        return self._last_time_s

    def raw(self, start: int = 0, size: int | None = None) -> bytes:
        """Return the output from position `start` on, as it came; at most `size` bytes."""
        with self._changed:
            begin = max(0, start - self._dropped_bytes)
            return bytes(self._raw[begin : None if size is None else begin + size])

    def text(self) -> str:
        """Return the whole output with plain line ends."""
        return "\n".join(line.text for line in self.lines())

    def lines(self) -> list[Line]:
        """Return all lines; the last one may still be growing."""
        with self._changed:
            return [*self._lines, *self._splitter.partial()]

    def last_lines(self, count: int = 20) -> list[str]:
        """Return the last `count` lines that are not empty."""
        with self._changed:
            found = [line.text for line in reversed(self._splitter.partial())]
            for line in reversed(self._lines):
                if len(found) >= count:
                    break
                if line.text:
                    found.append(line.text)
        return found[:count][::-1]

    def expect(self, pattern: str | bytes | re.Pattern[bytes], timeout_s: float) -> re.Match[bytes]:
        """Wait for `pattern` behind the last match, and return the match.

        Raises: BenchError with the last lines after `timeout_s`, or once the stream ended.
        """
        compiled = _compile(pattern)
        deadline_s = time.monotonic() + timeout_s
        searched = self._position
        with self._changed:
            while True:
                begin = max(self._position, searched - _OVERLAP_BYTES, self._dropped_bytes)
                # A copy: the match refers to it, and the buffer itself grows and shrinks.
                match = compiled.search(bytes(self._raw[begin - self._dropped_bytes :]))
                if match:
                    self._position = begin + match.end()
                    return match
                searched = self.size_bytes
                self._raise_failure()
                left_s = deadline_s - time.monotonic()
                if self._ended or left_s <= 0:
                    raise self._not_seen(compiled, timeout_s)
                self._changed.wait(left_s)

    def wait_for(self, done: Callable[[], bool], timeout_s: float | None) -> bool:
        """Wait until `done` or the end; False if `timeout_s` passed first.

        `done` is asked after each piece of output, after each `wake`, and at the end once more.
        """
        with self._changed:
            reached = self._changed.wait_for(lambda: done() or self._ended, timeout_s)
            self._raise_failure()
            return reached

    def wake(self) -> None:
        """Let waiters look again: something else has changed."""
        with self._changed:
            self._changed.notify_all()

    def wait_end(self, timeout_s: float | None) -> bool:
        """Wait for the end of the stream; False if `timeout_s` passed first."""
        return self.wait_for(lambda: False, timeout_s)

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _not_seen(self, pattern: re.Pattern[bytes], timeout_s: float) -> BenchError:
        wanted = pattern.pattern.decode("utf-8", "replace")
        why = "the console ended" if self._ended else f"not within {timeout_s:g} s"
        nothing = "" if self.size_bytes else "; nothing was ever printed"
        return BenchError(
            "console", f'"{wanted}" did not come: {why}{nothing}', last_lines=self.last_lines()
        )


def _compile(pattern: str | bytes | re.Pattern[bytes]) -> re.Pattern[bytes]:
    if isinstance(pattern, re.Pattern):
        return pattern
    return re.compile(pattern.encode() if isinstance(pattern, str) else pattern)
