# SPDX-License-Identifier: BSD-3-Clause
"""Software timers: expiry, commands and their order, the timer task."""

from __future__ import annotations

from typing import Any

import pytest
from timerworld import DAEMON_PRIORITY, FOREVER, QUEUE_LENGTH, callbacks, fired, timer

from uk_board.shimhost import TICK_NS, Host, Puppet

IRQ = 5
SUSPENDED = 3
TICKS = 1 << 32


def above(host: Host) -> Puppet:
    """A task that the timer task cannot preempt."""
    return host.task("above", DAEMON_PRIORITY + 1)


def spend(task: Puppet, ticks: float) -> None:
    """Let time pass while `task` runs."""
    task.post("host_spend", round(ticks * TICK_NS))


def now(host: Host) -> int:
    return int(host.main("xTaskGetTickCount"))


def active(host: Host, one: Any) -> bool:
    return bool(host.main("xTimerIsTimerActive", one))


def fill(host: Host, task: Puppet, one: Any) -> list[Any]:
    """Let `task` fill the command queue with stop commands."""
    return [task.post("xTimerStop", one, 0) for _ in range(QUEUE_LENGTH)]


# ---- Creation ----


def test_a_timer_is_created_asleep(host: Host) -> None:
    one = timer(host, 7)
    assert not active(host, one)
    assert host.main("xTimerGetPeriod", one) == 7
    assert host.ffi.string(host.main("pcTimerGetName", one)) == b"timer"
    assert host.main("xTimerGetStaticBuffer", one, host.new("StaticTimer_t **")) == 0
    host.advance(20)
    assert fired(host, one) == []


def test_a_static_timer_allocates_nothing(host: Host) -> None:
    memory, where = host.new("StaticTimer_t *"), host.new("StaticTimer_t **")
    before = host.lib.host_live_blocks()
    callback = host.lib.host_timer_callback
    one = host.main("xTimerCreateStatic", host.text("s"), 3, 0, None, callback, memory)
    assert one == host.ffi.cast("TimerHandle_t", memory)
    assert host.main("xTimerGetStaticBuffer", one, where) == 1
    assert where[0] == memory
    host.main("xTimerStart", one, 0)
    host.advance(3)
    assert fired(host, one) == [3]
    host.main("xTimerStart", one, 0)
    host.main("xTimerDelete", one, 0)
    host.advance(3)
    assert fired(host, one) == [3]
    assert host.lib.host_live_blocks() == before


def test_a_timer_that_cannot_be_allocated_is_null(host: Host) -> None:
    before = host.lib.host_live_blocks()
    callback = host.lib.host_timer_callback
    with host.failing_after(0):
        one = host.main("xTimerCreate", host.text("x"), 1, 0, None, callback)
    assert one == host.ffi.NULL
    assert host.lib.host_live_blocks() == before


def test_a_period_of_zero_is_a_broken_rule(host: Host) -> None:
    task, callback = host.task("task"), host.lib.host_timer_callback
    one = timer(host, 5)
    assert not task.call("xTimerCreate", None, 0, 0, None, callback).done
    assert "xTimerCreate: the period is 0" in host.output()
    assert not host.task("other").call("xTimerChangePeriod", one, 0, 0).done
    assert "xTimerGenericCommandFromTask: the period is 0" in host.output()


def test_a_timer_keeps_an_id_and_a_number(host: Host) -> None:
    one = timer(host, 5)
    assert host.main("pvTimerGetTimerID", one) == host.ffi.NULL
    host.main("vTimerSetTimerID", one, 0x1234)
    assert host.main("pvTimerGetTimerID", one) == host.ffi.cast("void *", 0x1234)
    assert host.main("uxTimerGetTimerNumber", one) == 0
    host.main("vTimerSetTimerNumber", one, 9)
    assert host.main("uxTimerGetTimerNumber", one) == 9


# ---- Expiry ----


def test_a_one_shot_timer_expires_once(host: Host) -> None:
    host.advance(0.5)
    one = timer(host, 3)
    assert host.main("xTimerStart", one, 0) == 1
    assert active(host, one)
    host.advance(2.4)
    assert fired(host, one) == []
    host.advance(0.1)
    assert fired(host, one) == [3]
    host.advance(20)
    assert fired(host, one) == [3]
    assert not active(host, one)
    assert callbacks(host)[0].active == 0
    assert callbacks(host)[0].task == host.main("xTimerGetTimerDaemonTaskHandle")


