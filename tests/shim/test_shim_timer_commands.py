# SPDX-License-Identifier: BSD-3-Clause
"""Software timers: commands and their order, from tasks and interrupts."""

from __future__ import annotations

import pytest
from timerworld import FOREVER, QUEUE_LENGTH, above, active, callbacks, fill, fired, spend, timer

from uk_board.shimhost import Host

IRQ = 5


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
