# SPDX-License-Identifier: BSD-3-Clause
"""virtio-net: frames, what is told of them and when, and what no device should say."""

from __future__ import annotations

import pytest
from virtiobench import (
    EINVAL,
    EIO,
    EVENT_IDX,
    HEADROOM,
    MODERN,
    MORE,
    QUIET,
    RIGHT_ID,
    RING,
    RX,
    SUCCESS,
    TX,
    UNDERRUN,
    Make,
    both,
    frame,
)

# ---- Frames ----


@both
def test_received_frames_reach_the_stack_as_they_came(bench: Make, version: int) -> None:
    made = bench(version).up()
    sizes = (14, 60, 61, 1000, 1514)
    for size in sizes:
        assert made.arrive(frame(size, size))
    made.interrupt()
    assert made.lib.stack_events() == 1
    for size in sizes:
        # There may be more behind each: only the device knows.
        assert made.receive() == (SUCCESS | MORE, frame(size, size))
    assert made.receive() == (0, b"")
    assert made.arrive(frame(60))
    made.interrupt()
    assert made.lib.stack_events() == 2
    assert made.counters()["rx_frames"] == len(sizes) + 1


@both
def test_sent_frames_have_a_header_of_zeros(bench: Make, version: int) -> None:
    made = bench(version).up()
    header = bytes(12 if version == MODERN else 10)
    for number, size in enumerate((14, 60, 1514)):
        assert made.send(frame(size, size)) == SUCCESS | MORE
        assert made.lib.model_transmit(9) == 1
        assert made.sent(number) == header + frame(size, size)


def test_what_is_no_frame_is_not_sent(bench: Make) -> None:
    made = bench().up()
    taken = made.lib.stack_taken()
    assert made.send(frame(13)) == EINVAL
    assert made.send(frame(1515)) == EINVAL
    assert made.send(frame(60), headroom=HEADROOM - 1) == EINVAL
    assert made.lib.stack_taken() == taken
    assert made.lib.model_transmit(9) == 0


def test_sent_packets_are_freed_without_an_interrupt(bench: Make) -> None:
    made = bench().up()
    taken = made.lib.stack_taken()
    for _ in range(100):
        assert made.send(frame(60)) == SUCCESS | MORE
        assert made.lib.model_transmit(9) == 1
    assert made.lib.stack_taken() - taken <= 2


def test_a_full_device_lets_packets_wait_and_goes_on_by_itself(bench: Make) -> None:
    made = bench().up(descriptors=4, limit=4)
    for number in range(RING + 8):
        assert made.send(frame(60, number)) & SUCCESS
    assert made.lib.stack_waiting() == 8
    assert made.lib.model_transmit(RING - QUIET) == RING - QUIET
    made.interrupt()
    assert made.lib.stack_events() == 1
    assert made.receive() == (0, b"")  # the stack's turn: what waited is sent
    assert made.lib.stack_waiting() == 0
    assert made.lib.model_transmit(99) == QUIET + 8
    assert [made.sent(n)[10] for n in range(RING + 8)] == list(range(RING + 8))


def test_all_sent_packets_come_back_after_the_last(bench: Make) -> None:
    made = bench().up(descriptors=4, limit=4)
    taken = made.lib.stack_taken()
    for number in range(RING + 8):
        made.send(frame(60, number))
    while made.lib.model_transmit(99):
        made.interrupt()
        made.receive()
    # The few that no interrupt was asked for
    assert made.lib.stack_taken() - taken <= QUIET


def test_frames_that_come_while_others_are_taken_interrupt_nobody(bench: Make) -> None:
    made = bench().up()
    for number in range(2):
        assert made.arrive(frame(60, number))
    made.interrupt()
    raised = made.lib.model_raised()
    for number in range(2, 6):
        assert made.arrive(frame(60, number))
        assert made.receive() == (SUCCESS | MORE, frame(60, number - 2))
    assert [made.receive()[1] for _ in range(3)] == [frame(60, 4), frame(60, 5), b""]
    assert (made.lib.model_raised(), made.lib.stack_events()) == (raised, 1)
    assert made.arrive(frame(60))
    made.interrupt()
    assert (made.lib.model_raised(), made.lib.stack_events()) == (raised + 1, 2)
    assert made.receive()[1] == frame(60)


def test_a_frame_that_is_taken_before_its_interrupt_is_not_the_last_one(bench: Make) -> None:
    made = bench().up()
    for number in range(3):
        assert made.arrive(frame(60, number))
        assert made.receive() == (SUCCESS | MORE, frame(60, number))  # asked for, not told of
        made.interrupt()
        assert made.receive() == (0, b"")
    raised = made.lib.model_raised()
    assert made.arrive(frame(60))
    assert made.lib.model_raised() == raised + 1
    made.interrupt()
    assert made.receive()[1] == frame(60)


def test_each_packet_is_told_of_at_once(bench: Make) -> None:
    made = bench().up()
    before = made.lib.model_notified(TX)
    for number in range(1, 4):
        assert made.send(frame(60)) & SUCCESS
        assert made.lib.model_notified(TX) == before + number
        assert made.lib.model_transmit(9) == 1


