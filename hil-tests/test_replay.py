# SPDX-License-Identifier: BSD-3-Clause
"""The shim on a board does with a program of calls what it does on the host, line for line."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest

from uk_board.harness.dut import BoardDut
from uk_board.shimhost import build
from uk_board.shimhost.generate import random_program
from uk_board.shimhost.program import run_program
from uk_board.shimhost.target import APP, argument, trace_of
from uk_board.shimhost.text import Program, parse
from uk_board.tree import tree

# There an instruction takes a nanosecond: a program takes no time to speak of between ticks.
pytestmark = [
    pytest.mark.app(APP),
    pytest.mark.needs("virtual-time"),
    pytest.mark.virtual_time(""),
]

SEEDS = 6
KNOWN = """\
queue q 1
mutex m
task A 3: receive q 10; take m inf; give m; every 20; raise 5
task B 2: take m 0; send q 7 5; send q 8 5; delay 4; give m; mask; raise 5; receive q 0; unmask
thread U 2: receive q inf; receive q inf
irq 5: send q 9 0; notify A 0 1 2
until 40
"""
# Groups, buffers, timers and sets, from tasks, callbacks and an interrupt.
OBJECTS = """\
events e
stream s 8 3
message m 24
batching b 8 2
set w 3
queue q 2
binary x
periodic T 4: eset e 4; swrite b 1 2 0; texpiry T
oneshot O 3: give x; tperiod T 5 0; tactive O
task A 5: join q w; join x w; tstart T 0; tstart O 0; ewait e 5 1 1 20; sread s 8 inf; sselect w 9
task B 4: delay 1; swrite s 7 4 0; eset e 1; send q 77 5; sread m 20 10; sread b 8 12; esync e 2 6 8
task C 3: swrite m 5 10 0; swrite m 6 10 6; raise 5; sreset s; sbytes s; snext m; tstop T 5; ebits e
irq 5: eset e 2; tstart O 0; sread m 20 0; send q 5 0
until 60
"""


@pytest.fixture(scope="module")
def library() -> Path:
    if not shutil.which("gcc"):
        pytest.skip("no C compiler for the host on this machine")
    return build(tree(), tree() / "build/host/shim")


def programs() -> list[Program]:
    """Known programs, and random ones that fit and do not work for whole ticks.

    On a board work is cut into slices, and by whatever the board has to do besides.
    """
    made = [parse(KNOWN), parse(OBJECTS)]
    seed = 0
    while len(made) < SEEDS + 2:
        program = random_program(Random(seed))
        seed += 1
        if "work" not in str(program) and len(argument(program)) < 900:
            made.append(program)
    return made


def run(program: Program) -> object:
    """A parameter, and the boot argument that brings it to the board."""
    mark = pytest.mark.boot_arguments(argument(program))
    return pytest.param(program, id=f"{len(str(program))}-bytes", marks=mark)


@pytest.mark.parametrize("program", [run(one) for one in programs()])
def test_a_program_does_what_it_does_on_the_host(
    dut: BoardDut, library: Path, program: Program
) -> None:
    host = run_program(library, str(program))
    assert host.wrong == ()
    assert len(host.trace) > 1
    dut.expect(r"\nEND\r?\n", timeout=120)
    if not dut.station.lacks("exit-status"):
        assert dut.expect_exit() == 0
    assert trace_of(dut.lines()) == host.trace, str(program)
