# SPDX-License-Identifier: BSD-3-Clause
"""The heap: figures that are exact, more memory, and what happens when there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uk_board.shimhost import Host

HostBuild = Callable[..., Path]
# Where rules are checked, each block of pvPortMalloc has a head, as each block of FreeRTOS has.
HEAD = 16
CONFIG = """
#define FREERTOS_CONFIG_H
#define configTICK_RATE_HZ 1000
#define configMAX_PRIORITIES 32
#define configUSE_MALLOC_FAILED_HOOK 1
"""
HOOK = """
int failures;
void vApplicationMallocFailedHook(void);
void vApplicationMallocFailedHook(void) { failures++; }
"""


def test_the_lowest_level_is_exact(host: Host) -> None:
    task = host.task("task")
    free = task("xPortGetFreeHeapSize")
    block = task("pvPortMalloc", 1000)
    assert task("xPortGetMinimumEverFreeHeapSize") == free - 1000 - HEAD
    task.call("vPortFree", block)
    assert task("xPortGetFreeHeapSize") == free
    assert task("xPortGetMinimumEverFreeHeapSize") == free - 1000 - HEAD
    task.call("xPortResetHeapMinimumEverFreeHeapSize")
    assert task("xPortGetMinimumEverFreeHeapSize") == free
    block = task("pvPortMalloc", 10)
    task.call("xPortResetHeapMinimumEverFreeHeapSize")
    task.call("vPortFree", block)
    assert task("xPortGetMinimumEverFreeHeapSize") == free - 10 - HEAD


def test_objects_lower_the_level_too(host: Host) -> None:
    task = host.task("task")
    task.call("xPortResetHeapMinimumEverFreeHeapSize")
    before = task("xPortGetFreeHeapSize")
    queue = task("xQueueCreate", 1000, 64)
    low = task("xPortGetFreeHeapSize")
    assert low < before - 64000
    task.call("vQueueDelete", queue)
    assert task("xPortGetMinimumEverFreeHeapSize") == low
    other = host.task("other", 3)  # with its stack
    low = task("xPortGetFreeHeapSize")
    task.call("vTaskDelete", other.handle)
    assert task("xPortGetFreeHeapSize") == before
    assert task("xPortGetMinimumEverFreeHeapSize") == low


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.tuples(st.sampled_from("mfqr"), st.integers(0, 5000)), max_size=40))
def test_the_lowest_level_follows_a_model(world: Host, steps: list[tuple[str, int]]) -> None:
    lib, blocks = world.lib, []
    lib.xPortResetHeapMinimumEverFreeHeapSize()
    left = low = lib.xPortGetFreeHeapSize()
    for step, value in steps:
        if step == "m" and value:
            blocks.append((lib.pvPortMalloc(value), value))
            left -= value + HEAD
        elif step == "f" and blocks:
            block, size = blocks.pop(value % len(blocks))
            lib.vPortFree(block)
            left += size + HEAD
        elif step == "r":
            lib.xPortResetHeapMinimumEverFreeHeapSize()
            low = left
        low = min(low, left)
        if step == "q":
            assert lib.xPortGetMinimumEverFreeHeapSize() == low
    assert lib.xPortGetMinimumEverFreeHeapSize() == low
    for block, _ in blocks:
        lib.vPortFree(block)


def test_the_heap_counts_its_use(host: Host) -> None:
    task, stats = host.task("task"), host.new("HeapStats_t *")
    task.call("vPortGetHeapStats", stats)
    allocations, frees = stats.xNumberOfSuccessfulAllocations, stats.xNumberOfSuccessfulFrees
    first, second = task("pvPortMalloc", 100), task("pvPortCalloc", 5, 10)
    with host.failing_after(0):
        assert task("pvPortMalloc", 100) == host.ffi.NULL
    task.call("vPortFree", first)
    task.call("vPortFree", None)
    task.call("vPortGetHeapStats", stats)
    free = task("xPortGetFreeHeapSize")
    assert stats.xNumberOfSuccessfulAllocations == allocations + 2
    assert stats.xNumberOfSuccessfulFrees == frees + 1
    assert stats.xAvailableHeapSpaceInBytes == free
    assert stats.xSizeOfLargestFreeBlockInBytes == free
    assert stats.xMinimumEverFreeBytesRemaining == free - 100 - HEAD
    assert (stats.xNumberOfFreeBlocks, stats.xSizeOfSmallestFreeBlockInBytes) == (0, 0)
    task.call("vPortFree", second)


def test_the_lowest_level_may_be_asked_by_an_interrupt(host: Host) -> None:
    irq = host.interrupt(4)
    asked = irq.post("xPortGetMinimumEverFreeHeapSize")
    host.raise_interrupt(4)
    assert asked.result == host.main("xPortGetFreeHeapSize")


def test_regions_add_to_the_heap(host: Host) -> None:
    task, memory = host.task("task"), host.new("uint8_t[4096]")
    regions = host.new(
        "HeapRegion_t[3]", [(memory, 1024), (memory + 2048, 2048), (host.ffi.NULL, 0)]
    )
    before = task("xPortGetFreeHeapSize")
    assert task.call("vPortDefineHeapRegions", regions).done
    assert task("xPortGetFreeHeapSize") == before + 3072
    assert task("xPortGetMinimumEverFreeHeapSize") == before


def test_a_region_the_allocator_cannot_use_is_a_broken_rule(host: Host) -> None:
    task, memory = host.task("task"), host.new("uint8_t[32]")
    regions = host.new("HeapRegion_t[2]", [(memory, 32), (host.ffi.NULL, 0)])
    assert not task.call("vPortDefineHeapRegions", regions).done
    assert "vPortDefineHeapRegions: the allocator cannot use a region" in host.output()


@pytest.mark.not_sanitized(reason="a build of its own, of the same code")
def test_the_hook_hears_of_every_failure(host_build: HostBuild, tmp_path: Path) -> None:
    hook = tmp_path / "hook.c"
    hook.write_text(HOOK)
    made = host_build("failures", sources=[hook], cdef="extern int failures;", config=CONFIG)
    host = Host(made)
    host.start()
    task = host.task("task")
    with host.failing_after(0):
        for number, (name, arguments) in enumerate(
            [
                ("pvPortMalloc", (10,)),
                ("pvPortCalloc", (2, 10)),
                ("xQueueCreate", (1, 4)),
                ("xStreamBufferCreate", (10, 1)),
            ]
        ):
            assert task(name, *arguments) == host.ffi.NULL
            assert host.lib.failures == number + 1
    assert task("pvPortMalloc", 0) == host.ffi.NULL  # FreeRTOS counts this too
    assert host.lib.failures == 5
    assert task("pvPortMalloc", 10) != host.ffi.NULL
    assert host.lib.failures == 5


def test_a_product_that_does_not_fit_is_no_memory(host: Host) -> None:
    task = host.task("task")
    assert task("pvPortCalloc", 1 << 33, 1 << 33) == host.ffi.NULL
    block = task("pvPortCalloc", 3, 7)
    assert bytes(host.ffi.buffer(host.ffi.cast("char *", block), 21)) == bytes(21)
