# SPDX-License-Identifier: BSD-3-Clause
"""The CDC-ECM driver: frames in both directions."""

from __future__ import annotations

from pathlib import Path

import pytest
from ecmbench import (
    BUSY,
    FAILED,
    FRAMES,
    IN,
    LENGTH,
    OK,
    OUT,
    POSTED_IN,
    POSTED_OUT,
    STALLED,
    Bench,
)

# ---- Sending ----


def test_a_frame_is_one_transfer_and_a_short_one_is_filled_up(bench: Bench) -> None:
    bench.started()
    assert bench.user("model_send", 0, 20) == OK
    assert bench.model.posted_len[POSTED_OUT] == 60
    assert bench.user("model_is_padded", OUT, 20)
    bench.moved(OUT, 60)
    assert bench.counters() == {"tx_frames": 1}
    assert bench.model.frames_free == FRAMES - 1


@pytest.mark.parametrize("length", [64, 128, 1472])
def test_a_frame_of_whole_packets_is_followed_by_an_empty_one(bench: Bench, length: int) -> None:
    bench.started()
    bench.user("model_send", 0, length)
    bench.moved(OUT, length)
    assert bench.counters() == {}
    assert (bench.model.is_posted[POSTED_OUT], bench.model.posted_len[POSTED_OUT]) == (1, 0)
    bench.moved(OUT, 0)
    assert bench.counters() == {"tx_frames": 1}
    assert not bench.model.is_posted[POSTED_OUT]


def test_frames_go_out_in_their_order_and_too_many_are_refused(bench: Bench) -> None:
    bench.started()
    lengths = [100 + n for n in range(8)]
    assert [bench.user("model_send", 0, length) for length in lengths] == [OK] * 8
    assert bench.user("model_send", 0, 99) == BUSY
    sent = []
    while bench.model.is_posted[POSTED_OUT]:
        sent.append(bench.model.posted_len[POSTED_OUT])
        bench.moved(OUT, sent[-1])
        assert bench.model.ready == 1
    assert sent == lengths
    assert bench.model.frames_free == FRAMES - 1


@pytest.mark.parametrize("length", [0, 13, 1515, 2048])
def test_what_is_no_frame_is_refused(bench: Bench, length: int) -> None:
    bench.started()
    assert bench.user("model_send", 0, length) == LENGTH
    assert not bench.model.is_posted[POSTED_OUT]


def test_a_frame_that_fails_is_counted_and_the_next_one_goes(bench: Bench) -> None:
    bench.started()
    for length in (100, 101):
        bench.user("model_send", 0, length)
    bench.moved(OUT, 0, FAILED)
    assert bench.counters() == {"tx_errors": 1}
    assert bench.model.posted_len[POSTED_OUT] == 101


def test_a_host_that_takes_no_transfer_loses_frames_and_counts_them(bench: Bench) -> None:
    bench.started()
    bench.model.refuse_transfers = 1
    assert bench.user("model_send", 0, 100) == OK
    assert bench.counters() == {"tx_errors": 1}
    assert bench.model.frames_free == FRAMES - 1
    bench.model.refuse_transfers = 0
    assert bench.user("model_send", 0, 100) == OK
    assert bench.model.is_posted[POSTED_OUT]


def test_an_adapter_that_takes_no_frame_for_5_s_is_set_up_again(bench: Bench) -> None:
    bench.started()
    bench.user("model_send", 0, 100)
    # Time alone is no reason: the machine may have been stopped.
    bench.host.advance(60_000)
    for _ in range(50):
        bench.usb("model_poll")
    assert bench.model.restarts == 0
    bench.usb("model_poll")
    assert bench.model.restarts == 1
    bench.moved(OUT, 100)
    for _ in range(60):
        bench.usb("model_poll")
    assert bench.model.restarts == 1


@pytest.mark.parametrize("endpoint", [IN, OUT])
def test_a_halted_endpoint_has_the_adapter_set_up_again(bench: Bench, endpoint: int) -> None:
    bench.started()
    bench.user("model_send", 0, 100)
    bench.moved(endpoint, 0, STALLED)
    assert bench.model.restarts == 1


# ---- Receiving ----


def test_a_frame_is_handed_over_and_the_next_is_awaited(bench: Bench) -> None:
    bench.started()
    assert bench.model.posted_len[POSTED_IN] == 2048
    for number, length in enumerate((14, 60, 1514)):
        bench.moved(IN, length, first=0xA0 + number)
    assert list(bench.model.received_len)[:3] == [14, 60, 1514]
    assert list(bench.model.received_first)[:3] == [0xA0, 0xA1, 0xA2]
    assert bench.counters() == {"rx_frames": 3}
    assert bench.model.is_posted[POSTED_IN]


def test_without_a_free_frame_the_adapter_waits_and_nothing_is_lost(driver_library: Path) -> None:
    bench = Bench(driver_library, frames=1).started()
    bench.moved(IN, 99, first=0xA7)
    assert (bench.model.received_count, bench.model.is_posted[POSTED_IN]) == (0, 0)
    bench.usb("model_poll")
    assert not bench.model.is_posted[POSTED_IN]
    bench.usb("model_refill", 0)
    assert (bench.model.received_len[0], bench.model.received_first[0]) == (99, 0xA7)
    assert bench.model.is_posted[POSTED_IN]
    assert bench.counters() == {"rx_frames": 1}


def test_a_frame_that_waits_is_handed_over_although_nobody_says_when(
    driver_library: Path,
) -> None:
    bench = Bench(driver_library, frames=2).started()
    assert bench.usb("model_borrow") == OK
    bench.moved(IN, 99)
    assert bench.model.received_count == 0
    bench.usb("model_return")
    bench.usb("model_poll")
    assert (bench.model.received_count, bench.model.is_posted[POSTED_IN]) == (1, 1)


def test_a_frame_that_waits_is_forgotten_with_its_adapter(driver_library: Path) -> None:
    bench = Bench(driver_library, frames=1).started()
    bench.moved(IN, 99)
    bench.usb("model_close", 1)
    bench.set_up(device=2)
    assert bench.model.is_posted[POSTED_IN]
    assert bench.model.received_count == 0


@pytest.mark.parametrize("length", [0, 13, 1515, 2048])
def test_what_is_no_frame_is_counted_and_forgotten(bench: Bench, length: int) -> None:
    bench.started()
    bench.moved(IN, length)
    assert bench.counters() == {"rx_errors": 1}
    assert (bench.model.received_count, bench.model.is_posted[POSTED_IN]) == (0, 1)


def test_after_a_failure_receiving_goes_on_with_the_next_look(bench: Bench) -> None:
    bench.started()
    bench.moved(IN, 0, FAILED)
    assert not bench.model.is_posted[POSTED_IN]
    bench.usb("model_poll")
    assert bench.model.is_posted[POSTED_IN]
    assert bench.counters() == {"rx_errors": 1}
