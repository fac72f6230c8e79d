# SPDX-License-Identifier: BSD-3-Clause
"""Random programs of FreeRTOS calls: from a source of chance to a program."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from uk_board.shimhost.text import Actor, Object, Program

IRQ = 5
_HIGHEST = 5
_TASKS = ("A", "B", "C", "D")
# Calls with a word in capitals for each argument: O the object, T a task, others from _WORDS.
# Several calls in one form belong together.
_OBJECTS: dict[str, tuple[str, ...]] = {
    "queue": (
        *("send O VALUE TICKS", "receive O TICKS") * 3,
        *("front O VALUE TICKS", "peek O TICKS", "reset O", "count O"),
    ),
    "binary": ("take O TICKS", "give O"),
    "counting": ("take O TICKS", "give O"),
    "mutex": (
        *("take O TICKS", "give O", "take O TICKS; give O"),
        *("take O TICKS; delay SHORT; give O", "take O TICKS; yield; give O"),
    ),
    "recursive": (
        *("rtake O TICKS", "rgive O"),
        "rtake O TICKS; rtake O TICKS; delay SHORT; rgive O; rgive O",
    ),
}
# What an interrupt may do to them.
_IN_IRQ: dict[str, tuple[str, ...]] = {
    "queue": ("send O VALUE 0", "front O VALUE 0", "receive O 0", "peek O 0", "count O"),
    "binary": ("take O 0", "give O", "give O"),
    "counting": ("take O 0", "give O", "give O"),
}
_NOTIFY = (
    *("notify T INDEX BITS ACTION", "ntake INDEX CLEAR TICKS", "nwait INDEX BITS BITS TICKS"),
    *("nclear T INDEX", "nvalue T INDEX BITS"),
)
_TASK = (
    *("delay TICKS", "every SHORT", "yield", "suspend T", "resume T", "prio T PRIORITY"),
    *("work SHORT", "raise IRQ", "raise IRQ"),
)
_SUSPENSION = ("suspend T", "suspend T", "resume T")
_OF_TASKS_ONLY = ("delete T", "suspend ME")
_PASSING_TIME = ("delay SHORT", "work SHORT", "raise IRQ", "raise IRQ")
# What a program is about, beside its objects; in those with one theme things meet more often.
_THEMES: tuple[tuple[tuple[str, ...], ...], ...] = (
    (_NOTIFY, (*_TASK, *_OF_TASKS_ONLY)),
    (_PASSING_TIME,),
    (_NOTIFY, _NOTIFY, _PASSING_TIME),
    (_NOTIFY, _NOTIFY, _PASSING_TIME, _SUSPENSION),
)
_ANY_IRQ = ("notify T INDEX BITS ACTION", "resume T")
_WORDS: dict[str, Sequence[str]] = {
    "TICKS": ("0", "1", "2", "3", "5", "8", "inf", "inf", "inf"),
    "SHORT": ("1", "2", "3", "5", "8"),
    "VALUE": tuple(map(str, range(1, 300))),
    "INDEX": ("0", "0", "1", "2"),
    "BITS": ("0", "1", "3", "7"),
    "ACTION": ("0", "1", "2", "3", "4"),
    "CLEAR": ("0", "1"),
    "PRIORITY": tuple(map(str, range(1, _HIGHEST + 1))),
    "IRQ": (str(IRQ),),
}
# With the scheduler locked or interrupts masked a task must neither wait nor give way.
_NOT_INSIDE = {"delay", "every", "yield", "suspend", "delete", "work", "ntake", "nwait"}


def random_program(chance: Random) -> Program:
    """Return a program of up to three objects, two to four tasks and an interrupt."""
    theme = chance.choice(_THEMES)
    most = 3 if theme is _THEMES[0] else 1 if theme is _THEMES[1] else 0
    objects = tuple(_object(chance, number) for number in range(chance.randint(min(most, 1), most)))
    tasks = _TASKS[: chance.randint(2, len(_TASKS))]
    actors = [_actor(chance, "task", name, objects, tasks, theme) for name in tasks]
    if chance.randrange(3) == 0:
        actors.append(_actor(chance, "thread", "U", objects, tasks, theme))
    actors.append(Actor("irq", f"irq{IRQ}", IRQ, _irq_calls(chance, objects, tasks)))
    return Program(objects, tuple(actors), 100)


def _object(chance: Random, number: int) -> Object:
    kind = chance.choice(list(_OBJECTS))
    numbers: tuple[int, ...] = ()
    if kind == "queue":
        numbers = (chance.randint(1, 3), chance.choice((4, 1, 2, 7, 8)))
    elif kind == "counting":
        most = chance.randint(1, 3)
        numbers = (most, chance.randint(0, most))
    return Object(kind, f"o{number}", numbers)


def _actor(
    chance: Random,
    kind: str,
    name: str,
    objects: Sequence[Object],
    tasks: Sequence[str],
    theme: Sequence[Sequence[str]],
) -> Actor:
    calls: list[str] = []
    for _ in range(chance.randint(1, 6)):
        forms, target = _choose(chance, objects, _OBJECTS, theme)
        form = chance.choice([form for form in forms if kind == "task" or "ME" not in form])
        calls += _call(chance, form, target, tasks, name).split("; ")
    return Actor(kind, name, chance.randint(1, _HIGHEST), tuple(calls))


def _irq_calls(chance: Random, objects: Sequence[Object], tasks: Sequence[str]) -> tuple[str, ...]:
    calls = []
    for _ in range(chance.randint(1, 3)):
        forms, target = _choose(chance, objects, _IN_IRQ, (_ANY_IRQ,))
        calls.append(_fill(chance, chance.choice(forms), target, tasks, ""))
    return tuple(calls)


def _choose(
    chance: Random,
    objects: Sequence[Object],
    of_objects: dict[str, tuple[str, ...]],
    others: Sequence[Sequence[str]],
) -> tuple[Sequence[str], str]:
    """Choose forms of calls: mostly those of an object, which is returned too."""
    usable = [one for one in objects if one.kind in of_objects]
    if usable and chance.randrange(3):
        one = chance.choice(usable)
        return of_objects[one.kind], one.name
    return chance.choice(others), ""


def _call(chance: Random, form: str, target: str, tasks: Sequence[str], me: str) -> str:
    inside = chance.choice(("", "", "", "", "lock", "mask"))
    if not inside or ";" in form or form.split()[0] in _NOT_INSIDE:
        return _fill(chance, form, target, tasks, me)
    call = _fill(chance, form.replace("TICKS", "0"), target, tasks, me)
    return f"{inside}; {call}; un{inside}"


def _fill(chance: Random, form: str, target: str, tasks: Sequence[str], me: str) -> str:
    """Put an argument for each word in capitals."""
    words = []
    for word in form.split():
        bare = word.rstrip(";")
        if bare == "O":
            chosen = target
        elif bare == "T":
            chosen = chance.choice(tasks)
        elif bare == "ME":
            chosen = me
        else:
            chosen = chance.choice(_WORDS[bare]) if bare in _WORDS else bare
        words.append(chosen + word[len(bare) :])
    return " ".join(words)
