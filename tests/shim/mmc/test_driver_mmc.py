# SPDX-License-Identifier: BSD-3-Clause
"""The SD card driver over models: what card is there, its clocks, its sectors."""

from __future__ import annotations

import pytest
from mmcbench import (
    ARGUMENT,
    CONTROLLER,
    NO_MEDIUM,
    OK,
    READ_ONLY,
    SECTOR,
    SECTORS,
    TIMEOUT,
    UNSUPPORTED,
    Make,
    every_machine,
    pattern,
)

# ---- What card is there ----


@every_machine
@pytest.mark.parametrize(
    ("version", "high_capacity", "sectors"),
    [(1, 0, 256), (2, 0, 4_194_304), (2, 1, 1024 * 1024), (2, 1, 124_735_488)],
    ids=["sd-1", "sdsc", "sdhc", "sdxc"],
)
def test_every_kind_of_card_is_identified(
    bench: Make, interrupt: bool, slow: bool, version: int, high_capacity: int, sectors: int
) -> None:
    made = bench(interrupt=interrupt, slow=slow, init=False)
    made.card.version, made.card.high_capacity = version, high_capacity
    made.card.sectors_said, made.card.power_up = sectors, 5
    made.card.sectors_real = min(sectors, 0x7FFFFF)
    assert made.init() == OK
    assert made.lib.model_sectors() == sectors
    data = pattern(200, 3)
    assert made.write(200, data) == OK
    assert made.read(200, 3) == data
    assert bytes(made.memory[200 * SECTOR : 203 * SECTOR]) == data


def test_identification_is_what_the_specification_says(bench: Make) -> None:
    made = bench(init=False)
    assert made.init() == OK
    # CMD0, 8, ACMD41, 2, 3, 9, 7, 16, ACMD51, ACMD6, CMD6 (check, set)
    assert made.commands() == [0, 8, 55, 41, 2, 3, 9, 7, 16, 55, 51, 55, 6, 6, 6]
    assert (made.lib.model_bits(), made.lib.model_card_hz()) == (4, 50_000_000)


def test_the_registers_are_written_as_they_should_be(bench: Make) -> None:
    made = bench(init=False)
    assert made.init() == OK
    writes = made.writes()
    assert writes[:9] == [
        (0x2C, 1 << 24),  # reset of all
        (0x28, 0xF00),  # 3.3 V
        (0x3C, 0),
        (0x2C, 0xE0000),  # no clock, longest timeout
        (0x2C, 0xEFA01),  # 200 MHz / (2 * 250): 400 kHz
        (0x2C, 0xEFA05),  # to the card
        (0x34, 0x7F0033),
        (0x38, 0x7F0033),
        (0x08, 0),  # CMD0
    ]
    made.read(3, 1)
    assert [one for one in made.writes() if one[0] not in (0x30, 0x20)] == [
        (0x04, 1 << 16 | 512),
        (0x08, 3 * 512),
        (0x0C, 17 << 24 | 0x3A0010),
    ]


def test_a_card_with_one_bit_and_without_high_speed_is_not_asked_for_them(bench: Make) -> None:
    made = bench(init=False)
    made.card.one_bit_only = made.card.no_high_speed = 1
    assert made.init() == OK
    assert (made.lib.model_bits(), made.lib.model_card_hz()) == (1, 25_000_000)
    assert made.write(0, pattern(0, 2)) == OK


@every_machine
def test_without_a_card_it_says_so(bench: Make, interrupt: bool, slow: bool) -> None:
    made = bench(interrupt=interrupt, slow=slow, init=False)
    made.card.present = 0
    assert made.init() == NO_MEDIUM
    # The line may be another controller's: nothing is asked of it any more.
    assert made.writes()[-1] == (0x38, 0)
    made.insert()
    assert made.init() == OK


def test_a_card_that_works_at_another_voltage_is_not_driven(bench: Make) -> None:
    made = bench(init=False)
    made.card.no_voltage = 1
    assert made.init() == UNSUPPORTED


def test_a_card_that_never_powers_up_is_given_up(bench: Make) -> None:
    made = bench(init=False)
    made.card.power_up = 10**6
    before = made.host.main("xTaskGetTickCount")
    assert made.init() == TIMEOUT
    assert 1000 <= made.host.main("xTaskGetTickCount") - before < 1500


def test_a_write_protected_card_is_read_only(bench: Make) -> None:
    made = bench(init=False)
    made.card.read_only = 1
    assert made.init() == OK
    made.trace()
    assert made.write(0, pattern(0, 1)) == READ_ONLY
    assert made.trace() == []
    assert made.read(0, 1) == bytes(SECTOR)


# ---- Clocks ----


