# SPDX-License-Identifier: BSD-3-Clause
"""Tasks against what FreeRTOS documents: creation, deletion, priority, suspension."""

from __future__ import annotations

from uk_board.shimhost import Host

RUNNING, READY, BLOCKED, SUSPENDED, DELETED = range(5)
FOREVER = 0xFFFFFFFF


def semaphore(host: Host):
    return host.main("xQueueGenericCreate", 1, 0, 3)


def words(host: Host, count: int = 1):
    return host.new(f"uint32_t[{count}]")


def test_a_task_gets_its_parameter_and_name(host: Host) -> None:
    task = host.task("a name of more than sixteen", 1)
    assert host.ffi.string(task("pcTaskGetName", None)) == b"a name of more "
    assert host.ffi.string(host.main("pcTaskGetName", task.handle)) == b"a name of more "
    assert task("xTaskGetCurrentTaskHandle") == task.handle
    assert host.main("xTaskGetCurrentTaskHandle") == host.main("xTaskGetCurrentTaskHandle")


def test_a_static_task_allocates_nothing(host: Host) -> None:
    puppet = host.puppet()
    stack, memory = host.new("StackType_t[65536]"), host.new("StaticTask_t *")
    before = host.lib.host_live_blocks()
    call = puppet.post("xTaskGetTickCount")
    handle = host.main(
        "xTaskCreateStatic",
        host.lib.puppet_main,
        host.text("static"),
        65536,
        puppet.struct,
        3,
        stack,
        memory,
    )
    assert handle == host.ffi.cast("TaskHandle_t", memory)
    assert call.done
    host.bind(puppet, handle)
    assert puppet("uxTaskPriorityGet", None) == 3
    puppet.call("vTaskDelete", None)
    assert host.lib.host_live_blocks() == before


def test_failing_allocation_leaks_nothing(host: Host) -> None:
    task = host.task("user", 2)
    before = host.lib.host_live_blocks()
    made = host.new("TaskHandle_t *")
    for allocations in range(2):
        with host.failing_after(allocations):
            result = task("xTaskCreate", host.lib.puppet_main, host.text("x"), 256, None, 1, made)
        assert result == -1
        assert host.lib.host_live_blocks() == before


def test_a_deleted_task_leaves_the_queue_it_waits_for(host: Host) -> None:
    before = host.lib.host_live_blocks()
    sem = semaphore(host)
    high, low = host.task("high", 3), host.task("low", 2)
    first = high.call("xQueueSemaphoreTake", sem, FOREVER)
    second = low.call("xQueueSemaphoreTake", sem, 100)
    host.main("vTaskDelete", high.handle)
    host.main("xSemaphoreGive", sem)
    assert second.result == 1
    assert first._puppet.done == 0
    host.main("vTaskDelete", low.handle)
    host.main("vQueueDelete", sem)
    assert host.lib.host_live_blocks() == before


def test_a_task_can_delete_itself(host: Host) -> None:
    before = host.lib.host_live_blocks()
    others = host.main("uxTaskGetNumberOfTasks")
    task = host.task("short", 2)
    assert host.main("uxTaskGetNumberOfTasks") == others + 1
    gone = task.call("vTaskDelete", None)
    assert not gone._puppet.done
    assert host.main("uxTaskGetNumberOfTasks") == others
    assert host.lib.host_live_blocks() == before


def test_a_sleeping_task_can_be_deleted(host: Host) -> None:
    others = host.main("uxTaskGetNumberOfTasks")
    task = host.task("sleeper", 2)
    task.call("vTaskDelay", 10)
    host.main("vTaskDelete", task.handle)
    host.advance(20)
    assert host.main("uxTaskGetNumberOfTasks") == others


def test_the_number_of_tasks_is_told(world: Host) -> None:
    assert world.main("uxTaskGetNumberOfTasks") == 0
    world.task("one")
    world.task("two")
    assert world.main("uxTaskGetNumberOfTasks") == 2


def test_a_priority_change_takes_effect_at_once(host: Host) -> None:
    high, low = host.task("high", 3), host.task("low", 2)
    order = words(host)
    # low raises itself above high, which becomes ready by low's own notification.
    low.post("vTaskPrioritySet", None, 4)
    low.post("xTaskNotifyGive", high.handle)
    count = low.post("ulTaskNotifyValueClear", high.handle, 0)
    taken = high.post("ulTaskNotifyTake", 1, FOREVER)
    low.post("vTaskPrioritySet", None, 2)
    value_after = low.post("ulTaskNotifyValueClear", high.handle, 0)
    host.run()
    assert count.result == 1  # not yet taken: low ran on above high
    assert taken.result == 1
    assert value_after.result == 0  # taken as soon as low fell below
    assert low("uxTaskPriorityGet", None) == 2
    assert high("uxTaskPriorityGet", low.handle) == 2
    assert order[0] == 0


def test_too_high_a_priority_is_a_broken_rule(host: Host) -> None:
    task = host.task("t", 2)
    call = task.call("vTaskPrioritySet", None, 32)
    assert not call.done
    assert "vTaskPrioritySet: the priority is not below configMAX_PRIORITIES" in host.output()


