# SPDX-License-Identifier: BSD-3-Clause
"""Event groups: waiting for bits, and rendezvous."""

from __future__ import annotations

from typing import Any

import pytest
from eventworld import ALL, ANY, CLEAR, KEEP, WAITS, bits, dynamic, waiter
from timerworld import FOREVER

from uk_board.shimhost import Host

# ---- Waiting ----


@pytest.mark.parametrize("clear", [KEEP, CLEAR])
@pytest.mark.parametrize(
    ("there", "how", "met"),
    [(0, ANY, 0), (0x9, ANY, 1), (0x4, ANY, 1), (0x4, ALL, 0), (0xE, ALL, 1), (0xF, ALL, 1)],
)
def test_what_is_there_is_taken_without_waiting(
    host: Host, there: int, how: int, met: int, clear: int
) -> None:
    group = dynamic(host)
    host.main("xEventGroupSetBits", group, there)
    wanted = 0xC if how == ANY and there == 0x9 else 0xE if how == ALL else 0x6
    assert host.task("task")(WAITS, group, wanted, clear, how, 0) == there
    assert bits(host, group) == (there & ~wanted if met and clear else there)


def test_waiting_for_any_bit_and_for_all(host: Host, group: Any) -> None:
    any_of, all_of = waiter(host, group, 0x6, KEEP, ANY), waiter(host, group, 0x6, KEEP, ALL)
    assert host.main("xEventGroupSetBits", group, 0x9) == 0x9
    assert not any_of.done
    assert host.main("xEventGroupSetBits", group, 0x4) == 0xD
    assert any_of.result == 0xD
    assert not all_of.done
    host.main("xEventGroupSetBits", group, 0x2)
    assert all_of.result == 0xF
    assert bits(host, group) == 0xF


def test_a_waiter_clears_only_what_it_waited_for(host: Host, group: Any) -> None:
    wait = waiter(host, group, 0x6, CLEAR, ANY)
    assert host.main("xEventGroupSetBits", group, 0x5) == 0x1
    assert wait.result == 0x5
    assert bits(host, group) == 0x1


def test_one_set_wakes_all_whom_it_suffices(host: Host, group: Any) -> None:
    calls = [
        waiter(host, group, 0x1, CLEAR, ANY, priority=2),
        waiter(host, group, 0x3, CLEAR, ALL, priority=5),
        waiter(host, group, 0x8, CLEAR, ANY, priority=4),
        waiter(host, group, 0x1, KEEP, ANY, priority=3),
    ]
    assert host.main("xEventGroupSetBits", group, 0x7) == 0x4
    assert [call.done for call in calls] == [True, True, False, True]
    assert [calls[n].result for n in (0, 1, 3)] == [0x7] * 3


def test_a_lower_task_that_sets_bits_is_preempted_at_once(host: Host, group: Any) -> None:
    low, high = host.task("low", 2), host.task("high", 3)
    wait = high.call(WAITS, group, 0x1, CLEAR, ANY, FOREVER)
    after = high.post("xEventGroupSetBits", group, 0x10)
    before = low.post("xEventGroupSetBits", group, 0x1)
    seen = low.post("xEventGroupClearBits", group, 0)
    host.run()
    assert (wait.result, after.result) == (0x1, 0x10)
    assert before.result == 0  # what it was before the other ran
    assert seen.result == 0x10


def test_waiters_run_by_priority_and_in_order(host: Host, group: Any) -> None:
    tasks = [host.task("waiter", priority) for priority in (2, 4, 2, 4)]
    order = []
    for n, task in enumerate(tasks):
        task.call(WAITS, group, 0x1, KEEP, ANY, FOREVER)
        order.append((task.post("host_spend", 1_000_000), task.post("xTaskGetTickCount"), n))
    host.main("xEventGroupSetBits", group, 0x1)
    ticks = sorted((call.result, n) for _, call, n in order)
    assert [n for _, n in ticks] == [1, 3, 0, 2]


def test_a_wait_times_out_on_the_tick_with_the_bits_there_are(host: Host, group: Any) -> None:
    host.main("xEventGroupSetBits", group, 0x8)
    host.advance(0.5)
    call = host.task("task").call(WAITS, group, 0x3, CLEAR, ALL, 3)
    host.main("xEventGroupSetBits", group, 0x1)
    host.advance(2.4)
    assert not call.done
    host.advance(0.1)
    assert call.result == 0x9
    assert bits(host, group) == 0x9


def test_a_set_after_the_timeout_and_before_the_waiter_runs_is_taken(
    host: Host, group: Any
) -> None:
    # As in FreeRTOS: the set itself no longer finds it, the waiter looks again.
    setter, late = host.task("setter", 5), host.task("late", 3)
    call = late.call(WAITS, group, 0x1, CLEAR, ANY, 5)
    setter.call("vTaskDelay", 5)
    result = setter.post("xEventGroupSetBits", group, 0x3)
    host.advance(5)
    assert result.result == 0x3
    assert call.result == 0x3
    assert bits(host, group) == 0x2


