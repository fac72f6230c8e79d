# SPDX-License-Identifier: BSD-3-Clause
"""The model's queue sets: which member has something, in the order in which it came."""

from __future__ import annotations

from uk_board.shimhost.model import queue, semaphore
from uk_board.shimhost.model.kernel import Kernel, Result, Steps

Member = queue.Queue | semaphore.Semaphore


def join(k: Kernel, member: Member, s: queue.QueueSet) -> Steps:
    """Do as xQueueAddToSet: what a member holds already, the set would never tell."""
    yield from ()
    if member.set is not None or _held(member):
        return Result(0)
    member.set = s
    return Result(1)


def leave(k: Kernel, member: Member, s: queue.QueueSet) -> Steps:
    """Do as xQueueRemoveFromSet: what a member holds, the set still tells."""
    yield from ()
    if member.set is not s or _held(member):
        return Result(0)
    member.set = None
    return Result(1)


def select(k: Kernel, s: queue.QueueSet, ticks: int) -> Steps:
    """Do as xQueueSelectFromSet, and take from the member what it was said to have."""
    ticks = 0 if k.in_isr else ticks
    if not (yield from k.wait_until(lambda: bool(s.told), s.waiting, ticks)):
        return Result(0)
    member = s.told.pop(0)
    if isinstance(member, queue.Queue):
        got = yield from queue.receive(k, member, 0)
    else:
        assert isinstance(member, semaphore.Semaphore)
        got = yield from semaphore.take(k, member, 0)
    return Result(member.number, got.extra or 0)


def _held(member: Member) -> int:
    return len(member.items) if isinstance(member, queue.Queue) else member.count


MAKERS = {"set": queue.QueueSet}
VERBS = {"join": join, "leave": leave, "sselect": select}
