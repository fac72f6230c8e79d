# SPDX-License-Identifier: BSD-3-Clause
"""Bad input: with configASSERT a message names API, rule and caller; without, FreeRTOS's way."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uk_board.shimhost import Host, Puppet

HostBuild = Callable[..., Path]
IRQ = 7
FOREVER = 0xFFFFFFFF
NO_QUEUE = "is no queue, semaphore or mutex, or one that was deleted"
NO_SEMAPHORE = "is no semaphore or mutex, or one that was deleted"
NO_MUTEX = "is no mutex, or one that was deleted"
NO_TASK = "is no task, or one that was deleted"
NO_ITEMS = "xQueue is a semaphore: no item goes in or out"
TOO_SMALL = "the stack is too small for an interrupt and a call"


def broken(host: Host, caller: Puppet, name: str, *args: Any) -> str:
    """Make a call that must break a rule, and return which: "api: rule"."""
    call = caller.call(name, *args)
    text = host.output()
    assert not call.done, "a call that breaks a rule went on"
    found = re.search(r"freertos: (.*) \(called from 0x[0-9a-f]+\)\n", text)
    assert found, text
    assert "configASSERT failed at" in text
    return found[1]


def queue(host: Host, length: int = 4) -> Any:
    return host.main("xQueueCreate", length, 4)


def memory(host: Host) -> Any:
    """Return memory of the size of any object, all 0; looking around in it is allowed."""
    return host.ffi.cast("void *", host.new("uint64_t[64]") + 16)


def static_queue(host: Host) -> Any:
    """Return a queue in memory that stays when it is deleted."""
    space, storage = host.new("StaticQueue_t *"), host.new("uint8_t[16]")
    return host.main("xQueueCreateStatic", 4, 4, storage, space)


# ---- Handles ----

QUEUE_CALLS = [
    ("vQueueDelete", ()),
    ("uxQueueMessagesWaiting", ()),
    ("uxQueueSpacesAvailable", ()),
    ("xQueueReset", ()),
    ("xQueueReceive", ("item", 0)),
    ("xQueuePeek", ("item", 0)),
    ("xQueueSend", ("item", 0)),
    ("xQueueReceiveFromISR", ("item", None)),
    ("xQueueSendFromISR", ("item", None)),
    ("xQueueGetMutexHolder", ()),
]


@pytest.mark.parametrize(("name", "args"), QUEUE_CALLS, ids=[name for name, _ in QUEUE_CALLS])
def test_what_is_no_queue_is_told(host: Host, name: str, args: tuple[Any, ...]) -> None:
    values = [host.new("uint32_t *") if arg == "item" else arg for arg in args]
    gone = static_queue(host)
    host.main("vQueueDelete", gone)
    for handle in (memory(host), host.task("other").handle, gone, 0x11, 0x1000_0003):
        said = broken(host, host.task("task"), name, handle, *values)
        assert said.endswith(NO_QUEUE)


def test_null_is_told_apart_from_what_is_no_queue(host: Host) -> None:
    assert broken(host, host.task("task"), "xQueueReset", None) == (
        "xQueueGenericReset: xQueue is NULL"
    )


@pytest.mark.parametrize("name", ["xSemaphoreTake", "xQueueSemaphoreTake"])
def test_only_semaphores_are_taken(host: Host, name: str) -> None:
    said = broken(host, host.task("task"), name, queue(host), 0)
    assert said == f"xQueueSemaphoreTake: xQueue {NO_SEMAPHORE}"


def test_an_interrupt_gives_only_semaphores(host: Host) -> None:
    q, irq = queue(host), host.interrupt(IRQ)
    call = irq.post("xSemaphoreGiveFromISR", q, None)
    host.raise_interrupt(IRQ)
    assert not call.done
    assert f"xQueueGiveFromISR: xQueue {NO_SEMAPHORE} (called from 0x" in host.output()


def test_an_interrupt_does_not_give_a_held_mutex(host: Host) -> None:
    mutex, irq = host.main("xSemaphoreCreateMutex"), host.interrupt(IRQ)
    assert host.task("holder")("xSemaphoreTake", mutex, 0) == 1
    call = irq.post("xSemaphoreGiveFromISR", mutex, None)
    host.raise_interrupt(IRQ)
    assert not call.done
    assert "xQueueGiveFromISR: a mutex that is held cannot be given" in host.output()


@pytest.mark.parametrize(
    ("name", "args"), [("xSemaphoreTakeRecursive", (0,)), ("xSemaphoreGiveRecursive", ())]
)
def test_only_a_mutex_is_recursive(host: Host, name: str, args: tuple[int, ...]) -> None:
    for handle in (host.main("xSemaphoreCreateBinary"), queue(host)):
        assert broken(host, host.task("task"), name, handle, *args).endswith(f"xMutex {NO_MUTEX}")


TASK_CALLS = [
    ("vTaskDelete", ()),
    ("uxTaskPriorityGet", ()),
    ("vTaskPrioritySet", (3,)),
    ("vTaskSuspend", ()),
    ("vTaskResume", ()),
    ("eTaskGetState", ()),
    ("pcTaskGetName", ()),
    ("xTaskNotifyGive", ()),
    ("ulTaskNotifyValueClear", (0,)),
    ("xTaskResumeFromISR", ()),
]


@pytest.mark.parametrize(("name", "args"), TASK_CALLS, ids=[name for name, _ in TASK_CALLS])
def test_what_is_no_task_is_told(host: Host, name: str, args: tuple[int, ...]) -> None:
    for handle in (memory(host), queue(host), 0x11, 0x1000_0003):
        assert broken(host, host.task("task"), name, handle, *args).endswith(NO_TASK)


def test_a_deleted_task_is_no_task(host: Host) -> None:
    space, stack = host.new("StaticTask_t *"), host.new("StackType_t[32768]")
    gone = host.main(
        "xTaskCreateStatic", host.lib.puppet_main, None, 32768, memory(host), 1, stack, space
    )
    assert host.main("uxTaskPriorityGet", gone) == 1
    host.main("vTaskDelete", gone)
    said = broken(host, host.main, "uxTaskPriorityGet", gone)
    assert said == f"uxTaskPriorityGet: xTask {NO_TASK}"


def test_null_still_means_the_calling_task(host: Host) -> None:
    assert host.task("task", 3)("uxTaskPriorityGet", None) == 3


def test_a_unikraft_thread_has_a_handle_that_is_a_task(host: Host) -> None:
    me = host.main("xTaskGetCurrentTaskHandle")
    assert host.main("uxTaskPriorityGet", me) == 0


OTHER_CALLS = [
    ("xEventGroupSetBits", (1,), "event group"),
    ("xEventGroupGetBits", (), "event group"),
    ("vEventGroupDelete", (), "event group"),
    ("xStreamBufferSend", ("item", 4, 0), "stream or message buffer"),
    ("xMessageBufferReceive", ("item", 4, 0), "stream or message buffer"),
    ("xStreamBufferBytesAvailable", (), "stream or message buffer"),
    ("vStreamBufferDelete", (), "stream or message buffer"),
    ("xTimerStart", (0,), "timer"),
    ("xTimerIsTimerActive", (), "timer"),
    ("pcTimerGetName", (), "timer"),
]


@pytest.mark.parametrize(("name", "args", "kind"), OTHER_CALLS, ids=[one[0] for one in OTHER_CALLS])
def test_what_is_no_such_object_is_told(
    host: Host, name: str, args: tuple[Any, ...], kind: str
) -> None:
    values = [host.new("uint32_t *") if arg == "item" else arg for arg in args]
    for handle in (memory(host), host.task("other").handle, queue(host), 0x11, 0x1000_0003):
        said = broken(host, host.task("task"), name, handle, *values)
        assert said.endswith(f" is no {kind}, or one that was deleted")


def test_living_objects_of_each_kind_are_accepted(host: Host) -> None:
    group = host.main("xEventGroupCreate")
    assert host.main("xEventGroupSetBits", group, 1) == 1
    stream = host.main("xStreamBufferCreate", 16, 1)
    assert host.main("xStreamBufferSend", stream, host.new("uint32_t *"), 4, 0) == 4
    timer = host.main("xTimerCreate", host.text("t"), 5, 0, None, host.lib.puppet_main)
    assert host.main("xTimerStart", timer, 0) == 1
    assert host.output() == ""


# ---- Items ----


@pytest.mark.parametrize("name", ["xQueueSend", "xQueueReceive", "xQueuePeek"])
def test_items_do_not_go_through_a_semaphore(host: Host, name: str) -> None:
    for make in ("xSemaphoreCreateBinary", "xSemaphoreCreateMutex"):
        said = broken(host, host.task("task"), name, host.main(make), host.new("int *"), 0)
        assert said.endswith(NO_ITEMS)


@pytest.mark.parametrize(
    ("name", "args"), [("xQueueSendFromISR", ("item", None)), ("xQueuePeekFromISR", ("item",))]
)
def test_nor_in_an_interrupt(host: Host, name: str, args: tuple[Any, ...]) -> None:
    values = [host.new("int *") if arg == "item" else arg for arg in args]
    semaphore, irq = host.main("xSemaphoreCreateBinary"), host.interrupt(IRQ)
    call = irq.post(name, semaphore, *values)
    host.raise_interrupt(IRQ)
    assert not call.done
    assert NO_ITEMS in host.output()


@pytest.mark.parametrize("name", ["xQueueSend", "xQueueReceive", "xQueuePeek"])
def test_an_item_with_a_size_has_a_place(host: Host, name: str) -> None:
    said = broken(host, host.task("task"), name, queue(host), None, 0)
    assert said.endswith("is NULL, but an item has a size")


def test_items_of_no_size_need_no_place(host: Host) -> None:
    task = host.task("task")
    empty = task("xQueueCreate", 2, 0)
    assert task("xQueueSend", empty, None, 0) == 1
    assert task("xQueuePeek", empty, None, 0) == 1
    assert task("xQueueReceive", empty, None, 0) == 1
    semaphore = task("xSemaphoreCreateBinary")
    task("xSemaphoreGive", semaphore)
    assert task("xQueueReceive", semaphore, None, 0) == 1


# ---- Creation ----


def test_a_queue_of_length_zero_is_told(host: Host) -> None:
    said = broken(host, host.task("task"), "xQueueCreate", 0, 4)
    assert said == "xQueueGenericCreate: the length is 0"


def test_a_stack_too_small_is_told(host: Host) -> None:
    made = host.new("TaskHandle_t *")
    args = (host.lib.puppet_main, None, 63, None, 1)
    said = broken(host, host.task("maker"), "xTaskCreate", *args, made)
    assert said == f"xTaskCreate: {TOO_SMALL}"
    space, stack = host.new("StaticTask_t *"), host.new("StackType_t[64]")
    said = broken(host, host.task("maker"), "xTaskCreateStatic", *args, stack, space)
    assert said == f"xTaskCreateStatic: {TOO_SMALL}"


# ---- Memory ----


@pytest.mark.parametrize("make", [memory, queue, lambda host: 0x11], ids=["other", "queue", "odd"])
def test_only_blocks_of_the_heap_are_freed(host: Host, make: Callable[[Host], Any]) -> None:
    said = broken(host, host.task("task"), "vPortFree", make(host))
    assert said == "vPortFree: pv is no block from pvPortMalloc, or one that was freed"


def test_freeing_null_does_nothing(host: Host) -> None:
    before = host.lib.host_live_blocks()
    host.task("task")("vPortFree", None)
    assert host.output() == ""
    assert host.lib.host_live_blocks() == before + 2  # the task's


def test_a_size_that_cannot_be_is_refused(host: Host) -> None:
    assert host.main("pvPortMalloc", (1 << 64) - 8) == host.ffi.NULL


# ---- Waiting where nobody may ----


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("xQueueReceive", lambda host: (queue(host), host.new("uint32_t *"), 1)),
        ("xSemaphoreTake", lambda host: (host.main("xSemaphoreCreateBinary"), 1)),
        ("ulTaskNotifyTake", lambda host: (1, 1)),
        ("vTaskDelay", lambda host: (1,)),
    ],
)
def test_waiting_is_told_in_interrupts_and_while_suspended(
    host: Host, name: str, make: Callable[[Host], tuple[Any, ...]]
) -> None:
    args, irq = make(host), host.interrupt(IRQ)
    call = irq.post(name, *args)
    host.raise_interrupt(IRQ)
    assert not call.done
    assert "called from an interrupt handler (called from 0x" in host.output()
    task = host.task("task")
    task("vTaskSuspendAll")
    assert broken(host, task, name, *args).endswith(": would wait while the scheduler is suspended")


def test_waiting_for_tasks_before_they_run_is_told(world: Host) -> None:
    q, item = queue(world), world.new("uint32_t *")
    world.task("sender")
    assert broken(world, world.main, "xQueueReceive", q, item, FOREVER) == (
        "xQueueReceive: would wait for tasks before vTaskStartScheduler"
    )


def test_what_need_not_wait_may_be_called_before_the_start(world: Host) -> None:
    mutex = world.main("xSemaphoreCreateMutex")
    world.task("other")
    assert world.main("xSemaphoreTake", mutex, FOREVER) == 1
    assert world.output() == ""


def test_a_call_before_the_start_is_not_blamed_at_the_end(world: Host) -> None:
    mutex = world.main("xSemaphoreCreateMutex")
    task = world.task("task")
    assert world.main("xSemaphoreTake", mutex, FOREVER) == 1
    assert not world.main.call("vTaskStartScheduler").done
    task.call("vTaskEndScheduler")
    assert world.output() == ""


def test_a_unikraft_thread_waits_for_an_interrupt_where_no_task_is(world: Host) -> None:
    semaphore, irq = world.main("xSemaphoreCreateBinary"), world.interrupt(IRQ)
    take = world.main.call("xSemaphoreTake", semaphore, FOREVER)
    assert not take.done
    irq.post("xSemaphoreGiveFromISR", semaphore, None)
    world.raise_interrupt(IRQ)
    assert take.result == 1
    assert world.output() == ""


# ---- Without configASSERT: what FreeRTOS does ----


@pytest.fixture(scope="module")
def unchecked_library(host_build: HostBuild) -> Path:
    return host_build("without-asserts", flags=["-DHOST_WITHOUT_ASSERTS"])


@pytest.fixture
def unchecked(unchecked_library: Path) -> Host:
    """A world without configASSERT in which tasks run."""
    world = Host(unchecked_library)
    world.start()
    return world


def test_unchecked_creation_is_refused_or_cut(unchecked: Host) -> None:
    task = unchecked.task("task")
    assert task("xQueueCreate", 0, 4) == unchecked.ffi.NULL
    assert task("xSemaphoreCreateCounting", 1, 2) == unchecked.ffi.NULL
    made = unchecked.new("TaskHandle_t *")
    args = (unchecked.lib.puppet_main, None, 63, unchecked.new("struct puppet *"), 99, made)
    assert task("xTaskCreate", *args) == 1
    assert task("uxTaskPriorityGet", made[0]) == 31


def test_unchecked_items_of_a_semaphore_are_left_alone(unchecked: Host) -> None:
    task, item = unchecked.task("task"), unchecked.new("uint32_t *", 7)
    semaphore = task("xSemaphoreCreateBinary")
    assert task("xQueueSend", semaphore, item, 0) == 1
    assert task("xQueueReceive", semaphore, item, 0) == 1
    assert item[0] == 7


def test_unchecked_give_of_a_full_semaphore_in_an_interrupt_fails(unchecked: Host) -> None:
    semaphore, irq = unchecked.main("xSemaphoreCreateMutex"), unchecked.interrupt(IRQ)
    give = irq.post("xSemaphoreGiveFromISR", semaphore, None)
    unchecked.raise_interrupt(IRQ)
    assert give.result == 0


def test_unchecked_objects_and_blocks_are_no_larger(unchecked: Host) -> None:
    free = unchecked.main("xPortGetFreeHeapSize")
    block = unchecked.main("pvPortMalloc", 100)
    assert unchecked.main("xPortGetFreeHeapSize") == free - 100
    unchecked.main("vPortFree", block)
    assert unchecked.main("xPortGetFreeHeapSize") == free
    assert unchecked.output() == ""
