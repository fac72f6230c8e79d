# SPDX-License-Identifier: BSD-3-Clause
"""Waits cut short, a tick count that is moved, how the processor may sleep."""

from __future__ import annotations

import pytest

from uk_board.shimhost import Call, Host, Puppet

BLOCKED = 2
FOREVER = 0xFFFFFFFF


def waiting(host: Host, task: Puppet, how: str, ticks: int) -> Call:
    """Let `task` wait in one of the ways there are."""
    item = host.new("uint32_t *")
    if how == "delay":
        return task.call("vTaskDelay", ticks)
    if how == "delay until":
        now = host.new("TickType_t *", task("xTaskGetTickCount"))
        return task.call("xTaskDelayUntil", now, ticks)
    if how == "notify take":
        return task.call("ulTaskNotifyTake", 1, ticks)
    if how == "notify wait":
        return task.call("xTaskNotifyWait", 0, 0, None, ticks)
    if how == "semaphore":
        return task.call("xSemaphoreTake", host.main("xSemaphoreCreateBinary"), ticks)
    if how == "mutex":
        mutex = host.main("xSemaphoreCreateMutex")
        host.task("holder")("xSemaphoreTake", mutex, 0)
        return task.call("xSemaphoreTake", mutex, ticks)
    if how == "set":
        return task.call("xQueueSelectFromSet", host.main("xQueueCreateSet", 1), ticks)
    queue = host.main("xQueueCreate", 1, 4)
    if how == "receive":
        return task.call("xQueueReceive", queue, item, ticks)
    if how == "peek":
        return task.call("xQueuePeek", queue, item, ticks)
    host.main("xQueueSend", queue, item, 0)
    return task.call("xQueueSend", queue, item, ticks)


DELAYS = ("delay", "delay until")
WAITS = ("notify take", "notify wait", "semaphore", "mutex", "set", "receive", "peek", "send")


@pytest.mark.parametrize("how", [*DELAYS, *WAITS])
def test_a_wait_that_is_aborted_ends_as_a_timeout(host: Host, how: str) -> None:
    task, other = host.task("task", 3), host.task("other", 5)
    for ticks in (10, 10 if how in DELAYS else FOREVER):
        call = waiting(host, task, how, ticks)
        host.advance(4)
        assert not call.done
        assert other("xTaskAbortDelay", task.handle) == 1
        assert call.done
        if how not in DELAYS:
            assert call.result in (0, host.ffi.NULL)
        assert other("eTaskGetState", task.handle) == BLOCKED  # for what is posted next
        # The next wait is not touched by it.
        again = waiting(host, task, how, 10)
        host.advance(9.9)
        assert not again.done
        host.advance(0.1)
        assert again.done


def test_only_who_waits_can_be_aborted(host: Host) -> None:
    task, other = host.task("task", 3), host.task("other", 5)
    me = task.post("xTaskAbortDelay", task.handle)
    host.run()
    assert me.result == 0
    delay = task.call("vTaskDelay", 10)
    other("vTaskSuspend", task.handle)
    assert other("xTaskAbortDelay", task.handle) == 0
    assert not delay.done
    other("vTaskResume", task.handle)
    task.call("ulTaskNotifyTake", 1, FOREVER)
    other.post("xTaskNotifyGive", task.handle)
    ready = other.post("xTaskAbortDelay", task.handle)
    host.run()
    assert ready.result == 0  # woken already, and only not run yet


def test_an_aborted_task_of_higher_priority_runs_at_once(host: Host) -> None:
    high, low = host.task("high", 4), host.task("low", 2)
    call = high.call("vTaskDelay", 100)
    abort = low.post("xTaskAbortDelay", high.handle)
    low.post("host_spend", 1)
    seen = high.post("eTaskGetState", low.handle)
    host.run()
    assert (abort.result, call.done) == (1, True)
    assert seen.result == 1  # low was ready, not done


