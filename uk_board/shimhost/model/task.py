# SPDX-License-Identifier: BSD-3-Clause
"""The model's tasks: time, priorities, suspension, the scheduler's lock, interrupts."""

from __future__ import annotations

from uk_board.shimhost.model.kernel import Kernel, Result, State, Steps, Task

_32 = 0xFFFFFFFF


def delay(k: Kernel, ticks: int) -> Steps:
    """Do as vTaskDelay; 0 is a yield."""
    if ticks == 0:
        return (yield from give_way(k))
    yield from k.block(None, k.now + ticks)
    return Result()


def every(k: Kernel, increment: int) -> Steps:
    """Do as xTaskDelayUntil: to `increment` after the last time, if that is to come."""
    task = k.running()
    task.previous += increment
    if task.previous > k.now:
        result = Result(1, task.previous & _32)
        yield from k.block(None, task.previous)
    else:
        result = Result(0, task.previous & _32)
        yield from give_way(k)
    return result


def give_way(k: Kernel) -> Steps:
    """Do as taskYIELD."""
    k.rotate()
    yield
    return Result()


def suspend(k: Kernel, task: Task) -> Steps:
    """Do as vTaskSuspend."""
    if task.state is State.DELETED:
        return Result(skipped=True)
    k.suspend(task)
    yield
    return Result()


def resume(k: Kernel, task: Task) -> Steps:
    """Do as vTaskResume; from an interrupt it says whether to switch."""
    if task.state is State.DELETED:
        return Result(skipped=True)
    higher = task.state is State.SUSPENDED and k.make_ready(task)
    if k.in_isr:
        return Result(int(higher))
    yield
    return Result()


def priority(k: Kernel, task: Task, new: int) -> Steps:
    """Do as vTaskPrioritySet: an inherited priority stays in force while it is higher."""
    if task.state is State.DELETED:
        return Result(skipped=True)
    if new == task.base:
        return Result()
    if task.base == task.priority or new > task.priority:
        k.set_priority(task, new)
    elif new < task.base or task is not k.current:
        k.set_priority(task, task.priority)  # no change, but its equals go first
    task.base = new
    yield
    return Result()


def delete(k: Kernel, task: Task) -> Steps:
    """Do as vTaskDelete; not of one that holds a mutex, which would stay taken."""
    if task.state is State.DELETED or task.mutexes:
        return Result(skipped=True)
    k.delete(task)
    yield
    return Result()


def lock(k: Kernel) -> Steps:
    """Do as vTaskSuspendAll."""
    yield from ()
    k.locks += 1
    return Result()


def unlock(k: Kernel) -> Steps:
    """Do as xTaskResumeAll; says whether it switched."""
    k.locks -= 1
    switched = not k.locks and k.switch_is_due()
    yield
    return Result(int(switched))


def mask(k: Kernel) -> Steps:
    """Do as taskENTER_CRITICAL."""
    yield from ()
    k.running().critical += 1
    return Result()


def unmask(k: Kernel) -> Steps:
    """Do as taskEXIT_CRITICAL: interrupts that were held back come, then a switch."""
    k.running().critical -= 1
    k.deliver()
    yield
    return Result()


def interrupt(k: Kernel, number: int) -> Steps:
    """An interrupt comes now."""
    k.raise_interrupt(number)
    yield
    return Result()


def work(k: Kernel, ticks: int) -> Steps:
    """The task works until so much time has passed; what becomes due preempts it."""
    end = k.now + ticks
    # DIFFERS: with the scheduler suspended the tick count goes on and delays end; in FreeRTOS
    # both happen when it is resumed.
    while k.next_deadline(end):
        yield
    k.now = max(k.now, end)
    return Result()


MAKERS: dict[str, object] = {}
VERBS = {
    "delay": delay,
    "every": every,
    "yield": give_way,
    "suspend": suspend,
    "resume": resume,
    "prio": priority,
    "delete": delete,
    "lock": lock,
    "unlock": unlock,
    "mask": mask,
    "unmask": unmask,
    "raise": interrupt,
    "work": work,
}
