# SPDX-License-Identifier: BSD-3-Clause
"""EEPROMs over a model with pages and write cycles; the switch beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from i2cparts import NACK, OK, TIMEOUT, Part, build_parts

RANGE, BUSY = -100, -101
WRITE_TICKS = 5
KINDS = {"24C02": (256, 8, 1), "24C16": (2048, 16, 1), "24C32": (4096, 32, 2)}


@pytest.fixture(scope="session")
def parts(host_build: Callable[..., Path]) -> Path:
    return build_parts(host_build)


def memory(parts: Path, kind: str, write_ticks: int = WRITE_TICKS) -> Part:
    size, page, address_bytes = KINDS[kind]
    made = Part(parts, 0x50, address_bytes=address_bytes, size=size)
    made.lib.part_pages(page, write_ticks)
    assert made.lib.eeprom_init(0x50, size, page, address_bytes) == OK
    return made


def write(part: Part, offset: int, data: bytes) -> int:
    return part.call("eeprom_write", offset, part.host.new("uint8_t[]", data or b"\0"), len(data))


def read(part: Part, offset: int, count: int) -> bytes | int:
    into = part.host.new("uint8_t[]", max(1, count))
    result = part.call("eeprom_read", offset, into, count)
    return result or bytes(into)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(sorted(KINDS)), st.data())
def test_what_is_written_anywhere_is_there_and_nothing_else(
    parts: Path, kind: str, data: st.DataObject
) -> None:
    size = KINDS[kind][0]
    offset = data.draw(st.integers(0, size - 1))
    written = data.draw(st.binary(min_size=1, max_size=min(200, size - offset)))
    part = memory(parts, kind)
    assert write(part, offset, written) == OK
    assert read(part, offset, len(written)) == written
    expected = bytearray(size)
    expected[offset : offset + len(written)] = written
    assert bytes(part.peek(0, size)) == expected


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_lies_outside_is_refused_before_the_bus_sees_it(parts: Path, kind: str) -> None:
    part = memory(parts, kind)
    size = KINDS[kind][0]
    for offset, count in ((size, 1), (size - 1, 2), (0, size + 1), (0, 0), (1 << 31, 1)):
        assert write(part, offset, bytes(count)) == RANGE
        assert read(part, offset, count) == RANGE
    assert part.lib.part_transfers() == 0


@pytest.mark.parametrize(
    "kind", [(0, 8, 1), (4096, 32, 1), (131072, 128, 2), (300, 8, 1), (256, 0, 1), (256, 12, 1)]
)
def test_a_kind_there_is_not_is_refused(parts: Path, kind: tuple[int, int, int]) -> None:
    assert Part(parts, 0x50).lib.eeprom_init(0x50, *kind) == RANGE


def test_a_part_with_page_bits_needs_an_address_with_room_for_them(parts: Path) -> None:
    lib = Part(parts, 0x50).lib
    assert lib.eeprom_init(0x51, 2048, 16, 1) == RANGE
    assert lib.eeprom_init(0x50, 2048, 16, 1) == OK


def test_the_write_cycle_is_waited_for_and_not_longer(parts: Path) -> None:
    part = memory(parts, "24C02")
    before = part.host.main("xTaskGetTickCount")
    assert write(part, 0, b"a" * 24) == OK
    took = part.host.main("xTaskGetTickCount") - before
    assert 3 * WRITE_TICKS <= took <= 3 * (WRITE_TICKS + 1)
    # A read just behind it answers.
    assert read(part, 0, 24) == b"a" * 24


def test_a_part_that_never_finishes_is_left_in_time(parts: Path) -> None:
    part = memory(parts, "24C02", write_ticks=10_000)
    before = part.host.main("xTaskGetTickCount")
    assert write(part, 0, b"a") == BUSY
    assert part.host.main("xTaskGetTickCount") - before < 20


def test_errors_of_the_bus_are_passed_on(parts: Path) -> None:
    part = memory(parts, "24C02")
    part.lib.part_fails(NACK, 1)
    assert write(part, 0, b"a") == NACK
    assert read(part, 0, 1) == NACK
    part.lib.part_fails(TIMEOUT, 2)
    assert write(part, 0, b"a") == TIMEOUT


def test_a_switch_holds_its_channels_or_is_none(parts: Path) -> None:
    part = Part(parts, 0x70, address_bytes=0)
    assert part.call("switch_select", 0xA5) == OK
    assert part.peek(0) == [0xA5]
    part.lib.part_fails(NACK, 2)
    assert part.call("switch_select", 0x01) == NACK
