# SPDX-License-Identifier: BSD-3-Clause
"""The CDC-ECM driver: setting an adapter up, its coming and going."""

from __future__ import annotations

from pathlib import Path

import pytest
from ecmbench import (
    ADDRESS,
    BUSY,
    DOWN,
    FAILED,
    FRAMES,
    IN,
    OK,
    OUT,
    POSTED_IN,
    STALLED,
    SUCCESS,
    Bench,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from usbdescriptors import CONTROL, DATA_ON, DEVICE, ECM, RNDIS, configuration, string

# ---- Set-up ----


def test_an_adapter_that_speaks_rndis_first_is_set_up_in_its_ecm_configuration(
    bench: Bench,
) -> None:
    bench.set_up()
    model = bench.model
    assert [bytes(model.requests[at]).hex() for at in range(model.request_count)] == [
        "8006000100001200",  # the device descriptor
        "8006000200000900",  # configuration 0, its head, and all of it: RNDIS
        "8006000200004300",
        "8006010200000900",  # configuration 1: ECM
        "8006010200005000",
        "0009010000000000",  # SET_CONFIGURATION 1
        "010b010001000000",  # SET_INTERFACE 1, setting 1
        "800603030904ff00",  # the string with the address
        "21430e0000000000",  # all multicast, directed, broadcast
    ]
    assert list(model.opened) == [OUT, IN]
    assert (model.attached, model.link_up, model.finished) == (1, 1, 1)
    into = bench.host.new("uint8_t[6]")
    bench.user("model_address", 0, into)
    assert bytes(into).hex() == ADDRESS


def test_interfaces_of_other_classes_are_left_to_others(bench: Bench) -> None:
    keyboard, modem = b"\x09\x04\0\0\x01\x03\x01\x01\0", b"\x09\x04\0\0\x01\x02\x02\x01\0"
    for interface in (keyboard, modem, DATA_ON):
        assert not bench.usb("model_open", 1, bench.keep(interface), 9)


def test_an_adapter_without_settings_and_filter_is_used(bench: Bench) -> None:
    bench.plug(first=ECM)
    for data in (DEVICE, ECM[:9], ECM, b""):
        bench.answer(data)
    bench.answer(result=STALLED)
    bench.answer(string(ADDRESS))
    bench.answer(result=STALLED)
    assert bench.model.attached == 1


@pytest.mark.parametrize("result", [FAILED, STALLED])
@pytest.mark.parametrize("step", range(9))
def test_a_device_that_fails_in_any_step_ends_its_set_up_and_no_other(
    bench: Bench, step: int, result: int
) -> None:
    answers = [DEVICE, RNDIS[:9], RNDIS, ECM[:9], ECM, b"", b"", string(ADDRESS), b""]
    bench.plug()
    for at, data in enumerate(answers):
        if at == step:
            bench.answer(result=result)
            break
        bench.answer(data)
    while bench.model.request_waits:
        bench.answer(result=FAILED)
    survives = result == STALLED and step in (6, 8)
    assert bench.model.finished == 1
    assert bench.model.attached == (step == 8 and survives)
    bench.set_up(device=2)
    assert bench.model.finished == 2
    assert bench.model.attached == 1 + (step == 8 and survives)


@pytest.mark.parametrize(
    "wrong",
    [
        string("52540012345"),
        string("52540012345G"),
        string("535400123456"),
        b"\x1a\x03",
        b"",
        b"\xff\xff" * 128,
    ],
    ids=["short", "no digit", "of a group", "cut", "nothing", "noise"],
)
def test_an_adapter_without_an_address_is_not_offered(bench: Bench, wrong: bytes) -> None:
    bench.plug()
    for data in (DEVICE, RNDIS[:9], RNDIS, ECM[:9], ECM, b"", b""):
        bench.answer(data)
    bench.answer(wrong)
    assert (bench.model.attached, bench.model.finished) == (0, 1)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.sampled_from([SUCCESS, FAILED, STALLED]), st.binary(max_size=200))),
    st.booleans(),
)
def test_whatever_a_device_answers_its_set_up_ends_once(
    driver_library: Path, answers: list[tuple[int, bytes]], begins_well: bool
) -> None:
    bench = Bench(driver_library)
    bench.plug()
    if begins_well:
        bench.answer(DEVICE)
        bench.answer(ECM[:9])
    for result, data in answers:
        if not bench.model.request_waits:
            break
        bench.answer(data, result)
    while bench.model.request_waits:
        bench.answer(result=FAILED)
    assert bench.model.finished == 1
    assert bench.model.request_count < 64


