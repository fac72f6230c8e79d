# SPDX-License-Identifier: BSD-3-Clause
"""Queues: order, waiting, wake order, interrupts."""

from __future__ import annotations

import pytest

from uk_board.shimhost import Host, Puppet

FOREVER = 0xFFFFFFFF
IRQ = 5


def item(host: Host, value: int = 0):
    return host.new("uint32_t *", value)


def queue(host: Host, length: int = 2, size: int = 4):
    made = host.main("xQueueCreate", length, size)
    assert made != host.ffi.NULL
    return made


def receive(host: Host, task: Puppet, q) -> int | None:
    into = item(host)
    return into[0] if task("xQueueReceive", q, into, 0) == 1 else None


def test_a_queue_is_first_in_first_out(host: Host) -> None:
    task, q = host.task("task"), queue(host, 3)
    for turn in range(3):  # over the end of the ring
        for value in range(3):
            assert task("xQueueSend" if value else "xQueueSendToBack", q, item(host, value), 0)
        assert task("xQueueSend", q, item(host), 0) == 0
        taken = 3 if turn else 1
        assert [receive(host, task, q) for _ in range(taken)] == list(range(taken))
        while receive(host, task, q) is not None:
            pass


@pytest.mark.parametrize("size", [1, 3, 4, 7, 8, 64])
def test_items_of_any_size_are_copied_whole(host: Host, size: int) -> None:
    task, q = host.task("task"), queue(host, 2, size)
    sent = [bytes(range(n, n + size)) for n in (1, 101)]
    for data in sent:
        task("xQueueSend", q, host.new("char[]", data), 0)
    got = host.new(f"char[{size + 1}]")
    for data in sent:
        task("xQueueReceive", q, got, 0)
        assert host.ffi.buffer(got)[:] == data + b"\0"


def test_a_full_queue_makes_the_sender_wait(host: Host) -> None:
    high, low, q = host.task("high", 3), host.task("low", 1), queue(host, 1)
    high("xQueueSend", q, item(host, 1), 0)
    second = high.call("xQueueSend", q, item(host, 2), 10)
    assert not second.done
    assert receive(host, low, q) == 1
    assert second.result == 1
    third = high.call("xQueueSend", q, item(host, 3), 10)
    host.advance(10)
    assert third.result == 0
    assert receive(host, low, q) == 2


def test_sending_to_the_front_and_overwriting(host: Host) -> None:
    task, q, box = host.task("task"), queue(host, 3), queue(host, 1)
    for value in (1, 2):
        task("xQueueSendToFront", q, item(host, value), 0)
    task("xQueueSendToBack", q, item(host, 3), 0)
    assert task("xQueueSendToFront", q, item(host, 4), 0) == 0
    assert [receive(host, task, q) for _ in range(3)] == [2, 1, 3]
    for value in (7, 8):
        assert task("xQueueOverwrite", box, item(host, value)) == 1
    assert task("uxQueueMessagesWaiting", box) == 1
    assert receive(host, task, box) == 8
    assert receive(host, task, box) is None


def test_receive_times_out_on_the_tick(host: Host) -> None:
    task, q, into = host.task("task"), queue(host), item(host)
    host.advance(0.5)
    call = task.call("xQueueReceive", q, into, 3)
    host.advance(2.4)
    assert not call.done
    host.advance(0.1)
    assert call.result == 0


def test_the_highest_waiter_receives_first(host: Host) -> None:
    q = queue(host)
    tasks = {name: host.task(name, level) for name, level in
             (("low", 2), ("first", 4), ("second", 4), ("high", 6))}  # fmt: skip
    calls = {
        name: task.call("xQueueReceive", q, item(host), FOREVER) for name, task in tasks.items()
    }
    order = []
    for _ in calls:
        host.main("xQueueSend", q, item(host), 0)
        order += [name for name, call in calls.items() if call.done and name not in order]
    assert order == ["high", "first", "second", "low"]


