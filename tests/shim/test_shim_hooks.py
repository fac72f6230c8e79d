# SPDX-License-Identifier: BSD-3-Clause
"""Hooks of the application: tick, idle, sleep, overflowing stacks; turns of equals; first tick."""

from __future__ import annotations

from pathlib import Path

from uk_board.shimhost import Host

READY, BLOCKED = 1, 2
FOREVER = 0xFFFFFFFF
IRQ = 5


# ---- Tick ----


def test_the_tick_hook_is_called_at_each_tick(all_on: Host) -> None:
    all_on.advance(0.9)
    assert all_on.lib.tick_calls == 0
    all_on.advance(0.1)
    assert all_on.lib.tick_calls == 1
    all_on.advance(99.5)
    assert all_on.lib.tick_calls == 100


def test_the_tick_hook_sees_the_tick_that_it_is_for(all_on: Host) -> None:
    irq = all_on.lib.tick_puppet = (puppet := all_on.puppet()).struct
    count, inside = (
        puppet.post("xTaskGetTickCountFromISR"),
        puppet.post("xPortIsInsideInterrupt"),
    )
    all_on.advance(1)
    assert (count.result, inside.result) == (1, 1)
    assert irq.done == 2


def test_the_tick_hook_wakes_a_task_at_once(all_on: Host) -> None:
    low, high = all_on.task("low", 2), all_on.task("high", 4)
    queue, item = all_on.main("xQueueCreate", 1, 4), all_on.new("uint32_t *", 7)
    got, woken = all_on.new("uint32_t *"), all_on.new("BaseType_t *")
    puppet = all_on.puppet()
    all_on.lib.tick_puppet = puppet.struct
    waits = high.call("xQueueReceive", queue, got, FOREVER)
    puppet.post("xQueueSendFromISR", queue, item, woken)
    low.post("host_spend", 1_000_000)
    state = low.post("eTaskGetState", high.handle)
    all_on.run()
    assert (waits.result, got[0], woken[0]) == (1, 7, 1)
    assert state.result == BLOCKED  # high ran before low went on


def test_ticks_held_back_by_a_mask_are_all_made_up_for(all_on: Host) -> None:
    task = all_on.task("task", 2)
    task.post("vPortEnterCritical")
    task.post("host_spend", 5_000_000)
    all_on.run()
    assert all_on.lib.tick_calls == 0
    task("vPortExitCritical")
    assert all_on.lib.tick_calls == 5


def test_ticks_come_while_the_scheduler_is_suspended(all_on: Host) -> None:
    task = all_on.task("task", 2)
    task.post("vTaskSuspendAll")
    task.post("host_spend", 3_000_000)
    all_on.run()
    assert all_on.lib.tick_calls == 3
    task("xTaskResumeAll")


def test_ticks_end_with_the_scheduler(all_on: Host) -> None:
    task = all_on.task("task", 2)
    all_on.advance(2)
    task.call("vTaskEndScheduler")
    all_on.advance(10)
    assert all_on.lib.tick_calls == 2


# ---- Idle ----


def test_the_idle_hook_is_called_while_nothing_else_runs(all_on: Host) -> None:
    before = all_on.lib.idle_calls
    assert before > 0
    all_on.run()
    assert all_on.lib.idle_calls > before


def test_the_idle_task_yields_to_its_equals(all_on: Host) -> None:
    # configIDLE_SHOULD_YIELD: an equal gets the processor before the hook is called again.
    equal = all_on.task("equal", 0)
    puppet = all_on.puppet()
    all_on.lib.idle_puppet = puppet.struct
    idle = all_on.main("xTaskGetIdleTaskHandle")
    puppet.post("xTaskNotifyGive", equal.handle)
    seen = puppet.post("eTaskGetState", equal.handle)
    take = equal.call("ulTaskNotifyTake", 1, FOREVER)
    all_on.run()
    assert (seen.result, take.result) == (READY, 1)
    assert all_on.main("uxTaskPriorityGet", idle) == 0


def test_the_idle_task_has_a_handle(all_on: Host, host: Host) -> None:
    for world in (all_on, host):
        idle = world.main("xTaskGetIdleTaskHandle")
        assert world.ffi.string(world.main("pcTaskGetName", idle)) == b"IDLE"
        assert world.main("xTaskGetIdleTaskHandleForCore", 0) == idle
        assert world.main("uxTaskPriorityGet", idle) == 0
        assert world.main("xTaskGetHandle", world.text("IDLE")) == idle
        irq = world.interrupt(IRQ)
        me = irq.post("xTaskGetCurrentTaskHandle")
        world.raise_interrupt(IRQ)
        assert me.result == idle or world is all_on
        assert not world.task("task").call("xTaskGetIdleTaskHandleForCore", 1).done
        assert "there is no such core; tasks run on core 0" in world.output()