def test_packets_that_are_gathered_are_told_of_once(bench: Make) -> None:
    made = bench().up()
    made.lib.stack_gather()
    before = made.lib.model_notified(TX)
    for number in range(5):
        assert made.send(frame(60, number)) & SUCCESS
    assert made.lib.model_notified(TX) == before
    made.task.call("stack_flush")
    assert made.lib.model_notified(TX) == before + 1
    assert made.lib.model_transmit(99) == 5
    made.task.call("stack_flush")  # of nothing
    assert made.lib.model_notified(TX) == before + 1


def test_a_full_device_is_told_without_being_asked(bench: Make) -> None:
    made = bench().up()
    made.lib.stack_gather()
    before = made.lib.model_notified(TX)
    for _ in range(RING + 1):
        assert made.send(frame(60)) & SUCCESS
    assert made.lib.model_notified(TX) == before + 1
    assert made.lib.model_transmit(99) == RING
    made.interrupt()
    made.receive()
    assert made.lib.model_notified(TX) == before + 2
    assert made.lib.model_transmit(99) == 1


def test_many_sent_packets_come_back_by_one_interrupt(bench: Make) -> None:
    made = bench().up()
    taken, raised = made.lib.stack_taken(), made.lib.model_raised()
    for _ in range(4 * QUIET):
        assert made.send(frame(60)) & SUCCESS
    assert made.lib.model_transmit(99) == 4 * QUIET
    if made.features & EVENT_IDX:
        assert made.lib.model_raised() == raised + 1
    made.interrupt()
    made.receive()
    assert made.lib.stack_taken() == taken


def test_nobody_takes_packets_then_the_device_waits(bench: Make) -> None:
    made = bench().up(descriptors=8, limit=8)
    sent = taken = 0
    for _ in range(10):
        while made.arrive(frame(60, sent)):
            sent += 1
            made.interrupt()
        while data := made.receive()[1]:
            assert data == frame(60, taken)
            taken += 1
    # Half of them are the device's; all are full now, none was lost.
    assert (sent, taken) == (8, 4)
    assert made.receive() == (UNDERRUN, b"")
    made.lib.stack_free_kept()
    assert made.receive() == (0, b"")  # there is room again: the device is told
    for number in range(4, 8):
        assert made.receive()[1] == frame(60, number)
    made.lib.stack_free_kept()
    made.receive()
    for number in range(50):
        assert made.arrive(frame(60, number))
        made.interrupt()
        assert made.receive()[1] == frame(60, number)
        made.lib.stack_free_kept()
    assert made.counters()["rx_dropped"] == 0


# ---- What no device should say ----


@both
@pytest.mark.parametrize("length", [0, 9, 23, 24, 1527, 2060, 0x7FFFFFFF])
def test_lengths_that_cannot_be_are_counted(bench: Make, version: int, length: int) -> None:
    header = 12 if version == MODERN else 10
    made = bench(version).up()
    assert made.arrive(frame(60), RIGHT_ID, length)
    assert made.arrive(frame(61))
    made.interrupt()
    good = [data for data in (made.receive()[1], made.receive()[1]) if data]
    possible = header + 14 <= length <= header + 1514
    assert len(good) == 1 + possible
    assert good[-1] == frame(61)
    assert made.counters()["rx_errors"] == 1 - possible


@both
@pytest.mark.parametrize("wrong", [RING, 31, 0xFFFF, 0xFFFFFFFF])
def test_a_number_it_was_not_given_resets_it(bench: Make, version: int, wrong: int) -> None:
    made = bench(version).up()
    taken = made.lib.stack_taken()
    assert made.arrive(frame(60), wrong)
    made.interrupt()
    assert made.counters()["resets"] == 1
    while made.receive()[1]:
        made.lib.stack_free_kept()
    assert made.arrive(frame(62))
    made.interrupt()
    assert made.receive()[1] == frame(62)
    made.lib.stack_free_kept()
    made.receive()
    assert made.lib.stack_taken() == taken


@both
@pytest.mark.parametrize("queue", [RX, TX])
@pytest.mark.parametrize("by", [RING, 0x8000, 0xFFFF])
def test_more_than_it_was_given_resets_it(bench: Make, version: int, queue: int, by: int) -> None:
    made = bench(version).up()
    assert made.send(frame(60)) & SUCCESS
    made.lib.model_jump(queue, by)
    made.interrupt()
    assert made.counters()["resets"] == 1
    assert made.lib.stack_link()
    assert made.send(frame(63)) & SUCCESS
    assert made.lib.model_transmit(9) == 1
    assert made.sent(0)[-63:] == frame(63)


def test_a_device_that_asks_for_a_reset_gets_it(bench: Make) -> None:
    made = bench(MODERN).up()
    made.lib.model_needs_reset()
    made.host.run()
    assert made.counters()["resets"] == 1
    assert made.arrive(frame(60))
    made.interrupt()
    assert made.receive()[1] == frame(60)


def test_a_device_that_cannot_be_reset_is_down_and_keeps_no_packet(bench: Make) -> None:
    made = bench(MODERN).up()
    for _ in range(5):
        made.send(frame(60))
    made.receive()
    made.lib.model_faults(0, 1, 1024)
    made.lib.model_needs_reset()
    made.host.run()
    assert not made.lib.stack_link()
    assert made.send(frame(60)) == EIO
    made.receive()
    assert made.lib.stack_taken() == 16