def test_a_waiter_that_timed_out_does_not_swallow_a_wake(host: Host) -> None:
    # Both are ready at the same moment: one by its timeout, and the sender runs first.
    q, sender = queue(host), host.task("sender", 5)
    impatient, patient = host.task("impatient", 3), host.task("patient", 2)
    late = impatient.call("xQueueReceive", q, item(host), 5)
    waits = patient.call("xQueueReceive", q, item(host), FOREVER)
    sender.call("vTaskDelay", 5)
    sender.post("xQueueSend", q, item(host), 0)
    sender.post("xQueueSend", q, item(host), 0)
    host.advance(5)
    assert late.result == 1  # it retries, and an item is there
    assert waits.result == 1


def test_an_item_can_be_stolen_and_the_wait_goes_on(host: Host) -> None:
    # As in FreeRTOS: waking is no hand-over.
    q, low, high = queue(host), host.task("low", 2), host.task("high", 4)
    into = item(host)
    waits = low.call("xQueueReceive", q, into, 10)
    host.advance(4)
    high.post("xQueueSend", q, item(host, 1), 0)
    steal = high.call("xQueueReceive", q, item(host), 0)
    assert steal.result == 1
    assert not waits.done
    host.advance(5.9)
    assert not waits.done
    host.advance(0.1)
    assert waits.result == 0


def test_peek_leaves_the_item(host: Host) -> None:
    high, low, q = host.task("high", 4), host.task("low", 3), queue(host)
    seen, got = item(host), item(host)
    peek = high.call("xQueuePeek", q, seen, FOREVER)
    take = low.call("xQueueReceive", q, got, FOREVER)
    host.main("xQueueSend", q, item(host, 9), 0)
    assert (peek.result, seen[0]) == (1, 9)
    assert (take.result, got[0]) == (1, 9)
    assert low("xQueuePeek", q, seen, 0) == 0


def test_a_queue_tells_its_state(host: Host) -> None:
    task, q = host.task("task"), queue(host, 3)
    task("xQueueSend", q, item(host), 0)
    assert task("uxQueueMessagesWaiting", q) == 1
    assert task("uxQueueSpacesAvailable", q) == 2
    assert task("uxQueueGetQueueLength", q) == 3
    assert task("uxQueueGetQueueItemSize", q) == 4


def test_a_queue_tells_its_state_to_an_interrupt(host: Host) -> None:
    task, q, irq = host.task("task"), queue(host, 1), host.interrupt(IRQ)
    for empty in (1, 0):
        calls = [
            irq.post(name, q)
            for name in (
                "xQueueIsQueueEmptyFromISR",
                "xQueueIsQueueFullFromISR",
                "uxQueueMessagesWaitingFromISR",
            )
        ]
        host.raise_interrupt(IRQ)
        assert [call.result for call in calls] == [empty, 1 - empty, 1 - empty]
        task("xQueueSend", q, item(host), 0)


def test_an_interrupt_sends_and_receives(host: Host) -> None:
    low, high, q = host.task("low", 2), host.task("high", 4), queue(host, 2)
    irq, woken, into, seen = host.interrupt(IRQ), host.new("BaseType_t *"), item(host), item(host)
    wait = high.call("xQueueReceive", q, into, FOREVER)
    irq.post("xQueueSendFromISR", q, item(host, 1), woken)
    # Raised by low while it runs: high must run before low goes on.
    low.post("host_raise", IRQ)
    state = low.post("eTaskGetState", high.handle)
    host.run()
    assert (wait.result, into[0], woken[0]) == (1, 1, 1)
    assert state.result != 1
    sends = [
        irq.post("xQueueSendToBackFromISR", q, item(host, 2), None),
        irq.post("xQueueSendToFrontFromISR", q, item(host, 3), None),
        irq.post("xQueueSendFromISR", q, item(host, 4), woken),
    ]
    peek = irq.post("xQueuePeekFromISR", q, seen)
    woken[0] = 0
    host.raise_interrupt(IRQ)
    assert [call.result for call in sends] == [1, 1, 0]
    assert (peek.result, seen[0], woken[0]) == (1, 3, 0)
    full = high.call("xQueueSend", q, item(host, 5), FOREVER)
    takes = [irq.post("xQueueReceiveFromISR", q, into, woken) for _ in range(2)]
    host.raise_interrupt(IRQ)
    assert [call.result for call in takes] == [1, 1]
    assert (woken[0], full.result) == (1, 1)
    box = queue(host, 1)
    for value in (1, 2):
        irq.post("xQueueOverwriteFromISR", box, item(host, value), None)
    host.raise_interrupt(IRQ)
    assert receive(host, low, box) == 2
    empty = irq.post("xQueueReceiveFromISR", box, into, None)
    host.raise_interrupt(IRQ)
    assert empty.result == 0