def test_an_auto_reload_timer_expires_each_period(host: Host) -> None:
    one = timer(host, 3, reload=True)
    host.main("xTimerStart", one, 0)
    host.advance(10)
    assert fired(host, one) == [3, 6, 9]
    assert active(host, one)
    assert callbacks(host)[0].active == 1


def test_timers_expire_in_order_and_equals_as_they_were_started(host: Host) -> None:
    timers = [timer(host, period) for period in (5, 3, 5, 9, 3)]
    for one in timers:
        host.main("xTimerStart", one, 0)
    host.advance(9)
    order = [timers.index(one.object) for one in callbacks(host)]
    assert order == [1, 4, 0, 2, 3]
    assert [one.tick for one in callbacks(host)] == [3, 3, 5, 5, 9]


def test_missed_periods_are_caught_up(host: Host) -> None:
    task, one = above(host), timer(host, 3, reload=True)
    host.main("xTimerStart", one, 0)
    spend(task, 10)
    host.run()
    assert fired(host, one) == [10, 10, 10]
    assert [call.value for call in callbacks(host)] == [6, 9, 12]
    host.advance(2)
    assert fired(host, one) == [10, 10, 10, 12]


def test_a_stop_in_a_caught_up_callback_holds_afterwards(host: Host) -> None:
    task, puppet = above(host), host.puppet()
    one = timer(host, 3, reload=True, puppet=puppet)
    host.main("xTimerStart", one, 0)
    puppet.post("xTimerStop", one, 0)
    spend(task, 7)
    host.run()
    assert fired(host, one) == [7, 7]
    assert not active(host, one)
    host.advance(10)
    assert len(callbacks(host)) == 2


def test_the_reload_mode_can_be_changed(host: Host) -> None:
    one = timer(host, 3, reload=True)
    host.main("xTimerStart", one, 0)
    host.advance(4)
    host.main("vTimerSetReloadMode", one, 0)
    assert host.main("xTimerGetReloadMode", one) == 0
    assert host.main("uxTimerGetReloadMode", one) == 0
    host.advance(10)
    assert fired(host, one) == [3, 6]
    host.main("vTimerSetReloadMode", one, 1)
    assert host.main("xTimerGetReloadMode", one) == 1
    assert host.main("uxTimerGetReloadMode", one) == 1
    host.main("xTimerStart", one, 0)
    host.advance(6)
    assert len(fired(host, one)) == 4


def test_the_expiry_time_is_told_in_ticks_that_wrap(host: Host) -> None:
    host.advance(TICKS - 4)
    one, task = timer(host, 10, reload=True), above(host)
    host.main("xTimerStart", one, 0)
    assert host.main("xTimerGetExpiryTime", one) == 6
    host.advance(9)
    assert fired(host, one) == []
    host.advance(1)
    assert fired(host, one) == [6]
    spend(task, 25)
    host.run()
    assert fired(host, one) == [6, 31, 31]
    assert host.main("xTimerGetExpiryTime", one) == 36


@pytest.mark.parametrize(("period", "expected"), [(10, [8]), (5, [3]), (4, [3]), (6, [4])])
def test_a_command_from_before_the_wrap_counts_from_then(
    host: Host, period: int, expected: list[int]
) -> None:
    host.advance(3 * TICKS - 2)
    one, task = timer(host, period), above(host)
    task.post("xTimerStart", one, 0)
    spend(task, 5)
    host.run()
    host.advance(period)
    assert fired(host, one) == expected


def test_the_longest_period_is_kept(host: Host) -> None:
    host.advance(3)
    one = timer(host, TICKS - 1)
    host.main("xTimerStart", one, 0)
    host.advance(TICKS - 2)
    assert fired(host, one) == []
    host.advance(1)
    assert fired(host, one) == [2]


# ---- Commands ----


def test_a_stopped_timer_does_not_expire(host: Host) -> None:
    one = timer(host, 3)
    host.main("xTimerStart", one, 0)
    host.advance(2)
    assert host.main("xTimerStop", one, 0) == 1
    assert not active(host, one)
    host.advance(10)
    assert fired(host, one) == []
    host.main("xTimerStop", one, 0)
    host.main("xTimerStart", one, 0)
    host.advance(3)
    assert fired(host, one) == [15]


def test_a_reset_puts_the_expiry_off(host: Host) -> None:
    one = timer(host, 5)
    assert host.main("xTimerReset", one, 0) == 1
    for _ in range(4):
        host.advance(4)
        assert active(host, one)
        host.main("xTimerReset", one, 0)
    assert fired(host, one) == []
    host.advance(5)
    assert fired(host, one) == [21]


