# SPDX-License-Identifier: BSD-3-Clause
"""Message buffers: framing, waiting for room, other length words, other ways to wake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streams import Buffer, messages, static_messages

from uk_board.shimhost import Host

HostBuild = Callable[..., Path]
FOREVER = 0xFFFFFFFF
IRQ = 6
WORD = 8  # bytes of a message's length


both = pytest.mark.parametrize("make", [messages, static_messages])


# ---- Framing ----


@both
def test_messages_come_out_whole(host: Host, make: Any) -> None:
    m, task = make(host), host.task("task")
    for _ in range(5):  # lengths and messages over the end of the ring
        assert m.send(task, b"abcde").result == 5
        assert m.send(task, b"f").result == 1
        assert m.send(task, b"ghijk").result == 0  # 8 bytes are left
        assert [m.take(), m.take(), m.take()] == [b"abcde", b"f", b""]
    assert m.send(task, b"").result == 0
    assert m.ask("xMessageBufferIsEmpty") == 1


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    size=st.integers(WORD + 1, 60),
    steps=st.lists(st.tuples(st.booleans(), st.integers(0, 70))),
)
def test_framing_behaves_as_its_model(host: Host, size: int, steps: list[tuple[bool, int]]) -> None:
    m, inside = messages(host, size), []
    for number, (sending, count) in enumerate(steps):
        space = size - sum(WORD + len(message) for message in inside)
        if sending:
            data = bytes((number + i) % 251 for i in range(count))
            fits = count > 0 and WORD + count <= space
            assert m.send(host.main, data).result == (count if fits else 0)
            inside += [data] * fits
        else:
            fits = bool(inside) and len(inside[0]) <= count
            assert m.take(count) == (inside.pop(0) if fits else b"")
        assert m.ask("xMessageBufferNextLengthBytes") == (len(inside[0]) if inside else 0)
        assert m.ask("xMessageBufferSpacesAvailable") == size - sum(
            WORD + len(one) for one in inside
        )
    host.main("vMessageBufferDelete", m.handle)


@both
def test_a_message_that_the_reader_has_no_room_for_stays(host: Host, make: Any) -> None:
    m, reader = make(host), host.task("reader", 3)
    m.send(host.main, b"abcde")
    # At once: there is a message.
    assert reader("xMessageBufferReceive", m.handle, m.into, 4, 10) == 0
    assert m.take(5) == b"abcde"


@both
def test_the_next_length_is_told(host: Host, make: Any) -> None:
    m, irq = make(host), host.interrupt(IRQ)
    assert m.ask("xMessageBufferNextLengthBytes") == 0
    for data in (b"abc", b"defgh"):
        m.send(host.main, data)
    assert m.ask("xMessageBufferNextLengthBytes") == 3
    m.take()
    told = irq.post("xMessageBufferNextLengthBytes", m.handle)
    host.raise_interrupt(IRQ)
    assert told.result == 5
    stream = host.main("xStreamBufferCreate", 20, 1)
    host.main("xStreamBufferSend", stream, host.new("char[10]"), 10, 0)
    assert host.main("xStreamBufferNextMessageLengthBytes", stream) == 0


@both
def test_a_message_buffer_tells_its_state(host: Host, make: Any) -> None:
    m = make(host)
    asked = (
        "xMessageBufferIsEmpty",
        "xMessageBufferIsFull",
        "xMessageBufferSpaceAvailable",
        "xMessageBufferSpacesAvailable",
    )
    assert [m.ask(what) for what in asked] == [1, 0, 30, 30]
    m.send(host.main, b"x" * 13)
    assert [m.ask(what) for what in asked] == [0, 0, 9, 9]
    m.send(host.main, b"x")
    assert [m.ask(what) for what in asked] == [0, 1, 0, 0]
    m.take()
    m.send(host.main, b"x" * 5)
    # No room for a message is full, though 8 bytes are free.
    assert [m.ask(what) for what in asked] == [0, 1, 8, 8]


# ---- Waiting ----


@both
def test_a_reader_waits_for_any_message(host: Host, make: Any) -> None:
    m, reader = make(host), host.task("reader", 3)
    call = m.receive(reader, 100, FOREVER)
    m.send(host.main, b"a")
    assert m.got(call) == b"a"
    late = m.receive(reader, 100, 5)
    host.advance(4.9)
    assert not late.done
    host.advance(0.1)
    assert late.result == 0


@both
def test_a_sender_waits_until_the_whole_message_fits(host: Host, make: Any) -> None:
    m, sender = make(host), host.task("sender", 3)
    m.send(sender, b"abc"), m.send(sender, b"defgh")
    call = m.send(sender, b"0123456789", FOREVER)
    assert m.take() == b"abc"  # 17 bytes are free now
    assert not call.done
    assert m.take() == b"defgh"
    assert call.result == 10
    assert m.take() == b"0123456789"
    m.send(sender, b"x" * 20)
    late = m.send(sender, b"abc", 5)
    host.advance(5)
    assert late.result == 0  # nothing of it
    assert m.take() == b"x" * 20
    assert m.ask("xMessageBufferIsEmpty") == 1


@both
def test_a_message_that_can_never_fit_is_not_waited_for(host: Host, make: Any) -> None:
    m, sender = make(host), host.task("sender", 3)
    assert m.send(sender, b"x" * 23, FOREVER).result == 0
    memory = host.new("char[1]")
    for size in ((1 << 32) - 1, (1 << 32) + 1, (1 << 64) - 8, (1 << 64) - 1):
        assert sender("xMessageBufferSend", m.handle, memory, size, FOREVER) == 0
    assert m.send(sender, b"x" * 22, FOREVER).result == 22


@both
def test_who_waits_for_a_deleted_message_buffer_returns(host: Host, make: Any) -> None:
    full, empty = make(host), make(host)
    full.send(host.main, b"x" * 22)
    sender, reader = host.task("sender", 4), host.task("reader", 3)
    send = full.send(sender, b"a", 50)
    receive = empty.receive(reader, 100, FOREVER)
    for m in (full, empty):
        host.main("vMessageBufferDelete", m.handle)
    assert (send.result, receive.result) == (0, 0)


@both
def test_reset_drops_all_messages(host: Host, make: Any) -> None:
    m, reader, irq = make(host), host.task("reader", 3), host.interrupt(IRQ)
    m.send(host.main, b"abc")
    assert m.ask("xMessageBufferReset") == 1
    assert (m.ask("xMessageBufferNextLengthBytes"), m.ask("xMessageBufferSpacesAvailable")) == (
        0,
        30,
    )
    m.send(host.main, b"abc")
    done = irq.post("xMessageBufferResetFromISR", m.handle)
    host.raise_interrupt(IRQ)
    assert (done.result, m.ask("xMessageBufferIsEmpty")) == (1, 1)
    m.receive(reader, 100, FOREVER)
    assert m.ask("xMessageBufferReset") == 0


# ---- Interrupts, callbacks, other cores ----


@both
def test_an_interrupt_sends_and_receives_messages(host: Host, make: Any) -> None:
    m, task, irq = make(host), host.task("task", 3), host.interrupt(IRQ)
    woken, into = host.new("BaseType_t *"), host.new("char[100]")
    data = host.new("char[]", b"abcdefghijklmnopqrstuvwxyz")
    call = m.receive(task, 100, FOREVER)
    sends = [
        irq.post("xMessageBufferSendFromISR", m.handle, data, size, woken) for size in (23, 0, 3)
    ]
    host.raise_interrupt(IRQ)
    assert [sent.result for sent in sends] == [0, 0, 3]
    assert (m.got(call), woken[0]) == (b"abc", 1)
    m.send(task, b"x" * 20)
    full = m.send(task, b"yz", FOREVER)
    gets = [
        irq.post("xMessageBufferReceiveFromISR", m.handle, into, size, None) for size in (19, 20, 1)
    ]
    host.raise_interrupt(IRQ)
    assert [got.result for got in gets] == [0, 20, 0]
    assert (full.result, m.take()) == (2, b"yz")


def test_callbacks_hear_of_messages(host: Host) -> None:
    calls = (host.lib.test_on_sent, host.lib.test_on_received)
    storage, memory = host.new("uint8_t[31]"), host.new("StaticMessageBuffer_t *")
    fixed = host.main("xMessageBufferCreateStaticWithCallback", 31, storage, memory, *calls)
    for handle in (host.main("xMessageBufferCreateWithCallback", 30, *calls), fixed):
        m, sent, received = (
            Buffer(host, handle, "Message"),
            host.lib.test_sent,
            host.lib.test_received,
        )
        before = (sent.calls, received.calls)
        m.send(host.main, b"abc")
        m.take(2)  # stays, and nobody is told
        m.send(host.main, b"")
        assert (sent.calls - before[0], received.calls - before[1]) == (1, 0)
        m.take(3)
        assert (received.calls - before[1], received.stream) == (1, handle)


def test_a_static_message_buffer_allocates_nothing(host: Host) -> None:
    storage, memory = host.new("uint8_t[31]"), host.new("StaticMessageBuffer_t *")
    before = host.lib.host_live_blocks()
    m = Buffer(host, host.main("xMessageBufferCreateStatic", 31, storage, memory), "Message")
    m.send(host.main, b"abc")
    assert bytes(storage)[:11] == b"\3\0\0\0\0\0\0\0abc"
    where, whose = host.new("uint8_t **"), host.new("StaticMessageBuffer_t **")
    assert host.main("xMessageBufferGetStaticBuffers", m.handle, where, whose) == 1
    assert (where[0], whose[0]) == (storage, memory)
    host.main("vMessageBufferDelete", m.handle)
    assert host.lib.host_live_blocks() == before


own_build = pytest.mark.not_sanitized(reason="a build of its own, of the same code")
# Found before the host's own, and instead of it.
CONFIG = """
#define FREERTOS_CONFIG_H
#include <stdint.h>
#define configTICK_RATE_HZ 1000
#define configMAX_PRIORITIES 32
void vAssertCalled(const char *pcFile, int iLine);
#define configASSERT(x) ((x) ? (void)0 : vAssertCalled(__FILE__, __LINE__))
"""


def configured(made: HostBuild, folder: Path, name: str, config: str, **more: str) -> Host:
    """A world of another FreeRTOSConfig.h, with one more `source`."""
    file = folder / "more.c"
    file.write_text(f'#include "shim.h"\n{more.pop("source", "")}')
    host = Host(made(name, sources=[file], config=CONFIG + config, **more))
    host.start()
    return host


ANNOUNCE = """
void test_announce(void *stream, int what, long *woken);
#define sbSEND_COMPLETED(stream)	test_announce(stream, 1, 0)
#define sbRECEIVE_COMPLETED(stream)	test_announce(stream, 2, 0)
#define sbSEND_COMPLETED_FROM_ISR(stream, woken)	test_announce(stream, 3, woken)
#define sbRECEIVE_COMPLETED_FROM_ISR(stream, woken)	test_announce(stream, 4, woken)
"""
ANNOUNCED = """
void *announced[8]; long *announced_woken; int announcements;
void test_announce(void *stream, int what, long *woken)
{
    announced[what] = stream;
    announced_woken = woken;
    announcements++;
}
"""


@own_build
def test_another_core_s_messages_are_announced_by_interrupt(
    host_build: HostBuild, tmp_path: Path
) -> None:
    cdef = "extern void *announced[8]; extern long *announced_woken; extern int announcements;"
    host = configured(host_build, tmp_path, "announced", ANNOUNCE, source=ANNOUNCED, cdef=cdef)
    m, task, irq = messages(host), host.task("task", 3), host.interrupt(IRQ)
    woken, data = host.new("BaseType_t *"), host.new("char[]", b"abcdef")
    call = m.receive(task, 100, FOREVER)
    m.send(host.main, b"abc")
    assert host.lib.announced[1] == m.handle
    assert not call.done  # waking is the other core's business
    told = irq.post("xMessageBufferSendCompletedFromISR", m.handle, woken)
    host.raise_interrupt(IRQ)
    assert (told.result, m.got(call), woken[0]) == (1, b"abc", 1)
    assert host.lib.announced[2] == m.handle
    irq.post("xMessageBufferSendFromISR", m.handle, data, 6, woken)
    host.raise_interrupt(IRQ)
    assert (host.lib.announced[3], host.lib.announced_woken) == (m.handle, woken)
    m.send(host.main, b"x" * 8)
    full = m.send(task, b"y" * 10, FOREVER)
    into = host.new("char[20]")
    irq.post("xMessageBufferReceiveFromISR", m.handle, into, 20, None)
    host.raise_interrupt(IRQ)
    assert host.lib.announced[4] == m.handle
    assert not full.done
    m.take()
    told = irq.post("xMessageBufferReceiveCompletedFromISR", m.handle, None)
    host.raise_interrupt(IRQ)
    assert (told.result, full.result) == (1, 10)


@own_build
def test_the_length_word_is_what_the_configuration_says(
    host_build: HostBuild, tmp_path: Path
) -> None:
    config = "#define configMESSAGE_BUFFER_LENGTH_TYPE uint8_t"
    host = configured(host_build, tmp_path, "short-messages", config)
    m, task = messages(host, 600), host.task("task", 3)
    for size in (1, 255):
        assert m.send(task, b"x" * size).result == size
    assert m.ask("xMessageBufferSpacesAvailable") == 600 - 258
    assert (len(m.take()), len(m.take(255))) == (1, 255)
    assert not m.send(task, b"x" * 256).done
    assert "does not fit into configMESSAGE_BUFFER_LENGTH_TYPE" in host.output()
    other = host.task("other", 3)
    irq, memory = host.interrupt(IRQ), host.new("char[300]")
    irq.post("xMessageBufferSendFromISR", m.handle, memory, 256, None)
    host.raise_interrupt(IRQ)
    assert "xStreamBufferSendFromISR: the message's length" in host.output()
    stream = host.main("xStreamBufferCreate", 600, 1)
    assert other("xStreamBufferSend", stream, memory, 300, 0) == 300


@own_build
def test_callbacks_can_be_left_out(host_build: HostBuild, tmp_path: Path) -> None:
    config = "#define configUSE_SB_COMPLETED_CALLBACK 0"
    host = configured(host_build, tmp_path, "without-callbacks", config)
    m, reader = messages(host), host.task("reader", 3)
    call = m.receive(reader, 100, FOREVER)
    m.send(host.main, b"abc")
    assert m.got(call) == b"abc"
    task, on_sent = host.task("task"), host.lib.test_on_sent
    assert not task.call("xMessageBufferCreateWithCallback", 30, on_sent, None).done
    assert "callbacks need configUSE_SB_COMPLETED_CALLBACK 1" in host.output()


# ---- Memory ----


def test_without_memory_there_is_no_message_buffer(host: Host) -> None:
    before = host.lib.host_live_blocks()
    with host.failing_after(0):
        assert host.main("xMessageBufferCreate", 30) == host.ffi.NULL
    assert not host.task("task").call("xMessageBufferCreate", WORD).done
    assert "no message fits" in host.output()
    m = messages(host)
    host.main("vMessageBufferDelete", m.handle)
    assert host.lib.host_live_blocks() == before + 2  # the task that broke the rule
