# SPDX-License-Identifier: BSD-3-Clause
"""Drivers of network devices over models of them, with the shim on the host below them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from netbench import (
    BROADCAST,
    BUSY,
    DOWN,
    EMAC,
    GENET,
    GROUP,
    LAN9514,
    LENGTH,
    MEMORY,
    NO_DEVICE,
    OK,
    OTHER,
    OWN,
    TIMEOUT,
    Bench,
    Nic,
    frame,
)

Make = Callable[..., Bench]

NICS = (GENET, EMAC, LAN9514)


@pytest.fixture(scope="session", params=NICS, ids=lambda nic: nic.name)
def built(request: pytest.FixtureRequest, host_build: Callable[..., Path]) -> tuple[Nic, Path]:
    nic = request.param
    assert isinstance(nic, Nic)
    return nic, nic.build(host_build)


@pytest.fixture
def bench(built: tuple[Nic, Path]) -> Make:
    def make(interrupt: bool = True, variant: int = 0) -> Bench:
        variants = built[0].variants
        return Bench(*built, interrupt, variants[variant % len(variants)])

    return make


@pytest.fixture(params=[(True, 0), (False, 1), (True, 2)], ids=["interrupt", "polling", "kept"])
def up(request: pytest.FixtureRequest, bench: Make) -> Bench:
    interrupt, variant = request.param
    return bench(interrupt, variant).up()


def test_frames_of_every_length_leave_as_they_were(bench: Make) -> None:
    up = bench(variant=1).up()
    for length in range(60, 1515):
        data = frame(length, length)
        assert up.send(data) == OK
        assert up.sent() == [data]
    assert up.sound()
    assert up.counters.tx_frames == 1515 - 60
    assert up.out == up.nic.rx


def test_frames_of_every_length_arrive_as_they_were(bench: Make) -> None:
    up = bench(variant=1).up()
    for length in range(60, 1515):
        data = frame(length, length)
        up.arrive(data)
        assert up.received() == [data]
    assert up.sound()
    assert up.counters.rx_frames == 1515 - 60


def test_what_is_shorter_than_a_frame_is_filled_with_zeroes(up: Bench) -> None:
    for length in (14, 42, 59):
        data = frame(length, 3)
        assert up.send(data) == OK
        assert up.sent() == [data.ljust(60, b"\0")]
    assert up.sound()


@pytest.mark.parametrize("length", [0, 13, 1515, 2048])
def test_what_is_no_frame_is_refused(up: Bench, length: int) -> None:
    assert up.post(frame(length)) == LENGTH
    assert up.out == up.nic.rx
    assert up.sound()


def test_a_burst_goes_through_in_order(up: Bench) -> None:
    sent = [frame(60 + n, n) for n in range(200)]
    arrived = []
    for data in sent:
        while up.post(data) == BUSY:
            up.turn(3)
        up.arrive(data)
        arrived += up.received()
    up.turn(100)
    assert up.sent() == sent
    assert arrived == sent
    assert up.sound()


def test_a_full_ring_says_so_and_says_when_there_is_room(up: Bench) -> None:
    for n in range(up.nic.tx):
        assert up.post(frame(60, n)) == OK
    ready, _ = up.events
    assert up.post(frame(60)) == BUSY
    assert up.events[0] == ready
    up.turn(1)
    assert up.events[0] == ready + 1
    assert up.post(frame(61)) == OK
    up.turn(100)
    assert len(up.sent()) == up.nic.tx + 1
    # Told once: nobody has been refused since.
    assert up.events[0] == ready + 1
    assert up.out == up.nic.rx


def test_without_a_buffer_frames_are_dropped_and_counted_until_there_is_one(up: Bench) -> None:
    up.lib.user_limit(up.nic.rx)
    for n in range(100):
        up.arrive(frame(100, n))
    assert up.received() == []
    assert up.counters.rx_dropped == 100
    up.lib.user_limit(up.nic.rx + 1)
    up.arrive(frame(100, 77))
    assert up.received() == [frame(100, 77)]
    assert up.sound()


def test_too_few_buffers_to_start_are_given_back(bench: Make) -> None:
    made = bench()
    if not made.nic.rx:
        pytest.skip("it needs none to start")
    assert made.call("model_init") == OK
    made.lib.user_limit(made.nic.rx - 1)
    assert made.call("user_start") == MEMORY
    assert made.out == 0
    made.lib.user_limit(64)
    assert made.call("user_start") == OK
    assert made.out == made.nic.rx


@pytest.mark.parametrize("shift", [2, 32, 640])
def test_buffers_that_share_a_line_or_are_too_small_are_given_back(bench: Make, shift: int) -> None:
    made = bench()
    if not made.nic.rx:
        pytest.skip("it copies")
    assert made.call("model_init") == OK
    made.lib.user_shift(shift)
    assert made.call("user_start") == MEMORY
    assert made.out == 0
    made.lib.user_shift(0)
    assert made.call("user_start") == OK


def test_a_bad_frame_is_counted_and_its_buffer_used_again(up: Bench) -> None:
    for n in range(100):
        up.arrive(frame(64, n), up.nic.rx_error)
    assert up.received() == []
    assert up.counters.rx_errors == 100
    up.arrive(frame(64, 5))
    assert up.received() == [frame(64, 5)]
    assert up.out == up.nic.rx
    assert up.sound()


def test_frames_longer_than_allowed_are_bad(up: Bench) -> None:
    for length in (1515, 1518, 1522, 2000):
        up.arrive(frame(length))
    assert up.received() == []
    assert up.counters.rx_errors >= 4
    up.arrive(frame(1514))
    assert up.received() == [frame(1514)]
    assert up.sound()


def test_only_frames_for_us_and_for_groups_arrive_unless_all_are_wanted(up: Bench) -> None:
    for to in (OWN, BROADCAST, GROUP, OTHER):
        up.arrive(frame(64, 1, to))
    assert up.received() == [frame(64, 1, to) for to in (OWN, BROADCAST, GROUP)]
    assert up.call("user_promiscuous", 1) == OK
    up.arrive(frame(64, 2, OTHER))
    assert up.received() == [frame(64, 2, OTHER)]
    assert up.call("user_promiscuous", 0) == OK
    up.arrive(frame(64, 3, OTHER))
    assert up.received() == []


def test_all_that_is_wanted_survives_a_lost_link(up: Bench) -> None:
    assert up.call("user_promiscuous", 1) == OK
    up.partner(0)
    up.partner(100)
    up.arrive(frame(64, 2, OTHER))
    assert up.received() == [frame(64, 2, OTHER)]


def test_the_link_is_told_and_the_device_follows_its_speed(bench: Make) -> None:
    made = bench()
    assert made.call("model_init") == OK
    assert made.call("user_start") == OK
    made.host.advance(3000)
    assert not made.link
    assert made.post(frame(60)) == DOWN
    changes = 0
    for mbps in made.nic.speeds:
        for full in (True, False):
            made.partner(mbps, full)
            changes += 1
            assert made.link
            assert made.send(frame(60, mbps)) == OK
            assert made.sent() == [frame(60, mbps)]
            made.arrive(frame(61, mbps))
            assert made.received() == [frame(61, mbps)]
            made.partner(0)
            changes += 1
            assert not made.link
            assert made.post(frame(60)) == DOWN
            assert made.events[1] == changes
    assert made.sound()


def test_another_partner_between_two_looks_is_noticed(up: Bench) -> None:
    _, changes = up.events
    up.partner(100, False)
    assert up.link
    assert up.events[1] == changes + 2
    up.send(frame(64))
    assert up.sent() == [frame(64)]
    assert up.sound()


def test_a_lost_link_gives_back_what_was_to_be_sent(up: Bench) -> None:
    for n in range(5):
        up.post(frame(60, n))
    up.partner(0)
    assert up.out == up.nic.rx
    assert up.counters.tx_errors == 5 - up.nic.copied
    up.turn(5)
    up.partner(1000)
    assert up.post(frame(60, 9)) == OK
    # More than there is: what was to be sent before must be forgotten.
    up.turn(5)
    assert up.sent() == [frame(60, 9)]
    assert up.sound()


def test_who_waits_for_room_is_told_when_the_link_is_lost(up: Bench) -> None:
    while up.post(frame(60)) == OK:
        pass
    ready, _ = up.events
    up.partner(0)
    assert up.events[0] == ready + 1
    assert up.post(frame(60)) == DOWN


def test_nothing_is_sent_before_the_start_and_after_the_end(bench: Make) -> None:
    made = bench()
    made.partner(1000)
    assert made.call("model_init") == OK
    assert made.post(frame(60)) == DOWN
    made.arrive(frame(60))
    assert made.call("user_start") == OK
    made.host.advance(1000)
    assert made.send(frame(60, 1)) == OK
    made.call("user_stop")
    assert made.post(frame(60)) == DOWN
    made.arrive(frame(60))
    assert made.sent() == [frame(60, 1)]
    assert made.received() == []
    assert made.sound()


def test_the_end_gives_back_every_frame_and_a_new_start_works(up: Bench) -> None:
    for n in range(5):
        up.post(frame(60, n))
        up.arrive(frame(60, n))
    up.received()
    up.call("user_stop")
    assert up.out == 0
    assert not up.link
    up.call("user_stop")
    up.turn(5)
    for _ in range(3):
        assert up.call("user_start") == OK
        assert up.call("user_start") == OK
        up.host.advance(1000)
        assert up.link
        assert up.send(frame(60, 4)) == OK
        up.arrive(frame(60, 6))
        assert (up.sent(), up.received()) == ([frame(60, 4)], [frame(60, 6)])
        up.call("user_stop")
        assert up.out == 0
    assert up.sound()


def test_a_device_that_stops_sending_is_reset_once(up: Bench) -> None:
    up.fault("tx_stall")
    for n in range(3):
        up.post(frame(60, n))
    for _ in range(20):
        up.turn(5)
        up.host.advance(100)
    assert up.counters.resets == 1
    assert up.counters.tx_errors == 3
    assert up.out == up.nic.rx
    up.send(frame(60, 7))
    up.arrive(frame(60, 8))
    assert (up.sent(), up.received()) == ([frame(60, 7)], [frame(60, 8)])
    assert up.sound()


def test_a_device_that_stops_receiving_is_reset_once(up: Bench) -> None:
    up.fault("rx_stall")
    for n in range(20):
        up.arrive(frame(60, n))
        up.host.advance(100)
    assert up.counters.resets == 1
    up.received()
    up.arrive(frame(60, 8))
    assert up.received() == [frame(60, 8)]
    assert up.sound()


def test_a_flood_that_is_lost_while_others_arrive_is_no_stall(bench: Make) -> None:
    made = bench().up()
    for n in range(100):
        data = made.host.ffi.new("uint8_t[]", frame(60, n))
        for _ in range(2 * made.nic.rx + 20):
            made.lib.model_wire(data, 60, 0)
        made.host.advance(20)
        made.received()
    assert made.counters.resets == 0
    assert made.counters.rx_frames > 0


def test_a_link_that_stands_still_costs_no_reset(up: Bench) -> None:
    up.host.advance(60_000)
    assert up.counters.resets == 0
    assert up.link


def test_a_phy_that_is_not_there_is_told_in_time(bench: Make) -> None:
    made = bench()
    made.fault("absent")
    assert made.call("model_init", within_ms=1000) == NO_DEVICE
    assert made.lib.user_attached() == 0


def test_a_phy_that_stays_in_reset_is_told_in_time(bench: Make) -> None:
    made = bench()
    made.fault("in_reset")
    assert made.call("model_init", within_ms=1000) == TIMEOUT
    assert made.lib.user_attached() == 0


def test_an_mdio_that_hangs_is_told_in_time(bench: Make) -> None:
    made = bench()
    made.fault("mdio_stuck")
    assert made.call("model_init", within_ms=1000) == TIMEOUT
    assert made.lib.user_attached() == 0


def test_a_phy_that_goes_away_is_a_lost_link(up: Bench) -> None:
    up.fault("absent")
    up.host.advance(2000)
    assert not up.link
    assert up.out == up.nic.rx
    up.fault("absent", 0)
    up.host.advance(2000)
    assert up.link
    assert up.send(frame(60)) == OK
    assert up.sent() == [frame(60)]


def test_a_hanging_mdio_does_not_keep_the_end_waiting(up: Bench) -> None:
    up.fault("mdio_stuck")
    up.host.advance(1000)
    assert not up.link
    up.call("user_stop", within_ms=200)
    assert up.out == 0


EVENTS = st.one_of(
    st.tuples(st.just("post"), st.integers(0, 1600)),
    st.tuples(st.just("arrive"), st.integers(14, 1600)),
    st.tuples(st.just("bad"), st.integers(60, 1514)),
    st.tuples(st.just("turn"), st.integers(0, 20)),
    st.tuples(st.just("partner"), st.sampled_from([0, 10, 100, 1000])),
    st.tuples(st.just("limit"), st.integers(0, 64)),
    st.tuples(st.just("fault"), st.sampled_from(["tx_stall", "rx_stall"])),
    st.tuples(st.just("wait"), st.integers(1, 2000)),
    st.tuples(st.just("start"), st.just(0)),
    st.tuples(st.just("stop"), st.just(0)),
)


def do(made: Bench, event: str, value: int | str, seed: int) -> None:
    if isinstance(value, str):
        made.fault(value)
    elif event == "post":
        assert made.post(frame(value, seed)) in (OK, BUSY, DOWN, LENGTH, MEMORY)
    elif event in ("arrive", "bad"):
        made.arrive(frame(value, seed), made.nic.rx_error if event == "bad" else 0)
    elif event == "turn":
        made.turn(value)
    elif event == "partner":
        made.lib.model_partner(value > 0, value, True)
    elif event == "limit":
        made.lib.user_limit(value)
    elif event == "wait":
        made.host.advance(value)
    else:
        made.call(f"user_{event}")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(EVENTS, max_size=60), st.booleans(), st.integers(0, 5))
def test_whatever_happens_frames_are_whole_and_none_is_lost(
    bench: Make, events: list[tuple[str, int | str]], interrupt: bool, variant: int
) -> None:
    made = bench(interrupt, variant).up()
    taken: list[bytes] = []
    for seed, (event, value) in enumerate(events):
        do(made, event, value, seed)
        taken += made.received()
        made.sent()
    expected = {
        frame(value, seed)
        for seed, (event, value) in enumerate(events)
        if event == "arrive" and isinstance(value, int)
    }
    assert set(taken) <= expected
    # Everything mended, it works again.
    made.lib.user_limit(64)
    made.call("user_stop")
    assert made.out == 0
    made.fault("tx_stall", 0)
    made.fault("rx_stall", 0)
    made.turn(20)
    assert made.call("user_start") == OK
    made.partner(1000)
    made.host.advance(3000)
    assert made.link
    made.turn(20)
    made.received()
    assert made.send(frame(99, 1)) == OK
    made.arrive(frame(98, 2))
    assert (made.sent()[-1], made.received()) == (frame(99, 1), [frame(98, 2)])
    made.call("user_stop")
    assert made.out == 0
    # Not `sound`: what leaves before another speed is noticed is noise.
    assert made.lib.user_faults() == 0