def test_a_period_counts_from_the_call_not_from_its_processing(host: Host) -> None:
    task, late, far = above(host), timer(host, 3), timer(host, 8)
    for one in (late, far):
        task.post("xTimerStart", one, 0)
    spend(task, 5)
    host.run()
    assert fired(host, late) == [5]
    assert not active(host, late)
    host.advance(3)
    assert fired(host, far) == [8]


def test_a_reload_timer_started_long_ago_catches_up(host: Host) -> None:
    task, one = above(host), timer(host, 2, reload=True)
    task.post("xTimerStart", one, 0)
    spend(task, 5)
    host.run()
    assert fired(host, one) == [5, 5]
    assert active(host, one)
    assert host.main("xTimerGetExpiryTime", one) == 6


def test_a_changed_period_counts_from_its_processing(host: Host) -> None:
    task, one = above(host), timer(host, 50)
    assert task.post("xTimerChangePeriod", one, 4, 0)
    spend(task, 6)
    host.run()
    assert active(host, one)
    assert host.main("xTimerGetPeriod", one) == 4
    host.advance(4)
    assert fired(host, one) == [10]


def test_commands_are_done_in_order_and_between_two_expiries(host: Host) -> None:
    puppet = host.puppet()
    first, second = timer(host, 3, puppet=puppet), timer(host, 3)
    for one in (first, second):
        host.main("xTimerStart", one, 0)
    puppet.post("xTimerStop", second, 0)
    puppet.post("xTimerStart", second, 0)
    puppet.post("xTimerChangePeriod", second, 6, 0)
    host.advance(3)
    assert (fired(host, first), fired(host, second)) == ([3], [])
    host.advance(6)
    assert fired(host, second) == [9]


@pytest.mark.parametrize(("period", "expected"), [(5, [5]), (6, [])])
def test_a_start_that_is_due_expires_before_the_next_command(
    host: Host, period: int, expected: list[int]
) -> None:
    task, one = above(host), timer(host, period)
    task.post("xTimerStart", one, 0)
    spend(task, 5)
    task.post("xTimerStop", one, 0)
    host.run()
    host.advance(10)
    assert fired(host, one) == expected


def test_a_deleted_timer_gives_its_memory_back_and_is_silent(host: Host) -> None:
    before = host.lib.host_live_blocks()
    puppet = host.puppet()
    waits, asleep, own = timer(host, 3), timer(host, 3), timer(host, 2, puppet=puppet)
    puppet.post("xTimerDelete", own, 0)
    for one in (waits, own):
        host.main("xTimerStart", one, 0)
    for one in (waits, asleep):
        assert host.main("xTimerDelete", one, 0) == 1
    host.advance(5)
    assert [one.tick for one in callbacks(host)] == [2]
    assert host.lib.host_live_blocks() == before


def test_a_task_waits_for_room_in_the_command_queue(host: Host) -> None:
    task, one = above(host), timer(host, 3)
    stops = fill(host, task, one)
    start = task.post("xTimerStart", one, 10)
    host.run()
    assert [call.result for call in stops] == [1] * QUEUE_LENGTH
    assert start.result == 1
    assert active(host, one)


def test_a_full_command_queue_fails_at_once_without_a_wait(host: Host) -> None:
    task, one = above(host), timer(host, 3)
    fill(host, task, one)
    start = task.post("xTimerStart", one, 0)
    host.run()
    assert start.result == 0
    assert not active(host, one)


def test_the_wait_for_room_ends_on_the_tick(host: Host) -> None:
    puppet, task = host.puppet(), host.task("task", 3)
    one = timer(host, 1, puppet=puppet)
    puppet.post("vTaskDelay", 50)
    host.main("xTimerStart", one, 0)
    host.advance(1.5)
    fill(host, task, one)
    start = task.call("xTimerStart", one, 10)
    host.advance(9.4)
    assert not start.done
    host.advance(0.1)
    assert start.result == 0
    second = task.call("xTimerStart", one, 60)
    gone = host.task("gone", 2)
    gone.call("xTimerStart", one, FOREVER)
    host.main("vTaskDelete", gone.handle)
    host.advance(40)
    assert second.result == 1
    assert fired(host, one) == [1, 51]  # it was to expire at 12


def test_nobody_waits_for_room_while_the_scheduler_is_suspended(host: Host) -> None:
    task, one = above(host), timer(host, 3)
    task.post("vTaskSuspendAll")
    fill(host, task, one)
    start = task.post("xTimerStart", one, FOREVER)
    task.post("xTaskResumeAll")
    host.run()
    assert start.result == 0
    assert host.output() == ""


