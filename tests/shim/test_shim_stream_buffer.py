# SPDX-License-Identifier: BSD-3-Clause
"""Stream buffers and batching buffers: bytes, levels, waiting, notifications."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uk_board.shimhost import Call, Host, Puppet, build
from uk_board.tree import tree

FOREVER = 0xFFFFFFFF
IRQ = 5
CDEF = """
struct xSTATIC_STREAM_BUFFER { uint64_t opaque[11]; };
struct stream_log { uint32_t calls; StreamBufferHandle_t stream; BaseType_t isr; void *woken; };
extern struct stream_log test_sent, test_received;
void test_on_sent(StreamBufferHandle_t stream, BaseType_t isr, BaseType_t *woken);
void test_on_received(StreamBufferHandle_t stream, BaseType_t isr, BaseType_t *woken);
"""


@pytest.fixture
def host(shim_library: Path) -> Host:
    made = Host(shim_library, CDEF)
    made.start()
    return made


class Stream:
    """A buffer, and what tests do with it."""

    def __init__(self, host: Host, handle: Any) -> None:
        assert handle != host.ffi.NULL
        self.host, self.handle = host, handle
        self.into = host.new("char[4096]")

    def send(self, task: Puppet, data: bytes, ticks: int = 0) -> Call:
        memory = self.host.new("char[]", data)
        return task.call("xStreamBufferSend", self.handle, memory, len(data), ticks)

    def receive(self, task: Puppet, most: int = 100, ticks: int = 0) -> Call:
        return task.call("xStreamBufferReceive", self.handle, self.into, most, ticks)

    def got(self, call: Call) -> bytes:
        return bytes(self.host.ffi.buffer(self.into)[: call.result])

    def take(self, most: int = 100) -> bytes:
        return self.got(self.receive(self.host.main, most))

    def ask(self, what: str) -> Any:
        return self.host.main(f"xStreamBuffer{what}", self.handle)


def stream(host: Host, size: int = 10, trigger: int = 1) -> Stream:
    return Stream(host, host.main("xStreamBufferCreate", size, trigger))


def batching(host: Host, size: int = 10, trigger: int = 4) -> Stream:
    return Stream(host, host.main("xStreamBatchingBufferCreate", size, trigger))


def static(host: Host, size: int = 10, trigger: int = 1) -> Stream:
    storage = host.new("uint8_t[]", size + 1)
    memory = host.new("StaticStreamBuffer_t *")
    made = host.main("xStreamBufferCreateStatic", size + 1, trigger, storage, memory)
    return Stream(host, made)


both = pytest.mark.parametrize("make", [stream, static])


# ---- Bytes ----


@both
def test_bytes_come_out_as_they_went_in(host: Host, make: Any) -> None:
    s, task = make(host), host.task("task")
    for _ in range(4):  # over the end of the ring
        assert s.send(task, b"abcdefg").result == 7
        assert s.send(task, b"hijklmn").result == 3  # as many as fit
        assert s.send(task, b"x").result == 0
        assert s.take(4) == b"abcd"
        assert s.take() == b"efghij"
        assert s.take() == b""
    assert s.send(task, b"").result == 0


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    size=st.integers(1, 40),
    steps=st.lists(st.tuples(st.booleans(), st.integers(0, 50), st.booleans())),
)
def test_a_ring_behaves_as_its_model(
    host: Host, size: int, steps: list[tuple[bool, int, bool]]
) -> None:
    s, inside, sent = stream(host, size), bytearray(), 0
    for sending, count, ask in steps:
        if sending:
            data = bytes((sent + i) % 251 for i in range(count))
            fits = min(count, size - len(inside))
            assert s.send(host.main, data).result == fits
            inside += data[:fits]
            sent += fits
        else:
            assert s.take(count) == inside[:count]
            del inside[:count]
        if ask:
            assert s.ask("BytesAvailable") == len(inside)
            assert s.ask("SpacesAvailable") == size - len(inside)
    host.main("vStreamBufferDelete", s.handle)


@both
def test_a_buffer_tells_its_state(host: Host, make: Any) -> None:
    s = make(host)
    asked = ("IsEmpty", "IsFull", "BytesAvailable", "SpacesAvailable")
    for fill, state in ((0, [1, 0, 0, 10]), (6, [0, 0, 6, 4]), (10, [0, 1, 10, 0])):
        s.send(host.main, b"x" * (fill - s.ask("BytesAvailable")))
        assert [s.ask(what) for what in asked] == state
    irq = host.interrupt(IRQ)
    calls = [irq.post(f"xStreamBuffer{what}", s.handle) for what in asked]
    host.raise_interrupt(IRQ)
    assert [call.result for call in calls] == [0, 1, 10, 0]


# ---- Levels ----


@both
def test_the_trigger_level_wakes_the_reader(host: Host, make: Any) -> None:
    s, reader = make(host, 10, 4), host.task("reader", 3)
    call = s.receive(reader, 100, FOREVER)
    s.send(host.main, b"abc")
    assert not call.done
    s.send(host.main, b"d")
    assert s.got(call) == b"abcd"
    s.send(host.main, b"e")
    assert s.take() == b"e"  # a reader that finds bytes does not wait for the level


@both
def test_receive_times_out_with_what_is_there(host: Host, make: Any) -> None:
    s, reader = make(host, 10, 4), host.task("reader", 3)
    host.advance(0.5)
    call = s.receive(reader, 100, 3)
    s.send(host.main, b"abc")
    host.advance(2.4)
    assert not call.done
    host.advance(0.1)
    assert s.got(call) == b"abc"
    late = s.receive(reader, 100, 2)
    host.advance(2)
    assert late.result == 0


def test_the_trigger_level_can_be_changed(host: Host) -> None:
    s, reader = stream(host, 10, 1), host.task("reader", 3)
    results = [
        host.main("xStreamBufferSetTriggerLevel", s.handle, level) for level in (11, 10, 0, 3)
    ]
    assert results == [0, 1, 1, 1]
    call = s.receive(reader, 100, FOREVER)
    s.send(host.main, b"ab")
    assert not call.done
    host.main("xStreamBufferSetTriggerLevel", s.handle, 0)  # means 1
    s.send(host.main, b"c")
    assert s.got(call) == b"abc"


def test_a_batching_buffer_gives_more_than_its_level_or_nothing(host: Host) -> None:
    storage, memory = host.new("uint8_t[11]"), host.new("StaticStreamBuffer_t *")
    fixed = host.main("xStreamBatchingBufferCreateStatic", 11, 4, storage, memory)
    for s in (batching(host, 10, 4), Stream(host, fixed)):
        reader = host.task("reader", 3)
        s.send(host.main, b"abcd")
        assert s.take() == b""
        call = s.receive(reader, 100, FOREVER)
        assert not call.done
        s.send(host.main, b"e")
        assert s.got(call) == b"abcde"
        late = s.receive(reader, 100, 5)
        s.send(host.main, b"fghi")  # just the level wakes nobody
        assert not late.done
        host.advance(5)
        assert late.result == 0
        assert s.ask("BytesAvailable") == 4


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
    sent, received = (f"xStreamBuffer{what}CompletedFromISR" for what in ("Send", "Receive"))
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


def callback_makers(host: Host) -> list[Stream]:
    storage, memory = host.new("uint8_t[2][11]"), host.new("StaticStreamBuffer_t[2]")
    calls = (host.lib.test_on_sent, host.lib.test_on_received)
    made = []
    for i, kind in enumerate(("Stream", "StreamBatching")):
        made.append(host.main(f"x{kind}BufferCreateWithCallback", 10, 2, *calls))
        create = f"x{kind}BufferCreateStaticWithCallback"
        made.append(host.main(create, 11, 2, storage[i], memory + i, *calls))
    return [Stream(host, handle) for handle in made]


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


# ---- Creation, reset, end ----


def test_a_static_buffer_allocates_nothing(host: Host) -> None:
    storage, memory = host.new("uint8_t[11]"), host.new("StaticStreamBuffer_t *")
    before = host.lib.host_live_blocks()
    s = Stream(host, host.main("xStreamBufferCreateStatic", 11, 1, storage, memory))
    s.send(host.main, b"abc")
    assert bytes(storage)[:3] == b"abc"
    where, whose = host.new("uint8_t **"), host.new("StaticStreamBuffer_t **")
    get = "xStreamBufferGetStaticBuffers"
    assert host.main(get, stream(host).handle, where, whose) == 0
    assert host.main(get, s.handle, where, whose) == 1
    assert (where[0], whose[0]) == (storage, memory)
    host.main("vStreamBufferDelete", s.handle)
    assert host.lib.host_live_blocks() == before + 1  # the other one


def test_a_deleted_buffer_gives_its_memory_back(host: Host) -> None:
    before = host.lib.host_live_blocks()
    for make in (stream, batching):
        s = make(host)
        assert host.lib.host_live_blocks() == before + 1
        host.main("vStreamBufferDelete", s.handle)
    assert host.lib.host_live_blocks() == before


@both
def test_who_waits_for_a_deleted_buffer_returns(host: Host, make: Any) -> None:
    full, empty = make(host), make(host)
    full.send(host.main, b"0123456789")
    sender, reader = host.task("sender", 4), host.task("reader", 3)
    send = full.send(sender, b"a", FOREVER)
    receive = empty.receive(reader, 100, 50)
    for s in (full, empty):
        host.main("vStreamBufferDelete", s.handle)
    assert (send.result, receive.result) == (0, 0)
    # Neither is left waiting for a notification.
    assert [task("xTaskNotifyStateClear", None) for task in (sender, reader)] == [0, 0]
    host.main("xTaskNotifyGive", reader.handle)
    assert reader("ulTaskNotifyTake", 1, 0) == 1


@both
def test_a_deleted_task_leaves_the_buffer_it_waits_for(host: Host, make: Any) -> None:
    s, reader, other = make(host), host.task("reader", 3), host.task("other", 3)
    s.receive(reader, 100, FOREVER)
    host.main("vTaskDelete", reader.handle)
    assert s.send(host.main, b"abc").result == 3
    assert s.got(s.receive(other, 100, FOREVER)) == b"abc"
    assert host.main("xStreamBufferReset", s.handle) == 1


@both
def test_reset_empties_a_buffer_nobody_waits_for(host: Host, make: Any) -> None:
    s, task, irq = make(host, 10, 3), host.task("task", 3), host.interrupt(IRQ)
    s.send(host.main, b"abc")
    host.main("vStreamBufferSetStreamBufferNotificationIndex", s.handle, 1)
    assert host.main("xStreamBufferReset", s.handle) == 1
    assert s.take() == b""
    assert host.main("uxStreamBufferGetStreamBufferNotificationIndex", s.handle) == 0
    call = s.receive(task, 100, FOREVER)
    s.send(host.main, b"ab")  # the trigger level is kept
    assert not call.done
    resets = [host.main.call("xStreamBufferReset", s.handle)]
    resets.append(irq.post("xStreamBufferResetFromISR", s.handle))
    host.raise_interrupt(IRQ)
    assert [reset.result for reset in resets] == [0, 0]
    s.send(host.main, b"c")
    assert s.got(call) == b"abc"
    s.send(host.main, b"d")
    done = irq.post("xStreamBufferResetFromISR", s.handle)
    host.raise_interrupt(IRQ)
    assert (done.result, s.take()) == (1, b"")


def test_without_memory_there_is_no_buffer(host: Host) -> None:
    before = host.lib.host_live_blocks()
    with host.failing_after(0):
        assert host.main("xStreamBufferCreate", 10, 1) == host.ffi.NULL
        assert host.main("xStreamBatchingBufferCreate", 10, 1) == host.ffi.NULL
    assert host.main("xStreamBufferCreate", (1 << 32) - 1, 1) == host.ffi.NULL
    assert host.main("xStreamBufferCreate", (1 << 64) - 8, 1) == host.ffi.NULL
    assert host.lib.host_live_blocks() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((0, 0, 0), "the size is 0"),
        ((10, 11, 0), "the trigger level is above the size"),
        ((8, 0, 1), "no message fits"),
    ],
)
def test_a_buffer_that_cannot_be_is_refused(
    host: Host, arguments: tuple[int, ...], says: str
) -> None:
    storage, memory = host.new("uint8_t[20]"), host.new("StaticStreamBuffer_t *")
    for name, more in (
        ("xStreamBufferGenericCreate", ()),
        ("xStreamBufferGenericCreateStatic", (storage, memory)),
    ):
        call = host.task("task").call(name, *arguments, *more, None, None)
        assert not call.done
        assert f"{name}: {says}" in host.output()
    host.task("task").call("xStreamBufferCreateStatic", 10, 1, None, memory)
    assert "pucStreamBufferStorageArea is NULL" in host.output()


def test_a_second_reader_or_writer_is_a_broken_rule(host: Host) -> None:
    s, first, second = stream(host), host.task("first", 3), host.task("second", 3)
    s.receive(first, 100, FOREVER)
    assert not s.receive(second, 100, FOREVER).done
    assert "xStreamBufferReceive: another task waits to receive" in host.output()
    s.send(host.main, b"0123456789abc")
    s.send(host.main, b"0123456789")
    s.send(host.task("third", 3), b"a", FOREVER)
    s.send(host.task("fourth", 3), b"a", FOREVER)
    assert "xStreamBufferSend: another task waits to send" in host.output()


def test_waiting_with_the_scheduler_suspended_is_a_broken_rule(host: Host) -> None:
    s, task = stream(host), host.task("task", 3)
    task.post("vTaskSuspendAll")
    task.post("xStreamBufferSend", s.handle, host.new("char[]", b"a"), 1, 5)
    fine = task.post("xStreamBufferReceive", s.handle, s.into, 1, 5)
    wrong = task.post("xStreamBufferReceive", s.handle, s.into, 1, 5)
    host.run()
    assert fine.result == 1  # it need not wait
    assert not wrong.done
    assert "would wait while the scheduler is suspended" in host.output()


def test_without_asserts_bad_sizes_do_no_harm(tmp_path: Path) -> None:
    host = Host(build(tree(), tmp_path, flags=["-DHOST_WITHOUT_ASSERTS"]), CDEF)
    host.start()
    memory = host.new("StaticStreamBuffer_t *")
    assert host.main("xStreamBufferCreateStatic", 0, 0, memory, memory) == host.ffi.NULL
    assert host.main("xStreamBufferCreateStatic", 8, 0, None, memory) == host.ffi.NULL
    empty = stream(host, 0, 0)
    assert empty.send(host.main, b"a").result == 0
    never = stream(host, 4, 1 << 40)  # a level that is never reached
    reader = host.task("reader", 3)
    call = never.receive(reader, 100, FOREVER)
    never.send(host.main, b"abcd")
    assert not call.done
    assert host.output() == ""
