# SPDX-License-Identifier: BSD-3-Clause
"""What FreeRTOS does with a program: the trace that the C side must give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from uk_board.shimhost.model import (
    event_group,
    notify,
    queue,
    queue_set,
    semaphore,
    stream,
    task,
    timer,
)
from uk_board.shimhost.model.kernel import Kernel, Result, State, Steps, Task
from uk_board.shimhost.text import Actor, Program, number

# One file for each kind of object; another kind is another file here.
KINDS = (task, queue, semaphore, notify, event_group, stream, timer, queue_set)
VERBS: dict[str, Callable[..., Steps]] = {
    name: verb for kind in KINDS for name, verb in kind.VERBS.items()
}
MAKERS: dict[str, Callable[..., Any]] = {
    name: maker for kind in KINDS for name, maker in kind.MAKERS.items()
}


def predict(program: Program) -> tuple[str, ...]:
    """Return the trace of a program, a line for each call that returns."""
    return _Machine(program).run()


class _Machine:
    """A kernel with the program's objects and tasks."""

    def __init__(self, program: Program) -> None:
        self.kernel = Kernel()
        self.kernel.daemon = timer.Daemon(self.kernel)
        self.until = program.until
        self.trace: list[str] = []
        self.things = {one.name: MAKERS[one.kind](*one.numbers) for one in program.objects}
        for number_, thing in enumerate(self.things.values()):
            if isinstance(thing, queue.Queue | semaphore.Semaphore):
                thing.number = number_ + 1
        self.tasks: list[Task] = []
        for actor in program.actors:
            if actor.kind == "irq":
                self._handler(actor)
            elif actor.kind in ("oneshot", "periodic"):
                self.things[actor.name] = self._timer(actor)
            else:
                made = Task(actor.name, actor.number, actor.number, known=actor.kind == "task")
                made.steps = self._body(made, actor)
                self.tasks.append(made)
        self.things |= {made.name: made for made in self.tasks}

    def run(self) -> tuple[str, ...]:
        for one in self._in_order():
            self.kernel.make_ready(one)
        self.kernel.advance(self.until)
        return tuple(self.trace)

    def _in_order(self) -> list[Task]:
        """Of the highest tasks the one made last begins, the others in order of creation.

        The timer task is made after all others. Unikraft's threads are made by the task that
        begins.
        """
        tasks = [one for one in self.tasks if one.known] + [timer.daemon(self.kernel).task]
        threads = [one for one in self.tasks if not one.known]
        if not threads:
            first = max(reversed(tasks), key=lambda one: one.priority)
            tasks = [first, *(one for one in tasks if one is not first)]
        return [*tasks, *threads]

    def _body(self, self_: Task, actor: Actor) -> Steps:
        self_.known = True
        yield from self._calls(actor)
        while True:
            if actor.kind == "task":
                self.kernel.suspend(self_)
                yield
            else:
                yield from task.delay(self.kernel, 0xFFFFFFFF)

    def _calls(self, actor: Actor) -> Steps:
        for call in actor.calls:
            result = yield from self._call(call)
            self._say(actor.name, call, result)
            # Interrupts are let in after the line is written, and so are switches.
            yield

    def _timer(self, actor: Actor) -> timer.Timer:
        auto_reload = actor.kind == "periodic"
        return timer.Timer(
            actor.number, auto_reload=auto_reload, callback=lambda: self._calls(actor)
        )

    def _handler(self, actor: Actor) -> None:
        def handle() -> None:
            for call in actor.calls:
                self.kernel.woken = False
                result = _exhaust(self._call(call))
                self._say(actor.name, call, result)

        self.kernel.handlers[actor.number] = handle

    def _call(self, call: str) -> Steps:
        verb, *words = call.split()
        args = [self.things[word] if word in self.things else number(word) for word in words]
        return VERBS[verb](self.kernel, *args)

    def _say(self, who: str, call: str, result: Result) -> None:
        value = "skipped" if result.skipped else str(result.value)
        words = [str(self.kernel.now), who, call, "=", value]
        if result.extra is not None and not result.skipped:
            words.append(str(result.extra))
        if not self.kernel.in_isr:
            words += self._states()
        elif self.kernel.woken:
            words.append("woken")
        self.trace.append(" ".join(words))

    def _states(self) -> Iterator[str]:
        for one in self.tasks:
            if one.state is State.DELETED:
                yield f"{one.name}-"
            elif one.known:
                letter = "R" if one is self.kernel.current else one.state.value
                yield f"{one.name}{one.priority}{letter}"


def _exhaust(steps: Steps) -> Result:
    """Run a call that does not wait, as interrupts make them."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result
