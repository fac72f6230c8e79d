# SPDX-License-Identifier: BSD-3-Clause
"""Scheduler control, delays and the tick count against what FreeRTOS documents."""

from __future__ import annotations

from uk_board.shimhost import Host

FOREVER = 0xFFFFFFFF


def words(host: Host, count: int = 1):
    return host.new(f"uint32_t[{count}]")


def test_tasks_do_not_run_before_the_scheduler_starts(world: Host) -> None:
    task = world.task("early", 5)
    call = task.post("uxTaskPriorityGet", None)
    world.run()
    assert not call.done
    world.start()
    assert call.result == 5


def test_a_delay_ends_on_a_tick(host: Host) -> None:
    task = host.task("task", 2)
    host.advance(0.7)
    call = task.call("vTaskDelay", 2)
    host.advance(1.2)
    assert not call.done
    host.advance(0.1)  # the tick 2 after tick 0
    assert call.done
    assert task.call("vTaskDelay", 0).done


def test_delay_until_does_not_drift(host: Host) -> None:
    task, last = host.task("task", 2), words(host)
    for turn, work in enumerate((0.3, 3.3, 9.5), start=1):
        host.advance(work)
        call = task.call("xTaskDelayUntil", last, 10)
        host.advance(9.9 - work)
        assert not call.done
        host.advance(0.1)
        assert call.result == 1
        assert last[0] == 10 * turn


def test_delay_until_in_the_past_does_not_wait(host: Host) -> None:
    task, last = host.task("task", 2), words(host)
    host.advance(25)
    assert task("xTaskDelayUntil", last, 10) == 0
    assert last[0] == 10
    assert task("xTaskDelayUntil", last, 10) == 0
    assert last[0] == 20
    assert task.call("test_delay_until", host.new("uint32_t *", 0), 1).done  # the macro
    assert not task.call("xTaskDelayUntil", last, 10).done


def test_delay_until_over_the_wrap_of_the_tick_count(host: Host) -> None:
    task, last = host.task("task", 2), words(host)
    host.advance(0xFFFFFFFF - 4)
    last[0] = task("xTaskGetTickCount")
    assert last[0] == 0xFFFFFFFB
    call = task.call("xTaskDelayUntil", last, 10)
    host.advance(9)
    assert not call.done
    host.advance(1)
    assert call.result == 1
    assert last[0] == 5


def test_end_scheduler_returns_to_its_starter(world: Host) -> None:
    task = world.task("task", 5)
    start = world.main.call("vTaskStartScheduler")
    assert not start.done
    after = world.main.post("xTaskGetSchedulerState")
    end = task.call("vTaskEndScheduler")
    assert start.done
    assert after.result == 1
    assert not end.done


def test_no_switch_while_the_scheduler_is_suspended(host: Host) -> None:
    high, low = host.task("high", 3), host.task("low", 2)
    taken = high.call("ulTaskNotifyTake", 1, FOREVER)
    low.post("vTaskSuspendAll")
    low.post("xTaskNotifyGive", high.handle)
    state = low.post("xTaskGetSchedulerState")
    value = low.post("ulTaskNotifyValueClear", high.handle, 0)
    switched = low.post("xTaskResumeAll")
    low.post("vTaskSuspendAll")
    quiet = low.post("xTaskResumeAll")
    host.run()
    assert state.result == 0
    assert value.result == 1  # high has not run
    assert switched.result == 1
    assert quiet.result == 0
    assert taken.result == 1


def test_waiting_while_the_scheduler_is_suspended_is_a_broken_rule(host: Host) -> None:
    task = host.task("task", 2)
    task.post("vTaskSuspendAll")
    call = task.call("vTaskDelay", 3)
    assert not call.done
    assert "vTaskDelay: would wait while the scheduler is suspended" in host.output()


def test_the_scheduler_state_is_told(world: Host) -> None:
    assert world.main("xTaskGetSchedulerState") == 1
    task = world.task("task", 2)
    world.start()
    assert task("xTaskGetSchedulerState") == 2


def test_equal_priorities_take_turns_on_yield(host: Host) -> None:
    one, two = host.task("one", 2), host.task("two", 2)
    a = one.post("xTaskNotifyGive", one.handle)
    for task in (one, two):
        task.post("taskYIELD")
        task.post("xTaskNotifyGive", one.handle)
    seen = two.post("ulTaskNotifyValueClear", one.handle, 0)
    host.run()
    assert a.done
    # one: give, yield; two: yield; one: give; two: give and look.
    assert seen.result == 3


def test_equal_priorities_share_by_time_slices(host: Host) -> None:
    one, two = host.task("one", 2), host.task("two", 2)
    sliced = one.post("host_slice")
    seen = one.post("ulTaskNotifyValueClear", one.handle, 0)
    two.post("xTaskNotifyGive", one.handle)
    host.run()
    assert sliced.done
    assert seen.result == 1


def test_the_tick_count_follows_the_clock(world: Host) -> None:
    world.advance(17.5)
    world.start()
    task, irq = world.task("task", 2), world.interrupt(3)
    assert task("xTaskGetTickCount") == 0
    world.advance(2.5)
    assert task("xTaskGetTickCount") == 2
    count = irq.post("xTaskGetTickCountFromISR")
    world.raise_interrupt(3)
    assert count.result == 2
    world.advance(0xFFFFFFFF)
    assert task("xTaskGetTickCount") == 1


def test_a_timeout_counts_down(host: Host) -> None:
    task, timeout = host.task("task", 2), host.new("TimeOut_t *")
    ticks = host.new("TickType_t *", 10)
    host.advance(0xFFFFFFFF - 2)  # over the wrap of 32 bits
    task("vTaskSetTimeOutState", timeout)
    host.advance(4)
    assert task("xTaskCheckForTimeOut", timeout, ticks) == 0
    assert ticks[0] == 6
    host.advance(6)
    assert task("xTaskCheckForTimeOut", timeout, ticks) == 1
    assert ticks[0] == 0
    ticks[0] = FOREVER
    assert task("xTaskCheckForTimeOut", timeout, ticks) == 0
    assert ticks[0] == FOREVER


def test_start_prefers_the_last_created_of_the_highest(world: Host) -> None:
    tasks = [world.task(name, 25) for name in ("one", "two", "three")]
    handles = []
    for task in tasks:
        task.post("xTaskNotifyGive", tasks[0].handle)
        handles.append(task.post("ulTaskNotifyValueClear", tasks[0].handle, 0))
    world.start()
    assert [call.result for call in handles] == [2, 3, 1]


def test_the_scheduler_can_be_started_again(world: Host) -> None:
    task = world.task("task", 5)
    assert not world.main.call("vTaskStartScheduler").done
    task.call("vTaskEndScheduler")
    again = world.main.call("vTaskStartScheduler")
    assert not again.done
    other = world.task_from(world.thread("maker", 1), "other", 3)
    assert other("uxTaskPriorityGet", None) == 3


def test_starting_twice_and_resuming_too_often_are_broken_rules(host: Host) -> None:
    assert not host.task("one").call("vTaskStartScheduler").done
    assert "vTaskStartScheduler: tasks run already" in host.output()
    assert not host.task("two").call("xTaskResumeAll").done
    assert "xTaskResumeAll: without vTaskSuspendAll" in host.output()