def test_what_comes_before_an_aborted_task_runs_it_still_gets(host: Host) -> None:
    # As in FreeRTOS, where it looks once more before it gives up.
    queue, item = host.main("xQueueCreate", 1, 4), host.new("uint32_t *", 5)
    low, high, got = host.task("low", 2), host.task("high", 4), host.new("uint32_t *")
    call = low.call("xQueueReceive", queue, got, FOREVER)
    high.post("xTaskAbortDelay", low.handle)
    high.post("xQueueSend", queue, item, 0)
    host.run()
    assert (call.result, got[0]) == (1, 5)


def test_an_aborted_waiter_does_not_swallow_a_wake(host: Host) -> None:
    semaphore = host.main("xSemaphoreCreateCounting", 2, 0)
    first, second, high = host.task("first", 3), host.task("second", 2), host.task("high", 5)
    calls = [task.call("xSemaphoreTake", semaphore, FOREVER) for task in (first, second)]
    high.post("xTaskAbortDelay", first.handle)
    high.post("xSemaphoreGive", semaphore)
    high.post("xSemaphoreGive", semaphore)
    host.run()
    assert [call.result for call in calls] == [1, 1]


def test_an_abort_takes_inherited_priority_back(host: Host) -> None:
    low, high, other = host.task("low", 2), host.task("high", 4), host.task("other", 6)
    mutex = host.main("xSemaphoreCreateMutex")
    low("xSemaphoreTake", mutex, 0)
    high.call("xSemaphoreTake", mutex, FOREVER)
    assert other("uxTaskPriorityGet", low.handle) == 4
    assert other("xTaskAbortDelay", high.handle) == 1
    assert other("uxTaskPriorityGet", low.handle) == 2


def test_aborting_null_is_a_broken_rule(host: Host) -> None:
    assert not host.task("task").call("xTaskAbortDelay", None).done
    assert "xTaskAbortDelay: xTask is NULL" in host.output()


def test_ticks_caught_up_end_waits_early(host: Host) -> None:
    high, low, other = host.task("high", 4), host.task("low", 2), host.task("other", 3)
    start = other("xTaskGetTickCount")
    short, long = high.call("vTaskDelay", 10), low.call("vTaskDelay", 20)
    thread = host.thread("native", 9)
    thread("xTaskGetCurrentTaskHandle")  # it gets a handle
    native = thread.call("vTaskDelay", 10)
    assert other("xTaskCatchUpTicks", 9) == 0
    assert not short.done
    host.advance(0.5)
    assert other("xTaskCatchUpTicks", 1) == 1
    assert (short.done, long.done, native.done) == (True, False, True)
    assert other("xTaskGetTickCount") == start + 10
    host.advance(9.4)
    assert not long.done
    host.advance(0.1)
    assert long.done


def test_no_ticks_are_caught_up_while_the_scheduler_is_suspended(host: Host) -> None:
    task = host.task("task")
    task("vTaskSuspendAll")
    assert not task.call("xTaskCatchUpTicks", 1).done
    assert "xTaskCatchUpTicks: the scheduler is suspended" in host.output()


def test_the_tick_count_is_stepped(host: Host) -> None:
    task, sleeper = host.task("task", 2), host.task("sleeper", 3)
    call = sleeper.call("vTaskDelay", 10)
    before = task("xTaskGetTickCount")
    task("vTaskStepTick", 7)
    assert task("xTaskGetTickCount") == before + 7
    host.advance(2.9)
    assert not call.done
    host.advance(0.1)
    assert call.done


def test_the_idle_task_learns_how_it_may_sleep(host: Host) -> None:
    idle, high = host.task("idle", 0), host.task("high", 3)
    assert idle("eTaskConfirmSleepModeStatus") == 2  # nobody waits for a time
    high.call("vTaskDelay", 10)
    assert idle("eTaskConfirmSleepModeStatus") == 1
    idle.post("vTaskSuspendAll")
    idle.post("host_spend", 10_000_000)
    status = idle.post("eTaskConfirmSleepModeStatus")
    idle.post("xTaskResumeAll")
    host.run()
    assert status.result == 0  # somebody became ready meanwhile
