# SPDX-License-Identifier: BSD-3-Clause
"""What only GENET has: its revision, its address, its PHY's delays, its counting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from netbench import ADDRESS, GENET, NO_DEVICE, OK, OWN, Bench, frame

Make = Callable[..., Bench]
LEFT_BY_FIRMWARE = bytes.fromhex("dca632010203")


@pytest.fixture(scope="session")
def library(host_build: Callable[..., Path]) -> Path:
    return GENET.build(host_build)


@pytest.fixture
def bench(library: Path) -> Make:
    def make(interrupt: bool = True, variant: int = 0) -> Bench:
        return Bench(GENET, library, interrupt, variant)

    return make


def address(made: Bench) -> bytes:
    into = made.host.new("uint8_t[6]")
    made.lib.user_address(into)
    return bytes(into)


def test_on_a_machine_that_lacks_it_nothing_is_touched(bench: Make) -> None:
    made = bench()
    made.lib.model_absent()
    assert made.call("model_init") == NO_DEVICE


@pytest.mark.parametrize("major", [0, 5, 7])
def test_another_revision_is_not_driven(bench: Make, major: int) -> None:
    made = bench()
    made.lib.model_revision(major)
    assert made.call("model_init") == NO_DEVICE


def test_the_address_is_the_boards(bench: Make) -> None:
    made = bench()
    assert made.call("model_init") == OK
    assert address(made) == OWN


def test_without_one_of_the_board_it_is_what_firmware_left(bench: Make) -> None:
    made = bench()
    made.lib.model_reset(1, 0)
    made.up()
    assert address(made) == LEFT_BY_FIRMWARE
    made.arrive(frame(60, 1, LEFT_BY_FIRMWARE))
    assert made.received() == [frame(60, 1, LEFT_BY_FIRMWARE)]


@pytest.mark.parametrize("refusing", [False, True])
def test_what_the_firmware_says_goes_before_what_it_left(bench: Make, refusing: bool) -> None:
    made = bench()
    made.lib.model_reset(1, 0)
    said = bytes.fromhex("dca632aabbcc")
    made.lib.model_firmware(made.host.new("uint8_t[6]", said), refusing)
    assert made.call("model_init") == OK
    assert address(made) == (LEFT_BY_FIRMWARE if refusing else said)


@pytest.mark.parametrize("none", [bytes(6), b"\xff" * 6, b"\x01\0\0\0\0\1"])
def test_without_any_address_it_does_not_begin(bench: Make, none: bytes) -> None:
    made = bench()
    made.lib.model_address(made.host.new("uint8_t[6]", none))
    assert made.call("model_init") == ADDRESS
    assert made.lib.user_attached() == 0


@pytest.mark.parametrize("variant", GENET.variants)
def test_an_index_that_cannot_be_is_a_stall(bench: Make, variant: int) -> None:
    for which in ("tx_index", "rx_index"):
        made = bench(variant=variant).up()
        made.fault(which, 1000)
        assert made.post(frame(60, 1)) == OK
        made.host.advance(3000)
        assert made.counters.resets == 1
        assert made.received() == []
        assert made.out == made.nic.rx
        made.arrive(frame(60, 2))
        made.send(frame(60, 3))
        assert (made.received(), made.sent()[-1]) == ([frame(60, 2)], frame(60, 3))
        assert made.sound()


def test_a_ring_that_never_ends_leaves_time_for_others(bench: Make) -> None:
    made = bench().up()
    low = made.host.task("low", 1)
    made.fault("rx_endless")
    made.host.advance(20)
    assert made.counters.rx_errors > made.nic.rx
    assert low("uxTaskPriorityGet", None) == 1
    made.call("user_stop", within_ms=100)
    assert made.out == 0


def test_dma_that_never_says_it_ended_is_left_after_a_deadline(bench: Make) -> None:
    made = bench().up()
    made.fault("endless")
    made.call("user_stop", within_ms=100)
    assert made.out == 0


def test_more_discards_than_the_device_counts(bench: Make) -> None:
    made = bench().up()
    data = made.host.ffi.new("uint8_t[]", frame(60))
    lost = 0
    for _ in range(20):
        for _ in range(10_000):
            made.lib.model_wire(data, 60, 0)
        lost += 10_000 - made.nic.rx
        made.host.advance(500)
        made.received()
    assert made.counters.rx_dropped == lost
