# SPDX-License-Identifier: BSD-3-Clause
"""Property mailbox: byte-exact messages against a firmware model, and all its refusals."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.soc.conftest import Host

BASE = 0x3F00B880
READ, STATUS0, WRITE, STATUS1 = 0x00, 0x18, 0x20, 0x38
FULL, EMPTY = 1 << 31, 1 << 30
PHYSICAL = 0x000A1240
OK, ERROR = 0x80000000, 0x80000001
EBUSY, EFAULT, EIO, E2BIG, ENODEV, ENOSPC, ETIMEDOUT = 16, 14, 5, 7, 19, 28, 110

Property = Callable[[bytes], bytes]


class Firmware:
    """Answers on channel 8 from `tags`: tag -> (request value -> response value)."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.tags: dict[int, Property] = {}
        self.requests: list[bytes] = []
        self.queue: list[int] = []
        self.code = OK
        host.lib.host_physical = PHYSICAL
        bus = host.bus
        bus.on_write[BASE + WRITE] = self._post
        bus.on_read[BASE + STATUS0] = lambda: 0 if self.queue else EMPTY
        bus.on_read[BASE + READ] = lambda: self.queue.pop(0)
        self.device: Any = host.lib.host_bcm2835_mbox(BASE)

    def _post(self, word: int) -> None:
        assert word & 0xF == 8, "channel"
        assert word & 0xFFFFFFF0 == 0xC0000000 | PHYSICAL
        buffer = self.host.lib.host_buffer
        size = struct.unpack_from("<I", self.host.ffi.buffer(buffer, 4))[0]
        message = self.host.ffi.buffer(buffer, size)
        self.requests.append(bytes(message))
        self._answer(message)
        self.queue.append(word)

    def _answer(self, message: Any) -> None:
        tag, size, code = struct.unpack_from("<III", message, 8)
        assert code == 0, "request"
        struct.pack_into("<I", message, 4, self.code)
        if tag not in self.tags:
            return
        value = self.tags[tag](bytes(message[20 : 20 + size]))
        struct.pack_into("<I", message, 16, 0x80000000 | len(value))
        # As firmware and QEMU: what does not fit is not copied at all.
        if len(value) <= size:
            message[20 : 20 + len(value)] = value


@pytest.fixture
def firmware(host: Host) -> Firmware:
    """A firmware that knows no tag yet."""
    return Firmware(host)


def test_message_is_laid_out_as_the_firmware_wants_it(firmware: Firmware) -> None:
    firmware.tags[0x00030002] = lambda _: struct.pack("<II", 4, 500_000_000)
    rate = firmware.host.ffi.new("uint32_t *")
    assert firmware.host.lib.bcm2835_mbox_clock_rate(firmware.device, 4, rate) == 0
    assert rate[0] == 500_000_000
    # size, request, tag, value size, request, clock id, rate, end
    assert firmware.requests == [struct.pack("<8I", 32, 0, 0x00030002, 8, 0, 4, 0, 0)]


def test_cache_is_flushed_before_the_message_is_sent_and_before_it_is_read(
    firmware: Firmware,
) -> None:
    firmware.tags[0x00010002] = lambda _: b"\x11\x31\xc0\x00"
    revision = firmware.host.ffi.new("uint32_t *")
    assert firmware.host.lib.bcm2835_mbox_board_revision(firmware.device, revision) == 0
    assert revision[0] == 0x00C03111
    trace = [(a.what, a.address - BASE if a.address else 0) for a in firmware.host.bus.trace]
    assert trace == [
        ("read", STATUS1),
        ("flush", 0),
        ("write", WRITE),
        ("read", STATUS0),
        ("read", READ),
        ("flush", 0),
    ]


