# SPDX-License-Identifier: BSD-3-Clause
"""What random programs are made of: forms of calls, by kind of object and by theme.

A form has a word in capitals for each argument: O the object, S the queue set, T a task, C a
timer, ME the task itself, others from WORDS. Several calls in one form belong together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

IRQ = 5
HIGHEST = 5
Forms = tuple[str, ...]

WORDS: dict[str, Sequence[str]] = {
    "TICKS": ("0", "1", "2", "3", "5", "8", "inf", "inf", "inf"),
    "SHORT": ("1", "2", "3", "5", "8"),
    "VALUE": tuple(map(str, range(1, 300))),
    "INDEX": ("0", "0", "1", "2"),
    "BITS": ("0", "1", "3", "7"),
    "SOME": ("1", "2", "4", "3", "5", "7"),
    "ACTION": ("0", "1", "2", "3", "4"),
    "CLEAR": ("0", "1"),
    "LENGTH": ("1", "2", "3", "4", "5", "8", "13"),
    "PRIORITY": tuple(map(str, range(1, HIGHEST + 1))),
    "IRQ": (str(IRQ),),
}
# With the scheduler locked, interrupts masked or in a timer's callback: no waiting, no yielding.
NOT_INSIDE = {"delay", "every", "yield", "suspend", "delete", "work", "ntake", "nwait"}

# ---- Kinds of objects ----

OF_TASKS: dict[str, Forms] = {
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
    "events": (
        *("ewait O SOME CLEAR CLEAR TICKS", "eset O SOME") * 3,
        *("esync O SOME SOME TICKS", "eclear O SOME", "ebits O"),
    ),
    "set": ("sselect O TICKS",),
}
OF_IRQ: dict[str, Forms] = {
    "queue": ("send O VALUE 0", "front O VALUE 0", "receive O 0", "peek O 0", "count O"),
    "binary": ("take O 0", "give O", "give O"),
    "counting": ("take O 0", "give O", "give O"),
    "events": ("eset O SOME", "eset O SOME", "eclear O SOME", "ebits O"),
    "set": ("sselect O 0",),
}
# A buffer of bytes has one writer and one reader; others only look.
STREAMS = ("stream", "batching", "message")
WRITES: Forms = ("swrite O VALUE LENGTH TICKS",)
READS: Forms = ("sread O LENGTH TICKS",)
LOOKS: Forms = ("sbytes O", "snext O", "sreset O", "slevel O SHORT")
# What comes out of a member of a set comes out by way of the set.
MEMBERS = ("queue", "queue", "binary", "counting")
OF_MEMBERS: dict[str, Forms] = {
    "queue": ("send O VALUE TICKS", "front O VALUE TICKS", "peek O 0", "count O"),
    "binary": ("give O",),
    "counting": ("give O",),
}
JOINING: Forms = ("join O S", "leave O S")
TIMERS: Forms = (
    *("tstart C TICKS", "tstart C TICKS", "treset C TICKS", "tstop C TICKS"),
    *("tperiod C SHORT TICKS", "tmode C CLEAR", "tactive C", "texpiry C"),
)
TIMERS_OF_TASKS: Forms = (*TIMERS, *TIMERS, "tdelete C TICKS")
TIMERS_OF_IRQ: Forms = ("tstart C 0", "treset C 0", "tstop C 0", "tperiod C SHORT 0")

# ---- Everything else ----

NOTIFY: Forms = (
    *("notify T INDEX BITS ACTION", "ntake INDEX CLEAR TICKS", "nwait INDEX BITS BITS TICKS"),
    *("nclear T INDEX", "nvalue T INDEX BITS"),
)
TASK: Forms = (
    *("delay TICKS", "every SHORT", "yield", "suspend T", "resume T", "prio T PRIORITY"),
    *("work SHORT", "raise IRQ", "raise IRQ"),
)
SUSPENSION: Forms = ("suspend T", "suspend T", "resume T")
OF_TASKS_ONLY: Forms = ("delete T", "suspend ME")
PASSING_TIME: Forms = ("delay SHORT", "work SHORT", "raise IRQ", "raise IRQ")
# Timers and commands come late.
LATENESS: Forms = ("lock; work SHORT; unlock", "lock; tstart C 0; work SHORT; unlock")
IN_ANY_IRQ: Forms = ("notify T INDEX BITS ACTION", "resume T")


@dataclass(frozen=True)
class Theme:
    """What a program is about; in those with few things these meet more often."""

    kinds: tuple[str, ...]  # of objects
    objects: tuple[int, int]  # so many, at least and at most
    others: tuple[Forms, ...]
    timers: int = 0  # up to so many
    priorities: tuple[int, ...] = tuple(range(1, HIGHEST + 1))


# The timer task has 20: some tasks do not let it run at once.
_AROUND_TIMERS = (1, 2, 3, 20, 21, 22)
_PLAIN = ("queue", "binary", "counting", "mutex", "recursive")
THEMES = (
    Theme(_PLAIN, (0, 3), (NOTIFY, (*TASK, *OF_TASKS_ONLY))),
    Theme(_PLAIN, (1, 1), (PASSING_TIME,)),
    Theme((), (0, 0), (NOTIFY, NOTIFY, PASSING_TIME)),
    *(Theme((), (0, 0), (NOTIFY, NOTIFY, PASSING_TIME, SUSPENSION)),) * 2,
    *(Theme(("events",), (1, 1), (PASSING_TIME,)),) * 2,
    Theme((*_PLAIN, "events"), (1, 3), ((*TASK, *OF_TASKS_ONLY), PASSING_TIME), timers=1),
    Theme(STREAMS, (1, 1), (PASSING_TIME,)),
    Theme(STREAMS, (1, 2), (PASSING_TIME, SUSPENSION, NOTIFY)),
    Theme(("set",), (1, 1), (PASSING_TIME,)),
    Theme(("binary", "queue", "events"), (0, 1), (PASSING_TIME, LATENESS), 3, _AROUND_TIMERS),
)
