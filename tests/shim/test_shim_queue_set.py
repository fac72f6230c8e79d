# SPDX-License-Identifier: BSD-3-Clause
"""Queue sets: what they tell, who may be a member, waiting, interrupts, deletion."""

from __future__ import annotations

from uk_board.shimhost import Host, Puppet

FOREVER = 0xFFFFFFFF
IRQ = 5


def item(host: Host, value: int = 0):
    return host.new("uint32_t *", value)


def a_set(host: Host, *members, length: int = 4):
    made = host.main("xQueueCreateSet", length)
    for member in members:
        assert host.main("xQueueAddToSet", member, made) == 1
    return made


def queue(host: Host, length: int = 2):
    return host.main("xQueueCreate", length, 4)


def selected(host: Host, task: Puppet, made) -> list:
    """Everything that the set tells of now."""
    told = []
    while (member := task("xQueueSelectFromSet", made, 0)) != host.ffi.NULL:
        told.append(member)
    return told


def test_a_set_tells_which_member_has_something(host: Host) -> None:
    task, q, box = host.task("task"), queue(host), queue(host, 1)
    binary, counting = (
        host.main("xSemaphoreCreateBinary"),
        host.main("xSemaphoreCreateCounting", 3, 0),
    )
    made = a_set(host, q, box, binary, counting, length=8)
    assert selected(host, task, made) == []
    task("xQueueSend", q, item(host), 0)
    task("xQueueSendToFront", q, item(host), 0)
    assert task("xQueueSend", q, item(host), 0) == 0  # full: tells nothing
    task("xSemaphoreGive", binary)
    task("xSemaphoreGive", counting)
    task("xSemaphoreGive", counting)
    assert selected(host, task, made) == [q, q, binary, counting, counting]
    for value in (1, 2):
        task("xQueueOverwrite", box, item(host, value))
    assert selected(host, task, made) == [box]  # overwritten, not added


def test_a_mutex_in_a_set_tells_when_it_is_given(host: Host) -> None:
    task, mutex = host.task("task"), host.main("xSemaphoreCreateMutex")
    made = host.main("xQueueCreateSet", 1)
    assert host.main("xQueueAddToSet", mutex, made) == 0  # it can be taken: not empty
    task("xSemaphoreTake", mutex, 0)
    assert host.main("xQueueAddToSet", mutex, made) == 1
    task("xSemaphoreGive", mutex)
    assert selected(host, task, made) == [mutex]
    assert host.main("xSemaphoreGetMutexHolder", mutex) == host.ffi.NULL


def test_only_an_empty_queue_of_no_set_joins_a_set(host: Host) -> None:
    task, q = host.task("task"), queue(host)
    first, second = a_set(host), a_set(host)
    task("xQueueSend", q, item(host), 0)
    assert task("xQueueAddToSet", q, first) == 0
    task("xQueueReceive", q, item(host), 0)
    assert task("xQueueAddToSet", q, first) == 1
    assert task("xQueueAddToSet", q, second) == 0
    assert task("xQueueAddToSet", q, first) == 0


def test_only_an_empty_member_leaves_its_set(host: Host) -> None:
    task, q = host.task("task"), queue(host)
    made, other = a_set(host, q), a_set(host)
    assert task("xQueueRemoveFromSet", q, other) == 0
    task("xQueueSend", q, item(host), 0)
    assert task("xQueueRemoveFromSet", q, made) == 0
    task("xQueueReceive", q, item(host), 0)
    assert task("xQueueRemoveFromSet", q, made) == 1
    assert task("xQueueRemoveFromSet", q, made) == 0
    assert selected(host, task, made) == [q]  # told before it left
    task("xQueueSend", q, item(host), 0)
    assert selected(host, task, made) == []
    task("xQueueReceive", q, item(host), 0)
    assert task("xQueueAddToSet", q, other) == 1


def test_select_waits_and_times_out(host: Host) -> None:
    high, low, q = host.task("high", 4), host.task("low", 2), queue(host)
    made = a_set(host, q)
    late = high.call("xQueueSelectFromSet", made, 5)
    host.advance(4.9)
    assert not late.done
    host.advance(0.1)
    assert late.result == host.ffi.NULL
    waits = high.call("xQueueSelectFromSet", made, FOREVER)
    low.post("xQueueSend", q, item(host), 0)
    state = low.post("eTaskGetState", high.handle)
    host.run()
    assert waits.result == q
    assert state.result == 2  # it ran, and waits again: before low went on


