# SPDX-License-Identifier: BSD-3-Clause
"""Event groups: setting, waiting, rendezvous, interrupts, deletion."""

from __future__ import annotations

from typing import Any

import pytest
from timerworld import FOREVER, QUEUE_LENGTH, timer

from uk_board.shimhost import Call, Host, Puppet

IRQ = 5
BLOCKED, SUSPENDED = 2, 3
ANY, ALL = 0, 1
KEEP, CLEAR = 0, 1
WAITS = "xEventGroupWaitBits"


@pytest.fixture(params=["dynamic", "static"])
def group(request: pytest.FixtureRequest, host: Host) -> Any:
    """An event group of either kind."""
    return static(host) if request.param == "static" else dynamic(host)


def dynamic(host: Host) -> Any:
    made = host.main("xEventGroupCreate")
    assert made != host.ffi.NULL
    return made


def static(host: Host) -> Any:
    return host.main("xEventGroupCreateStatic", host.new("StaticEventGroup_t *"))


def bits(host: Host, group: Any) -> int:
    return int(host.main("xEventGroupGetBits", group))


def waiter(host: Host, group: Any, wanted: int, *how: int, priority: int = 3) -> Call:
    """A new task's call of xEventGroupWaitBits, for ever."""
    return host.task("waiter", priority).call(WAITS, group, wanted, *how, FOREVER)


# ---- Creation, end ----


def test_a_group_starts_without_bits(host: Host, group: Any) -> None:
    assert bits(host, group) == 0


def test_a_static_group_allocates_nothing(host: Host) -> None:
    memory = host.new("StaticEventGroup_t *")
    before = host.lib.host_live_blocks()
    group = host.main("xEventGroupCreateStatic", memory)
    assert group == host.ffi.cast("EventGroupHandle_t", memory)
    assert host.main("xEventGroupSetBits", group, 5) == 5
    host.main("vEventGroupDelete", group)
    assert host.lib.host_live_blocks() == before


def test_only_a_static_group_tells_its_memory(host: Host) -> None:
    where, group = host.new("StaticEventGroup_t **"), static(host)
    assert host.main("xEventGroupGetStaticBuffer", dynamic(host), where) == 0
    assert where[0] == host.ffi.NULL
    assert host.main("xEventGroupGetStaticBuffer", group, where) == 1
    assert where[0] == host.ffi.cast("StaticEventGroup_t *", group)


def test_a_group_that_cannot_be_allocated_is_null(host: Host) -> None:
    before = host.lib.host_live_blocks()
    with host.failing_after(0):
        assert host.main("xEventGroupCreate") == host.ffi.NULL
    assert host.lib.host_live_blocks() == before


def test_a_deleted_group_gives_its_memory_back(host: Host) -> None:
    before = host.lib.host_live_blocks()
    group = dynamic(host)
    assert host.lib.host_live_blocks() == before + 1
    host.main("vEventGroupDelete", group)
    assert host.lib.host_live_blocks() == before


def test_deletion_wakes_all_waiters_with_no_bits(host: Host, group: Any) -> None:
    host.main("xEventGroupSetBits", group, 0x8)
    calls = [
        waiter(host, group, 1, CLEAR, ANY),
        waiter(host, group, 9, KEEP, ALL, priority=5),
        host.task("limited").call(WAITS, group, 2, KEEP, ANY, 50),
        host.task("meets").call("xEventGroupSync", group, 0x10, 0x33, 50),
        host.thread("native", 4).call(WAITS, group, 4, KEEP, ANY, FOREVER),
    ]
    host.main("vEventGroupDelete", group)
    assert [call.result for call in calls] == [0] * len(calls)
    host.advance(100)


def test_deletion_lets_a_higher_waiter_run_at_once(host: Host) -> None:
    group, low = dynamic(host), host.task("low", 2)
    wait = waiter(host, group, 1, CLEAR, ANY)
    low.post("vEventGroupDelete", group)
    low.post("vTaskSuspendAll")
    host.run()
    assert wait.result == 0


def test_a_group_keeps_a_number(host: Host, group: Any) -> None:
    assert host.main("uxEventGroupGetNumber", group) == 0
    host.main("vEventGroupSetNumber", group, 7)
    assert host.main("uxEventGroupGetNumber", group) == 7
    assert host.main("uxEventGroupGetNumber", None) == 0


# ---- Bits ----


def test_setting_returns_the_bits_then(host: Host, group: Any) -> None:
    assert host.main("xEventGroupSetBits", group, 0x3) == 0x3
    assert host.main("xEventGroupSetBits", group, 0x800000) == 0x800003
    assert host.main("xEventGroupSetBits", group, 0) == 0x800003


