# SPDX-License-Identifier: BSD-3-Clause
"""The DS1338 clock over a model of its registers."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from i2cparts import NACK, OK, Part, build_parts

NOT_SET, NO_TIME, RANGE = -100, -101, -102


@pytest.fixture(scope="session")
def parts(host_build: Callable[..., Path]) -> Path:
    return build_parts(host_build)


@pytest.fixture
def clock(parts: Path) -> Part:
    return Part(parts, 0x68, size=64)


def get(part: Part) -> list[int] | int:
    into = part.host.new("uint16_t[6]")
    result = part.call("clock_get", into)
    return result or [int(value) for value in into]


def put(part: Part, *fields: int) -> int:
    return part.call("clock_set", part.host.new("uint16_t[6]", list(fields)))


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.datetimes(datetime.datetime(2000, 1, 1), datetime.datetime(2099, 12, 31)))
def test_every_time_is_kept_with_its_weekday(parts: Path, time: datetime.datetime) -> None:
    part = Part(parts, 0x68, size=64)
    fields = [time.year, time.month, time.day, time.hour, time.minute, time.second]
    assert put(part, *fields) == OK
    assert get(part) == fields
    assert part.peek(3) == [time.isoweekday()]
    text = f"{time.second:02}{time.minute:02}{time.hour:02}"
    assert bytes(part.peek(0, 3)).hex() == text


@pytest.mark.parametrize(
    ("hours", "hour"),
    [(0x52, 0), (0x41, 1), (0x51, 11), (0x72, 12), (0x61, 13), (0x71, 23), (0x23, 23)],
)
def test_hours_of_both_modes_are_read(clock: Part, hours: int, hour: int) -> None:
    clock.poke(0, 0, 0, hours, 1, 0x14, 0x03, 0x31)
    assert get(clock) == [2031, 3, 14, hour, 0, 0]


@pytest.mark.parametrize(("place", "bit"), [(0, 0x80), (7, 0x20)], ids=["halted", "oscillator"])
def test_a_clock_that_stood_still_does_not_tell_a_time(clock: Part, place: int, bit: int) -> None:
    clock.poke(0, 0, 0, 0, 1, 1, 1, 1, 0x93)
    clock.poke(place, bit)
    assert get(clock) == NOT_SET
    assert put(clock, 2031, 3, 14, 15, 9, 26) == OK
    assert get(clock) == [2031, 3, 14, 15, 9, 26]


@pytest.mark.parametrize(
    "registers",
    [
        "6000000101010100",
        "0a00000101010100",
        "0000240101010100",
        "0000000100010100",
        "0000000132010100",
        "0000000101130100",
        "000000013002a000",
        "0000400101010100",
    ],
)
def test_registers_that_are_no_time_are_told(clock: Part, registers: str) -> None:
    clock.poke(0, *bytes.fromhex(registers))
    assert get(clock) == NO_TIME


@pytest.mark.parametrize(
    "fields",
    [(1999, 1, 1), (2100, 1, 1), (2031, 2, 29), (2031, 0, 1), (2031, 13, 1), (2031, 4, 31)],
)
def test_a_time_there_is_not_is_not_set(clock: Part, fields: tuple[int, ...]) -> None:
    assert put(clock, *fields, 0, 0, 0) == NO_TIME
    assert clock.lib.part_transfers() == 0


def test_leap_days_are_days(clock: Part) -> None:
    assert put(clock, 2028, 2, 29, 23, 59, 59) == OK


def test_a_clock_that_does_not_answer_is_told(clock: Part) -> None:
    clock.lib.part_fails(NACK, 1)
    assert get(clock) == NACK
    assert put(clock, 2031, 3, 14, 15, 9, 26) == NACK


def test_its_memory_is_behind_its_registers(clock: Part) -> None:
    assert get(clock) == NO_TIME
    data = clock.host.new("uint8_t[56]", list(range(56)))
    into = clock.host.new("uint8_t[56]")
    assert clock.call("clock_store", 0, data, 56) == OK
    assert clock.peek(8, 56) == list(range(56))
    assert clock.call("clock_load", 50, into, 6) == OK
    assert list(into[0:6]) == list(range(50, 56))
    for offset, length in ((0, 57), (56, 1), (55, 2), (0, 0)):
        assert clock.call("clock_store", offset, data, length) == RANGE
        assert clock.call("clock_load", offset, into, length) == RANGE