def test_board_facts_are_read(firmware: Firmware) -> None:
    host, device = firmware.host, firmware.device
    firmware.tags = {
        0x00010005: lambda _: struct.pack("<II", 0, 0x3C000000),
        0x00010004: lambda _: struct.pack("<Q", 0x00000000DEADBEEF12345678 & (1 << 64) - 1),
        0x00010003: lambda _: bytes.fromhex("dca63201c36f"),
        0x00030006: lambda _: struct.pack("<II", 0, 48_312),
    }
    base, size = host.ffi.new("uint64_t *"), host.ffi.new("uint64_t *")
    assert host.lib.bcm2835_mbox_arm_memory(device, base, size) == 0
    assert (base[0], size[0]) == (0, 0x3C000000)
    assert host.lib.bcm2835_mbox_board_serial(device, base) == 0
    assert base[0] == 0xDEADBEEF12345678
    mac = host.ffi.new("uint8_t[6]")
    assert host.lib.bcm2835_mbox_mac_address(device, mac) == 0
    assert bytes(mac).hex(":") == "dc:a6:32:01:c3:6f"
    # Padded to words: a value size of 6 makes QEMU lose its way.
    assert firmware.requests[-1][12:16] == struct.pack("<I", 8)
    temperature = host.ffi.new("uint32_t *")
    assert host.lib.bcm2835_mbox_temperature(device, temperature) == 0
    assert temperature[0] == 48_312


@pytest.mark.parametrize(("state", "expected"), [(1, 0), (2, -ENODEV), (3, -ENODEV), (0, -EIO)])
def test_power_on_says_whether_the_device_is_there_and_on(
    firmware: Firmware, state: int, expected: int
) -> None:
    asked: list[bytes] = []

    def set_power(value: bytes) -> bytes:
        asked.append(value)
        return struct.pack("<II", 3, state)

    firmware.tags[0x00028001] = set_power
    assert firmware.host.lib.bcm2835_mbox_power_on(firmware.device, 3) == expected
    # on, and wait until it is stable
    assert asked == [struct.pack("<II", 3, 3)]


def command_line(firmware: Firmware, size: int) -> tuple[int, bytes]:
    buffer = firmware.host.ffi.new("char[]", b"\xff" * 4096)
    rc = firmware.host.lib.bcm2835_mbox_command_line(firmware.device, buffer, size)
    assert bytes(firmware.host.ffi.buffer(buffer)[size : size + 8]) == b"\xff" * 8
    return rc, firmware.host.ffi.string(buffer)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=300),
    size=st.integers(min_value=1, max_value=400),
    nul=st.booleans(),
)
def test_command_line_of_any_length_is_whole_or_refused(
    host: Host, text: str, size: int, nul: bool
) -> None:
    host.reset()
    firmware = Firmware(host)
    value = text.encode() + (b"\0" if nul else b"")
    firmware.tags[0x00050001] = lambda _: value
    rc, got = command_line(firmware, size)
    if len(value) < size:
        assert (rc, got) == (len(text), text.encode())
    else:
        assert (rc, got) == (-ENOSPC, b"")


def test_command_line_is_as_long_as_a_property_can_be(firmware: Firmware) -> None:
    text = b"a" * 2048
    firmware.tags[0x00050001] = lambda _: text
    assert command_line(firmware, 4000) == (2048, text)
    assert len(firmware.requests[0]) == 20 + 2048 + 4


def test_no_room_for_a_command_line_is_refused_without_a_call(firmware: Firmware) -> None:
    buffer = firmware.host.ffi.new("char[8]")
    rc = firmware.host.lib.bcm2835_mbox_command_line(firmware.device, buffer, 0)
    assert rc == -ENOSPC
    assert firmware.requests == []


def test_a_tag_that_the_firmware_does_not_know_is_an_error(firmware: Firmware) -> None:
    value = firmware.host.ffi.new("uint32_t[2]")
    rc = firmware.host.lib.bcm2835_mbox_property(firmware.device, 0x00099999, value, 8)
    assert rc == -EIO


