# SPDX-License-Identifier: BSD-3-Clause
"""Programs of FreeRTOS calls in text, run on the host: text and schedule -> trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from uk_board.errors import UsageError
from uk_board.shimhost.world import Host

# In place of an interrupt's number: the running task's time slice ends.
SLICE = 255


@dataclass(frozen=True, order=True)
class Injection:
    """At the `point`-th time that a task lifts the interrupt mask, interrupt `irq` comes."""

    point: int
    irq: int


@dataclass(frozen=True)
class Run:
    """What a program did."""

    trace: tuple[str, ...]  # a line for each call that returned
    said: str  # what the shim printed: broken rules
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
    starter.call("program_start")
    # A deadline on the last tick is still met, one on the next is not.
    host.advance(lib.program_ticks() + 0.5)
    trace = ffi.string(lib.program_trace()).decode().splitlines()
    return Run(tuple(trace), host.output(), int(lib.host_points()))
