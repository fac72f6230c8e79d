# SPDX-License-Identifier: BSD-3-Clause
"""A driver of FreeRTOS+TCP, in each of its forms, as a network device: frames and buffers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tcpbench import BUFFERS, COPIES, EINVAL, FORMS, NETWORK_RX, POLL, RING, SUCCESS, Bench, frame

# ---- Frames, both ways ----


def test_frames_of_every_length_go_up_as_they_came(bench: Bench) -> None:
    bench.up()
    for size in (14, 15, 60, 61, 64, 127, 128, 1000, 1513, 1514):
        assert bench.arrive(frame(size, size))
        bench.interrupt()
        status, data = bench.receive()
        assert (status & SUCCESS, data) == (SUCCESS, frame(size, size)), size
        bench.lib.stack_free_kept()
    assert bench.errors()["rx_frames"] == 10
    bench.assert_nothing_is_lost()


def test_frames_of_every_length_go_out_as_they_were(bench: Bench) -> None:
    bench.up()
    for size in (14, 15, 60, 61, 64, 127, 128, 1000, 1513, 1514):
        assert bench.send(frame(size, size)) & SUCCESS
        assert bench.transmit() == [frame(size, size)], size
    assert bench.errors()["tx_frames"] == 10
    bench.assert_nothing_is_lost()


def test_what_the_device_wrote_is_the_packet_itself(bench: Bench) -> None:
    bench.up()
    bench.arrive(frame(100))
    where = bench.lib.model_place()
    bench.interrupt()
    bench.receive()
    assert (bench.lib.stack_place() == where) is (bench.form not in COPIES)


def test_several_frames_of_one_interrupt_go_up_in_order(bench: Bench) -> None:
    bench.up()
    for number in range(RING):
        assert bench.arrive(frame(60 + number, number))
    assert not bench.arrive(frame(60))
    bench.interrupt()
    assert [bench.receive()[1] for _ in range(RING)] == [frame(60 + n, n) for n in range(RING)]
    bench.assert_nothing_is_lost()


@pytest.mark.parametrize("size", [0, 13, 1515])
def test_what_is_no_frame_is_refused_and_counted(bench: Bench, size: int) -> None:
    bench.up()
    before = bench.errors()["rx_errors"]
    code = bench.make(NETWORK_RX, bytes(size))
    assert code == 0
    assert bench.errors()["rx_errors"] == before + 1
    assert bench.receive()[1] == b""
    if size:
        assert bench.send(bytes(size)) == EINVAL
    bench.assert_nothing_is_lost()


def test_a_full_device_drops_what_is_sent_and_counts_it(bench: Bench) -> None:
    bench.up()
    for number in range(RING + 2):
        bench.send(frame(60, number))
    assert len(bench.transmit()) == RING
    assert bench.errors()["tx_errors"] == 2
    bench.assert_nothing_is_lost()


def test_frames_for_others_stay_below(bench: Bench) -> None:
    bench.up()
    bench.arrive(frame(60, to=bytes([2, 9, 9, 9, 9, 9])))
    bench.arrive(frame(60, to=b"\xff" * 6))
    bench.arrive(frame(60, to=bytes([0x33, 0x33, 0, 0, 0, 1])))
    bench.interrupt()
    assert bench.receive()[1][:6] == b"\xff" * 6
    assert bench.receive()[1][:2] == b"\x33\x33"
    assert bench.receive()[1] == b""
    bench.assert_nothing_is_lost()


# ---- Buffers ----


def test_buffers_do_what_drivers_do_with_them(bench: Bench) -> None:
    bench.up()
    assert bench.call("model_buffers") == 0
    bench.assert_nothing_is_lost()


def test_buffers_are_the_heaps_while_no_device_is_started(bench: Bench) -> None:
    bench.begin()
    blocks = bench.lib.host_live_blocks()
    assert bench.call("model_buffers") == 0
    assert bench.lib.host_live_blocks() == blocks
    assert bench.counts()["free"] == BUFFERS


def test_a_stack_that_frees_nothing_stops_the_driver_and_not_for_good(bench: Bench) -> None:
    bench.up()
    received = 0
    for _ in range(80):
        bench.arrive(frame(60, received))
        bench.interrupt()
        received += bool(bench.receive()[1])
    assert received < 80
    assert bench.counts()["lost"] + bench.errors()["rx_dropped"] > 0
    bench.lib.stack_free_kept()
    bench.receive()
    assert bench.arrive(frame(60))
    bench.interrupt()
    assert bench.receive()[1] == frame(60)
    bench.assert_nothing_is_lost()


def test_who_waits_for_a_buffer_gets_the_next_that_is_given_back(bench: Bench) -> None:
    bench.up()
    other = bench.host.task("other", 3)
    third = bench.host.task("third", 3)
    while bench.call("model_take", 0):
        pass
    first, second = other.call("model_take", 1000), third.call("model_take", 1000)
    assert not first.done
    assert not second.done
    assert bench.call("model_give") == 1
    bench.host.run()
    assert bench.call("model_give") == 1
    bench.host.run()
    assert (first.result, second.result) == (1, 1)
    waits = other.call("model_take", 20)
    bench.host.advance(19)
    assert not waits.done
    bench.host.advance(2)
    assert waits.result == 0
    while bench.call("model_give"):
        pass
    bench.assert_nothing_is_lost()


def test_a_driver_with_a_large_ring_gets_the_rest_from_the_heap(bench: Bench) -> None:
    # Three frames are the driver's at a time, and its ring has four places.
    bench.up(descriptors=4)
    for number in range(20):
        assert bench.arrive(frame(60 + number, number))
        bench.interrupt()
        assert bench.receive()[1] == frame(60 + number, number)
        bench.lib.stack_free_kept()
    assert bench.counts()["lost"] == 0
    assert bench.errors()["rx_dropped"] == 0


# ---- Anything in any order ----

STEPS = st.one_of(
    st.tuples(st.just("arrive"), st.integers(14, 1514)),
    st.tuples(st.just("send"), st.integers(14, 1514)),
    st.tuples(st.just("transmit"), st.integers(0, 5)),
    st.tuples(st.just("receive"), st.integers(1, 4)),
    st.tuples(st.just("link"), st.integers(0, 1)),
    st.tuples(st.just("down"), st.just(0)),
    st.tuples(st.just("free"), st.just(0)),
)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, max_size=60))
def test_no_buffer_is_lost_whatever_happens(
    libraries: Callable[[str], Path], form: str, steps: list[tuple[str, int]]
) -> None:
    bench = Bench(libraries(form), form).up()
    for number, (what, much) in enumerate(steps):
        if what == "arrive":
            bench.arrive(frame(much, number))
            bench.interrupt()
        elif what == "send":
            bench.send(frame(much, number))
        elif what == "transmit":
            bench.transmit(much)
        elif what == "receive":
            for _ in range(much):
                bench.receive()
        elif what == "link":
            bench.lib.model_link(0, bool(much))
            bench.host.advance(POLL)
        elif what == "down":
            bench.call("model_down")
        else:
            bench.lib.stack_free_kept()
    bench.lib.model_link(0, True)
    bench.host.advance(2 * POLL)
    bench.transmit()
    bench.lib.stack_free_kept()
    while bench.receive()[0] & SUCCESS:
        bench.lib.stack_free_kept()
    bench.assert_nothing_is_lost()
