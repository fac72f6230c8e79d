# SPDX-License-Identifier: BSD-3-Clause
"""What the model and the explorer found in the shim, as small as they made it."""

from __future__ import annotations

from pathlib import Path

from uk_board.shimhost.program import SLICE, Injection, run_program


def trace(library: Path, text: str) -> list[str]:
    run = run_program(library, text)
    assert run.wrong == ()
    return [line.rpartition(" =")[0] for line in run.trace]


def test_setting_the_priority_that_it_has_costs_a_task_no_turn(shim_library: Path) -> None:
    # Above the timer task, so that the one made last begins.
    text = "task A 21: count q\ntask B 21: count q\ntask C 21: prio A 21\nqueue q 1\n"
    assert trace(shim_library, text) == ["0 C prio A 21", "0 A count q", "0 B count q"]


def test_a_wait_ends_on_its_tick_also_when_its_wake_came_to_nothing(shim_library: Path) -> None:
    # A is woken, but C works until A's time is over, and takes the token. A does not wait again.
    text = """\
binary s
task A 2: take s 3
task B 1: every 2
task C 4: delay 1; give s; work 4; take s 0
"""
    assert trace(shim_library, text)[-3:] == ["5 C take s 0", "5 A take s 3", "5 B every 2"]


def test_a_holder_inherits_nothing_from_waiters_whose_time_is_over(shim_library: Path) -> None:
    # The times of B and C end on one tick: when B returns, nobody waits any more.
    text = """\
mutex m
task A 1: take m 0; delay 20
task B 4: delay 1; take m 5
task C 3: delay 1; take m 5
"""
    run = run_program(shim_library, text)
    returns = next(line for line in run.trace if "B take m" in line)
    assert returns == "6 B take m 5 = 0 A1b B4R C3r"


def test_a_command_s_wait_ends_on_its_tick_also_when_its_room_was_taken(shim_library: Path) -> None:
    # The timer task makes room, then B takes it and works until A's time is over. Where A goes
    # before the timer task again, there is no room, and A does not wait for some.
    text = """\
events e
oneshot X 50: texpiry X
task A 20: raise 5; tstart X 0; tstart X 0; tstart X 0; tstart X 0; tstart X 3
task B 22: ewait e 1 1 0 inf; tstart X 0; work 5
irq 5: eset e 1
until 20
"""
    points = run_program(shim_library, text).points
    slices = [[Injection(point, SLICE)] for point in range(1, points + 1)]
    runs = [run_program(shim_library, text, one).trace for one in slices]
    assert "5 A tstart X 3 = 0 A20R B22s" in [line for trace in runs for line in trace]
