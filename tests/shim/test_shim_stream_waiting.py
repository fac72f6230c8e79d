# SPDX-License-Identifier: BSD-3-Clause
"""Stream buffers: who waits, what notifications do, interrupts, callbacks."""

from __future__ import annotations

from typing import Any

import pytest
from streams import Buffer, batching, static_stream, stream

from uk_board.shimhost import Host

FOREVER = 0xFFFFFFFF
IRQ = 5

both = pytest.mark.parametrize("make", [stream, static_stream])


# ---- Waiting ----


@both
def test_a_full_buffer_makes_the_sender_wait(host: Host, make: Any) -> None:
    s, sender = make(host), host.task("sender", 3)
    s.send(sender, b"0123456789")
    call = s.send(sender, b"abcd", FOREVER)
    assert s.take(3) == b"012"
    assert not call.done  # it waits for the space of all that it has
    assert s.take(1) == b"3"
    assert call.result == 4
    assert s.take() == b"456789abcd"
    more = s.send(sender, b"x" * 25, FOREVER)  # more than there can be
    assert more.result == 10


@both
def test_a_sender_that_times_out_sends_what_fits(host: Host, make: Any) -> None:
    s, sender = make(host), host.task("sender", 3)
    s.send(sender, b"01234567")
    call = s.send(sender, b"abcd", 5)
    host.advance(4)
    assert s.take(1) == b"0"  # wakes it, and is not enough
    host.advance(0.9)
    assert not call.done
    host.advance(0.1)
    assert call.result == 3
    assert s.take() == b"1234567abc"
    s.send(sender, b"0123456789")
    none = s.send(sender, b"ab", 5)
    host.advance(5)
    assert none.result == 0


def test_a_foreign_notification_does_not_end_a_send(host: Host) -> None:
    s, sender = stream(host), host.task("sender", 3)
    s.send(sender, b"0123456789")
    call = s.send(sender, b"ab", 10)
    for _ in range(3):
        host.advance(3)
        host.main("xTaskNotifyGive", sender.handle)
        assert not call.done
    host.advance(1)
    assert call.result == 0
    assert sender("ulTaskNotifyTake", 1, 0) == 3  # the value is left alone
    forever = s.send(sender, b"ab", FOREVER)
    host.main("xTaskNotifyGive", sender.handle)
    host.advance(100)
    assert not forever.done
    assert s.take(2) == b"01"
    assert forever.result == 2


def test_a_foreign_notification_ends_a_receive(host: Host) -> None:
    # As in FreeRTOS: it waits for one notification, whoever sends it.
    s, reader = stream(host, 10, 4), host.task("reader", 3)
    s.send(host.main, b"")
    call = s.receive(reader, 100, FOREVER)
    s.send(host.main, b"ab")
    host.main("xTaskNotifyGive", reader.handle)
    assert s.got(call) == b"ab"
    assert reader("xTaskNotifyStateClear", None) == 0  # it was taken
    assert reader("ulTaskNotifyTake", 1, 0) == 1


def test_a_notification_from_before_does_not_end_a_wait(host: Host) -> None:
    s, reader = stream(host), host.task("reader", 3)
    host.main("xTaskNotifyGive", reader.handle)
    call = s.receive(reader, 100, FOREVER)
    assert not call.done
    s.send(host.main, b"a")
    assert s.got(call) == b"a"
    assert reader("ulTaskNotifyTake", 1, 0) == 1


@both
def test_a_buffer_waits_with_the_notification_it_was_given(host: Host, make: Any) -> None:
    s, reader = make(host), host.task("reader", 3)
    index = "uxStreamBufferGetStreamBufferNotificationIndex"
    assert host.main(index, s.handle) == 0
    host.main("vStreamBufferSetStreamBufferNotificationIndex", s.handle, 2)
    assert host.main(index, s.handle) == 2
    call = s.receive(reader, 100, FOREVER)
    host.main("xTaskNotifyGiveIndexed", reader.handle, 0)
    assert not call.done
    host.main("xTaskNotifyGiveIndexed", reader.handle, 2)
    assert call.result == 0
    again = s.receive(reader, 100, FOREVER)
    wrong = host.task("wrong").call("vStreamBufferSetStreamBufferNotificationIndex", s.handle, 1)
    assert not wrong.done
    assert "a task waits for the buffer" in host.output()
    s.send(host.main, b"a")
    assert again.result == 1
    host.task("high").call("vStreamBufferSetStreamBufferNotificationIndex", s.handle, 3)
    assert "not below configTASK_NOTIFICATION_ARRAY_ENTRIES" in host.output()