@pytest.mark.parametrize("version", [1, 2], ids=["power-of-two", "ten-bits"])
@pytest.mark.parametrize(
    "hz", [10_000_000, 25_000_000, 41_666_667, 50_000_000, 100_000_000, 250_000_000, 254_000_000]
)
def test_the_card_is_never_clocked_faster_than_it_may_be(
    bench: Make, version: int, hz: int
) -> None:
    # The model answers nothing above 400 kHz, and no data above the limit of its mode.
    made = bench(init=False)
    made.controller.version = version
    made.lib.model_clock(hz)
    if version == 1 and hz > 400_000 * 256:
        # 8 bits do not divide this one down to 400 kHz.
        assert made.init() in (NO_MEDIUM, TIMEOUT)
        return
    assert made.init() == OK
    assert 10_000_000 <= made.lib.model_card_hz() <= 50_000_000
    assert made.read(0, 4) == bytes(4 * SECTOR)


def test_the_firmware_is_asked_for_a_clock_that_the_board_does_not_know(bench: Make) -> None:
    made = bench(init=False)
    made.controller.firmware_hz = 100_000_000
    made.lib.model_clock(0)
    assert made.init() == OK
    assert made.lib.model_card_hz() == 50_000_000


def test_without_any_clock_it_does_not_start(bench: Make) -> None:
    made = bench(init=False)
    made.lib.model_clock(0)
    assert made.init() == CONTROLLER
    assert made.writes() == []


@every_machine
def test_no_write_is_lost_by_a_controller_that_loses_hasty_ones(
    bench: Make, interrupt: bool, slow: bool
) -> None:
    made = bench(interrupt=interrupt, slow=slow, init=False)
    made.controller.loses_writes = 1
    assert made.init() == OK
    data = pattern(7, 5)
    assert made.write(7, data) == OK
    assert made.read(7, 5) == data
    assert made.controller.lost_writes == 0


# ---- Reading and writing ----


@every_machine
def test_many_sectors_take_one_command_and_a_stop(bench: Make, interrupt: bool, slow: bool) -> None:
    made = bench(interrupt=interrupt, slow=slow)
    data = pattern(10, 20)
    assert made.write(10, data) == OK
    assert made.commands() == [25, 12, 13]
    assert made.read(10, 20) == data
    assert made.commands() == [18, 12]
    assert made.counters.sectors_written == made.counters.sectors_read == 20


def test_no_byte_beside_the_sectors_is_touched(bench: Make) -> None:
    made = bench()
    before = pattern(0, SECTORS)
    made.memory[:] = before
    made.write(17, bytes(2 * SECTOR))
    after = bytes(made.memory)
    assert after[: 17 * SECTOR] == before[: 17 * SECTOR]
    assert after[17 * SECTOR : 19 * SECTOR] == bytes(2 * SECTOR)
    assert after[19 * SECTOR :] == before[19 * SECTOR :]


def test_data_may_lie_at_any_address(bench: Make) -> None:
    made = bench()
    made.memory[:SECTOR] = pattern(0, 1)
    whole = made.host.new("uint8_t[600]")
    for offset in range(1, 5):
        assert made.call("model_read", 0, 1, whole + offset) == OK
        assert bytes(made.host.ffi.buffer(whole + offset, SECTOR)) == pattern(0, 1)
        assert whole[offset + SECTOR] == 0


@pytest.mark.parametrize(
    ("sector", "count"), [(SECTORS, 1), (SECTORS - 1, 2), (0, 0), (2**63, 1), (0, SECTORS + 1)]
)
def test_what_is_beyond_the_card_is_refused_before_it_sees_it(
    bench: Make, sector: int, count: int
) -> None:
    made = bench()
    assert made.call("model_read", sector, count, made.host.new("uint8_t[512]")) == ARGUMENT
    assert made.call("model_write", sector, count, made.host.new("uint8_t[512]")) == ARGUMENT
    assert made.trace() == []


@pytest.mark.parametrize("busy", [1, 30])
def test_a_write_ends_when_the_card_has_programmed_it(bench: Make, busy: int) -> None:
    made = bench()
    made.card.busy = busy
    for data in (pattern(0, 1), pattern(5, 7)):
        assert made.write(0, data) == OK
        assert made.commands().count(13) == busy + 1


def test_a_card_that_stays_busy_is_given_up(bench: Make) -> None:
    made = bench()
    made.card.busy = 10**6
    before = made.host.main("xTaskGetTickCount")
    assert made.write(0, pattern(0, 1)) == TIMEOUT
    assert made.host.main("xTaskGetTickCount") - before < 5000
    made.insert(busy=0)
    assert made.write(0, pattern(0, 1)) == OK


def test_two_tasks_take_turns(bench: Make) -> None:
    made = bench(slow=True)
    other = made.host.task("other", 4)
    first = made.task.call("model_read", 0, 8, made.host.new("uint8_t[4096]"))
    second = other.call("model_read", 0, 8, made.host.new("uint8_t[4096]"))
    assert not first.done
    assert not second.done
    for _ in range(200):
        made.lib.model_time(1)
    assert (first.result, second.result) == (OK, OK)
