# SPDX-License-Identifier: BSD-3-Clause
"""What only the LAN9514 has: transfers of several frames, a plug, and bytes nobody can trust."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from netbench import ADDRESS, DOWN, LAN9514, NO_DEVICE, OK, OWN, TIMEOUT, Bench, frame

Make = Callable[..., Bench]
ROOM = 8192


@pytest.fixture(scope="session")
def library(host_build: Callable[..., Path]) -> Path:
    return LAN9514.build(host_build)


@pytest.fixture
def bench(library: Path) -> Make:
    def make() -> Bench:
        return Bench(LAN9514, library, True, 0)

    return make


@pytest.fixture
def up(bench: Make) -> Bench:
    return bench().up()


def packed(data: bytes, errors: int = 0, length: int | None = None) -> bytes:
    """Return a frame as the device hands it over; it may lie about the length."""
    said = len(data) + 4 if length is None else length
    whole = struct.pack("<I", said << 16 | errors) + data + b"FCS!"
    return whole + bytes(-len(whole) % 4)


def transfer(made: Bench, data: bytes, good: bool = True) -> None:
    into = made.host.ffi.new("uint8_t[]", data or b"\0")
    made.lib.model_raw(into, len(data), good)
    made.host.advance(2)


def plug(made: Bench, inside: bool) -> None:
    made.task.call("model_plug", inside)
    made.host.advance(3000)


def address(made: Bench) -> bytes:
    into = made.host.new("uint8_t[6]")
    made.lib.user_address(into)
    return bytes(into)


def test_frames_that_share_a_transfer_arrive_one_by_one(up: Bench) -> None:
    frames = [frame(60 + n, n) for n in range(20)]
    transfer(up, b"".join(map(packed, frames)))
    assert up.received() == frames
    assert up.sound()


def test_a_flood_comes_in_bursts_that_end_with_a_frame(up: Bench) -> None:
    frames = [frame(1514 - n, n) for n in range(10)]
    for data in frames:
        up.lib.model_wire(up.host.ffi.new("uint8_t[]", data), len(data), 0)
    up.host.advance(10)
    assert up.received() == frames
    assert up.sound()


def test_a_bad_frame_among_good_ones_costs_only_itself(up: Bench) -> None:
    good, bad = frame(100, 1), packed(frame(200, 2), errors=0x8000)
    transfer(up, packed(good) + bad + packed(good) + packed(frame(10)) + packed(good))
    assert up.received() == [good] * 3
    assert up.counters.rx_errors == 2


@pytest.mark.parametrize("length", [0x3FFF, 2000, 105, 104 + 4 + 1])
def test_a_length_that_leaves_the_transfer_ends_it(up: Bench, length: int) -> None:
    good = frame(64, 1)
    transfer(up, packed(good) + packed(frame(100), length=length))
    assert up.received() == [good]
    assert up.counters.rx_errors == 1
    up.arrive(good)
    assert up.received() == [good]


def test_a_transfer_longer_than_its_room_is_nothing(up: Bench) -> None:
    transfer(up, packed(frame(60)) * 200)
    assert up.received() == []
    up.arrive(frame(64))
    assert up.received() == [frame(64)]


def test_transfers_that_fail_are_not_tried_without_end(up: Bench) -> None:
    for _ in range(5):
        transfer(up, b"", good=False)
    assert up.counters.rx_errors == 1
    up.host.advance(1000)
    assert up.counters.rx_errors == 2
    up.arrive(frame(64))
    up.host.advance(300)
    assert up.received() == [frame(64)]


def test_a_transfer_of_no_bytes_is_none_of_these(up: Bench) -> None:
    for n in range(20):
        transfer(up, b"")
        up.arrive(frame(64, n))
        assert up.received() == [frame(64, n)]
    assert up.counters.rx_errors == 0


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=300),
            st.builds(
                packed,
                st.integers(0, 1600).map(frame),
                st.integers(0, 0xFFFF),
                st.none() | st.integers(0, 0x3FFF),
            ),
        ),
        max_size=12,
    )
)
def test_whatever_a_device_hands_over_it_is_no_more_than_frames(
    up: Bench, parts: list[bytes]
) -> None:
    transfer(up, b"".join(parts)[: 2 * ROOM])
    assert all(14 <= len(one) <= 1514 for one in up.received())
    assert up.out == 0
    assert up.sound()
    up.arrive(frame(64, 9))
    assert up.received() == [frame(64, 9)]


def test_a_plug_that_is_pulled_is_a_lost_link_and_comes_back(up: Bench) -> None:
    for n in range(5):
        up.post(frame(60, n))
    plug(up, False)
    assert not up.link
    assert up.out == 0
    assert up.post(frame(60)) == DOWN
    plug(up, True)
    assert up.link
    assert up.lib.user_attached() == 1
    up.arrive(frame(64, 1))
    assert up.send(frame(64, 2)) == OK
    assert (up.received(), up.sent()) == ([frame(64, 1)], [frame(64, 2)])
    assert up.sound()


def test_a_device_that_is_stuck_is_set_up_again_by_the_host(up: Bench) -> None:
    up.fault("tx_stall")
    up.post(frame(60))
    up.host.advance(4000)
    assert up.lib.model_restarts() == 1
    assert up.link


def test_a_device_that_stands_idle_is_not_stuck(up: Bench) -> None:
    up.host.advance(60_000)
    assert up.lib.model_restarts() == 0


def test_the_address_of_an_eeprom_is_used_if_the_board_has_none(bench: Make) -> None:
    made = bench()
    own = bytes.fromhex("b827eb123456")
    made.lib.model_address(made.host.new("uint8_t[6]"))
    made.lib.model_eeprom(made.host.new("uint8_t[6]", own))
    made.up()
    assert address(made) == own
    made.arrive(frame(60, 1, own))
    assert made.received() == [frame(60, 1, own)]


def test_the_boards_address_goes_before_it(bench: Make) -> None:
    made = bench()
    made.lib.model_eeprom(made.host.new("uint8_t[6]", bytes.fromhex("b827eb123456")))
    made.up()
    assert address(made) == OWN


def test_without_any_address_it_is_not_offered(bench: Make) -> None:
    made = bench()
    made.lib.model_address(made.host.new("uint8_t[6]"))
    assert made.call("model_init") == ADDRESS
    assert made.lib.user_attached() == 0


def test_a_reset_that_does_not_end_is_tried_again(bench: Make) -> None:
    made = bench()
    made.fault("reset_stuck")
    assert made.call("model_init", within_ms=1500) == TIMEOUT
    made.fault("reset_stuck", 0)
    made.host.advance(2000)
    assert made.lib.user_attached() == 1


def test_a_device_that_does_not_answer_is_told_and_does_not_stop_the_user(bench: Make) -> None:
    made = bench()
    made.fault("silent")
    assert made.call("model_init", within_ms=1000) == TIMEOUT
    made.fault("silent", 0)
    made.host.advance(2000)
    assert made.call("user_start") == OK
    made.partner(100)
    made.host.advance(1000)
    assert made.link
    made.fault("silent")
    made.host.advance(300)
    assert made.call("user_promiscuous", 1, within_ms=10) == OK
    made.call("user_stop", within_ms=10)


def test_another_chip_is_not_driven(bench: Make) -> None:
    made = bench()
    made.lib.model_chip(0x9500)
    assert made.call("model_init") == NO_DEVICE