def test_a_waiting_task_moves_with_its_priority(host: Host) -> None:
    sem = semaphore(host)
    one, two = host.task("one", 2), host.task("two", 2)
    first = one.call("xQueueSemaphoreTake", sem, FOREVER)
    second = two.call("xQueueSemaphoreTake", sem, FOREVER)
    host.main("vTaskPrioritySet", two.handle, 3)
    host.main("xSemaphoreGive", sem)
    assert second.done
    assert not first.done


def test_a_suspended_task_runs_only_after_resume(host: Host) -> None:
    task, sem = host.task("task", 2), semaphore(host)
    take = task.call("xQueueSemaphoreTake", sem, 5)
    host.main("vTaskSuspend", task.handle)
    host.main("xSemaphoreGive", sem)
    host.advance(50)
    assert not take.done
    host.main("vTaskResume", task.handle)
    assert take.result == 1
    suspend = task.call("vTaskSuspend", None)
    assert not suspend.done
    host.main("vTaskResume", task.handle)
    assert suspend.done


def test_resume_of_a_waiting_task_does_nothing(host: Host) -> None:
    task, sem = host.task("task", 2), semaphore(host)
    take = task.call("xQueueSemaphoreTake", sem, FOREVER)
    host.main("vTaskResume", task.handle)
    assert not take.done
    assert host.main("eTaskGetState", task.handle) == BLOCKED


def test_an_interrupt_resumes_a_task(host: Host) -> None:
    task, irq = host.task("task", 2), host.interrupt(7)
    suspend = task.call("vTaskSuspend", None)
    resumed = irq.post("xTaskResumeFromISR", task.handle)
    again = irq.post("xTaskResumeFromISR", task.handle)
    host.raise_interrupt(7)
    assert resumed.result == 1
    assert again.result == 0
    assert suspend.done


def test_the_state_of_a_task_is_told(host: Host) -> None:
    low, high = host.task("low", 1), host.task("high", 3)
    running = high("eTaskGetState", high.handle)
    high.post("xTaskNotifyGive", low.handle)
    wait = low.post("ulTaskNotifyTake", 1, FOREVER)
    host.run()
    assert wait.result == 1
    low.call("vTaskDelay", 5)
    asked = high("eTaskGetState", low.handle)
    high.post("vTaskSuspend", low.handle)
    suspended = high.call("eTaskGetState", low.handle)
    high.post("vTaskResume", low.handle)
    ready = high.call("eTaskGetState", low.handle)
    assert (running, asked, suspended.result, ready.result) == (
        RUNNING,
        BLOCKED,
        SUSPENDED,
        READY,
    )


def test_a_task_that_returns_is_a_broken_rule(host: Host) -> None:
    made = host.new("TaskHandle_t *")
    host.main("xTaskCreate", host.lib.host_slice, host.text("brief"), 256, None, 2, made)
    assert "brief: a task must not return" in host.output()


def test_a_unikraft_thread_and_a_task_wait_for_each_other(host: Host) -> None:
    thread, task, sem = host.thread("native", 9), host.task("task", 2), semaphore(host)
    take = thread.call("xQueueSemaphoreTake", sem, 50)
    task("xSemaphoreGive", sem)
    assert take.result == 1
    me = thread("xTaskGetCurrentTaskHandle")
    note = thread.call("ulTaskNotifyTake", 1, FOREVER)
    task("xTaskNotifyGive", me)
    assert note.result == 1
    assert host.ffi.string(task("pcTaskGetName", me)) == b"native"
    assert task("uxTaskPriorityGet", me) == 8


def test_a_task_can_be_suspended_and_deleted_before_the_start(world: Host) -> None:
    before = world.lib.host_live_blocks()
    gone = world.task("gone", 3)
    world.main("vTaskDelete", gone.handle)
    assert world.lib.host_live_blocks() == before
    kept = world.task("kept", 3)
    call = kept.post("uxTaskPriorityGet", None)
    world.main("vTaskSuspend", kept.handle)
    world.main("vTaskPrioritySet", kept.handle, 4)
    world.start()
    assert not call.done
    world.main("vTaskResume", kept.handle)
    assert call.result == 4


# ---- Turns of equals ----


def test_a_preempted_task_goes_on_before_its_equals(host: Host) -> None:
    # Not as FreeRTOS, which goes on with the next of them: see the row of vTaskStartScheduler.
    high, first, second = host.task("high", 4), host.task("first", 2), host.task("second", 2)
    take = high.call("ulTaskNotifyTake", 1, FOREVER)
    first.post("xTaskNotifyGive", high.handle)
    seen = first.post("eTaskGetState", second.handle)
    second.post("eTaskGetState", first.handle)
    host.run()
    assert take.result == 1
    assert seen.result == READY


def test_an_interrupted_task_goes_on_before_its_equals(host: Host) -> None:
    high, first, second = host.task("high", 4), host.task("first", 2), host.task("second", 2)
    irq, woken = host.interrupt(5), host.new("BaseType_t *")
    take = high.call("ulTaskNotifyTake", 1, FOREVER)
    irq.post("vTaskNotifyGiveFromISR", high.handle, woken)
    irq.post("test_yield_from_isr", woken)
    first.post("host_raise", 5)
    seen = first.post("eTaskGetState", second.handle)
    second.post("eTaskGetState", first.handle)
    host.run()
    assert (take.result, woken[0]) == (1, 1)
    assert seen.result == READY
