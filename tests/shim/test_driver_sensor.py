# SPDX-License-Identifier: BSD-3-Clause
"""Sensors on I2C over a model of their registers: values, ranges, errors, away and back."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from i2cparts import NACK, OK, TIMEOUT, Part, build_parts

NOT_ONE, SECOND = -100, -101
# QEMU's DPS310: what its registers 0x10 to 0x21 hold, and what it measures for ever
COEFFICIENTS = bytes.fromhex("0e1edd13ca5f2152f9c604d1db47005bfb3a")
PRESSURE, TEMPERATURE = 0xFE2FEE - (1 << 24), 0x0269A6
SCALES = (524288, 1572864, 3670016, 7864320, 253952, 516096, 1040384, 2088960)


@pytest.fixture(scope="session")
def parts(host_build: Callable[..., Path]) -> Path:
    return build_parts(host_build)


@pytest.fixture
def tmp105(parts: Path) -> Part:
    made = Part(parts, 0x48, stride=2)
    made.lib.sensor_choose(b"t", 0)
    return made


@pytest.fixture
def mag(parts: Path) -> Part:
    made = Part(parts, 0x1E)
    made.poke(0x0A, 0x48, 0x34, 0x33)
    made.lib.sensor_choose(b"m", 0)
    return made


@pytest.fixture
def emc1413(parts: Path) -> Part:
    made = Part(parts, 0x4C)
    made.poke(0xFD, 0x21, 0x5D)
    made.lib.sensor_choose(b"e", 0)
    return made


@pytest.fixture
def dps310(parts: Path) -> Part:
    made = Part(parts, 0x77)
    made.poke(0x00, *PRESSURE.to_bytes(3, "big", signed=True))
    made.poke(0x03, *TEMPERATURE.to_bytes(3, "big"))
    made.poke(0x08, 0xF0)
    made.poke(0x10, *COEFFICIENTS)
    made.poke(0x28, 0x80)
    made.lib.sensor_choose(b"p", 0)
    return made


# ---- The life of a sensor ----


def test_a_sensor_begins_new_and_is_ready_with_the_first_reading(tmp105: Part) -> None:
    assert tmp105.text("chosen_state") == "new"
    assert tmp105.read() == [0]
    assert tmp105.text("chosen_state") == "ready"
    assert tmp105.counts() == (1, 0, 0, 1)


def test_one_that_was_never_there_stays_new_and_is_told(tmp105: Part) -> None:
    tmp105.lib.part_fails(NACK, 1)
    assert tmp105.read() == NACK
    assert (tmp105.text("chosen_state"), tmp105.text("chosen_error")) == ("new", "no answer")
    assert tmp105.counts() == (0, 1, 0, 0)


def test_one_that_leaves_is_lost_and_is_set_up_anew_when_it_is_back(tmp105: Part) -> None:
    tmp105.poke(0, 0x19, 0x80)
    assert tmp105.read() == [25500]
    tmp105.lib.part_fails(TIMEOUT, 1)
    assert [tmp105.read(), tmp105.read()] == [TIMEOUT, TIMEOUT]
    assert tmp105.text("chosen_state") == "lost"
    # It had no power meanwhile: its configuration is gone.
    tmp105.poke(2, 0)
    tmp105.lib.part_fails(OK, 1)
    assert tmp105.read() == [25500]
    assert tmp105.peek(2) == [0x60]
    assert tmp105.counts() == (2, 2, 1, 2)


@pytest.mark.parametrize("kind", ["tmp105", "mag", "emc1413", "dps310"])
def test_an_error_in_any_transfer_is_told_and_the_next_reading_is_good(
    kind: str, request: pytest.FixtureRequest
) -> None:
    part: Part = request.getfixturevalue(kind)
    part.lib.part_fails(OK, 1)
    good = part.read(2)
    transfers = part.lib.part_transfers()
    for point in range(1, transfers + 1):
        part.lib.part_fails(TIMEOUT, 1)
        assert part.read(2) == TIMEOUT  # lost: the next one begins with the start
        part.lib.part_fails(TIMEOUT, point)
        assert part.read(2) == TIMEOUT, f"transfer {point} of {transfers}"
        part.lib.part_fails(OK, 1)
        assert part.read(2) == good


# ---- TMP105, LM75 ----


def test_an_lm75_is_read_although_it_has_no_resolution_to_set(tmp105: Part) -> None:
    tmp105.lib.part_read_only(0)
    tmp105.poke(2, 0x00)
    assert tmp105.read() == [0]
    assert tmp105.call("limits_set", 75_000, 80_000) == OK
    assert tmp105.peek(4, 4) == [0x4B, 0x00, 0x50, 0x00]


@pytest.mark.parametrize(
    ("milli", "held"), [(-1, -62), (0, 0), (62, 0), (63, 62), (-10_250, -10_250), (-128_000,) * 2]
)
def test_limits_are_rounded_down(tmp105: Part, milli: int, held: int) -> None:
    assert tmp105.read() == [0]
    low, high = tmp105.host.new("int32_t *"), tmp105.host.new("int32_t *")
    assert tmp105.call("limits_set", milli, 127_937) == OK
    assert tmp105.call("limits_get", low, high) == OK
    assert (low[0], high[0]) == (held, 127_875)


@pytest.mark.parametrize(("low", "high"), [(2, 1), (-128_001, 0), (0, 127_938)])
def test_limits_that_cannot_be_held_are_refused(tmp105: Part, low: int, high: int) -> None:
    assert tmp105.read() == [0]
    before = tmp105.lib.part_transfers()
    assert tmp105.call("limits_set", low, high) == SECOND
    assert tmp105.lib.part_transfers() == before


# ---- LSM303DLHC ----


def test_a_field_has_its_axes_in_the_parts_order_and_both_signs(mag: Part) -> None:
    for place, steps in ((3, 1100), (5, -980), (7, -550)):  # X, Z, Y
        mag.poke(place, *steps.to_bytes(2, "big", signed=True))
    assert mag.read(3) == [100_000, -50_000, -100_000]
    assert mag.peek(0, 3) == [0x10, 0x20, 0x00]


@pytest.mark.parametrize("place", [3, 5, 7])
def test_a_field_too_strong_along_one_axis_is_an_error(mag: Part, place: int) -> None:
    mag.poke(place, 0xF0, 0x00)
    assert mag.read(3) == SECOND
    assert mag.text("chosen_error") == "the field is too strong"


@pytest.mark.parametrize("place", [0x0A, 0x0B, 0x0C])
def test_what_is_no_magnetometer_is_not_written_to(mag: Part, place: int) -> None:
    mag.poke(place, 0)
    assert mag.read(3) == NOT_ONE
    assert mag.peek(0, 3) == [0, 0, 0]


# ---- EMC1413 ----


def test_three_temperatures_in_eighths(emc1413: Part) -> None:
    emc1413.poke(0x00, 25)
    emc1413.poke(0x29, 0xE0)
    emc1413.poke(0x01, 127)
    emc1413.poke(0x10, 0x20)
    emc1413.poke(0x23, 0)
    emc1413.poke(0x24, 0x1F)  # bits that are none
    assert emc1413.read(3) == [25_875, 127_125, 0]


def test_the_range_that_is_set_is_minded(emc1413: Part) -> None:
    emc1413.poke(0x03, 0x04)
    emc1413.poke(0x00, 0)
    emc1413.poke(0x01, 64)
    emc1413.poke(0x23, 255)
    assert emc1413.read(3) == [-64_000, 0, 191_000]


@pytest.mark.parametrize("fault", [0x02, 0x04])
def test_a_broken_diode_is_an_error(emc1413: Part, fault: int) -> None:
    emc1413.poke(0x1B, fault)
    assert emc1413.read(3) == SECOND
    assert emc1413.text("chosen_error") == "a diode is open or shorted"


@pytest.mark.parametrize("place", [0xFD, 0xFE])
def test_what_is_no_emc1413_is_told(emc1413: Part, place: int) -> None:
    emc1413.poke(place, 0x55)
    assert emc1413.read(3) == NOT_ONE


# ---- DPS310 ----


def formula(c: list[int], oversampling: int, raw_p: int, raw_t: int) -> tuple[Fraction, Fraction]:
    """Return pascal and degrees as the data sheet (4.9) has them, without any rounding."""
    c0, c1, c00, c10, c01, c11, c20, c21, c30 = c
    p = Fraction(raw_p, SCALES[oversampling])
    t = Fraction(raw_t, SCALES[oversampling])
    pascal = c00 + p * (c10 + p * (c20 + p * c30)) + t * c01 + t * p * (c11 + p * c21)
    return pascal, Fraction(c0, 2) + c1 * t


def bits(count: int) -> st.SearchStrategy[int]:
    return st.integers(-(1 << (count - 1)), (1 << (count - 1)) - 1)


def test_the_measurement_of_qemus_part_by_hand(dps310: Part) -> None:
    # c0 225, c1 -291, c00 81061, c10 -57006, c01 -1594, c11 1233, c20 -9401, c21 91, c30 -1222
    values = [225, -291, 81061, -57006, -1594, 1233, -9401, 91, -1222]
    pascal, celsius = formula(values, 0, PRESSURE, TEMPERATURE)
    assert (round(pascal * 1000), round(celsius * 1000)) == (92_946_311, 24_738)
    assert dps310.read(2) == [92_946_311, 24_738]


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.tuples(*(bits(n) for n in (12, 12, 20, 20, 16, 16, 16, 16, 16))),
    st.integers(0, 7),
    bits(24),
    bits(24),
)
def test_the_integers_follow_the_formula_to_a_millipascal(
    parts: Path, c: tuple[int, ...], oversampling: int, raw_p: int, raw_t: int
) -> None:
    # What 24 bits say is below the full scale where a part works: |p|, |t| < 1.
    raw_p = raw_p % SCALES[oversampling] * (-1 if raw_p < 0 else 1)
    raw_t = raw_t % SCALES[oversampling] * (-1 if raw_t < 0 else 1)
    made = Part(parts, 0x77)
    result = made.host.ffi.new("int32_t[2]")
    made.lib.compensate(list(c), oversampling, raw_p, raw_t, result)
    pascal, celsius = formula(list(c), oversampling, raw_p, raw_t)
    assert abs(result[0] - pascal * 1000) <= 1
    assert abs(result[1] - celsius * 1000) <= 1


def test_the_part_is_reset_and_set_to_measure_by_itself(dps310: Part) -> None:
    assert dps310.read(2) != NOT_ONE
    assert dps310.peek(0x0C) == [0x09]
    # 4 a second; the temperature of the sensor that the coefficients are for
    assert dps310.peek(0x06, 4) == [0x20, 0xA0, 0xF7, 0x00]


def test_more_samples_are_set_with_the_shift_they_need(dps310: Part) -> None:
    dps310.lib.sensor_choose(b"p", 6)
    assert isinstance(dps310.read(2), list)
    assert dps310.peek(0x06, 4) == [0x26, 0xA6, 0xF7, 0x0C]


def test_an_oversampling_there_is_not_is_refused(dps310: Part) -> None:
    dps310.lib.sensor_choose(b"p", 8)
    assert dps310.read(2) == SECOND


@pytest.mark.parametrize("ready", [0x00, 0x40, 0x80, 0xC0, 0xD0, 0xE0])
def test_a_part_that_does_not_become_ready_is_left_in_time(dps310: Part, ready: int) -> None:
    dps310.poke(0x08, ready)
    before = dps310.host.main("xTaskGetTickCount")
    assert dps310.read(2) == NOT_ONE
    assert dps310.text("chosen_error") == "the sensor does not become ready"
    assert dps310.host.main("xTaskGetTickCount") - before < 700