def test_a_lower_waiter_is_not_reported_as_woken(host: Host) -> None:
    low, high, q = host.task("low", 2), host.task("high", 4), queue(host)
    irq, woken = host.interrupt(IRQ), host.new("BaseType_t *")
    wait = low.call("xQueueReceive", q, item(host), FOREVER)
    irq.post("xQueueSendFromISR", q, item(host), woken)
    high.post("host_raise", IRQ)
    state = high.post("eTaskGetState", low.handle)
    host.run()
    assert woken[0] == 0
    assert state.result == 1  # ready, but not run
    assert wait.done


def test_reset_empties_a_queue_and_wakes_a_sender(host: Host) -> None:
    high, low, q = host.task("high", 3), host.task("low", 2), queue(host, 1)
    high("xQueueSend", q, item(host, 1), 0)
    second = high.call("xQueueSend", q, item(host, 2), FOREVER)
    assert low("xQueueReset", q) == 1
    assert second.result == 1
    assert receive(host, low, q) == 2


def test_a_static_queue_allocates_nothing(host: Host) -> None:
    task, memory = host.task("task"), host.new("StaticQueue_t *")
    storage = host.new("uint8_t[8]")
    before = host.lib.host_live_blocks()
    q = host.main("xQueueCreateStatic", 2, 4, storage, memory)
    task("xQueueSend", q, item(host, 0x01020304), 0)
    assert bytes(storage)[:4] == b"\x04\x03\x02\x01"
    assert receive(host, task, q) == 0x01020304
    task.call("vQueueDelete", q)
    assert host.lib.host_live_blocks() == before


def test_a_deleted_queue_gives_its_memory_back(host: Host) -> None:
    before = host.lib.host_live_blocks()
    q = queue(host, 8, 64)
    assert host.lib.host_live_blocks() == before + 1
    host.main("vQueueDelete", q)
    host.main("vSemaphoreDelete", host.main("xSemaphoreCreateBinary"))
    assert host.lib.host_live_blocks() == before


def test_who_waits_for_a_deleted_queue_returns(host: Host) -> None:
    full, empty = queue(host, 1), queue(host, 1)
    host.main("xQueueSend", full, item(host), 0)
    before = host.lib.host_live_blocks()
    high, low = host.task("high", 4), host.task("low", 3)
    send = high.call("xQueueSend", full, item(host), FOREVER)
    take = low.call("xQueueReceive", empty, item(host), 100)
    for q in (full, empty):
        host.main("vQueueDelete", q)
    assert (send.result, take.result) == (0, 0)
    high.call("vTaskDelete", None), low.call("vTaskDelete", None)
    assert host.lib.host_live_blocks() == before - 2


def test_a_queue_that_cannot_be_is_refused(host: Host) -> None:
    task = host.task("task")
    with host.failing_after(0):
        assert task("xQueueCreate", 4, 4) == host.ffi.NULL
    assert task("xQueueCreate", 1 << 33, 1) == host.ffi.NULL
    assert task("xQueueCreate", 1 << 31, 1 << 31) == host.ffi.NULL
    assert not task.call("xQueueCreate", 0, 4).done
    assert "xQueueGenericCreate: the length is 0" in host.output()


def test_a_null_handle_is_a_broken_rule(host: Host) -> None:
    task = host.task("task")
    assert not task.call("xQueueReceive", None, item(host), 0).done
    assert "xQueueReceive: xQueue is NULL (called from 0x" in host.output()


def test_waiting_in_an_interrupt_is_a_broken_rule(host: Host) -> None:
    q, irq = queue(host), host.interrupt(IRQ)
    call = irq.post("xQueueReceive", q, item(host), 1)
    host.raise_interrupt(IRQ)
    assert not call.done
    assert "xQueueReceive: called from an interrupt handler" in host.output()


def test_overwriting_a_longer_queue_is_a_broken_rule(host: Host) -> None:
    assert not host.task("task").call("xQueueOverwrite", queue(host, 2), item(host)).done
    assert "only a queue of length 1 is overwritten" in host.output()
