# SPDX-License-Identifier: BSD-3-Clause
"""What only the A64's EMAC has: its clocks, its chip's number, a reset that needs the PHY."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from netbench import EMAC, OK, OWN, Bench, frame

Make = Callable[..., Bench]


@pytest.fixture(scope="session")
def library(host_build: Callable[..., Path]) -> Path:
    return EMAC.build(host_build)


@pytest.fixture
def bench(library: Path) -> Make:
    def make(interrupt: bool = True, variant: int = 0) -> Bench:
        return Bench(EMAC, library, interrupt, variant)

    return make


def address(made: Bench) -> bytes:
    into = made.host.new("uint8_t[6]")
    made.lib.user_address(into)
    return bytes(into)


def test_the_address_is_the_boards(bench: Make) -> None:
    made = bench()
    assert made.call("model_init") == OK
    assert address(made) == OWN


@pytest.mark.parametrize("sid", [(0x92C000BA, 0x1234, 0, 0xFFFFFFFF), (1, 2, 3, 4)])
def test_without_one_of_the_board_it_is_made_of_the_chips_number_as_u_boot_does(
    bench: Make, sid: tuple[int, ...]
) -> None:
    made = bench()
    made.lib.model_address(made.host.new("uint8_t[6]"))
    made.lib.model_sid(made.host.new("uint32_t[4]", sid))
    made.up()
    crc = zlib.crc32(struct.pack("<3I", *sid[1:]))
    own = bytes([0x02, sid[0] & 0xFF]) + crc.to_bytes(4, "big")
    assert address(made) == own
    made.arrive(frame(60, 1, own))
    assert made.received() == [frame(60, 1, own)]


def test_the_clocks_and_resets_of_others_stay(bench: Make) -> None:
    made = bench().up()
    assert made.lib.model_others() == 0x4100


def test_a_reset_that_does_not_end_is_tried_again(bench: Make) -> None:
    made = bench()
    made.fault("reset_stuck")
    assert made.call("model_init") == OK
    assert made.call("user_start") == OK
    made.partner(1000)
    assert not made.link
    assert made.out == made.nic.rx
    made.fault("reset_stuck", 0)
    made.host.advance(1000)
    assert made.link
    assert made.send(frame(60)) == OK
    assert made.sent() == [frame(60)]


def test_dma_that_never_says_it_ended_is_left_after_a_deadline(bench: Make) -> None:
    made = bench().up()
    made.fault("endless")
    made.call("user_stop", within_ms=100)
    assert made.out == 0


@pytest.mark.parametrize("variant", EMAC.variants)
def test_a_ring_without_a_free_place_goes_on_when_there_is_one(bench: Make, variant: int) -> None:
    made = bench(variant=variant).up()
    data = made.host.ffi.new("uint8_t[]", frame(60, 1))
    # More than there are places, before the driver can look
    for _ in range(made.nic.rx + 5):
        made.lib.model_wire(data, 60, 0)
    made.host.advance(2)
    assert len(made.received()) == made.nic.rx
    made.arrive(frame(60, 2))
    assert made.received() == [frame(60, 2)]
    made.host.advance(1000)
    assert made.counters.rx_dropped > 0
    assert made.counters.resets == 0
