# SPDX-License-Identifier: BSD-3-Clause
"""Random programs of FreeRTOS calls, as hypothesis strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from uk_board.shimhost.text import Actor, Object, Program

IRQ = 5
TICKS = st.sampled_from(["0", "1", "2", "3", "5", "8", "inf"])
SHORT = st.sampled_from(["1", "2", "3", "5", "8"])
VALUE = st.integers(0, 300).map(str)
INDEX = st.sampled_from("012")
BITS = st.sampled_from("0137")
ACTION = st.sampled_from("01234")
PRIORITY = st.integers(1, 5)
COUNT = st.integers(1, 3)

# Calls by what they need: a letter for each argument. t ticks, T a task, others by name.
QUEUE = ["send o v t", "front o v t", "receive o t", "peek o t", "reset o", "count o"]
QUEUE_IRQ = ["send o v 0", "front o v 0", "receive o 0", "peek o 0", "count o"]
SEMAPHORE = ["take o t", "give o"]
MUTEX = ["take o t", "give o", "take o t; give o", "take o t; delay s; give o"]
RECURSIVE = ["rtake o t", "rgive o", "rtake o t; rtake o t; delay s; rgive o; rgive o"]
NOTIFY = ["notify T i b x", "ntake i c t", "nwait i b b t", "nclear T i", "nvalue T i b"]
TASK = ["delay t", "every s", "yield", "suspend T", "resume T", "prio T p", "work s", "raise n"]
SCARCE = ["delete T", "suspend me"]
AT_ONCE = {"t": "0"}  # in a locked or masked section nothing may wait

KINDS = {
    "queue": (QUEUE, QUEUE_IRQ),
    "binary": (SEMAPHORE, ["take o 0", "give o"]),
    "counting": (SEMAPHORE, ["take o 0", "give o"]),
    "mutex": (MUTEX, []),
    "recursive": (RECURSIVE, []),
}
ARGUMENTS = {
    "t": TICKS,
    "s": SHORT,
    "v": VALUE,
    "i": INDEX,
    "b": BITS,
    "x": ACTION,
    "c": st.sampled_from("01"),
    "p": PRIORITY.map(str),
    "n": st.just(str(IRQ)),
}
FORBIDDEN_INSIDE = {"delay", "every", "yield", "suspend", "delete", "work", "ntake", "nwait"}


@st.composite
def objects(draw: st.DrawFn) -> tuple[Object, ...]:
    made = []
    for number in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(sorted(KINDS)))
        numbers: tuple[int, ...] = ()
        if kind == "queue":
            numbers = (draw(COUNT), draw(st.sampled_from([1, 2, 4, 7, 8])))
        elif kind == "counting":
            most = draw(COUNT)
            numbers = (most, draw(st.integers(0, most)))
        made.append(Object(kind, f"o{number}", numbers))
    return tuple(made)


def fill(draw: st.DrawFn, form: str, target: str, tasks: list[str], me: str) -> str:
    """Put drawn arguments into the form of a call."""
    words = []
    for word in form.replace("; ", " ; ").split():
        if word == "o":
            words.append(target)
        elif word == "T":
            words.append(draw(st.sampled_from(tasks)))
        elif word == "me":
            words.append(me)
        elif word in ARGUMENTS and words and words[-1] != ";":
            words.append(draw(ARGUMENTS[word]))
        else:
            words.append(word)
    return " ".join(words).replace(" ; ", "; ")


@st.composite
def calls(draw: st.DrawFn, things: tuple[Object, ...], tasks: list[str], me: str) -> tuple:
    """The calls of a task."""
    forms = [(form, thing.name) for thing in things for form in KINDS[thing.kind][0]] * 2
    forms += [(form, "") for form in (TASK + NOTIFY) + (SCARCE if me in tasks else [])]
    made: list[str] = []
    for _ in range(draw(st.integers(1, 6))):
        form, target = draw(st.sampled_from(forms))
        call = fill(draw, form, target, tasks, me)
        inside = draw(st.sampled_from(["", "", "", "lock", "mask"]))
        if inside and ";" not in form and form.split()[0] not in FORBIDDEN_INSIDE:
            call = fill(draw, form.replace(" t", " 0"), target, tasks, me)
            call = f"{inside}; {call}; un{inside}"
        made += call.split("; ")
    return tuple(made)


@st.composite
def irq_calls(draw: st.DrawFn, things: tuple[Object, ...], tasks: list[str]) -> tuple[str, ...]:
    """The calls of an interrupt handler."""
    forms = [(form, thing.name) for thing in things for form in KINDS[thing.kind][1]]
    forms += [("notify T i b x", ""), ("resume T", "")]
    chosen = draw(st.lists(st.sampled_from(forms), min_size=1, max_size=3))
    return tuple(fill(draw, form, target, tasks, "") for form, target in chosen)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """A whole program."""
    things = draw(objects())
    tasks = ["A", "B", "C", "D"][: draw(st.integers(2, 4))]
    actors = [
        Actor("task", name, draw(PRIORITY), draw(calls(things, tasks, name))) for name in tasks
    ]
    if draw(st.booleans()):
        actors.append(Actor("thread", "U", draw(PRIORITY), draw(calls(things, tasks, "U"))))
    actors.append(Actor("irq", f"irq{IRQ}", IRQ, draw(irq_calls(things, tasks))))
    return Program(things, tuple(actors), 60)
