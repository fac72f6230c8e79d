# SPDX-License-Identifier: BSD-3-Clause
"""The model's semaphores and mutexes; mutexes lend priorities."""

from __future__ import annotations

from uk_board.shimhost.model.kernel import Kernel, Result, Steps, Task, WaitList
from uk_board.shimhost.model.queue import EMPTY, FULL, PASS, QueueSet, told


class Semaphore:
    """A count with a maximum."""

    def __init__(self, maximum: int = 1, initial: int = 0) -> None:
        self.maximum, self.count = maximum, initial
        self.waiting = WaitList()
        self.set: QueueSet | None = None
        self.number = 0  # among the objects


class Mutex(Semaphore):
    """Free, or held by a task, which may hold a recursive one several times."""

    def __init__(self) -> None:
        super().__init__(1, 1)
        self.holder: Task | None = None
        self.recursion = 0


def take(k: Kernel, s: Semaphore, ticks: int) -> Steps:
    """Do as xSemaphoreTake."""
    if isinstance(s, Mutex):
        return (yield from _lock(k, s, ticks))
    free = yield from k.wait_until(lambda: s.count > 0, s.waiting, 0 if k.in_isr else ticks)
    s.count -= free
    return Result(PASS if free else EMPTY)


def give(k: Kernel, s: Semaphore) -> Steps:
    """Do as xSemaphoreGive. Only who holds a mutex may give it."""
    if isinstance(s, Mutex):
        if s.holder is not k.running():
            return Result(skipped=True)
        _release(k, s)
    if s.count == s.maximum:
        return Result(FULL)
    s.count += 1
    return (yield from told(k, s, s.waiting))


def take_again(k: Kernel, m: Mutex, ticks: int) -> Steps:
    """Do as xSemaphoreTakeRecursive."""
    if m.holder is not k.running():
        result = yield from _lock(k, m, ticks)
        if result.value != PASS:
            return result
    m.recursion += 1
    return Result(PASS)


def give_again(k: Kernel, m: Mutex) -> Steps:
    """Do as xSemaphoreGiveRecursive: free with the last of as many gives as takes."""
    if m.holder is not k.running():
        return Result(0)
    m.recursion -= 1
    if m.recursion == 0:
        yield from give(k, m)
    return Result(PASS)


def _lock(k: Kernel, m: Mutex, ticks: int) -> Steps:
    task, deadline = k.running(), k.deadline(ticks)
    lent = False
    while m.count == 0:
        if ticks == 0 or (deadline is not None and k.now >= deadline):
            if lent:
                _take_back(k, m)
            return Result(EMPTY)
        lent |= _lend(k, m, task)
        yield from k.block(m.waiting, deadline)
    m.count, m.holder = 0, task
    task.mutexes += 1
    return Result(PASS)


def _lend(k: Kernel, m: Mutex, task: Task) -> bool:
    """While a task waits, the holder runs at least at its priority."""
    holder = m.holder
    if holder is None:
        return False
    if holder.priority < task.priority:
        k.set_priority(holder, task.priority)
        return True
    return holder.base < task.priority


def _release(k: Kernel, m: Mutex) -> None:
    """What was lent goes with the last mutex that is given."""
    holder = m.holder
    assert holder is not None, "given by its holder"
    m.holder = None
    holder.mutexes -= 1
    if holder.mutexes == 0 and holder.priority != holder.base:
        k.set_priority(holder, holder.base)


def _take_back(k: Kernel, m: Mutex) -> None:
    """Somebody gave up waiting: the holder needs no more than those who still wait."""
    holder = m.holder
    if holder is None or holder.mutexes != 1:
        return
    wanted = max([holder.base, *(task.priority for task in m.waiting.tasks[:1])])
    if holder.priority != wanted:
        k.set_priority(holder, wanted)


MAKERS = {
    "binary": lambda: Semaphore(1, 0),
    "counting": Semaphore,
    "mutex": Mutex,
    "recursive": Mutex,
}
VERBS = {"take": take, "give": give, "rtake": take_again, "rgive": give_again}
