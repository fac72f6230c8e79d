# SPDX-License-Identifier: BSD-3-Clause
"""The SD card driver over models: what goes wrong, alone and in any sequence."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mmcbench import (
    CHANGED,
    CONTROLLER,
    CRC,
    MEDIUM,
    NO_INTERRUPT,
    NO_MEDIUM,
    OK,
    RANGE,
    REMOVED,
    SECTOR,
    SECTORS,
    TIMEOUT,
    Make,
    every_machine,
    pattern,
)

# ---- What goes wrong ----


@every_machine
@pytest.mark.parametrize(
    ("fault", "error", "counter"),
    [
        ({"bad_block": 2, "bad_blocks": 1}, CRC, "crc_errors"),
        ({"no_block": 2, "no_blocks": 1}, TIMEOUT, "timeouts"),
        ({"silent": 1}, TIMEOUT, "timeouts"),
        ({"garbled": 1}, CRC, "crc_errors"),
    ],
    ids=["bad-block", "no-block", "no-answer", "bad-answer"],
)
@pytest.mark.parametrize("writing", [False, True], ids=["read", "write"])
def test_a_fault_is_mended_by_a_second_try(
    bench: Make,
    interrupt: bool,
    slow: bool,
    fault: dict[str, int],
    error: int,
    counter: str,
    writing: bool,
) -> None:
    made = bench(interrupt=interrupt, slow=slow)
    made.memory[: 4 * SECTOR] = pattern(0, 4)
    for name, value in fault.items():
        setattr(made.card, name, value)
    data = pattern(0, 4, salt=1)
    if writing:
        assert made.write(0, data) == OK
        assert bytes(made.memory[: 4 * SECTOR]) == data
    else:
        assert made.read(0, 4) == pattern(0, 4)
    assert getattr(made.counters, counter) == 1
    assert (made.counters.retries, made.counters.failures) == (1, 0)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"bad_block": 1, "bad_blocks": 9}, CRC),
        ({"no_block": 1, "no_blocks": 9}, TIMEOUT),
    ],
    ids=["bad-blocks", "no-blocks"],
)
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("writing", [False, True], ids=["read", "write"])
def test_a_fault_that_stays_is_told_and_leaves_a_card_that_works(
    bench: Make, fault: dict[str, int], error: int, count: int, writing: bool
) -> None:
    made = bench()
    for name, value in fault.items():
        setattr(made.card, name, value)
    result = made.write(0, pattern(0, count)) if writing else made.read(0, count)
    assert result == error
    assert (made.counters.retries, made.counters.failures) == (1, 1)
    for name in fault:
        setattr(made.card, name, 0)
    assert made.write(0, pattern(0, 3)) == OK
    assert made.read(0, 3) == pattern(0, 3)
    assert made.counters.failures == 1


@pytest.mark.parametrize("high_capacity", [0, 1])
@pytest.mark.parametrize("writing", [False, True], ids=["read", "write"])
@pytest.mark.parametrize(("sector", "count"), [(100, 1), (96, 8), (2000, 1), (2000, 8)])
def test_a_card_that_is_smaller_than_it_says(
    bench: Make, high_capacity: int, writing: bool, sector: int, count: int
) -> None:
    made = bench(init=False)
    made.card.high_capacity, made.card.sectors_said = high_capacity, 2048
    made.card.sectors_real = 100
    assert made.init() == OK
    result = made.write(sector, pattern(0, count)) if writing else made.read(sector, count)
    assert result == RANGE
    assert (made.counters.range_errors, made.counters.retries) == (1, 0)
    assert made.write(92, pattern(92, 8)) == OK
    assert made.read(92, 8) == pattern(92, 8)


def test_a_complaint_about_what_is_behind_the_last_sector_is_no_error(bench: Make) -> None:
    made = bench()
    made.card.complains_at_end = 1
    assert made.read(SECTORS - 4, 4) == bytes(4 * SECTOR)
    assert made.counters.failures == made.counters.retries == 0


@pytest.mark.parametrize(("bit", "error"), [(19, MEDIUM), (21, MEDIUM), (20, MEDIUM), (26, -9)])
def test_what_the_card_says_of_itself_is_told(bench: Make, bit: int, error: int) -> None:
    made = bench()
    made.card.fails = 1 << bit
    assert made.write(0, pattern(0, 1)) == error
    assert made.write(0, pattern(0, 1)) == OK


@every_machine
@pytest.mark.parametrize("writing", [False, True], ids=["read", "write"])
def test_a_card_that_is_pulled_out_and_put_back(
    bench: Make, interrupt: bool, slow: bool, writing: bool
) -> None:
    made = bench(interrupt=interrupt, slow=slow)
    made.card.leaves_at = 3
    result = made.write(0, pattern(0, 8)) if writing else made.read(0, 8)
    assert result == REMOVED
    assert made.counters.removals == 1
    assert made.read(0, 1) == NO_MEDIUM
    assert made.write(0, pattern(0, 1)) == NO_MEDIUM
    made.insert()
    assert made.write(0, pattern(0, 8)) == OK
    assert made.read(0, 8) == pattern(0, 8)
    assert (made.lib.model_bits(), made.lib.model_card_hz()) == (4, 50_000_000)


def test_another_card_is_not_taken_for_the_one_that_was_there(bench: Make) -> None:
    made = bench()
    made.card.leaves_at = 1
    assert made.read(0, 1) == REMOVED
    made.insert(serial=99)
    assert made.write(0, pattern(0, 1)) == CHANGED
    assert bytes(made.memory[:SECTOR]) == bytes(SECTOR)
    made.insert(serial=0x12345678)
    assert made.write(0, pattern(0, 1)) == OK


def test_a_card_exchanged_unseen_is_found_out(bench: Make) -> None:
    made = bench()
    made.insert(serial=99)
    assert made.write(0, pattern(0, 1)) == CHANGED
    assert bytes(made.memory[:SECTOR]) == bytes(SECTOR)


def test_an_interrupt_that_does_not_come_is_told(bench: Make) -> None:
    made = bench(init=False)
    made.controller.irq_connected = 0
    assert made.init() == NO_INTERRUPT


@pytest.mark.parametrize("what", ["stuck_reset", "stuck_clock"])
def test_a_controller_that_does_not_come_up_is_told(bench: Make, what: str) -> None:
    made = bench(init=False)
    setattr(made.controller, what, 1)
    before = made.host.main("xTaskGetTickCount")
    assert made.init() == CONTROLLER
    assert made.host.main("xTaskGetTickCount") - before < 500


def test_data_that_never_comes_and_is_never_reported_ends_by_the_driver_s_own_deadline(
    bench: Make,
) -> None:
    made = bench()
    made.controller.stuck_data = 1
    made.card.no_block, made.card.no_blocks = 1, 9
    before = made.host.main("xTaskGetTickCount")
    assert made.read(0, 2) == TIMEOUT
    assert made.host.main("xTaskGetTickCount") - before < 4000
    made.card.no_block = 0
    assert made.read(0, 2) == bytes(2 * SECTOR)


def test_polling_lets_lower_tasks_run(bench: Make) -> None:
    made = bench(interrupt=False)
    made.controller.stuck_data = 1
    made.card.no_block, made.card.no_blocks = 1, 9
    waiting = made.task.call("model_read", 0, 1, made.host.new("uint8_t[512]"))
    assert not waiting.done
    low = made.host.task("low", 1)
    assert low("uxTaskPriorityGet", None) == 1


# ---- Any sequence ----

FAULTS = st.sampled_from(
    [
        {},
        {"bad_block": 1, "bad_blocks": 1},
        {"bad_block": 3, "bad_blocks": 1},
        {"no_block": 2, "no_blocks": 1},
        {"silent": 1},
        {"garbled": 1},
        {"busy": 3},
    ]
)
STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(0, SECTORS - 1), st.integers(1, 24), FAULTS), max_size=12
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(interrupt=st.booleans(), slow=st.booleans(), steps=STEPS)
def test_what_is_written_is_read_whatever_single_fault_comes_between(
    bench: Make,
    interrupt: bool,
    slow: bool,
    steps: list[tuple[bool, int, int, dict[str, int]]],
) -> None:
    made = bench(interrupt=interrupt, slow=slow)
    shadow = bytearray(SECTORS * SECTOR)
    for number, (writing, sector, count, fault) in enumerate(steps):
        end = min(sector + count, SECTORS)
        for name in ("bad_block", "bad_blocks", "no_block", "no_blocks", "silent", "garbled"):
            setattr(made.card, name, fault.get(name, 0))
        made.card.busy = fault.get("busy", 0)
        if writing:
            data = pattern(sector, end - sector, salt=number)
            assert made.write(sector, data) == OK
            shadow[sector * SECTOR : end * SECTOR] = data
        else:
            expected = bytes(shadow[sector * SECTOR : end * SECTOR])
            assert made.read(sector, end - sector) == expected
    assert bytes(made.memory) == bytes(shadow)
    assert made.counters.failures == 0
