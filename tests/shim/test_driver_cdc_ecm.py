# SPDX-License-Identifier: BSD-3-Clause
"""The CDC-ECM driver between a made-up USB host and a made-up network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from thirdparty import package
from usbdescriptors import CONTROL, DATA_ON, DEVICE, ECM, RNDIS, configuration, string

from uk_board.shimhost import Host, Puppet
from uk_board.tree import tree

SUCCESS, FAILED, STALLED = 0, 1, 2
OK, BUSY, DOWN, LENGTH = 0, -1, -2, -3
IN, OUT = 0x82, 0x02
POSTED_IN, POSTED_OUT = 18, 2
ADDRESS = "525400123456"
FRAMES = 12
CDEF = """
struct model {
    uint32_t request_count;
    uint8_t requests[64][8];
    uint32_t request_waits, refuse_requests, refuse_transfers, finished, opened[2];
    uint32_t restarts, halts, added, is_posted[32], posted_len[32];
    uint32_t attached, refuse_attach, link_changes, link_up, ready, received_count, frames_free;
    uint32_t received_len[32];
    uint8_t received_first[32];
};
extern struct model model;
int model_begin(uint32_t count);
int model_open(uint8_t device, const uint8_t *interface, uint16_t len);
void model_set_config(uint8_t device, uint8_t interface);
int model_answer(int result, const uint8_t *data, uint32_t len);
int model_transferred(uint8_t device, uint8_t endpoint, int result, uint32_t len, uint8_t first);
void model_close(uint8_t device);
void model_poll(void);
int model_start(uint32_t which);
void model_stop(uint32_t which);
void model_refill(uint32_t which);
int model_borrow(void);
void model_return(void);
int model_promiscuous(uint32_t which, int on);
int model_send(uint32_t which, uint32_t len);
int model_is_padded(uint8_t endpoint, uint32_t at);
void model_counters(uint32_t which, uint32_t *into);
void model_address(uint32_t which, uint8_t *into);
"""


@pytest.fixture(scope="session")
def driver_library(host_build: Callable[..., Path]) -> Path:
    drivers, theirs = tree() / "drivers", package("tinyusb").base
    folder = drivers / "net/cdc_ecm"
    ours = (folder, drivers / "net", drivers / "usb", drivers / "usb/tinyusb")
    flags = [*(f"-I{one}" for one in ours), "-isystem", str(theirs)]
    return host_build("cdc_ecm", sources=sorted(folder.glob("*.c")), flags=flags, cdef=CDEF)


class Bench:
    """A task that is the USB host's, and one that uses the network."""

    def __init__(self, library: Path, frames: int = FRAMES) -> None:
        self.host = Host(library)
        self.host.start()
        self.usb: Puppet = self.host.task("usb", 5)
        self.user: Puppet = self.host.task("user", 3)
        assert self.usb("model_begin", frames) == OK

    @property
    def model(self) -> object:
        """What the host and the network have seen."""
        return self.host.lib.model

    def keep(self, data: bytes) -> object:
        """Return `data` as memory that C may read."""
        made = self.host.new("uint8_t[]", len(data) + 1)
        self.host.ffi.buffer(made)[0 : len(data)] = data
        return made

    def answer(self, data: bytes = b"", result: int = SUCCESS) -> None:
        assert self.usb("model_answer", result, self.keep(data), len(data)) == 0

    def request(self) -> bytes:
        """Return the last request, 8 bytes."""
        count = self.model.request_count
        return bytes(self.model.requests[(count - 1) % 64])

    def plug(self, device: int = 1, first: bytes = RNDIS) -> None:
        """Let TinyUSB find the interfaces of configuration 0 and set them up."""
        interfaces = [first[at : at + 9] for at in starts(first) if first[at + 3] == 0]
        taken = [self.usb("model_open", device, self.keep(one), 9) for one in interfaces]
        assert all(taken)
        self.usb("model_set_config", device, interfaces[0][2])

    def set_up(self, device: int = 1, address: str = ADDRESS, ecm: bytes = ECM) -> None:
        """Plug an adapter like QEMU's in and answer all that it is asked."""
        self.plug(device)
        heads = [RNDIS, ecm]
        self.answer(DEVICE)
        for data in heads:
            self.answer(data[:9])
            self.answer(data)
        self.answer()
        self.answer()
        self.answer(string(address))
        self.answer()

    def started(self) -> Bench:
        """Return this bench with an adapter that is in use."""
        self.set_up()
        assert self.user("model_start", 0) == OK
        return self

    def counters(self) -> dict[str, int]:
        into = self.host.new("uint32_t[6]")
        self.user("model_counters", 0, into)
        names = ("rx_frames", "rx_dropped", "rx_errors", "tx_frames", "tx_errors", "resets")
        return {name: into[at] for at, name in enumerate(names) if into[at]}

    def moved(self, endpoint: int, length: int, result: int = SUCCESS, first: int = 0) -> None:
        assert self.usb("model_transferred", 1, endpoint, result, length, first) == 1


def starts(data: bytes) -> list[int]:
    """Return where interfaces begin in a configuration."""
    found, at = [], 0
    while at + 9 <= len(data) and data[at] >= 2:
        found += [at] if data[at + 1] == 4 else []
        at += data[at]
    return found


@pytest.fixture
def bench(driver_library: Path) -> Bench:
    return Bench(driver_library)


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
