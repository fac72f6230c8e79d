# SPDX-License-Identifier: BSD-3-Clause
"""The LAN9514's driver at TinyUSB: which devices it takes, requests, transfers, and the plug."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from thirdparty import package

from uk_board.shimhost import Host, Puppet
from uk_board.tree import tree

SUCCESS, FAILED, STALLED = 0, 1, 2
OK, NO_DEVICE, TIMEOUT = 0, -4, -5
IN, OUT = 0x81, 0x02
INTERFACE = bytes.fromhex("0904000003ff00ff00")
BULK_IN, BULK_OUT, INTERRUPT = (
    bytes.fromhex(text) for text in ("07058102000200", "07050202000200", "07058303100004")
)
WHOLE = INTERFACE + BULK_IN + BULK_OUT + INTERRUPT
CDEF = """
struct host {
    uint32_t vendor, product, request_waits, request_count, refuse_requests;
    uint8_t request[8], sent[4];
    uint32_t claimed_in, claimed_out, posted_in, posted_out, refuse_transfers, refuse_arrival;
    uint32_t opened, finished, restarts, halts;
    uint32_t arrived, left, received, received_len, transmitted, good;
    int last;
    uint32_t value;
};
extern struct host host;
int host_reset(void);
int host_open(uint8_t device, const uint8_t *bytes, uint32_t len);
void host_configure(uint8_t device);
void host_close(uint8_t device);
void host_answer(int result, const uint8_t *four, uint32_t len);
void host_transferred(uint8_t device, uint8_t endpoint, int result, uint32_t len);
void host_read(uint32_t reg);
void host_write(uint32_t reg, uint32_t value);
int host_receive(uint32_t len);
int host_transmit(uint32_t len);
"""


@pytest.fixture(scope="session")
def library(host_build: Callable[..., Path]) -> Path:
    drivers, theirs = tree() / "drivers", package("tinyusb").base
    folder, net = drivers / "net/lan9514", drivers / "net"
    ours = (folder, net, net / "mii", drivers / "usb", drivers / "usb/tinyusb")
    flags = [*(f"-I{one}" for one in ours), "-isystem", str(theirs)]
    sources = [folder / "lan9514_usb.c", folder / "lan9514_usb_test.c"]
    return host_build("lan9514_usb", sources=sources, flags=flags, cdef=CDEF)


class Bus:
    """The USB host's task, and the driver's."""

    def __init__(self, library: Path) -> None:
        self.host = Host(library)
        self.host.start()
        self.usb: Puppet = self.host.task("usb", 5)
        self.driver: Puppet = self.host.task("driver", 4)
        assert self.usb("host_reset") == OK

    @property
    def seen(self) -> Any:
        return self.host.lib.host

    def open(self, data: bytes = WHOLE, device: int = 1) -> bool:
        return bool(self.usb("host_open", device, self.host.new("uint8_t[]", data), len(data)))

    def plug(self, device: int = 1) -> Bus:
        assert self.open(device=device)
        self.usb("host_configure", device)
        return self

    def answer(self, data: bytes = b"\0\0\0\0", result: int = SUCCESS) -> None:
        self.usb("host_answer", result, self.host.new("uint8_t[]", data or b"\0"), len(data))


@pytest.fixture
def bus(library: Path) -> Bus:
    return Bus(library)


def test_one_that_is_plugged_in_is_told_with_both_endpoints_open(bus: Bus) -> None:
    bus.plug()
    assert (bus.seen.opened, bus.seen.finished, bus.seen.arrived) == (2, 1, 1)


@pytest.mark.parametrize(("vendor", "product"), [(0x0424, 0x9514), (0x0424, 0x7800), (1, 0xEC00)])
def test_other_devices_are_left_to_others(bus: Bus, vendor: int, product: int) -> None:
    bus.seen.vendor, bus.seen.product = vendor, product
    assert not bus.open()
    assert bus.seen.opened == 0


def test_a_second_one_is_left_alone(bus: Bus) -> None:
    bus.plug()
    assert not bus.open(device=2)
    bus.usb("host_close", 2)
    assert bus.seen.left == 0


@pytest.mark.parametrize(
    "data",
    [
        INTERFACE,
        INTERFACE + BULK_IN,
        INTERFACE + BULK_OUT + INTERRUPT,
        INTERFACE[:5] + b"\x02" + INTERFACE[6:] + BULK_IN + BULK_OUT,
        INTERFACE + b"\0\5" + BULK_IN + BULK_OUT,
        INTERFACE + BULK_IN + BULK_OUT[:6],
        INTERFACE + b"\x03\x05\x81\x03\x05\x02",
    ],
)
def test_descriptors_that_do_not_do_are_refused(bus: Bus, data: bytes) -> None:
    assert not bus.open(data)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.binary(max_size=12) | st.sampled_from([BULK_IN, BULK_OUT]), max_size=8))
def test_any_descriptors_are_looked_at_within_their_bounds(
    library: Path, parts: list[bytes]
) -> None:
    data = INTERFACE + b"".join(parts)
    bus = Bus(library)
    if bus.open(data):
        assert bus.seen.opened >= 2


def test_a_register_is_read_by_a_vendor_request(bus: Bus) -> None:
    bus.plug()
    call = bus.driver.call("host_read", 0x114)
    assert not call.done
    assert bytes(bus.seen.request) == bytes.fromhex("c0a1000014010400")
    bus.answer(bytes.fromhex("78563412"))
    assert call.done
    assert (bus.seen.last, bus.seen.value) == (OK, 0x12345678)


def test_a_register_is_written_by_a_vendor_request(bus: Bus) -> None:
    bus.plug()
    bus.driver.call("host_write", 0x14, 0xA1B2C3D4)
    assert bytes(bus.seen.request) == bytes.fromhex("40a0000014000400")
    assert bytes(bus.seen.sent) == bytes.fromhex("d4c3b2a1")
    bus.answer()
    assert bus.seen.last == OK


def test_a_refused_request_and_a_short_answer_are_no_answer(bus: Bus) -> None:
    bus.plug()
    for data, result in ((b"", STALLED), (b"\1\2", SUCCESS), (b"", FAILED)):
        bus.driver.call("host_read", 0)
        bus.answer(data, result)
        assert bus.seen.last == NO_DEVICE


def test_a_request_waits_for_those_of_others(bus: Bus) -> None:
    bus.plug()
    bus.seen.refuse_requests = 1
    call = bus.driver.call("host_read", 0)
    bus.host.advance(50)
    assert not call.done
    bus.seen.refuse_requests = 0
    bus.host.advance(2)
    bus.answer(b"\1\0\0\0")
    assert (bus.seen.last, bus.seen.value) == (OK, 1)


@pytest.mark.parametrize("refused", [0, 1])
def test_a_request_without_an_answer_ends_and_a_late_answer_is_not_the_next_ones(
    bus: Bus, refused: int
) -> None:
    bus.plug()
    bus.seen.refuse_requests = refused
    call = bus.driver.call("host_read", 0)
    bus.host.advance(7000)
    assert call.done
    assert bus.seen.last == TIMEOUT
    if refused:
        return
    bus.answer(b"\xff\xff\xff\xff")
    call = bus.driver.call("host_read", 0)
    assert not call.done
    bus.answer(b"\2\0\0\0")
    assert (bus.seen.last, bus.seen.value) == (OK, 2)


def test_a_plug_that_is_pulled_ends_the_request_at_once(bus: Bus) -> None:
    bus.plug()
    call = bus.driver.call("host_read", 0)
    bus.usb("host_close", 1)
    assert call.done
    assert bus.seen.last == NO_DEVICE
    assert (bus.seen.halts, bus.seen.left) == (1, 1)
    bus.driver.call("host_write", 0, 1)
    assert bus.seen.last == NO_DEVICE
    assert bus.seen.request_count == 1
    assert not bus.driver("host_receive", 512)
    # And it comes back.
    bus.seen.request_waits = 0
    bus.plug(2)
    bus.driver.call("host_read", 0)
    bus.answer(b"\3\0\0\0")
    assert (bus.seen.last, bus.seen.value) == (OK, 3)


def test_transfers_are_begun_once_and_told_when_they_are_done(bus: Bus) -> None:
    bus.plug()
    assert bus.driver("host_receive", 8192)
    assert not bus.driver("host_receive", 8192)
    assert bus.driver("host_transmit", 68)
    assert (bus.seen.posted_in, bus.seen.posted_out) == (8192, 68)
    assert (bus.seen.claimed_in, bus.seen.claimed_out) == (IN, OUT)
    bus.usb("host_transferred", 1, IN, SUCCESS, 100)
    assert (bus.seen.received, bus.seen.good, bus.seen.received_len) == (1, 1, 100)
    bus.usb("host_transferred", 1, OUT, FAILED, 0)
    assert (bus.seen.transmitted, bus.seen.good) == (1, 0)
    assert bus.driver("host_transmit", 0)
    assert bus.seen.restarts == 0


def test_a_transfer_that_the_host_does_not_take_can_be_tried_again(bus: Bus) -> None:
    bus.plug()
    bus.seen.refuse_transfers = 1
    assert not bus.driver("host_receive", 512)
    bus.seen.refuse_transfers = 0
    assert bus.driver("host_receive", 512)


def test_a_halted_endpoint_has_the_host_start_again(bus: Bus) -> None:
    bus.plug()
    bus.driver("host_receive", 512)
    bus.usb("host_transferred", 1, IN, STALLED, 0)
    assert bus.seen.restarts == 1


def test_without_memory_it_is_not_there(bus: Bus) -> None:
    bus.seen.refuse_arrival = 1
    bus.plug()
    assert bus.seen.finished == 1
    assert not bus.driver("host_receive", 512)