def test_who_is_suspended_in_a_wait_looks_again_when_resumed(host: Host, group: Any) -> None:
    task = host.task("task", 3)
    call = task.call(WAITS, group, 0x1, CLEAR, ANY, FOREVER)
    host.main("vTaskSuspend", task.handle)
    assert host.main("xEventGroupSetBits", group, 0x5) == 0x5
    host.main("vTaskResume", task.handle)
    assert call.result == 0x5
    assert bits(host, group) == 0x4


def test_a_deleted_task_leaves_its_group(host: Host, group: Any) -> None:
    task = host.task("task", 3)
    task.call(WAITS, group, 0x1, CLEAR, ANY, 10)
    other = waiter(host, group, 0x1, KEEP, ANY)
    host.main("vTaskDelete", task.handle)
    assert host.main("xEventGroupSetBits", group, 0x1) == 0x1
    assert other.result == 0x1
    host.advance(20)


def test_a_unikraft_thread_waits_and_sets(host: Host, group: Any) -> None:
    thread, task = host.thread("native", 9), host.task("task", 2)
    wait = thread.call(WAITS, group, 0x3, CLEAR, ALL, FOREVER)
    limited = host.thread("limited", 5).call(WAITS, group, 0x10, CLEAR, ANY, 4)
    back = task.call(WAITS, group, 0x4, CLEAR, ANY, FOREVER)
    task_too = host.task("other", 3)
    task_too("xEventGroupSetBits", group, 0x3)
    assert wait.result == 0x3
    thread("xEventGroupSetBits", group, 0x4)
    assert back.result == 0x4
    host.advance(4)
    assert limited.result == 0


# ---- Rendezvous ----


def test_a_rendezvous_lets_all_go_at_once(host: Host, group: Any) -> None:
    tasks = [host.task("meets", priority) for priority in (2, 4, 3)]
    calls = [
        task.call("xEventGroupSync", group, 1 << n, 0x7, FOREVER)
        for n, task in enumerate(tasks[:2])
    ]
    assert [call.done for call in calls] == [False, False]
    assert bits(host, group) == 0x3
    host.main("xEventGroupSetBits", group, 0x10)
    last = tasks[2].call("xEventGroupSync", group, 0x4, 0x7, FOREVER)
    assert [call.result for call in [*calls, last]] == [0x17] * 3
    assert bits(host, group) == 0x10


def test_a_rendezvous_that_nobody_waits_at_clears_its_bits_too(host: Host, group: Any) -> None:
    host.main("xEventGroupSetBits", group, 0xA)
    assert host.task("task")("xEventGroupSync", group, 0x1, 0x3, 0) == 0xB
    assert bits(host, group) == 0x8


def test_the_last_at_a_rendezvous_goes_on_before_lower_ones(host: Host, group: Any) -> None:
    low, high = host.task("low", 2), host.task("high", 4)
    wait = low.call("xEventGroupSync", group, 0x1, 0x3, FOREVER)
    last = high.post("xEventGroupSync", group, 0x2, 0x3, FOREVER)
    state = high.post("eTaskGetState", low.handle)
    host.run()
    assert (last.result, wait.result) == (0x3, 0x3)
    assert state.result == 1  # ready


def test_a_rendezvous_that_times_out_leaves_its_bit(host: Host, group: Any) -> None:
    task = host.task("task")
    assert task("xEventGroupSync", group, 0x1, 0x3, 0) == 0x1
    call = task.call("xEventGroupSync", group, 0x8, 0x3, 5)
    host.advance(4.9)
    assert not call.done
    host.advance(0.1)
    assert call.result == 0x9
    assert bits(host, group) == 0x9


def test_a_rendezvous_that_timed_out_may_still_be_met(host: Host, group: Any) -> None:
    late, setter = host.task("late", 2), host.task("setter", 5)
    call = late.call("xEventGroupSync", group, 0x1, 0x3, 5)
    setter.call("vTaskDelay", 5)
    setter.post("xEventGroupSetBits", group, 0x6)
    host.advance(5)
    assert call.result == 0x7
    assert bits(host, group) == 0x4


def test_a_rendezvous_bit_wakes_other_waiters_too(host: Host, group: Any) -> None:
    wait = waiter(host, group, 0x1, CLEAR, ANY)
    meet = host.task("meets").call("xEventGroupSync", group, 0x1, 0x3, 3)
    assert wait.result == 0x1
    host.advance(3)
    assert meet.result == 0
