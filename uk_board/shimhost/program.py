# SPDX-License-Identifier: BSD-3-Clause
"""Programs of FreeRTOS calls in text, run on the host: text and schedule -> trace."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from uk_board.errors import UsageError
from uk_board.shimhost.world import Host

# In place of an interrupt's number: the running task's time slice ends.
SLICE = 255
# As in FreeRTOS: who was woken and is suspended or deleted before it runs has had the wake, and
# a reset wakes one of those who wait for room. After these a task may wait though it need not.
_LOSES_A_WAKE = re.compile(r"\b(suspend|delete|s?reset|slevel) ")


@dataclass(frozen=True, order=True)
class Injection:
    """At the `point`-th time that a task lifts the interrupt mask, interrupt `irq` comes."""

    point: int
    irq: int


@dataclass(frozen=True)
class Run:
    """What a program did."""

    trace: tuple[str, ...]  # a line for each call that returned
    wrong: tuple[str, ...]  # what must not be, and what the shim printed: broken rules
    points: int  # where an interrupt could have come


def run_program(library: Path, text: str, injections: Sequence[Injection] = ()) -> Run:
    """Run a program in a fresh world. Raises: UsageError when it cannot be read."""
    host = Host(library)
    ffi, lib = host.ffi, host.lib
    problem = host.main("program_load", host.text(text))
    if problem != ffi.NULL:
        raise UsageError("program", ffi.string(problem).decode())
    chosen = ffi.new("struct host_injection[]", [(one.point, one.irq) for one in injections])
    starter = host.thread("starter", 1)
    lib.host_inject(chosen, len(injections))
    starter.post("program_start")
    # A deadline on the last tick is still met, one on the next is not.
    host.advance(lib.program_ticks() + 0.5)
    points = int(lib.host_points())
    lib.host_check()
    lib.program_check()
    lines = ffi.string(lib.program_trace()).decode().splitlines()
    wrong = tuple(line for line in lines if line.startswith("violation"))
    if _LOSES_A_WAKE.search(text):
        wrong = tuple(line for line in wrong if "could go on" not in line)
    trace = tuple(line for line in lines if not line.startswith("violation"))
    return Run(trace, (*wrong, *host.output().splitlines()), points)
