# SPDX-License-Identifier: BSD-3-Clause
"""A listener that may be slow: it gets everything, and who reads the port never waits for it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType

# Called with a piece of output and its time (monotonic).
TimedListener = Callable[[bytes, float], None]

# Of what nobody can keep up with for ever, this much waits.
BACKLOG_BYTES = 256 << 20
# How long the rest may take at the end.
DRAIN_S = 60.0


class Behind:
    """Call `listener` in a thread of its own with what it is given, in order, and when it came.

    A context manager: what waits is delivered before the with-block is left, within
    `drain_s`. Beyond `backlog_bytes` the newest is left out; `left_out` is told of both.
    """

    def __init__(
        self,
        listener: TimedListener,
        left_out: Callable[[int], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        backlog_bytes: int = BACKLOG_BYTES,
        drain_s: float = DRAIN_S,
    ) -> None:
        self._listener = listener
        self._left_out = left_out
        self._clock = clock
        self._backlog_bytes = backlog_bytes
        self._drain_s = drain_s
        self._waiting: deque[tuple[bytes, float]] = deque()
        self._waiting_bytes = 0
        self._change = threading.Condition()
        self._done = False
        self._skipped_bytes = 0
        self._thread = threading.Thread(target=self._deliver, name="behind", daemon=True)
        self._thread.start()

    def __call__(self, data: bytes) -> None:
        """Take the next piece of output; returns at once."""
        time_s = self._clock()
        with self._change:
            if self._waiting_bytes + len(data) > self._backlog_bytes:
                self._skipped_bytes += len(data)
                return
            self._waiting.append((data, time_s))
            self._waiting_bytes += len(data)
            self._change.notify()

    def __enter__(self) -> Behind:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._change:
            self._done = True
            self._change.notify()
        self._thread.join(timeout=self._drain_s)
        with self._change:
            lost_bytes = self._skipped_bytes + self._waiting_bytes
            self._waiting.clear()
        if lost_bytes:
            self._left_out(lost_bytes)

    def _deliver(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._done)
                if not self._waiting:
                    return
                data, time_s = self._waiting.popleft()
            self._listener(data, time_s)
            with self._change:
                self._waiting_bytes -= len(data)