def test_clearing_returns_the_bits_before(host: Host, group: Any) -> None:
    host.main("xEventGroupSetBits", group, 0x7)
    assert host.main("xEventGroupClearBits", group, 0xA) == 0x7
    assert bits(host, group) == 0x5


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("xEventGroupSetBits", (1 << 24,)),
        ("xEventGroupClearBits", (1 << 31,)),
        (WAITS, (1 << 24, 0, 0, 0)),
        ("xEventGroupSync", (1 << 24, 1, 0)),
        ("xEventGroupSync", (1, 1 << 24, 0)),
        ("xEventGroupSetBitsFromISR", (1 << 24, None)),
        ("xEventGroupClearBitsFromISR", (1 << 24,)),
    ],
)
def test_the_upper_8_bits_are_refused(host: Host, name: str, arguments: tuple[Any, ...]) -> None:
    assert not host.task("task").call(name, dynamic(host), *arguments).done
    assert f"{name}: the upper 8 bits are not for applications" in host.output()


def test_waiting_for_nothing_is_a_broken_rule(host: Host, group: Any) -> None:
    for name, arguments in ((WAITS, (0, 0, 0, 0)), ("xEventGroupSync", (1, 0, 0))):
        assert not host.task("task").call(name, group, *arguments).done
        assert f"{name}: there is no bit to wait for" in host.output()


def test_waiting_while_suspended_is_a_broken_rule(host: Host, group: Any) -> None:
    task = host.task("task")
    task("vTaskSuspendAll")
    assert task(WAITS, group, 1, 0, 0, 0) == 0
    assert not task.call(WAITS, group, 1, 0, 0, 1).done
    assert "would wait while the scheduler is suspended" in host.output()


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


# ---- Interrupts ----


def test_an_interrupt_sets_bits_by_the_timer_task(host: Host, group: Any) -> None:
    irq, woken = host.interrupt(IRQ), host.new("BaseType_t *")
    wait = waiter(host, group, 0x6, CLEAR, ANY)
    posted = irq.post("xEventGroupSetBitsFromISR", group, 0x3, woken)
    seen = irq.post("xEventGroupGetBitsFromISR", group)
    host.raise_interrupt(IRQ)
    assert (posted.result, woken[0], seen.result) == (1, 1, 0)
    assert wait.result == 0x3
    assert bits(host, group) == 0x1


def test_an_interrupt_clears_bits_by_the_timer_task(host: Host, group: Any) -> None:
    irq = host.interrupt(IRQ)
    host.main("xEventGroupSetBits", group, 0x7)
    posted = irq.post("xEventGroupClearBitsFromISR", group, 0x5)
    seen = irq.post("xEventGroupGetBitsFromISR", group)
    host.raise_interrupt(IRQ)
    assert (posted.result, seen.result) == (1, 0x7)
    assert bits(host, group) == 0x2


def test_an_interrupt_reads_bits_at_once(host: Host, group: Any) -> None:
    irq = host.interrupt(IRQ)
    host.main("xEventGroupSetBits", group, 0x800001)
    seen = irq.post("xEventGroupGetBitsFromISR", group)
    host.raise_interrupt(IRQ)
    assert seen.result == 0x800001


def test_an_interrupt_cannot_set_bits_while_the_command_queue_is_full(
    host: Host, group: Any
) -> None:
    irq, one = host.interrupt(IRQ), timer(host, 3)
    for _ in range(QUEUE_LENGTH):
        irq.post("xTimerStopFromISR", one, None)
    calls = [
        irq.post("xEventGroupSetBitsFromISR", group, 0x1, None),
        irq.post("xEventGroupClearBitsFromISR", group, 0x1),
    ]
    host.raise_interrupt(IRQ)
    assert [call.result for call in calls] == [0, 0]
    assert bits(host, group) == 0


def test_setting_bits_in_an_interrupt_is_a_broken_rule(host: Host, group: Any) -> None:
    irq = host.interrupt(IRQ)
    call = irq.post("xEventGroupSetBits", group, 0x1)
    host.raise_interrupt(IRQ)
    assert not call.done
    assert "xEventGroupSetBits: called from an interrupt handler" in host.output()


def test_pended_calls_can_set_and_clear_bits(host: Host, group: Any) -> None:
    pend = "xTimerPendFunctionCall"
    host.main(pend, host.lib.vEventGroupSetBitsCallback, group, 0x7, 0)
    host.main(pend, host.lib.vEventGroupClearBitsCallback, group, 0x2, 0)
    assert bits(host, group) == 0x5


# ---- Before the scheduler ----


def test_bits_can_be_set_before_the_scheduler_starts(world: Host) -> None:
    group, irq = dynamic(world), world.interrupt(IRQ)
    assert world.main("xEventGroupSetBits", group, 0x1) == 0x1
    irq.post("xEventGroupSetBitsFromISR", group, 0x2, None)
    world.raise_interrupt(IRQ)
    task: Puppet = world.task("task")
    wait = task.post(WAITS, group, 0x3, CLEAR, ALL, FOREVER)
    assert bits(world, group) == 0x1
    world.start()
    assert wait.result == 0x3
