# SPDX-License-Identifier: BSD-3-Clause
"""Random programs of FreeRTOS calls: from a source of chance to a program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from uk_board.shimhost import vocabulary as words
from uk_board.shimhost.text import Actor, Object, Program
from uk_board.shimhost.vocabulary import HIGHEST, IRQ, Forms, Theme

__all__ = ["IRQ", "random_program"]
_TASKS = ("A", "B", "C", "D")
_TIMERS = ("X", "Y", "Z")
_IRQ_NAME = f"irq{IRQ}"


@dataclass(frozen=True)
class _Thing:
    """An object, and who may do what to it."""

    object: Object
    writer: str = ""  # of a buffer
    reader: str = ""
    set: str = ""  # of a member


@dataclass(frozen=True)
class _Cast:
    """Who and what is there."""

    theme: Theme
    things: tuple[_Thing, ...]
    tasks: Sequence[str]
    timers: Sequence[str]


def random_program(chance: Random) -> Program:
    """Return a program of a few objects and timers, two to four tasks and an interrupt."""
    theme = chance.choice(words.THEMES)
    tasks = _TASKS[: chance.randint(2, len(_TASKS))]
    timers = _TIMERS[: chance.randint(min(theme.timers, 1), theme.timers)]
    cast = _Cast(theme, _things(chance, theme, tasks), tasks, timers)
    actors = [_task(chance, "task", name, cast) for name in tasks]
    if chance.randrange(3) == 0:
        actors.append(_task(chance, "thread", "U", cast))
    actors += [_timer(chance, name, cast) for name in timers]
    actors.append(Actor("irq", _IRQ_NAME, IRQ, _irq_calls(chance, cast)))
    return Program(tuple(thing.object for thing in cast.things), tuple(actors), 100)


# ---- Objects ----


def _things(chance: Random, theme: Theme, tasks: Sequence[str]) -> tuple[_Thing, ...]:
    if theme.kinds == ("set",):
        return _set(chance)
    count = chance.randint(*theme.objects)
    made = [_object(chance, chance.choice(theme.kinds), f"o{number}") for number in range(count)]
    return tuple(_cast_for(chance, one, tasks) for one in made)


def _object(chance: Random, kind: str, name: str) -> Object:
    numbers: tuple[int, ...] = ()
    if kind == "queue":
        numbers = (chance.randint(1, 3), chance.choice((4, 1, 2, 7, 8)))
    elif kind == "counting":
        most = chance.randint(1, 3)
        numbers = (most, chance.randint(0, most))
    elif kind in ("stream", "batching"):
        size = chance.randint(3, 12)
        numbers = (size, chance.randint(1, size if kind == "stream" else size - 1))
    elif kind == "message":
        numbers = (chance.randint(10, 40),)
    return Object(kind, name, numbers)


def _cast_for(chance: Random, one: Object, tasks: Sequence[str]) -> _Thing:
    if one.kind not in words.STREAMS:
        return _Thing(one)
    writer, reader = chance.sample((*tasks, _IRQ_NAME), 2)
    return _Thing(one, writer=writer, reader=reader)


def _set(chance: Random) -> tuple[_Thing, ...]:
    """Make a set as long as its members together, which are empty and may all join it."""
    members = []
    for number in range(chance.randint(1, 3)):
        made = _object(chance, chance.choice(words.MEMBERS), f"o{number}")
        if made.kind == "counting":
            made = Object(made.kind, made.name, (made.numbers[0], 0))
        members.append(_Thing(made, set="s"))
    length = sum(member.object.numbers[0] if member.object.numbers else 1 for member in members)
    return (_Thing(Object("set", "s", (length,))), *members)


# ---- Actors ----


def _task(chance: Random, kind: str, name: str, cast: _Cast) -> Actor:
    calls = _joining(cast) if name == _TASKS[0] else []
    for _ in range(chance.randint(1, 6)):
        forms, thing = _choose(chance, cast, name, cast.theme.others)
        form = chance.choice([form for form in forms if kind == "task" or "ME" not in form])
        calls += _call(chance, form, thing, cast, name).split("; ")
    first = calls[0].startswith("join")
    priority = HIGHEST if first else chance.choice(cast.theme.priorities)
    return Actor(kind, name, priority, tuple(calls))


def _joining(cast: _Cast) -> list[str]:
    """The first task puts the members into their set before others use them."""
    return [f"join {one.object.name} {one.set}" for one in cast.things if one.set]


def _timer(chance: Random, name: str, cast: _Cast) -> Actor:
    """Its calls neither wait nor take time: one that lasts a period would never end."""
    calls = []
    for _ in range(chance.randint(1, 2)):
        forms, thing = _choose(chance, cast, name, (words.TIMERS, ("resume T", "raise IRQ")))
        form = chance.choice(forms).replace("TICKS", "0")
        calls.append(_fill(chance, form, thing, cast, name))
    kind = chance.choice(("oneshot", "periodic"))
    return Actor(kind, name, chance.randint(1, 9), tuple(calls))


def _irq_calls(chance: Random, cast: _Cast) -> tuple[str, ...]:
    calls = []
    for _ in range(chance.randint(1, 3)):
        forms, thing = _choose(chance, cast, _IRQ_NAME, (words.IN_ANY_IRQ,))
        form = chance.choice(forms).replace("TICKS", "0")
        calls.append(_fill(chance, form, thing, cast, ""))
    return tuple(calls)


# ---- Calls ----


def _choose(
    chance: Random, cast: _Cast, name: str, others: Sequence[Forms]
) -> tuple[Forms, _Thing | None]:
    """Choose forms of calls that `name` may make: mostly those of a thing, returned too."""
    usable: list[tuple[Forms, _Thing | None]] = [
        (forms, one) for one in cast.things if (forms := _forms(one, name))
    ]
    if cast.timers:
        of_irq = name == _IRQ_NAME
        usable.append((words.TIMERS_OF_IRQ if of_irq else words.TIMERS_OF_TASKS, None))
    if usable and chance.randrange(3):
        return chance.choice(usable)
    return chance.choice(others), None


def _forms(thing: _Thing, name: str) -> Forms:
    """What an actor may do to a thing."""
    kind = thing.object.kind
    if kind in words.STREAMS:
        return _forms_of_stream(thing, name)
    if thing.set:
        of_member = words.OF_MEMBERS[kind]
        return of_member if name == _IRQ_NAME else (*of_member * 2, *words.JOINING)
    if name == _IRQ_NAME:
        return words.OF_IRQ.get(kind, ())
    if name in _TIMERS and kind not in words.OF_IRQ:
        return ()  # the timer task must not hold a mutex
    return words.OF_TASKS[kind]


def _forms_of_stream(thing: _Thing, name: str) -> Forms:
    if name == thing.writer:
        return words.WRITES
    if name == thing.reader:
        return words.READS
    return () if name == _IRQ_NAME else words.LOOKS


def _call(chance: Random, form: str, thing: _Thing | None, cast: _Cast, me: str) -> str:
    inside = chance.choice(("", "", "", "", "lock", "mask"))
    if not inside or ";" in form or form.split()[0] in words.NOT_INSIDE:
        return _fill(chance, form, thing, cast, me)
    call = _fill(chance, form.replace("TICKS", "0"), thing, cast, me)
    return f"{inside}; {call}; un{inside}"


def _fill(chance: Random, form: str, thing: _Thing | None, cast: _Cast, me: str) -> str:
    """Put an argument for each word in capitals."""
    filled = []
    for word in form.split():
        bare = word.rstrip(";")
        filled.append(_argument(chance, bare, thing, cast, me) + word[len(bare) :])
    return " ".join(filled)


def _argument(chance: Random, word: str, thing: _Thing | None, cast: _Cast, me: str) -> str:
    if thing and word in ("O", "S"):
        return thing.object.name if word == "O" else thing.set
    if word in ("T", "C"):
        return chance.choice(cast.tasks if word == "T" else cast.timers)
    if word == "ME":
        return me
    return chance.choice(words.WORDS[word]) if word in words.WORDS else word