def test_a_command_that_is_none_is_refused(host: Host) -> None:
    one = timer(host, 3)
    calls = {
        "xTimerGenericCommandFromTask": (one, 6, 0, None, 0),
        "xTimerGenericCommandFromISR": (one, 1, 0, None, 0),
    }
    for name, arguments in calls.items():
        assert not host.task("task").call(name, *arguments).done
        assert f"{name}: xCommandID is no command for" in host.output()
    assert not host.task("other").call("xTimerGenericCommandFromTask", one, -1, 0, None, 0).done


def test_the_generic_command_chooses_by_its_number(host: Host) -> None:
    one, irq = timer(host, 3), host.interrupt(IRQ)
    start = host.task("task").call("test_timer_command", one, 1, 0)
    assert start.result == 1
    stop = irq.post("test_timer_command", one, 8, 0)
    host.raise_interrupt(IRQ)
    assert stop.result == 1
    assert not active(host, one)
    assert host.output() == ""


def test_no_timer_is_no_success(host: Host) -> None:
    assert host.main("xTimerStart", None, 0) == 0
    assert host.main("xTimerStartFromISR", None, None) == 0


def test_a_command_for_tasks_in_an_interrupt_is_a_broken_rule(host: Host) -> None:
    one, irq = timer(host, 3), host.interrupt(IRQ)
    call = irq.post("xTimerStart", one, 0)
    host.raise_interrupt(IRQ)
    assert not call.done
    assert "xTimerGenericCommandFromTask: called from an interrupt handler" in host.output()


# ---- From interrupts ----


def test_an_interrupt_commands_timers(host: Host) -> None:
    irq, woken = host.interrupt(IRQ), host.new("BaseType_t *")
    one, other = timer(host, 3), timer(host, 50, reload=True)
    irq.post("xTimerStartFromISR", one, woken)
    irq.post("xTimerChangePeriodFromISR", other, 4, None)
    host.raise_interrupt(IRQ)
    assert woken[0] == 1
    host.advance(2)
    irq.post("xTimerResetFromISR", one, None)
    host.raise_interrupt(IRQ)
    host.advance(3)
    assert (fired(host, one), fired(host, other)) == ([5], [4])
    stop = irq.post("xTimerStopFromISR", other, None)
    host.raise_interrupt(IRQ)
    assert stop.result == 1
    host.advance(20)
    assert fired(host, other) == [4]


def test_an_interrupt_is_told_that_the_queue_is_full(host: Host) -> None:
    irq, one, woken = host.interrupt(IRQ), timer(host, 3), host.new("BaseType_t *")
    calls = [irq.post("xTimerStartFromISR", one, woken) for _ in range(QUEUE_LENGTH + 1)]
    calls.append(irq.post("xTimerPendFunctionCallFromISR", host.lib.host_pended, None, 0, None))
    host.raise_interrupt(IRQ)
    assert [call.result for call in calls] == [1] * QUEUE_LENGTH + [0, 0]


def test_an_interrupt_below_a_higher_task_need_not_switch(host: Host) -> None:
    irq, one, woken = host.interrupt(IRQ), timer(host, 3), host.new("BaseType_t *")
    task = above(host)
    irq.post("xTimerStartFromISR", one, woken)
    raised = task.post("host_raise", IRQ)
    still = task.post("xTimerIsTimerActive", one)
    host.run()
    assert raised.done
    assert (woken[0], still.result) == (0, 0)
    assert active(host, one)


# ---- Calls by the timer task ----


def test_a_pended_call_is_made_by_the_timer_task(host: Host) -> None:
    task, thing = above(host), host.new("int *")
    sent = task.post("xTimerPendFunctionCall", host.lib.host_pended, thing, 0xFFFFFFFF, 0)
    before = task.post("host_callback_count")
    host.run()
    assert (sent.result, before.result) == (1, 0)
    (call,) = callbacks(host)
    assert (call.object, call.value) == (thing, 0xFFFFFFFF)
    assert call.task == host.main("xTimerGetTimerDaemonTaskHandle")


def test_an_interrupt_pends_a_call(host: Host) -> None:
    irq, thing, woken = host.interrupt(IRQ), host.new("int *"), host.new("BaseType_t *")
    irq.post("xTimerPendFunctionCallFromISR", host.lib.host_pended, thing, 7, woken)
    count = irq.post("host_callback_count")
    host.raise_interrupt(IRQ)
    assert (count.result, woken[0]) == (0, 1)
    assert [(one.object, one.value) for one in callbacks(host)] == [(thing, 7)]