def test_the_idle_task_sleeps_between_the_sleep_hooks(otherwise: Host) -> None:
    lib, task = otherwise.lib, otherwise.task("task", 2)
    task.call("vTaskDelay", 8)
    pre, post = lib.pre_sleeps, lib.post_sleeps
    assert (pre - post, lib.slept_ticks) == (1, 8)  # it sleeps now
    otherwise.advance(8)
    assert lib.post_sleeps > post
    assert lib.slept_ticks == FOREVER  # nobody waits for a time


def test_an_application_that_sleeps_itself_is_not_put_to_sleep_again(otherwise: Host) -> None:
    lib = otherwise.lib
    lib.app_sleeps = True
    otherwise.run()  # out of the sleep before
    before = lib.post_sleeps
    for _ in range(3):
        otherwise.run()
    assert lib.post_sleeps == before + 3  # each run ends one sleep, not half of one


# ---- Stacks ----


def test_a_spoilt_stack_is_reported_when_its_task_leaves(all_on: Host) -> None:
    task = all_on.task("spoilt", 2)
    assert all_on.ffi.string(all_on.lib.overflowed) == b""
    task("test_spoil_stack", task.handle)
    assert all_on.ffi.string(all_on.lib.overflowed) == b"spoilt"


def test_a_stack_that_is_not_spoilt_is_not_reported(all_on: Host) -> None:
    tasks = [all_on.task(f"task {n}", 2) for n in range(3)]
    for task in tasks:
        task("vTaskDelay", 0)
        task.call("vTaskDelay", 1)
    all_on.advance(2)
    assert all_on.ffi.string(all_on.lib.overflowed) == b""


# ---- Turns of equals, the first tick ----


def test_equals_take_turns_by_time_unless_told_otherwise(host: Host, otherwise: Host) -> None:
    for world, turns in ((host, True), (otherwise, False)):
        first, second = world.task("first", 2), world.task("second", 2)
        first.post("host_slice")
        seen = first.post("eTaskGetState", second.handle)
        second.post("eTaskGetState", first.handle)
        world.run()
        assert seen.result == (BLOCKED if turns else READY)
        second.call("vTaskDelete", None), first.call("vTaskDelete", None)


def test_ticks_begin_where_the_configuration_says(otherwise: Host) -> None:
    task = otherwise.task("task", 2)
    assert task("xTaskGetTickCount") == 0xFFFFFFFD
    call = task.call("vTaskDelay", 5)  # over the wrap
    otherwise.advance(4.9)
    assert not call.done
    otherwise.advance(0.1)
    assert call.done
    assert task("xTaskGetTickCount") == 2


def test_a_timeout_counts_down_over_the_first_wrap(otherwise: Host) -> None:
    task, timeout = otherwise.task("task", 2), otherwise.new("TimeOut_t *")
    ticks = otherwise.new("TickType_t *", 10)
    task("vTaskSetTimeOutState", timeout)
    otherwise.advance(4)
    assert task("xTaskCheckForTimeOut", timeout, ticks) == 0
    assert ticks[0] == 6


# ---- FP registers ----


def test_a_task_gets_room_for_fp_registers_when_it_asks(otherwise: Host) -> None:
    null, before = otherwise.ffi.NULL, otherwise.lib.host_live_blocks()
    task = otherwise.task("task", 2)
    assert task("test_fp_room") == null
    task("portTASK_USES_FLOATING_POINT")
    room = task("test_fp_room")
    assert room != null
    assert int(otherwise.ffi.cast("uintptr_t", room)) % 16 == 0
    task("vPortTaskUsesFPU")
    assert task("test_fp_room") == room
    task.call("vTaskDelete", None)
    assert otherwise.lib.host_live_blocks() == before


def test_all_tasks_may_use_fp_registers_by_default(host: Host, hooks_library: Path) -> None:
    assert host.task("task", 2).call("vPortTaskUsesFPU").done


def test_the_port_s_macros_compile_to_what_they_say(all_on: Host) -> None:
    value = all_on.new("int *")
    all_on.task("task")("test_macro_task", value)
    assert value[0] == 7