def test_the_highest_of_those_who_select_is_told_first(host: Host) -> None:
    q, high, low = queue(host), host.task("high", 4), host.task("low", 2)
    made = a_set(host, q)
    calls = [task.call("xQueueSelectFromSet", made, FOREVER) for task in (low, high)]
    host.main("xQueueSend", q, item(host), 0)
    assert [call.done for call in calls] == [False, True]


def test_who_waits_for_a_member_itself_is_not_woken(host: Host) -> None:
    # As in FreeRTOS: what comes is for those who select.
    task, q = host.task("task", 3), queue(host)
    made = a_set(host, q)
    waits = task.call("xQueueReceive", q, item(host), 10)
    host.main("xQueueSend", q, item(host), 0)
    assert not waits.done
    assert host.main("xQueueSelectFromSet", made, 0) == q
    host.advance(10)
    assert waits.result == 1  # at its timeout it finds the item


def test_an_interrupt_sends_to_a_member_and_selects(host: Host) -> None:
    low, high = host.task("low", 2), host.task("high", 4)
    q, semaphore = queue(host, 1), host.main("xSemaphoreCreateBinary")
    made = a_set(host, q, semaphore)
    irq, woken = host.interrupt(IRQ), host.new("BaseType_t *")
    waits = high.call("xQueueSelectFromSet", made, FOREVER)
    irq.post("xQueueSendFromISR", q, item(host), woken)
    low.post("host_raise", IRQ)
    state = low.post("eTaskGetState", high.handle)
    host.run()
    assert (waits.result, woken[0], state.result) == (q, 1, 2)
    woken[0] = 0
    irq.post("xSemaphoreGiveFromISR", semaphore, woken)
    full = irq.post("xSemaphoreGiveFromISR", semaphore, woken)
    told = irq.post("xQueueSelectFromSetFromISR", made)
    empty = irq.post("xQueueSelectFromSetFromISR", made)
    overwrites = [irq.post("xQueueOverwriteFromISR", q, item(host), woken) for _ in range(2)]
    host.raise_interrupt(IRQ)
    assert (full.result, told.result, empty.result) == (0, semaphore, host.ffi.NULL)
    assert [call.result for call in overwrites] == [1, 1]
    assert selected(host, low, made) == []  # q was full: it was only overwritten
    assert woken[0] == 0


def test_an_interrupt_that_wakes_a_lower_task_does_not_say_so(host: Host) -> None:
    low, high, q = host.task("low", 2), host.task("high", 4), queue(host)
    made, irq, woken = a_set(host, q), host.interrupt(IRQ), host.new("BaseType_t *")
    waits = low.call("xQueueSelectFromSet", made, FOREVER)
    irq.post("xQueueSendFromISR", q, item(host), woken)
    high.post("host_raise", IRQ)
    host.run()
    assert (waits.result, woken[0]) == (q, 0)


def test_a_static_set_allocates_nothing(host: Host) -> None:
    memory, storage = host.new("StaticQueue_t *"), host.new("uint8_t[17]")
    q, task = queue(host), host.task("task")
    before = host.lib.host_live_blocks()
    # Storage of bytes need not be aligned for handles.
    made = host.main("xQueueCreateSetStatic", 2, storage + 1, memory)
    assert host.main("xQueueAddToSet", q, made) == 1
    for _ in range(3):  # over the end of the ring
        task("xQueueSend", q, item(host), 0)
        assert selected(host, task, made) == [q]
        task("xQueueReceive", q, item(host), 0)
    assert host.lib.host_live_blocks() == before


def test_a_set_without_memory_is_none(host: Host) -> None:
    task = host.task("task")
    with host.failing_after(0):
        assert task("xQueueCreateSet", 4) == host.ffi.NULL


def test_who_selects_from_a_deleted_set_returns(host: Host) -> None:
    made, task = a_set(host), host.task("task", 3)
    waits = task.call("xQueueSelectFromSet", made, FOREVER)
    host.main("vQueueDelete", made)
    assert waits.result == host.ffi.NULL


def test_a_set_that_is_too_short_is_a_broken_rule(host: Host) -> None:
    task, q = host.task("task"), queue(host)
    a_set(host, q, length=1)
    assert task("xQueueSend", q, item(host), 0) == 1
    assert not task.call("xQueueSend", q, item(host), 0).done
    assert "xQueueCreateSet: the set is full" in host.output()


def test_null_in_a_set_is_a_broken_rule(host: Host) -> None:
    assert not host.task("task").call("xQueueAddToSet", None, a_set(host)).done
    assert "xQueueAddToSet: xQueueOrSemaphore is NULL" in host.output()
