# SPDX-License-Identifier: BSD-3-Clause
"""Stream buffers and batching buffers: bytes, levels, creation and end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streams import Buffer, batching, static_stream, stream

from uk_board.shimhost import Host

FOREVER = 0xFFFFFFFF
IRQ = 5

both = pytest.mark.parametrize("make", [stream, static_stream])


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
            assert s.ask("xStreamBufferBytesAvailable") == len(inside)
            assert s.ask("xStreamBufferSpacesAvailable") == size - len(inside)
    host.main("vStreamBufferDelete", s.handle)


@both
def test_a_buffer_tells_its_state(host: Host, make: Any) -> None:
    s = make(host)
    asked = (
        "xStreamBufferIsEmpty",
        "xStreamBufferIsFull",
        "xStreamBufferBytesAvailable",
        "xStreamBufferSpacesAvailable",
    )
    for fill, state in ((0, [1, 0, 0, 10]), (6, [0, 0, 6, 4]), (10, [0, 1, 10, 0])):
        s.send(host.main, b"x" * (fill - s.ask("xStreamBufferBytesAvailable")))
        assert [s.ask(what) for what in asked] == state
    irq = host.interrupt(IRQ)
    calls = [irq.post(what, s.handle) for what in asked]
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
    for s in (batching(host, 10, 4), Buffer(host, fixed)):
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
        assert s.ask("xStreamBufferBytesAvailable") == 4


# ---- Creation, reset, end ----


def test_a_static_buffer_allocates_nothing(host: Host) -> None:
    storage, memory = host.new("uint8_t[11]"), host.new("StaticStreamBuffer_t *")
    before = host.lib.host_live_blocks()
    s = Buffer(host, host.main("xStreamBufferCreateStatic", 11, 1, storage, memory))
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


def test_without_asserts_bad_sizes_do_no_harm(host_build: Callable[..., Path]) -> None:
    host = Host(host_build("without-asserts", flags=["-DHOST_WITHOUT_ASSERTS"]))
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
