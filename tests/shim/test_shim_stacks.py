# SPDX-License-Identifier: BSD-3-Clause
"""Where tasks' stacks come from: pages of their own, or one block with the task's record."""

from __future__ import annotations

from uk_board.shimhost import Host, Puppet

WORDS = 65536  # more than the host core's least, so that nothing is added
BYTES = 8 * WORDS
RECORD_BYTES = 1024  # a task's record has less than this, FP registers included
NO_MEMORY = -1


def create(host: Host, maker: Puppet, made):
    return maker(
        "xTaskCreate", host.lib.puppet_main, host.text("made"), WORDS, host.puppet().struct, 1, made
    )


def test_without_a_check_a_task_is_one_block_of_the_heap(otherwise: Host) -> None:
    maker, made = otherwise.task("maker", 2), otherwise.new("TaskHandle_t *")
    blocks = otherwise.lib.host_live_blocks()
    left = maker("xPortGetFreeHeapSize")
    assert create(otherwise, maker, made) == 1
    assert otherwise.lib.host_live_blocks() == blocks + 1
    assert BYTES < left - maker("xPortGetFreeHeapSize") < BYTES + RECORD_BYTES
    maker("vTaskDelete", made[0])
    assert otherwise.lib.host_live_blocks() == blocks
    assert maker("xPortGetFreeHeapSize") == left


def test_with_a_check_a_stack_is_a_block_of_its_own(host: Host) -> None:
    maker, made = host.task("maker", 2), host.new("TaskHandle_t *")
    blocks = host.lib.host_live_blocks()
    assert create(host, maker, made) == 1
    assert host.lib.host_live_blocks() == blocks + 2
    maker("vTaskDelete", made[0])
    assert host.lib.host_live_blocks() == blocks


def test_a_task_that_gets_no_memory_leaves_none(otherwise: Host, host: Host) -> None:
    for world, allocations in ((otherwise, 1), (host, 2)):
        maker, made = world.task("maker", 2), world.new("TaskHandle_t *")
        blocks = world.lib.host_live_blocks()
        for allowed in range(allocations):
            with world.failing_after(allowed):
                assert create(world, maker, made) == NO_MEMORY
            assert world.lib.host_live_blocks() == blocks
        with world.failing_after(allocations):
            assert create(world, maker, made) == 1


def test_the_stack_lies_below_what_it_must_not_overflow_into(otherwise: Host) -> None:
    task, told = otherwise.task("task", 2), otherwise.new("TaskStatus_t *")
    task("vTaskGetInfo", None, told, 0, 0)
    stack, record = (
        int(otherwise.ffi.cast("uintptr_t", at)) for at in (told.pxStackBase, task.handle)
    )
    assert 0 < stack < record
    assert stack % 16 == 0


def test_a_stack_in_the_heap_tells_how_much_was_never_used(otherwise: Host) -> None:
    task = otherwise.task("task", 2)
    before = task("uxTaskGetStackHighWaterMark", None)
    task("test_use_stack", 80000)
    after = task("uxTaskGetStackHighWaterMark", None)
    assert 8000 < before - after <= 10000  # words, from somewhere in what was used before


def test_a_task_deletes_itself_out_of_the_heap(otherwise: Host) -> None:
    blocks = otherwise.lib.host_live_blocks()
    otherwise.task("gone", 2).call("vTaskDelete", None)
    assert otherwise.lib.host_live_blocks() == blocks


def test_the_idle_task_is_made_before_that_of_the_timers(otherwise: Host) -> None:
    asker, told = otherwise.task("asker", 2), otherwise.new("TaskStatus_t *")
    numbers = []
    for name in ("xTaskGetIdleTaskHandle", "xTimerGetTimerDaemonTaskHandle"):
        asker("vTaskGetInfo", asker(name), told, 0, 0)
        numbers.append(told.xTaskNumber)
    assert numbers == [1, 2]


def test_tasks_made_before_the_start_are_ready_and_do_not_run(world: Host) -> None:
    early = world.task("early", 2)
    call = early.post("uxTaskPriorityGet", None)
    world.run()
    assert not call.done
    assert world.main("eTaskGetState", early.handle) == 1
    assert world.main("xTaskGetHandle", world.text("early")) == early.handle
    world.main("vTaskSuspend", early.handle)
    world.main("vTaskResume", early.handle)
    world.run()
    assert not call.done
    world.start()
    world.run()
    assert call.result == 2