def test_who_is_woken_is_seen_as_notified(host: Host) -> None:
    s, reader = stream(host), host.task("reader", 2)
    s.receive(reader, 100, FOREVER)
    sender = host.task("sender", 3)
    data = host.new("char[]", b"a")
    sender.post("xStreamBufferSend", s.handle, data, 1, 0)
    # It has not run yet: a notification is pending.
    kept = sender.post("xTaskNotify", reader.handle, 7, 4)  # eSetValueWithoutOverwrite
    host.run()
    assert kept.result == 0


def test_a_suspended_waiter_does_not_stop_a_reset(host: Host) -> None:
    s, reader = stream(host), host.task("reader", 3)
    s.receive(reader, 100, FOREVER)
    assert host.main("xStreamBufferReset", s.handle) == 0
    host.main("vTaskSuspend", reader.handle)
    assert host.main("xStreamBufferReset", s.handle) == 1


def test_a_suspended_task_goes_on_waiting_to_send(host: Host) -> None:
    s, sender, reader = stream(host), host.task("sender", 3), host.task("reader", 3)
    s.send(sender, b"0123456789")
    call = s.send(sender, b"a", 10)
    host.main("vTaskSuspend", sender.handle)
    host.main("vTaskResume", sender.handle)
    host.advance(9)
    assert not call.done
    assert s.take(1) == b"0"
    assert call.result == 1
    s.take()
    receive = s.receive(reader, 100, FOREVER)
    host.main("vTaskSuspend", reader.handle)
    s.send(host.main, b"b")
    assert not receive.done
    host.main("vTaskResume", reader.handle)
    assert s.got(receive) == b"b"


def test_a_task_of_higher_priority_reads_before_the_sender_goes_on(host: Host) -> None:
    s, high, low = stream(host), host.task("high", 4), host.task("low", 2)
    call = s.receive(high, 100, FOREVER)
    low.post("xStreamBufferSend", s.handle, host.new("char[]", b"a"), 1, 0)
    left = low.post("xStreamBufferBytesAvailable", s.handle)
    host.run()
    assert (call.result, left.result) == (1, 0)


def test_a_unikraft_thread_sends_and_receives(host: Host) -> None:
    s, thread, other = stream(host), host.thread("thread", 3), host.thread("other", 3)
    call = s.receive(thread, 100, FOREVER)
    s.send(other, b"0123456789")
    assert s.got(call) == b"0123456789"
    late = s.receive(thread, 100, 3)
    host.advance(3)
    assert late.result == 0


# ---- Interrupts ----


@both
def test_an_interrupt_sends_and_receives_bytes(host: Host, make: Any) -> None:
    s, high, low = make(host), host.task("high", 4), host.task("low", 2)
    irq, woken = host.interrupt(IRQ), host.new("BaseType_t *")
    data, into = host.new("char[]", b"abcdefghijk"), host.new("char[20]")
    call = s.receive(high, 100, FOREVER)
    sent = irq.post("xStreamBufferSendFromISR", s.handle, data, 3, woken)
    low.post("host_raise", IRQ)  # high runs before low goes on
    state = low.post("eTaskGetState", high.handle)
    host.run()
    assert (sent.result, s.got(call), woken[0]) == (3, b"abc", 1)
    assert state.result == 2
    woken[0] = 0
    sends = [irq.post("xStreamBufferSendFromISR", s.handle, data, 7, None) for _ in range(2)]
    host.raise_interrupt(IRQ)
    assert [sent.result for sent in sends] == [7, 3]
    full = s.send(high, b"xy", FOREVER)
    gets = [irq.post("xStreamBufferReceiveFromISR", s.handle, into, 6, woken) for _ in range(2)]
    host.raise_interrupt(IRQ)
    assert [got.result for got in gets] == [6, 4]
    assert (full.result, woken[0], s.take()) == (2, 1, b"xy")
    none = irq.post("xStreamBufferReceiveFromISR", s.handle, into, 6, None)
    host.raise_interrupt(IRQ)
    assert none.result == 0


