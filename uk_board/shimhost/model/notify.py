# SPDX-License-Identifier: BSD-3-Clause
"""The model's task notifications: per task and index a value and a state."""

from __future__ import annotations

from dataclasses import dataclass

from uk_board.shimhost.model.kernel import Kernel, Result, State, Steps, Task

_32 = 0xFFFFFFFF
NO_ACTION, SET_BITS, INCREMENT, OVERWRITE, NO_OVERWRITE = range(5)


@dataclass
class Notification:
    """One index of a task."""

    value: int = 0
    pending: bool = False


def of(task: Task, index: int) -> Notification:
    """Return a task's notification."""
    made = task.data.setdefault(f"notification {index}", Notification())
    assert isinstance(made, Notification)
    return made


def notify(k: Kernel, task: Task, index: int, value: int, action: int) -> Steps:
    """Do as xTaskNotifyAndQueryIndexed."""
    if task.state is State.DELETED:
        return Result(skipped=True)
    one = of(task, index)
    before, passed = one.value, not (action == NO_OVERWRITE and one.pending)
    if action == SET_BITS:
        one.value |= value
    elif action == INCREMENT:
        one.value = (one.value + 1) & _32
    elif action != NO_ACTION and passed:
        one.value = value
    one.pending = True
    higher = task.waits_for is one and k.wake(task)
    if k.in_isr:
        k.woken |= higher
    else:
        yield
    return Result(int(passed), before)


def take(k: Kernel, index: int, clear: int, ticks: int) -> Steps:
    """Do as ulTaskNotifyTakeIndexed: waits once, whatever ends it."""
    one = of(k.running(), index)
    if one.value == 0 and ticks:
        yield from _wait(k, one, ticks)
    value = one.value
    if value:
        one.value = 0 if clear else value - 1
    one.pending = False
    return Result(value)


def wait(k: Kernel, index: int, on_entry: int, on_exit: int, ticks: int) -> Steps:
    """Do as xTaskNotifyWaitIndexed: the same."""
    one = of(k.running(), index)
    if not one.pending:
        one.value &= ~on_entry
        if ticks:
            yield from _wait(k, one, ticks)
    value, received = one.value, one.pending
    if received:
        one.value &= ~on_exit
    one.pending = False
    return Result(int(received), value)


def _wait(k: Kernel, one: Notification, ticks: int) -> Steps:
    yield from k.block(None, k.deadline(ticks), one)


def state_clear(k: Kernel, task: Task, index: int) -> Steps:
    """Do as xTaskNotifyStateClearIndexed."""
    yield from ()
    if task.state is State.DELETED:
        return Result(skipped=True)
    one = of(task, index)
    cleared, one.pending = one.pending, False
    return Result(int(cleared))


def value_clear(k: Kernel, task: Task, index: int, bits: int) -> Steps:
    """Do as ulTaskNotifyValueClearIndexed."""
    yield from ()
    if task.state is State.DELETED:
        return Result(skipped=True)
    one = of(task, index)
    value = one.value
    one.value &= ~bits
    return Result(value)


MAKERS: dict[str, object] = {}
VERBS = {
    "notify": notify,
    "ntake": take,
    "nwait": wait,
    "nclear": state_clear,
    "nvalue": value_clear,
}