def test_a_host_without_room_for_a_request_ends_the_set_up(bench: Bench) -> None:
    bench.model.refuse_requests = 1
    bench.plug()
    assert (bench.model.attached, bench.model.finished) == (0, 1)


def test_a_configuration_larger_than_the_buffer_is_passed_over(bench: Bench) -> None:
    bench.plug()
    bench.answer(DEVICE)
    bench.answer(configuration(CONTROL, total=5000)[:9])
    assert bench.request().hex() == "8006010200000900"


# ---- Coming and going ----


def test_nothing_is_sent_before_the_start(bench: Bench) -> None:
    bench.set_up()
    assert bench.user("model_send", 0, 60) == DOWN


def test_a_start_without_memory_says_so(driver_library: Path) -> None:
    bench = Bench(driver_library, frames=0)
    bench.set_up()
    assert bench.user("model_start", 0) == -6


def test_an_adapter_that_goes_gives_its_frames_back_and_loses_its_link(bench: Bench) -> None:
    bench.started()
    for _ in range(8):
        bench.user("model_send", 0, 100)
    assert bench.user("model_send", 0, 100) == BUSY
    bench.usb("model_close", 1)
    model = bench.model
    assert (model.halts, model.link_up, model.ready) == (1, 0, 1)
    assert model.frames_free == FRAMES - 1
    assert bench.counters() == {"tx_errors": 8}
    assert bench.user("model_send", 0, 60) == DOWN


def test_one_that_comes_back_is_the_same_and_goes_on(bench: Bench) -> None:
    bench.started()
    bench.usb("model_close", 1)
    bench.set_up(device=3)
    model = bench.model
    assert (model.attached, model.link_up, model.link_changes) == (1, 1, 3)
    assert model.is_posted[POSTED_IN]
    assert bench.counters() == {"resets": 1}
    assert bench.user("model_send", 0, 60) == OK


def test_another_one_is_another_device_and_a_third_is_ignored(bench: Bench) -> None:
    bench.set_up(1, "525400000001")
    bench.set_up(2, "525400000002")
    bench.set_up(3, "525400000003")
    assert (bench.model.attached, bench.model.finished) == (2, 3)


def test_a_network_that_refuses_it_is_asked_again_next_time(bench: Bench) -> None:
    bench.model.refuse_attach = 1
    bench.set_up()
    assert (bench.model.attached, bench.model.finished) == (0, 1)
    bench.usb("model_close", 1)
    bench.model.refuse_attach = 0
    bench.set_up()
    assert bench.model.attached == 1


def test_an_adapter_that_goes_while_it_is_set_up_is_forgotten(bench: Bench) -> None:
    bench.plug()
    bench.answer(DEVICE)
    bench.usb("model_close", 1)
    bench.answer(RNDIS[:9])
    assert bench.model.request_waits == 0
    assert bench.model.attached == 0


def test_a_stop_gives_back_all_but_the_frame_that_is_received_into(bench: Bench) -> None:
    bench.started()
    for _ in range(3):
        bench.user("model_send", 0, 100)
    stop = bench.user.call("model_stop", 0)
    assert not stop.done
    bench.moved(OUT, 100)
    bench.host.advance(2)
    assert stop.done
    assert bench.model.frames_free == FRAMES - 1
    bench.moved(IN, 60)
    assert bench.model.received_count == 0
    assert bench.user("model_start", 0) == OK
    assert bench.model.is_posted[POSTED_IN]


def test_a_stop_ends_although_the_adapter_takes_nothing(bench: Bench) -> None:
    bench.started()
    bench.user("model_send", 0, 100)
    stop = bench.user.call("model_stop", 0)
    bench.host.advance(5010)
    assert stop.done


def test_promiscuous_reception_is_told_to_the_adapter(bench: Bench) -> None:
    bench.started()
    assert bench.user("model_promiscuous", 0, 1) == OK
    bench.usb("model_poll")
    assert bench.request().hex() == "21430f0000000000"
    bench.answer()
    bench.user("model_promiscuous", 0, 0)
    bench.model.refuse_requests = 1
    bench.usb("model_poll")
    bench.model.refuse_requests = 0
    bench.usb("model_poll")
    assert bench.request().hex() == "21430e0000000000"
