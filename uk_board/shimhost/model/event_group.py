# SPDX-License-Identifier: BSD-3-Clause
"""The model's event groups: bits, and tasks that wait for some or all of some."""

from __future__ import annotations

from dataclasses import dataclass

from uk_board.shimhost.model import timer
from uk_board.shimhost.model.kernel import Kernel, Result, Steps, Task, WaitList

_WISH = "wish"


class EventGroup:
    """Bits that are set and cleared."""

    def __init__(self) -> None:
        self.bits = 0
        self.waiting = WaitList()


@dataclass
class Wish:
    """What a task waits for; once it was met, `bits` has all there were then."""

    wanted: int
    all: bool
    clear: bool
    bits: int | None = None

    def met_by(self, bits: int) -> bool:
        """Whether these bits suffice."""
        there = bits & self.wanted
        return there == self.wanted if self.all else there != 0


def set_bits(k: Kernel, g: EventGroup, bits: int) -> Steps:
    """Do as xEventGroupSetBits; an interrupt leaves it to the timer task."""
    if k.in_isr:
        return (yield from timer.pend(k, lambda: _set_and_give_way(k, g, bits)))
    return (yield from _set_and_give_way(k, g, bits))


def clear_bits(k: Kernel, g: EventGroup, bits: int) -> Steps:
    """Do as xEventGroupClearBits; an interrupt leaves it to the timer task."""
    if k.in_isr:
        # It says nobody was woken: no place for it.
        result = yield from timer.pend(k, lambda: _clear(g, bits))
        k.woken = False
        return result
    return (yield from _clear(g, bits))


def get_bits(k: Kernel, g: EventGroup) -> Steps:
    """Do as xEventGroupGetBits."""
    yield from ()
    return Result(g.bits)


def wait(k: Kernel, g: EventGroup, wanted: int, clear: int, all_: int, ticks: int) -> Steps:
    """Do as xEventGroupWaitBits."""
    wish, bits = Wish(wanted, bool(all_), bool(clear)), g.bits
    if wish.met_by(bits):
        _take(g, wish)
    elif ticks:
        bits = yield from _block(k, g, wish, ticks)
    return Result(bits)


def sync(k: Kernel, g: EventGroup, bits: int, wanted: int, ticks: int) -> Steps:
    """Do as xEventGroupSync: set, and wait for all, in one."""
    wish, there = Wish(wanted, all=True, clear=True), g.bits | bits
    _set(k, g, bits)
    if wish.met_by(there):
        _take(g, wish)
    elif ticks:
        there = yield from _block(k, g, wish, ticks)
    else:
        there = g.bits
    yield
    return Result(there)


def _clear(g: EventGroup, bits: int) -> Steps:
    yield from ()
    before = g.bits
    g.bits &= ~bits
    return Result(before)


def _set_and_give_way(k: Kernel, g: EventGroup, bits: int) -> Steps:
    _set(k, g, bits)
    result = Result(g.bits)
    yield
    return result


def _set(k: Kernel, g: EventGroup, bits: int) -> None:
    """All whom the bits suffice are woken; what they clear goes after all have looked."""
    g.bits |= bits
    taken = 0
    for task in tuple(g.waiting.tasks):
        wish = _wish_of(task)
        if wish.met_by(g.bits):
            wish.bits = g.bits
            taken |= wish.wanted if wish.clear else 0
            k.wake(task)
    g.bits &= ~taken


def _block(k: Kernel, g: EventGroup, wish: Wish, ticks: int) -> Steps:
    k.running().data[_WISH] = wish
    yield from k.block(g.waiting, k.deadline(ticks))
    if wish.bits is not None:
        return wish.bits
    # Its time was over, or it was suspended. What was set since it takes nevertheless.
    bits = g.bits
    if wish.met_by(bits):
        _take(g, wish)
    return bits


def _take(g: EventGroup, wish: Wish) -> None:
    if wish.clear:
        g.bits &= ~wish.wanted


def _wish_of(task: Task) -> Wish:
    wish = task.data[_WISH]
    assert isinstance(wish, Wish)
    return wish


MAKERS = {"events": EventGroup}
VERBS = {
    "eset": set_bits,
    "eclear": clear_bits,
    "ebits": get_bits,
    "ewait": wait,
    "esync": sync,
}
