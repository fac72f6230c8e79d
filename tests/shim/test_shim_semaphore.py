# SPDX-License-Identifier: BSD-3-Clause
"""Semaphores, mutexes and priority inheritance."""

from __future__ import annotations

from uk_board.shimhost import Host

FOREVER = 0xFFFFFFFF
IRQ = 6


def test_a_binary_semaphore_starts_empty(host: Host) -> None:
    high, low = host.task("high", 3), host.task("low", 2)
    sem = low("xSemaphoreCreateBinary")
    assert low("xSemaphoreTake", sem, 0) == 0
    take = high.call("xSemaphoreTake", sem, FOREVER)
    assert low("xSemaphoreGive", sem) == 1
    assert take.result == 1
    assert low("xSemaphoreGive", sem) == 1
    assert low("xSemaphoreGive", sem) == 0
    late = low("xSemaphoreTake", sem, 5)
    assert late == 1
    times_out = low.call("xSemaphoreTake", sem, 5)
    host.advance(5)
    assert times_out.result == 0


def test_the_old_binary_semaphore_starts_given(host: Host) -> None:
    task, sem = host.task("task"), host.new("SemaphoreHandle_t *")
    task.call("test_old_binary", sem)
    assert task("xSemaphoreTake", sem[0], 0) == 1
    assert task("xSemaphoreTake", sem[0], 0) == 0


def test_a_counting_semaphore_counts_to_its_maximum(host: Host) -> None:
    task = host.task("task")
    sem = task("xSemaphoreCreateCounting", 3, 1)
    assert task("uxSemaphoreGetCount", sem) == 1
    assert [task("xSemaphoreGive", sem) for _ in range(3)] == [1, 1, 0]
    assert [task("xSemaphoreTake", sem, 0) for _ in range(4)] == [1, 1, 1, 0]


def test_static_semaphores_allocate_nothing(host: Host) -> None:
    task = host.task("task")
    before = host.lib.host_live_blocks()
    for name, args, first in (
        ("xSemaphoreCreateBinaryStatic", (), 0),
        ("xSemaphoreCreateCountingStatic", (4, 2), 1),
        ("xSemaphoreCreateMutexStatic", (), 1),
        ("xSemaphoreCreateRecursiveMutexStatic", (), 1),
    ):
        memory = host.new("StaticSemaphore_t *")
        sem = task(name, *args, memory)
        assert sem == host.ffi.cast("SemaphoreHandle_t", memory)
        take = "xSemaphoreTakeRecursive" if "Recursive" in name else "xSemaphoreTake"
        assert task(take, sem, 0) == first
    assert host.lib.host_live_blocks() == before


def test_an_interrupt_gives_a_semaphore(host: Host) -> None:
    high, low, irq = host.task("high", 3), host.task("low", 2), host.interrupt(IRQ)
    sem = low("xSemaphoreCreateCounting", 2, 0)
    woken = host.new("BaseType_t *")
    take = high.call("xSemaphoreTake", sem, FOREVER)
    irq.post("xSemaphoreGiveFromISR", sem, woken)
    irq.post("test_yield_from_isr", woken)
    low.post("host_raise", IRQ)
    done = low.post("eTaskGetState", high.handle)
    host.run()
    assert (take.result, woken[0]) == (1, 1)
    assert done.result == 2  # high ran to its end before low went on
    gives = [irq.post("xSemaphoreGiveFromISR", sem, None) for _ in range(3)]
    count = irq.post("uxSemaphoreGetCountFromISR", sem)
    host.raise_interrupt(IRQ)
    assert [give.result for give in gives] == [1, 1, 0]
    assert count.result == 2


def test_an_interrupt_takes_a_semaphore(host: Host) -> None:
    task, irq = host.task("task"), host.interrupt(IRQ)
    # A mutex too: drivers for the Raspberry Pi do that.
    for name in ("xSemaphoreCreateBinary", "xSemaphoreCreateMutex"):
        sem = task(name)
        task("xSemaphoreGive", sem)
        takes = [irq.post("xSemaphoreTakeFromISR", sem, None) for _ in range(2)]
        host.raise_interrupt(IRQ)
        assert [take.result for take in takes] == [1, 0]
        assert task("xSemaphoreGive", sem) == 1


def test_a_mutex_holder_inherits_priority_until_it_gives(host: Host) -> None:
    low, middle, high = host.task("low", 1), host.task("middle", 3), host.task("high", 5)
    mutex = low("xSemaphoreCreateMutex")
    assert low("xSemaphoreTake", mutex, 0) == 1
    take = high.call("xSemaphoreTake", mutex, FOREVER)
    assert middle("uxTaskPriorityGet", low.handle) == 5
    assert middle("uxTaskBasePriorityGet", low.handle) == 1
    assert low("xSemaphoreGive", mutex) == 1
    assert take.result == 1
    assert middle("uxTaskPriorityGet", low.handle) == 1
    assert middle("xSemaphoreGetMutexHolder", mutex) == high.handle


