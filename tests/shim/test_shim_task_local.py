# SPDX-License-Identifier: BSD-3-Clause
"""What an application hangs on a task: pointers, a tag, a number."""

from __future__ import annotations

from uk_board.shimhost import Host

IRQ = 5
SET, GET = "vTaskSetThreadLocalStoragePointer", "pvTaskGetThreadLocalStoragePointer"


def address(host: Host, number: int):
    return host.ffi.cast("void *", number)


def test_each_task_has_pointers_of_its_own(all_on: Host) -> None:
    null = all_on.ffi.NULL
    one, two = all_on.task("one"), all_on.task("two")
    for index in range(3):
        assert one(GET, None, index) == null
        one(SET, None, index, address(all_on, 10 + index))
        two(SET, one.handle, index, address(all_on, 20 + index))
        two(SET, None, index, address(all_on, 30 + index))
    assert [one(GET, None, index) for index in range(3)] == [
        address(all_on, 20 + index) for index in range(3)
    ]
    assert one(GET, two.handle, 2) == address(all_on, 32)


def test_a_pointer_beyond_the_last_is_none(all_on: Host) -> None:
    task = all_on.task("one")
    for index in (-1, 3, 1 << 40):
        task(SET, None, index, address(all_on, 1))
        assert task(GET, None, index) == all_on.ffi.NULL


def test_the_tag_of_a_task_is_called(all_on: Host) -> None:
    one, two = all_on.task("one"), all_on.task("two")
    tag = all_on.ffi.cast("TaskHookFunction_t", all_on.function("test_tag")[0])
    assert one("xTaskGetApplicationTaskTag", None) == all_on.ffi.NULL
    assert one("xTaskCallApplicationTaskHook", None, address(all_on, 5)) == 0
    two("vTaskSetApplicationTaskTag", one.handle, tag)
    assert one("xTaskGetApplicationTaskTag", None) == tag
    assert two("xTaskCallApplicationTaskHook", one.handle, address(all_on, 5)) == 6
    assert two("xTaskGetApplicationTaskTag", None) == all_on.ffi.NULL


def test_an_interrupt_reads_a_tag(all_on: Host) -> None:
    task, irq = all_on.task("one"), all_on.interrupt(IRQ)
    tag = all_on.ffi.cast("TaskHookFunction_t", all_on.function("test_tag")[0])
    task("vTaskSetApplicationTaskTag", None, tag)
    read = irq.post("xTaskGetApplicationTaskTagFromISR", task.handle)
    all_on.raise_interrupt(IRQ)
    assert read.result == tag


def test_a_task_keeps_the_number_that_it_is_given(all_on: Host) -> None:
    task = all_on.task("one")
    assert task("uxTaskGetTaskNumber", task.handle) == 0
    task("vTaskSetTaskNumber", task.handle, 42)
    assert task("uxTaskGetTaskNumber", task.handle) == 42
    assert task("uxTaskGetTaskNumber", None) == 0
