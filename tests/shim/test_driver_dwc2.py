# SPDX-License-Identifier: BSD-3-Clause
"""The USB host's glue: between TinyUSB's host and its driver, over registers and a cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from thirdparty import package
from usbdescriptors import CONTROL, DEVICE, ECM, configuration

from uk_board.shimhost import Host, Puppet
from uk_board.tree import tree

SUCCESS, FAILED = 0, 1
OK, TOO_MANY, CONTROLLER = 0, -1, -4
OTG = 0x4F54280A
BUS, LOW = 0xC0000000, 0x3FFFFFFF
GINTSTS, HCCHAR, HANDLER = 0x14, 0x500, 0xFFFFFFFF
CHDIS, CHENA = 1 << 30, 1 << 31
GET_CONFIGURATION = bytes.fromhex("8006000200005000")
CDEF = """
struct access { uint32_t offset, value; };
struct model {
    uint32_t transfers, setups, on_the_bus, len, was_cleaned, was_invalidated;
    uint32_t events, event_id, result, event_len;
    uint32_t inits, init_fails, removals, attaches, aborts, polls, services;
    uint32_t connected, inited, beyond, drivers, drivers_fail;
    uint32_t writes;
    struct access trace[64];
};
extern struct model model;
extern uint8_t model_memory[8192];
void model_begin(uint32_t id, uint32_t connected);
int model_init(uint32_t polled);
int model_init_alone(uint32_t id);
int model_add(void);
void model_channel(uint32_t number, uint32_t value);
int model_xfer(uint8_t device, uint8_t endpoint, uint32_t at, uint16_t len);
int model_setup(uint8_t device, const uint8_t *setup);
void model_complete(uint8_t device, uint8_t endpoint, const uint8_t *data, uint32_t len);
void model_unplug(void);
void model_interrupt(void);
void model_counters(uint32_t *into);
void usb_host_halt(uint8_t device);
void usb_host_restart(void);
"""


@pytest.fixture(scope="session")
def driver_library(host_build: Callable[..., Path]) -> Path:
    drivers, theirs = tree() / "drivers", package("tinyusb").base
    folder = drivers / "usb/dwc2"
    ours = (folder, drivers / "usb", drivers / "usb/tinyusb", drivers / "firmware")
    flags = ["-DMMIO_RECORDED", *(f"-I{one}" for one in ours), "-isystem", str(theirs)]
    return host_build("dwc2", sources=sorted(folder.glob("*.c")), flags=flags, cdef=CDEF)


class Bench:
    """A controller, and a task that is TinyUSB's host."""

    def __init__(self, library: Path, connected: bool = False, controller: int = OTG) -> None:
        self.host = Host(library)
        self.host.start()
        self.task: Puppet = self.host.task("usb host", 3)
        self.task("model_begin", controller, connected)

    @property
    def model(self) -> Any:
        """What the model has seen."""
        return self.host.lib.model

    def keep(self, data: bytes) -> object:
        made = self.host.new("uint8_t[]", len(data) + 1)
        self.host.ffi.buffer(made)[0 : len(data)] = data
        return made

    def bus(self, at: int) -> int:
        """Return the address on the bus of the memory at `at`."""
        memory = int(self.host.ffi.cast("uintptr_t", self.host.lib.model_memory))
        return BUS + ((memory + at) & LOW)

    def memory(self, at: int, length: int) -> bytes:
        return bytes(self.host.lib.model_memory[at : at + length])

    def complete(self, endpoint: int, data: bytes, device: int = 1) -> None:
        self.task("model_complete", device, endpoint, self.keep(data), len(data))

    def answer(self, setup: bytes, data: bytes) -> int:
        """Let a device answer a request; return what TinyUSB is told."""
        self.task("model_setup", 1, self.keep(setup))
        self.complete(0x00, b"")
        assert self.task("model_xfer", 1, 0x80, 64, len(data))
        self.complete(0x80, data)
        return int(self.model.result)

    def counters(self) -> tuple[int, int, int]:
        """Return refused, timeouts, restarts."""
        into = self.host.new("uint32_t[3]")
        self.task("model_counters", into)
        return into[0], into[1], into[2]

    def trace(self) -> list[tuple[int, int]]:
        seen = [(one.offset, one.value) for one in self.model.trace[0 : self.model.writes]]
        self.model.writes = 0
        return seen


@pytest.fixture
def bench(driver_library: Path) -> Bench:
    return Bench(driver_library)


# ---- Transfers ----