def test_an_interrupt_keeps_to_the_trigger_level_and_takes_any_batch(host: Host) -> None:
    s, reader, irq = batching(host, 10, 4), host.task("reader", 3), host.interrupt(IRQ)
    data, into = host.new("char[]", b"abcdef"), host.new("char[20]")
    call = s.receive(reader, 100, FOREVER)
    irq.post("xStreamBufferSendFromISR", s.handle, data, 4, None)
    host.raise_interrupt(IRQ)
    assert not call.done
    irq.post("xStreamBufferSendFromISR", s.handle, data, 1, None)
    host.raise_interrupt(IRQ)
    assert s.got(call) == b"abcda"
    s.send(host.main, b"xy")
    got = irq.post("xStreamBufferReceiveFromISR", s.handle, into, 20, None)
    host.raise_interrupt(IRQ)
    assert got.result == 2


def test_a_lower_reader_is_woken_and_not_reported(host: Host) -> None:
    s, low, high = stream(host), host.task("low", 2), host.task("high", 4)
    irq, woken = host.interrupt(IRQ), host.new("BaseType_t *")
    call = s.receive(low, 100, FOREVER)
    irq.post("xStreamBufferSendFromISR", s.handle, host.new("char[]", b"a"), 1, woken)
    high.post("host_raise", IRQ)
    host.run()
    assert (s.got(call), woken[0]) == (b"a", 0)


@both
def test_completed_from_an_interrupt_wakes_who_waits(host: Host, make: Any) -> None:
    s, task, irq = make(host, 10, 4), host.task("task", 3), host.interrupt(IRQ)
    woken = host.new("BaseType_t *")
    sent, received = "xStreamBufferSendCompletedFromISR", "xStreamBufferReceiveCompletedFromISR"
    none = [irq.post(name, s.handle, woken) for name in (sent, received)]
    host.raise_interrupt(IRQ)
    assert [call.result for call in none] == [0, 0]
    assert woken[0] == 0
    call = s.receive(task, 100, FOREVER)
    s.send(host.main, b"ab")  # below the level
    announced = irq.post(sent, s.handle, woken)
    host.raise_interrupt(IRQ)
    assert (announced.result, woken[0], s.got(call)) == (1, 1, b"ab")
    s.send(host.main, b"0123456789")
    full = s.send(task, b"c", FOREVER)
    announced = irq.post(received, s.handle, None)
    host.raise_interrupt(IRQ)
    assert announced.result == 1
    assert not full.done  # it looks again, and there is no space yet
    s.take(1)
    assert full.result == 1


# ---- Callbacks ----


def callback_makers(host: Host) -> list[Buffer]:
    storage, memory = host.new("uint8_t[2][11]"), host.new("StaticStreamBuffer_t[2]")
    calls = (host.lib.test_on_sent, host.lib.test_on_received)
    made = []
    for i, (create, create_static) in enumerate(
        (
            ("xStreamBufferCreateWithCallback", "xStreamBufferCreateStaticWithCallback"),
            (
                "xStreamBatchingBufferCreateWithCallback",
                "xStreamBatchingBufferCreateStaticWithCallback",
            ),
        )
    ):
        made.append(host.main(create, 10, 2, *calls))
        made.append(host.main(create_static, 11, 2, storage[i], memory + i, *calls))
    return [Buffer(host, handle) for handle in made]


def test_callbacks_are_called_instead_of_waking(host: Host) -> None:
    sent, received = host.lib.test_sent, host.lib.test_received
    for s in callback_makers(host):
        reader, before = host.task("reader", 3), (sent.calls, received.calls)
        call = s.receive(reader, 100, 5)
        s.send(host.main, b"a")
        assert sent.calls == before[0]  # below the trigger level
        s.send(host.main, b"bcd")
        assert not call.done
        assert (sent.calls - before[0], sent.stream, sent.isr) == (1, s.handle, 0)
        assert sent.woken == host.ffi.NULL
        host.advance(5)
        assert s.got(call) == b"abcd"
        assert (received.calls - before[1], received.stream) == (1, s.handle)


def test_callbacks_hear_that_an_interrupt_calls(host: Host) -> None:
    s, irq, woken = callback_makers(host)[0], host.interrupt(IRQ), host.new("BaseType_t *")
    data = host.new("char[8]")
    irq.post("xStreamBufferSendFromISR", s.handle, data, 5, woken)
    irq.post("xStreamBufferReceiveFromISR", s.handle, data, 5, woken)
    host.raise_interrupt(IRQ)
    for log in (host.lib.test_sent, host.lib.test_received):
        assert (log.calls, log.stream, log.isr) == (1, s.handle, 1)
        assert log.woken == woken
