# SPDX-License-Identifier: BSD-3-Clause
"""The explorer finds planted bugs, makes them small, and its files can be run again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from uk_board.cli import group
from uk_board.errors import UsageError
from uk_board.shimhost.explore import Case, explore, read_case, run_case
from uk_board.shimhost.mutant import Mutation, build_mutant
from uk_board.shimhost.program import SLICE, Injection, run_program
from uk_board.shimhost.text import parse
from uk_board.tree import tree

RUNS = 20000
GAP = "shim_restore_and_preempt(flags);\n\tflags = ukplat_lcpu_save_irqf();\n\t"
MUTATIONS = [
    Mutation(
        "a wake is dropped",
        "wait.c",
        "\tshim_unwait(waiter);\n\tif (unlikely(shim_is_runnable(thread)))\n",
        "\tshim_unwait(waiter);\n\treturn false;\n\tif (unlikely(shim_is_runnable(thread)))\n",
    ),
    Mutation(
        "who is woken does not look again",
        "queue.c",
        "\t\t      ? shim_wait(&q->receivers, until) : SHIM_TIMEOUT;\n",
        "\t\t      ? shim_wait(&q->receivers, until) : SHIM_TIMEOUT;\n"
        "\t\tif (how == SHIM_WOKEN)\n\t\t\treturn true;\n",
    ),
    Mutation(
        "a full queue is unmasked before the item is put",
        "queue.c",
        "\tif (unlikely(q->type & SHIM_QUEUE_SPECIAL)) {\n",
        f"\t{GAP}if (unlikely(q->type & SHIM_QUEUE_SPECIAL)) {{\n",
    ),
    Mutation(
        "a semaphore is unmasked before its count goes down",
        "semaphore.c",
        "\tq->count--;\n",
        f"\t{GAP}q->count--;\n",
    ),
    Mutation(
        "a mutex is unmasked before it is taken",
        "semaphore.c",
        "\tmutex->count = 0;\n\tmutex->holder = self;\n",
        f"\t{GAP}mutex->count = 0;\n\tmutex->holder = self;\n",
    ),
    Mutation(
        "a notification is unmasked between the look and the wait",
        "notify.c",
        "\tif (task->notify_value[index] == 0 && ticks)\n\t\tnotify_block(task, index, ticks);\n",
        "\tif (task->notify_value[index] == 0 && ticks) {\n\t"
        f"{GAP}notify_block(task, index, ticks);\n\t}}\n",
    ),
    Mutation(
        "a wait begins anew with each wake",
        "semaphore.c",
        "\t\tif (!shim_time_is_left(&until, ticks)) {\n",
        "\t\tuntil = 0;\n\t\tif (!shim_time_is_left(&until, ticks)) {\n",
    ),
    Mutation(
        "what was inherited stays",
        "semaphore.c",
        "\t    && holder->mutexes_held == 0)\n",
        "\t    && holder->mutexes_held == 99)\n",
    ),
    Mutation(
        "waiters come first in, first out",
        "wait.c",
        "\t       && ((struct shim_waiter *)pos)->level < waiter->level)\n",
        "\t       && ((struct shim_waiter *)pos)->level + 99 < waiter->level)\n",
    ),
    Mutation(
        "a suspended task still waits for its notification",
        "task_control.c",
        "\t\t\ttask->notify_state[i] = SHIM_NOTIFY_IDLE;\n",
        "\t\t\ttask->notify_state[i] = SHIM_NOTIFY_WAITING;\n",
    ),
    Mutation(
        "what one waiter clears the next does not see",
        "event_groups.c",
        "\t\tclear |= waiter_check((struct event_waiter *)item, bits);\n",
        "\t\tbits &= ~waiter_check((struct event_waiter *)item, bits);\n",
    ),
    Mutation(
        "an event group is unmasked between the look and the wait",
        "event_groups.c",
        "\t\tbits = group_wait(group, wanted, clear, all, ticks);\n",
        f"\t\t{GAP}bits = group_wait(group, wanted, clear, all, ticks);\n",
    ),
    Mutation(
        "fewer bytes than the trigger level wake the reader",
        "stream_buffer.c",
        "ring_bytes(stream) >= stream->trigger)\n\t\tstream_sent(stream);\n",
        "ring_bytes(stream) >= 1)\n\t\tstream_sent(stream);\n",
    ),
    Mutation(
        "a writer does not hear of the room that a reader makes",
        "stream_buffer.c",
        "\t\tsbRECEIVE_COMPLETED(stream);\n",
        "\t\treturn;\n",
    ),
    Mutation(
        "a timer counts from when its command is done",
        "timers.c",
        "\tint64_t from = now - (TickType_t)((TickType_t)now - time);\n",
        "\tint64_t from = now - (TickType_t)(time - time);\n",
    ),
    Mutation(
        "a period that was missed is left out",
        "timers.c",
        "\t\twhile (!timer_schedule(timer, timer->expiry, now))\n\t\t\ttimer->callback(timer);\n",
        "\t\twhile (!timer_schedule(timer, timer->expiry, now))\n\t\t\t;\n",
    ),
    Mutation(
        "a set is told and does not wake who waits",
        "queue_set.c",
        "\tshim_wake_one_isr(&set->receivers, woken);\n",
        "\t(void)woken;\n",
    ),
    Mutation(
        "a set is not told what an interrupt gives",
        "queue.c",
        "\tif (unlikely(q->type & SHIM_QUEUE_IN_SET))\n\t\tshim_queue_set_post(q, woken);\n",
        "\tif (unlikely(q->type > 0xff))\n\t\tshim_queue_set_post(q, woken);\n",
    ),
]


def test_correct_code_survives(shim_library: Path) -> None:
    explored = explore(shim_library, seed=1, runs=1500)
    assert explored.failure is None, f"{explored.failure}"
    assert explored.runs == 1500


@pytest.mark.not_sanitized(reason="what is planted is no error of memory: it takes time only")
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_planted_bug_is_found_and_made_small(
    shim_library: Path, tmp_path: Path, mutation: Mutation
) -> None:
    mutant = build_mutant(tree(), shim_library, tmp_path, mutation)
    failure = explore(mutant, seed=1, runs=RUNS).failure
    assert failure is not None
    calls = sum(len(actor.calls) for actor in failure.case.program.actors)
    assert calls <= 9, str(failure.case)
    # It fails again from its text, and it is the bug that makes it fail.
    again = read_case(str(failure.case))
    assert again == failure.case
    assert run_case(mutant, again).wrong == failure.wrong
    assert run_case(shim_library, again).wrong == ()


def test_an_interrupt_comes_at_the_chosen_point(shim_library: Path) -> None:
    text = "binary s\ntask A 2: delay 1; take s 0; take s 0\nirq 5: give s\n"
    plain = run_program(shim_library, text)
    given = "1 A take s 0 = 1 A2R"
    assert plain.points > 4
    assert given not in plain.trace
    found = [
        point
        for point in range(1, plain.points + 1)
        if given in run_program(shim_library, text, [Injection(point, 5)]).trace
    ]
    assert found
    assert len(found) < plain.points  # after the last take it comes too late


def test_the_end_of_a_slice_lets_an_equal_run(shim_library: Path) -> None:
    text = "task A 2: prio A 2; prio A 2\ntask B 2: prio B 2\n"
    plain = [line.split()[1] for line in run_program(shim_library, text).trace]
    assert plain == ["A", "A", "B"]
    orders = {
        "".join(
            line.split()[1]
            for line in run_program(shim_library, text, [Injection(point, SLICE)]).trace
        )
        for point in range(1, 10)
    }
    assert "ABA" in orders


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("task A 1: sned q 1 0\n", "no such call"),
        ("task A 1: give s\n", "no such object"),
        ("task A 1: suspend B\n", "no such task"),
        ("task A 1 delay 3\n", "a colon is missing before the calls"),
        ("task A 1: delay 3 4\n", "something is left over after a call"),
        ("semaphore s\n", "no such object"),
        ("task longername 1: delay 1\n", "a name has 1 to 7 characters"),
        ("task A 1: " + "delay 1; " * 300, "the program is too long"),
    ],
)
def test_a_program_that_cannot_be_read_is_told(shim_library: Path, text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        run_program(shim_library, text)


def test_a_case_is_its_text() -> None:
    program = parse("queue q 1\ntask A 2: send q 1 inf\nirq 5: send q 2 0\nuntil 7\n")
    case = Case(program, (Injection(3, 5), Injection(9, SLICE)))
    assert str(case).endswith("until 7\nat 3 irq 5\nat 9 slice\n")
    assert read_case(f"# a word before\n{case}") == case


def test_the_command_explores_and_replays(tmp_path: Path) -> None:
    runner = CliRunner()
    done = runner.invoke(group, ["shim", "explore", "--seed", "3", "--runs", "50", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output) == {"seed": 3, "runs": 50, "failure": None}
    file = tmp_path / "case"
    file.write_text("binary s\ntask A 2: raise 5; take s 0\nirq 5: give s\n")
    done = runner.invoke(group, ["shim", "replay", str(file)])
    assert done.exit_code == 0, done.output
    assert "0 irq5 give s = 1\n0 A raise 5 = 0 A2R\n0 A take s 0 = 1 A2R\n" in done.output