def test_what_is_sent_is_cleaned_and_named_as_the_bus_does(bench: Bench) -> None:
    assert bench.task("model_xfer", 1, 0x02, 20, 1514)
    assert bench.model.on_the_bus == bench.bus(20)
    assert bench.model.was_cleaned


def test_a_request_is_cleaned_and_named_as_the_bus_does(bench: Bench) -> None:
    assert bench.task("model_setup", 1, bench.keep(GET_CONFIGURATION))
    assert bench.model.on_the_bus == bench.bus(0)
    assert bench.model.was_cleaned


def test_what_is_received_lands_where_it_shall_and_is_seen(bench: Bench) -> None:
    assert bench.task("model_xfer", 1, 0x82, 64, 2048)
    assert bench.model.on_the_bus == bench.bus(64)
    assert bench.model.was_invalidated
    data = bytes(range(250)) * 4
    bench.complete(0x82, data)
    assert bench.memory(64, 1000) == data
    assert (bench.model.result, bench.model.event_len) == (SUCCESS, 1000)


@pytest.mark.parametrize("length", [1, 9, 64])
def test_a_short_answer_goes_to_any_place_and_touches_nothing_beside_it(
    bench: Bench, length: int
) -> None:
    assert bench.task("model_xfer", 1, 0x81, 33, length)
    assert bench.model.on_the_bus != bench.bus(33)
    bench.complete(0x81, b"\xab" * length)
    assert bench.memory(32, length + 2) == b"\0" + b"\xab" * length + b"\0"


def test_a_device_that_sends_more_than_was_asked_writes_no_further(bench: Bench) -> None:
    assert bench.task("model_xfer", 1, 0x81, 128, 4)
    bench.complete(0x81, b"\xcd" * 60)
    assert bench.memory(128, 8) == b"\xcd" * 4 + bytes(4)


def test_a_long_answer_into_part_of_a_line_is_refused(bench: Bench) -> None:
    assert not bench.task("model_xfer", 1, 0x82, 4, 512)
    assert bench.model.transfers == 0


def test_memory_that_the_bus_does_not_reach_is_refused(bench: Bench) -> None:
    bench.model.beyond = 1
    assert not bench.task("model_xfer", 1, 0x82, 64, 512)
    assert not bench.task("model_xfer", 1, 0x02, 64, 512)


def test_a_stage_without_data_has_no_address(bench: Bench) -> None:
    assert bench.task("model_xfer", 1, 0x80, 64, 0)
    assert (bench.model.on_the_bus, bench.model.len) == (0, 0)


def test_no_more_transfers_wait_than_the_controller_has_channels(bench: Bench) -> None:
    taken = [bench.task("model_xfer", 1, 0x81 + n, 0, 8) for n in range(9)]
    assert taken == [1] * 8 + [0]
    bench.complete(0x84, b"x")
    assert bench.task("model_xfer", 2, 0x81, 0, 8)


# ---- Descriptors on their way ----


def test_good_descriptors_pass(bench: Bench) -> None:
    assert bench.answer(bytes.fromhex("8006000100001200"), DEVICE) == SUCCESS
    assert bench.answer(GET_CONFIGURATION, ECM) == SUCCESS
    assert bench.counters() == (0, 0, 0)


def test_a_descriptor_that_makes_no_sense_is_a_failed_transfer_and_counted(bench: Bench) -> None:
    hostile = configuration(CONTROL, b"\x00\x24\x06\x00\x01")
    assert bench.answer(GET_CONFIGURATION, hostile) == FAILED
    assert bench.counters() == (1, 0, 0)


def test_other_endpoints_are_not_looked_at(bench: Bench) -> None:
    bench.task("model_setup", 1, bench.keep(GET_CONFIGURATION))
    assert bench.task("model_xfer", 1, 0x82, 64, 128)
    bench.complete(0x82, b"\0" * 100)
    assert bench.model.result == SUCCESS


# ---- Start ----


def test_a_controller_that_is_not_there_is_told(driver_library: Path) -> None:
    bench = Bench(driver_library, controller=0)
    assert bench.task("model_init", 0) == CONTROLLER
    assert bench.model.inits == 0


@pytest.mark.parametrize(("controller", "result"), [(0, CONTROLLER), (OTG, OK)])
def test_without_firmware_it_must_have_power_already(
    bench: Bench, controller: int, result: int
) -> None:
    assert bench.task("model_init_alone", controller) == result


