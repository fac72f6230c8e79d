# SPDX-License-Identifier: BSD-3-Clause
"""The model's queues."""

from __future__ import annotations

from typing import Any

from uk_board.shimhost.model.kernel import Kernel, Result, Steps, WaitList

EMPTY = FULL = 0  # errQUEUE_EMPTY, errQUEUE_FULL
PASS = 1


class QueueSet:
    """Members that have something, each as often as it has."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.told: list[Any] = []
        self.waiting = WaitList()


class Queue:
    """A first-in-first-out of values that fit into its item size."""

    def __init__(self, length: int, size: int = 4) -> None:
        self.length = length
        self.mask = (1 << 8 * min(size or 4, 4)) - 1
        self.items: list[int] = []
        self.receivers, self.senders = WaitList(), WaitList()
        self.set: QueueSet | None = None
        self.number = 0  # among the objects

    def full(self) -> bool:
        """No room."""
        return len(self.items) >= self.length


def send(k: Kernel, q: Queue, value: int, ticks: int) -> Steps:
    """Do as xQueueSendToBack."""
    return (yield from _send(k, q, value, ticks, back=True))


def front(k: Kernel, q: Queue, value: int, ticks: int) -> Steps:
    """Do as xQueueSendToFront."""
    return (yield from _send(k, q, value, ticks, back=False))


def _send(k: Kernel, q: Queue, value: int, ticks: int, *, back: bool) -> Steps:
    if k.in_isr:
        ticks = 0
    if not (yield from k.wait_until(lambda: not q.full(), q.senders, ticks)):
        return Result(FULL)
    q.items.insert(len(q.items) if back else 0, value & q.mask)
    return (yield from told(k, q, q.receivers))


def overwrite(k: Kernel, q: Queue, value: int) -> Steps:
    """Do as xQueueOverwrite: for queues of one item. A set is told of what is new only."""
    more, q.items = not q.items, [value & q.mask]
    if q.set and not more:
        return Result(PASS)
    return (yield from told(k, q, q.receivers))


def receive(k: Kernel, q: Queue, ticks: int) -> Steps:
    """Do as xQueueReceive."""
    if not (yield from k.wait_until(lambda: bool(q.items), q.receivers, 0 if k.in_isr else ticks)):
        return Result(EMPTY)
    return (yield from woken(k, q.senders, Result(PASS, q.items.pop(0))))


def peek(k: Kernel, q: Queue, ticks: int) -> Steps:
    """Do as xQueuePeek: the item stays, so the next that waits is woken too."""
    if not (yield from k.wait_until(lambda: bool(q.items), q.receivers, 0 if k.in_isr else ticks)):
        return Result(EMPTY)
    result = Result(PASS, q.items[0])
    return result if k.in_isr else (yield from woken(k, q.receivers, result))


def reset(k: Kernel, q: Queue) -> Steps:
    """Do as xQueueReset: empty again; one that waits for room is woken."""
    q.items.clear()
    return (yield from woken(k, q.senders, Result(PASS)))


def count(k: Kernel, q: Queue) -> Steps:
    """Do as uxQueueMessagesWaiting."""
    yield from ()
    return Result(len(q.items))


def woken(k: Kernel, waiting: WaitList, result: Result) -> Steps:
    """Wake the first of `waiting`; a task gives way to it, an interrupt says so."""
    higher = k.wake_first(waiting)
    if k.in_isr:
        k.woken |= higher
    else:
        yield
    return result


def told(k: Kernel, member: Any, waiting: WaitList) -> Steps:
    """Tell of something new: the set it is in, or else who waits for it."""
    if member.set:
        member.set.told.append(member)
        waiting = member.set.waiting
    return (yield from woken(k, waiting, Result(PASS)))


MAKERS = {"queue": Queue}
VERBS = {
    "send": send,
    "front": front,
    "overwrite": overwrite,
    "receive": receive,
    "peek": peek,
    "reset": reset,
    "count": count,
}