def test_a_call_pended_with_a_wait_fails_in_time(host: Host) -> None:
    puppet, task, pended = host.puppet(), host.task("task", 3), host.lib.host_pended
    one = timer(host, 1, puppet=puppet)
    puppet.post("vTaskDelay", 50)
    host.main("xTimerStart", one, 0)
    host.advance(1)
    for _ in range(QUEUE_LENGTH):
        assert task("xTimerPendFunctionCall", pended, None, 0, 0) == 1
    last = task.call("xTimerPendFunctionCall", pended, None, 1, 10)
    host.advance(10)
    assert last.result == 0
    host.advance(50)
    assert [call.value for call in callbacks(host)[1:]] == [0] * QUEUE_LENGTH


def test_a_pended_call_may_not_wait_while_suspended(host: Host) -> None:
    task = host.task("task")
    task("vTaskSuspendAll")
    assert not task.call("xTimerPendFunctionCall", host.lib.host_pended, None, 0, 1).done
    assert "xTimerPendFunctionCall: would wait while the scheduler" in host.output()


# ---- The timer task ----


def test_the_timer_task_is_there_when_the_scheduler_runs(world: Host) -> None:
    early = world.thread("early", 1).call("xTimerGetTimerDaemonTaskHandle")
    assert not early.done
    assert "there is no timer task yet" in world.output()
    world.start()
    handle = world.main("xTimerGetTimerDaemonTaskHandle")
    assert world.ffi.string(world.main("pcTaskGetName", handle)) == b"Tmr Svc"
    assert world.main("uxTaskPriorityGet", handle) == DAEMON_PRIORITY


def test_commands_before_the_start_wait_for_it_but_not_their_caller(world: Host) -> None:
    timers = [timer(world, n + 1, reload=True) for n in range(QUEUE_LENGTH + 1)]
    starts = [world.main("xTimerStart", one, FOREVER) for one in timers]
    assert starts == [1] * QUEUE_LENGTH + [0]
    assert world.main("xTimerPendFunctionCall", world.lib.host_pended, None, 0, FOREVER) == 0
    assert not any(active(world, one) for one in timers)
    world.start()
    assert [active(world, one) for one in timers] == [True] * QUEUE_LENGTH + [False]
    world.advance(5)
    assert [len(fired(world, one)) for one in timers] == [5, 2, 1, 1, 1, 0]


def test_a_start_before_the_scheduler_counts_from_tick_zero(world: Host) -> None:
    world.advance(1000)
    one, changed = timer(world, 10), timer(world, 99)
    world.main("xTimerStart", one, 0)
    world.main("xTimerChangePeriod", changed, 12, 0)
    world.advance(1000)
    world.start()
    world.advance(20)
    assert (fired(world, one), fired(world, changed)) == ([10], [12])


def test_a_start_after_the_scheduler_s_end_counts_from_then(world: Host) -> None:
    world.advance(5)
    world.start()
    world.advance(50)
    world.task("ends").call("vTaskEndScheduler")
    one = timer(world, 10)
    world.main("xTimerStart", one, 0)
    world.advance(9)
    assert fired(world, one) == []
    world.advance(1)
    assert fired(world, one) == [60]


def test_the_scheduler_does_not_start_without_its_timer_task(world: Host) -> None:
    starters = [world.thread("starter", 1) for _ in range(2)]
    before = world.lib.host_live_blocks()
    for allocations, starter in enumerate(starters):
        with world.failing_after(allocations):
            assert not starter.call("vTaskStartScheduler").done
        assert "vTaskStartScheduler: no memory for the timer task" in world.output()
        assert world.main("xTaskGetSchedulerState") == 1
        assert world.lib.host_live_blocks() == before
    world.start()
    assert world.main("xTaskGetSchedulerState") == 2


def test_commands_wait_for_a_timer_task_that_is_suspended(host: Host) -> None:
    daemon, one = host.main("xTimerGetTimerDaemonTaskHandle"), timer(host, 3)
    host.main("vTaskSuspend", daemon)
    host.main("xTimerStart", one, 0)
    assert not active(host, one)
    assert host.main("eTaskGetState", daemon) == SUSPENDED
    host.advance(2)
    host.main("vTaskResume", daemon)
    assert active(host, one)
    host.advance(1)
    assert fired(host, one) == [3]


def test_a_unikraft_thread_uses_timers(host: Host) -> None:
    thread = host.thread("native", 9)
    one = timer(host, 3, by=thread)
    assert thread("xTimerStart", one, FOREVER) == 1
    assert thread("xTimerIsTimerActive", one) == 1
    host.advance(3)
    assert fired(host, one) == [3]