def test_the_host_starts_once_and_drivers_come_before(bench: Bench) -> None:
    assert bench.task("model_init", 0) == OK
    bench.host.advance(1)
    assert bench.model.inits == 1
    assert bench.task("model_init", 0) == TOO_MANY
    assert bench.task("model_add") == TOO_MANY


def test_more_drivers_than_there_is_room_for_are_refused_and_it_can_be_tried_again(
    bench: Bench,
) -> None:
    bench.model.drivers = 5
    assert bench.task("model_init", 0) == TOO_MANY
    bench.model.drivers = 4
    assert bench.task("model_init", 0) == OK


@pytest.mark.parametrize("connected", [0, 1])
def test_a_device_that_was_there_before_is_found(driver_library: Path, connected: int) -> None:
    bench = Bench(driver_library, connected=bool(connected))
    bench.task("model_init", 0)
    bench.host.advance(1)
    assert bench.model.attaches == connected


def test_the_interrupt_is_served_and_sof_acknowledged_after_it(bench: Bench) -> None:
    bench.task("model_init", 0)
    bench.host.advance(1)
    bench.trace()
    bench.task("model_interrupt")
    assert bench.trace() == [(HANDLER, 0), (GINTSTS, 8)]


def test_without_its_interrupt_the_controller_is_looked_at_each_millisecond(bench: Bench) -> None:
    bench.task("model_init", 1)
    bench.host.advance(100)
    assert 95 <= bench.model.services <= 101


def test_class_drivers_are_polled_ten_times_a_second(bench: Bench) -> None:
    bench.task("model_init", 0)
    bench.host.advance(1000)
    assert 9 <= bench.model.polls <= 11


# ---- Recovery ----


def test_a_request_that_is_never_answered_restarts_the_bus(driver_library: Path) -> None:
    bench = Bench(driver_library, connected=True)
    bench.task("model_init", 0)
    bench.task("model_setup", 1, bench.keep(GET_CONFIGURATION))
    bench.host.advance(4900)
    assert bench.counters() == (0, 0, 0)
    bench.host.advance(300)
    assert bench.counters() == (0, 1, 1)
    model = bench.model
    # The device being enumerated, then all; the controller again; what is at the port.
    assert (model.removals, model.inits, model.attaches, model.aborts) == (2, 2, 2, 1)
    bench.host.advance(20_000)
    assert bench.counters() == (0, 1, 1)


def test_when_the_port_is_empty_the_controller_begins_anew(driver_library: Path) -> None:
    bench = Bench(driver_library, connected=True)
    bench.task("model_init", 0)
    bench.host.advance(1)
    assert (bench.model.inits, bench.model.attaches) == (1, 1)
    bench.task("model_unplug")
    bench.host.advance(150)
    assert (bench.model.inits, bench.model.attaches) == (2, 1)
    assert bench.counters() == (0, 0, 1)


def test_an_answered_request_is_no_reason(bench: Bench) -> None:
    bench.task("model_init", 0)
    bench.task("model_setup", 1, bench.keep(GET_CONFIGURATION))
    bench.complete(0x00, b"")
    bench.host.advance(20_000)
    assert bench.counters() == (0, 0, 0)


def test_a_bus_that_does_not_get_well_is_left_alone_for_half_a_minute(bench: Bench) -> None:
    bench.task("model_init", 0)
    seen = []
    for _ in range(100):
        bench.task("usb_host_restart")
        bench.host.advance(1000)
        seen.append(bench.counters()[2])
    assert seen[2] == 3
    assert seen[31] == 3
    assert 4 <= seen[34] <= 6
    assert seen[-1] <= 12


def test_a_controller_that_does_not_start_is_tried_again(bench: Bench) -> None:
    bench.model.init_fails = 1
    assert bench.task("model_init", 0) == OK
    bench.host.advance(150)
    bench.model.init_fails = 0
    bench.host.advance(150)
    assert bench.model.inits >= 2
    count = bench.model.inits
    bench.host.advance(5000)
    assert bench.model.inits == count


def test_a_halt_stops_the_channels_of_one_device_only(bench: Bench) -> None:
    bench.task("model_init", 0)
    bench.host.advance(1)
    one, other = CHENA | 1 << 22, CHENA | 2 << 22
    for channel, value in enumerate((one, other, one & ~CHENA, one)):
        bench.task("model_channel", channel, value)
    bench.trace()
    bench.task("usb_host_halt", 1)
    assert bench.trace() == [(HCCHAR + 0x20 * channel, one | CHDIS | CHENA) for channel in (0, 3)]