def test_a_refused_message_is_an_error(firmware: Firmware) -> None:
    firmware.tags[0x00010002] = lambda _: b"1234"
    firmware.code = ERROR
    revision = firmware.host.ffi.new("uint32_t *", 99)
    assert firmware.host.lib.bcm2835_mbox_board_revision(firmware.device, revision) == -EIO
    assert revision[0] == 99


def test_a_response_that_is_too_short_is_an_error(firmware: Firmware) -> None:
    firmware.tags[0x00010004] = lambda _: b"1234"
    firmware.tags[0x00010003] = lambda _: b"12345"
    serial = firmware.host.ffi.new("uint64_t *", 99)
    assert firmware.host.lib.bcm2835_mbox_board_serial(firmware.device, serial) == -EIO
    assert serial[0] == 99
    mac = firmware.host.ffi.new("uint8_t[6]")
    assert firmware.host.lib.bcm2835_mbox_mac_address(firmware.device, mac) == -EIO


def test_a_value_that_does_not_fit_the_buffer_is_refused(firmware: Firmware) -> None:
    value = firmware.host.ffi.new("char[4096]")
    rc = firmware.host.lib.bcm2835_mbox_property(firmware.device, 0x00050001, value, 2049)
    assert rc == -E2BIG
    assert firmware.requests == []


def test_answers_on_other_channels_are_skipped(firmware: Firmware) -> None:
    firmware.tags[0x00010002] = lambda _: b"1234"
    firmware.queue = [0x10, 0x12345670 | 1]
    revision = firmware.host.ffi.new("uint32_t *")
    assert firmware.host.lib.bcm2835_mbox_board_revision(firmware.device, revision) == 0
    assert firmware.queue == []


def test_an_image_above_the_first_gib_is_refused(firmware: Firmware) -> None:
    firmware.host.lib.host_physical = 0x3FFFFFC0
    revision = firmware.host.ffi.new("uint32_t *")
    rc = firmware.host.lib.bcm2835_mbox_board_revision(firmware.device, revision)
    assert rc == -EFAULT
    assert firmware.requests == []


def test_a_full_mailbox_is_given_up_and_may_be_tried_again(firmware: Firmware) -> None:
    host = firmware.host
    firmware.tags[0x00010002] = lambda _: b"1234"
    revision = host.ffi.new("uint32_t *")
    host.stick(BASE + STATUS1, FULL)
    rc = host.lib.bcm2835_mbox_board_revision(firmware.device, revision)
    assert rc == -ETIMEDOUT
    assert host.lib.host_stuck_reads == 5_000_000
    assert firmware.requests == []
    host.stick(0, 0)
    assert host.lib.bcm2835_mbox_board_revision(firmware.device, revision) == 0


def test_a_firmware_that_never_answers_is_not_asked_again(firmware: Firmware) -> None:
    host = firmware.host
    firmware.tags[0x00010002] = lambda _: b"1234"
    revision = host.ffi.new("uint32_t *")
    host.stick(BASE + STATUS0, EMPTY)
    rc = host.lib.bcm2835_mbox_board_revision(firmware.device, revision)
    assert rc == -ETIMEDOUT
    assert host.lib.host_stuck_reads == 5_000_000
    host.stick(0, 0)
    host.bus.trace.clear()
    rc = host.lib.bcm2835_mbox_board_revision(firmware.device, revision)
    assert rc == -ETIMEDOUT
    assert host.bus.trace == []


def test_a_call_during_a_call_is_refused(firmware: Firmware) -> None:
    host = firmware.host
    inner: list[int] = []

    def nested(_: bytes) -> bytes:
        word = host.ffi.new("uint32_t *")
        inner.append(host.lib.bcm2835_mbox_board_revision(firmware.device, word))
        return b"1234"

    firmware.tags[0x00010002] = nested
    revision = host.ffi.new("uint32_t *")
    assert host.lib.bcm2835_mbox_board_revision(firmware.device, revision) == 0
    assert inner == [-EBUSY]
    assert len(firmware.requests) == 1
