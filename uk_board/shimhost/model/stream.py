# SPDX-License-Identifier: BSD-3-Clause
"""The model's stream, batching and message buffers: bytes from one writer to one reader.

Both wait by the task notification 0, and see what becomes of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from uk_board.shimhost.model import notify
from uk_board.shimhost.model.kernel import Kernel, Result, Steps, Task

_LENGTH_WORD = 8  # configMESSAGE_BUFFER_LENGTH_TYPE is size_t
_32 = 0xFFFFFFFF


@dataclass(eq=False)
class Stream:
    """A plain one; `reader` and `writer` wait in a call."""

    size: int
    trigger: int = 1
    bytes: list[int] = field(default_factory=list)
    reader: Task | None = None
    writer: Task | None = None

    def __post_init__(self) -> None:
        self.trigger = max(self.trigger, 1)

    @property
    def room(self) -> int:
        """The bytes that are free."""
        return self.size - len(self.bytes)

    def needs(self, length: int) -> int:
        """How much room a writer of `length` bytes waits for."""
        return min(length, self.size)

    def ever_fits(self, length: int) -> bool:
        """Whether waiting for room makes sense."""
        return True

    def put(self, data: list[int]) -> int:
        """Put in as many as fit."""
        count = min(len(data), self.room)
        self.bytes += data[:count]
        return count

    def readable(self) -> bool:
        """Whether a reader gets anything."""
        return bool(self.bytes)

    def wakes(self) -> bool:
        """Whether a reader that waits is told."""
        return len(self.bytes) >= self.trigger

    def get(self, length: int) -> list[int]:
        """Take out up to `length`."""
        got, self.bytes = self.bytes[:length], self.bytes[length:]
        return got


class Batching(Stream):
    """A task gets more than the trigger level, or nothing."""

    def readable(self) -> bool:
        """Whether a reader gets anything."""
        return len(self.bytes) > self.trigger

    def wakes(self) -> bool:
        """Whether a reader that waits is told."""
        return len(self.bytes) > self.trigger


class Message(Stream):
    """Messages come out as they went in. `bytes` has each one's length word before it."""

    def needs(self, length: int) -> int:
        """How much room a writer of `length` bytes waits for."""
        return length + _LENGTH_WORD

    def ever_fits(self, length: int) -> bool:
        """Whether waiting for room makes sense."""
        return self.needs(length) <= self.size

    def put(self, data: list[int]) -> int:
        """Put in all or none."""
        if not data or self.room < self.needs(len(data)):
            return 0
        self.bytes += [len(data)] * _LENGTH_WORD + data
        return len(data)

    def get(self, length: int) -> list[int]:
        """Take a message; one that is longer than `length` stays."""
        size = self.next()
        if size > length:
            return []
        got = self.bytes[_LENGTH_WORD : _LENGTH_WORD + size]
        self.bytes = self.bytes[_LENGTH_WORD + size :]
        return got

    def next(self) -> int:
        """The length of the first message."""
        return self.bytes[0] if self.bytes else 0


# ---- Waiting ----


def _wait(k: Kernel, s: Stream, who: str, deadline: int | None) -> Steps:
    """Wait once, as for notification 0. True: not for nothing, and there is time left."""
    task = k.running()
    one = notify.of(task, 0)
    one.pending = False
    setattr(s, who, task)
    # DIFFERS: in FreeRTOS one that is suspended in here still counts as waiting.
    task.on_suspend = lambda: setattr(s, who, None)
    yield from k.block(None, deadline, one)
    task.on_suspend = None
    setattr(s, who, None)
    one.pending = False


def _tell(k: Kernel, s: Stream, who: str) -> Steps:
    """Notify who waits, if somebody does."""
    task: Task | None = getattr(s, who)
    if task is None:
        return
    setattr(s, who, None)
    yield from notify.notify(k, task, 0, 0, notify.NO_ACTION)


# ---- Calls ----


def write(k: Kernel, s: Stream, value: int, length: int, ticks: int) -> Steps:
    """Do as xStreamBufferSend."""
    deadline = k.deadline(ticks)
    if not k.in_isr and ticks and s.ever_fits(length):
        while s.room < s.needs(length):
            yield from _wait(k, s, "writer", deadline)
            if deadline is not None and k.now >= deadline:
                # DIFFERS: FreeRTOS counts with the room there was before this wait; as it says,
                # as many bytes as fit now go in.
                break
    sent = s.put([(value + number) & 0xFF for number in range(length)])
    if sent and s.wakes():
        yield from _tell(k, s, "reader")
    return Result(sent)


def read(k: Kernel, s: Stream, length: int, ticks: int) -> Steps:
    """Do as xStreamBufferReceive; an interrupt does not wait for a whole batch."""
    if k.in_isr:
        got = s.get(length)
    else:
        if ticks and not s.readable():
            yield from _wait(k, s, "reader", k.deadline(ticks))
        got = s.get(length) if s.readable() else []
    if got:
        yield from _tell(k, s, "writer")
    hashed = 0
    for byte in got:
        hashed = (hashed * 31 + byte) & _32
    return Result(len(got), hashed if got else None)


def reset(k: Kernel, s: Stream) -> Steps:
    """Do as xStreamBufferReset: not while somebody waits."""
    yield from ()
    if s.reader or s.writer:
        return Result(0)
    s.bytes.clear()
    return Result(1)


def set_trigger(k: Kernel, s: Stream, level: int) -> Steps:
    """Do as xStreamBufferSetTriggerLevel: nobody is woken by it."""
    yield from ()
    if level > s.size:
        return Result(0)
    s.trigger = max(level, 1)
    return Result(1)


def state(k: Kernel, s: Stream) -> Steps:
    """Do as xStreamBufferBytesAvailable and xStreamBufferSpacesAvailable."""
    yield from ()
    return Result(len(s.bytes), s.room)


def next_length(k: Kernel, s: Stream) -> Steps:
    """Do as xStreamBufferNextMessageLengthBytes."""
    yield from ()
    return Result(s.next() if isinstance(s, Message) else 0)


MAKERS = {"stream": Stream, "batching": Batching, "message": Message}
VERBS = {
    "swrite": write,
    "sread": read,
    "sreset": reset,
    "slevel": set_trigger,
    "sbytes": state,
    "snext": next_length,
}