def test_inheritance_lasts_until_the_last_mutex_is_given(host: Host) -> None:
    low, high = host.task("low", 1), host.task("high", 5)
    first, second = low("xSemaphoreCreateMutex"), low("xSemaphoreCreateMutex")
    low("xSemaphoreTake", first, 0)
    low("xSemaphoreTake", second, 0)
    take = high.call("xSemaphoreTake", first, FOREVER)
    low("xSemaphoreGive", first)
    assert take.done
    assert high("uxTaskPriorityGet", low.handle) == 5
    low("xSemaphoreGive", second)
    assert high("uxTaskPriorityGet", low.handle) == 1


def test_a_timeout_takes_the_inherited_priority_back(host: Host) -> None:
    low, middle, high = host.task("low", 1), host.task("middle", 3), host.task("high", 5)
    mutex = low("xSemaphoreCreateMutex")
    low("xSemaphoreTake", mutex, 0)
    waits = middle.call("xSemaphoreTake", mutex, FOREVER)
    gives_up = high.call("xSemaphoreTake", mutex, 5)
    assert host.main("uxTaskPriorityGet", low.handle) == 5
    host.advance(5)
    assert gives_up.result == 0
    assert host.main("uxTaskPriorityGet", low.handle) == 3  # middle still waits
    low("xSemaphoreGive", mutex)
    assert waits.result == 1
    assert host.main("uxTaskPriorityGet", low.handle) == 1


def test_a_new_base_priority_waits_for_the_inherited_one(host: Host) -> None:
    low, high = host.task("low", 1), host.task("high", 5)
    mutex = low("xSemaphoreCreateMutex")
    low("xSemaphoreTake", mutex, 0)
    high.call("xSemaphoreTake", mutex, FOREVER)
    host.main("vTaskPrioritySet", low.handle, 2)
    assert host.main("uxTaskPriorityGet", low.handle) == 5
    low("xSemaphoreGive", mutex)
    assert host.main("uxTaskPriorityGet", low.handle) == 2


def test_a_unikraft_thread_inherits_too(host: Host) -> None:
    thread, high = host.thread("native", 1), host.task("high", 5)
    mutex = high("xSemaphoreCreateMutex")
    assert thread("xSemaphoreTake", mutex, 0) == 1
    take = high.call("xSemaphoreTake", mutex, FOREVER)
    assert thread("uxTaskPriorityGet", None) == 5
    thread("xSemaphoreGive", mutex)
    assert take.result == 1
    assert thread("uxTaskPriorityGet", None) == 0


def test_a_recursive_mutex_is_given_as_often_as_taken(host: Host) -> None:
    one, two = host.task("one", 3), host.task("two", 2)
    mutex = one("xSemaphoreCreateRecursiveMutex")
    assert [one("xSemaphoreTakeRecursive", mutex, 0) for _ in range(2)] == [1, 1]
    assert two("xSemaphoreTakeRecursive", mutex, 0) == 0
    assert two("xSemaphoreGiveRecursive", mutex) == 0
    waits = two.call("xSemaphoreTakeRecursive", mutex, FOREVER)
    one("xSemaphoreGiveRecursive", mutex)
    assert not waits.done
    one("xSemaphoreGiveRecursive", mutex)
    assert waits.result == 1
    assert one("xSemaphoreGiveRecursive", mutex) == 0


def test_a_mutex_tells_its_holder(host: Host) -> None:
    task, irq = host.task("task"), host.interrupt(IRQ)
    mutex, sem = task("xSemaphoreCreateMutex"), task("xSemaphoreCreateBinary")
    null = host.ffi.NULL
    assert task("xSemaphoreGetMutexHolder", mutex) == null
    task("xSemaphoreTake", mutex, 0)
    held = irq.post("xSemaphoreGetMutexHolderFromISR", mutex)
    host.raise_interrupt(IRQ)
    assert held.result == task.handle
    assert task("xSemaphoreGetMutexHolder", mutex) == task.handle
    assert task("xSemaphoreGetMutexHolder", sem) == null


def test_a_semaphore_object_is_no_larger_than_freertos_s(host: Host) -> None:
    # 160 bytes of heap on FreeRTOS's AArch64 port, with the allocator's header
    free = host.main("xPortGetFreeHeapSize")
    host.main("xSemaphoreCreateMutex")
    assert free - host.main("xPortGetFreeHeapSize") <= 144


def test_giving_a_mutex_that_another_holds_is_a_broken_rule(host: Host) -> None:
    holder, other, irq = host.task("holder"), host.task("other"), host.interrupt(IRQ)
    mutex = holder("xSemaphoreCreateMutex")
    holder("xSemaphoreTake", mutex, 0)
    assert not other.call("xSemaphoreGive", mutex).done
    assert "the mutex is held by another task" in host.output()
    give = irq.post("xSemaphoreGiveFromISR", mutex, None)
    host.raise_interrupt(IRQ)
    assert not give.done
    assert "a mutex that is held cannot be given by an interrupt" in host.output()
