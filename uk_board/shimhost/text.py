# SPDX-License-Identifier: BSD-3-Clause
"""The text of a program of FreeRTOS calls: objects, tasks, interrupts, each on a line."""

from __future__ import annotations

from dataclasses import dataclass

FOREVER = 0xFFFFFFFF
_ACTORS = ("task", "thread", "irq")


@dataclass(frozen=True)
class Object:
    """A queue, semaphore, ...: `queue q 3 4`."""

    kind: str
    name: str
    numbers: tuple[int, ...] = ()

    def __str__(self) -> str:
        return " ".join([self.kind, self.name, *map(str, self.numbers)])


@dataclass(frozen=True)
class Actor:
    """A task, a Unikraft thread or an interrupt handler, with its calls as texts."""

    kind: str
    name: str  # of an interrupt: "irq5"
    number: int  # priority, or number of the interrupt
    calls: tuple[str, ...]

    def __str__(self) -> str:
        name = "" if self.kind == "irq" else f"{self.name} "
        return f"{self.kind} {name}{self.number}: {'; '.join(self.calls)}"


@dataclass(frozen=True)
class Program:
    """A whole program."""

    objects: tuple[Object, ...]
    actors: tuple[Actor, ...]
    until: int = 100

    def __str__(self) -> str:
        lines = [*map(str, self.objects), *map(str, self.actors)]
        return "\n".join([*lines, f"until {self.until}"]) + "\n"


def number(word: str) -> int:
    """Return a number as programs write it."""
    return FOREVER if word == "inf" else int(word)


def parse(text: str) -> Program:
    """Read a program that the C side accepts; it checks, this does not."""
    objects, actors, until = [], [], 100
    for line in text.replace(",", " ").replace("/", "\n").splitlines():
        head, colon, calls = line.partition(":")
        words = head.split()
        if not words:
            continue
        if colon:
            name = words[1] if words[0] != "irq" else f"irq{words[1]}"
            steps = tuple(call.strip() for call in calls.split(";") if call.strip())
            actors.append(Actor(words[0], name, int(words[-1]), steps))
        elif words[0] == "until":
            until = int(words[1])
        else:
            objects.append(Object(words[0], words[1], tuple(map(int, words[2:]))))
    return Program(tuple(objects), tuple(actors), until)
