# SPDX-License-Identifier: BSD-3-Clause
"""The model's kernel: preemptive fixed priorities, waiting, time, interrupts.

A call is a generator: it yields where FreeRTOS may switch, and returns a Result.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

Steps = Generator[None, None, Any]


class State(enum.Enum):
    """FreeRTOS's task states, by the letter of the trace."""

    NEW = "?"
    READY = "r"
    BLOCKED = "b"
    SUSPENDED = "s"
    DELETED = "-"


class Wake(enum.Enum):
    """Why a blocked task runs again."""

    EVENT = 1  # or it was suspended and resumed: it looks again
    TIMEOUT = 2


@dataclass
class Result:
    """What a call returns, and what it writes through a pointer."""

    value: int = 0
    extra: int | None = None
    skipped: bool = False


@dataclass(eq=False)
class Task:
    """A task. `priority` is the one in force, `base` its own."""

    name: str
    base: int
    priority: int
    state: State = State.NEW
    known: bool = True  # a Unikraft thread has no handle before it runs
    steps: Steps | None = None
    waiting: WaitList | None = None
    waits_for: object = None  # what is in no list: a notification
    deadline: int | None = None
    wake: Wake = Wake.EVENT
    critical: int = 0
    mutexes: int = 0
    previous: int = 0  # of xTaskDelayUntil
    on_suspend: Callable[[], None] | None = None  # what else a suspension takes back
    data: dict[str, Any] = field(default_factory=dict)  # of other files: notifications


class WaitList:
    """Tasks that wait for an event: highest priority first, first come among equals."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []

    def add(self, task: Task) -> None:
        """Put a task behind those of its priority."""
        place = sum(other.priority >= task.priority for other in self.tasks)
        self.tasks.insert(place, task)
        task.waiting = self

    def remove(self, task: Task) -> None:
        """Take a task out."""
        self.tasks.remove(task)
        task.waiting = None


class Kernel:
    """The scheduler, and what calls do to it."""

    def __init__(self) -> None:
        self.now = 0
        self.current: Task | None = None
        self.in_isr = False
        self.woken = False  # pxHigherPriorityTaskWoken of the handler's call
        self.locks = 0
        self._ready: list[Task] = []  # the next to run first; sorted by priority
        self._sleepers: list[Task] = []  # by deadline, first come first
        self.daemon: object = None  # of timer.py
        self.handlers: dict[int, Callable[[], None]] = {}
        self._raised: set[int] = set()

    # ---- Who runs ----

    def make_ready(self, task: Task) -> bool:
        """Let a task run when its turn comes; True: before the one that runs now."""
        task.state = State.READY
        task.deadline = None
        place = sum(other.priority >= task.priority for other in self._ready)
        self._ready.insert(place, task)
        return self.current is None or task.priority > self.current.priority

    def _leave(self, task: Task, state: State) -> None:
        """Take a task from wherever it is."""
        for queue in (self._ready, self._sleepers):
            if task in queue:
                queue.remove(task)
        if task.waiting:
            task.waiting.remove(task)
        task.state, task.deadline, task.waits_for = state, None, None

    def _next(self) -> Task | None:
        task = self.current
        if task and task.state is State.READY and (self.locks or task.critical):
            return task
        # DIFFERS: a preempted task is still first among its equals. FreeRTOS takes the next of
        # them at every switch, so that preemption costs a task the rest of its time slice.
        return self._ready[0] if self._ready else None

    def switch_is_due(self) -> bool:
        """Whether another task than the running one is to run."""
        return bool(self._ready) and self._ready[0] is not self.current

    def run(self) -> None:
        """Run until all tasks wait."""
        while task := self._next():
            self.current = task
            assert task.steps is not None, "a task has a body"
            next(task.steps, None)
        self.current = None

    def rotate(self) -> None:
        """Let the equals of the running task go first."""
        task = self.running()
        self._ready.remove(task)
        self.make_ready(task)

    def running(self) -> Task:
        """The task that makes the call."""
        assert self.current is not None, "calls are made by tasks"
        return self.current

    def set_priority(self, task: Task, priority: int) -> None:
        """Bring the priority in force to `priority`."""
        task.priority = priority
        if task.state is State.READY:
            self._ready.remove(task)
            self.make_ready(task)
        # DIFFERS: FreeRTOS leaves a waiting task where it is in the list it waits in.
        if waiting := task.waiting:
            waiting.remove(task)
            waiting.add(task)

    # ---- Waiting ----

    def block(
        self, waiting: WaitList | None, deadline: int | None, waits_for: object = None
    ) -> Steps:
        """Let the running task wait for an event or until `deadline`; returns a Wake."""
        task = self.running()
        self._leave(task, State.BLOCKED)
        task.waits_for = waits_for
        if waiting is not None:
            waiting.add(task)
        if deadline is not None:
            task.deadline = deadline
            place = sum(self._due(other) <= deadline for other in self._sleepers)
            self._sleepers.insert(place, task)
        task.wake = Wake.EVENT
        yield
        return task.wake

    def wait_until(self, condition: Callable[[], bool], list_: WaitList, ticks: int) -> Steps:
        """Wait until `condition` holds: whoever is woken looks again; False: no time left."""
        deadline = self.deadline(ticks)
        while not condition():
            if ticks == 0 or (deadline is not None and self.now >= deadline):
                return False
            yield from self.block(list_, deadline)
        return True

    def deadline(self, ticks: int) -> int | None:
        """Return the tick on which a wait of `ticks` ends; portMAX_DELAY: none."""
        return None if ticks == 0xFFFFFFFF else self.now + ticks

    def wake_first(self, waiting: WaitList) -> bool:
        """Wake the first that waits; True: it is to run before the running task."""
        return bool(waiting.tasks) and self.wake(waiting.tasks[0])

    def wake(self, task: Task, why: Wake = Wake.EVENT) -> bool:
        """Wake a blocked task; True: it is to run before the running task."""
        self._leave(task, State.READY)
        task.wake = why
        return self.make_ready(task)

    def suspend(self, task: Task) -> None:
        """Suspend a task, whatever it does; what it waited for it looks at again later."""
        self._leave(task, State.SUSPENDED)
        if task.on_suspend:
            task.on_suspend()
        task.wake = Wake.EVENT

    def delete(self, task: Task) -> None:
        """End a task."""
        self._leave(task, State.DELETED)

    # ---- Time ----

    @staticmethod
    def _due(task: Task) -> int:
        assert task.deadline is not None, "a sleeper has a deadline"
        return task.deadline

    def next_deadline(self, end: int) -> bool:
        """Move time to the next deadline up to `end` and wake whom it is for."""
        if not self._sleepers or self._due(self._sleepers[0]) > end:
            return False
        self.now = max(self.now, self._due(self._sleepers[0]))
        while self._sleepers and self._due(self._sleepers[0]) <= self.now:
            self.wake(self._sleepers[0], Wake.TIMEOUT)
        return True

    def advance(self, end: int) -> None:
        """Let time pass until `end`, while nobody works."""
        self.run()
        while self.next_deadline(end):
            self.run()
        self.now = end

    # ---- Interrupts ----

    def raise_interrupt(self, number: int) -> None:
        """Let an interrupt come: now, or at the end of the critical section."""
        self._raised.add(number)
        self.deliver()

    def deliver(self) -> None:
        """Run the handlers of what was raised, unless masked."""
        while self._raised and not self.in_isr and not (self.current and self.current.critical):
            number = min(self._raised)
            self._raised.remove(number)
            if number in self.handlers:
                self.in_isr = True
                self.handlers[number]()
                self.in_isr = False
