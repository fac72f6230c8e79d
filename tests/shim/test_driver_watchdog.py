# SPDX-License-Identifier: BSD-3-Clause
"""The watchdogs over models that count: they bite in time, and only then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uk_board.shimhost import Host
from uk_board.tree import tree

OK, RANGE, STOPPED = 0, -1, -2
UNKNOWN, POWER_ON, SOFTWARE, WATCHDOG = range(4)
PI, A64 = 0, 1
CDEF = """
void model_reset(uint32_t rsts);
uint32_t model_time(uint32_t is_a64, uint32_t ms);
int model_start(uint32_t is_a64, uint32_t seconds);
int model_kick(uint32_t is_a64);
void model_stop(uint32_t is_a64);
uint32_t model_max(uint32_t is_a64);
int model_reason(uint32_t is_a64);
"""

both = pytest.mark.parametrize("which", [PI, A64], ids=["bcm2835", "sun6i"])


@pytest.fixture(scope="session")
def watchdog_library(host_build: Callable[..., Path]) -> Path:
    watchdog = tree() / "drivers/watchdog"
    folders = [watchdog, watchdog / "bcm2835_wdt", watchdog / "sun6i_wdt"]
    sources = [file for folder in folders for file in sorted(folder.glob("*.c"))]
    flags = ["-DMMIO_RECORDED", *(f"-I{folder}" for folder in folders)]
    return host_build("watchdog", sources=sources, flags=flags, cdef=CDEF)


@pytest.fixture
def lib(watchdog_library: Path) -> Any:
    made = Host(watchdog_library).lib
    made.model_reset(0x1000)
    return made


@both
@pytest.mark.parametrize("seconds", [1, 2, 5, 6, 8, 10, 12, 14])
def test_it_bites_after_its_time_and_not_before(lib: Any, which: int, seconds: int) -> None:
    assert lib.model_start(which, seconds) == OK
    assert not lib.model_time(which, seconds * 1000 - 1)
    assert lib.model_time(which, 1)


@both
def test_a_kick_begins_anew(lib: Any, which: int) -> None:
    assert lib.model_start(which, 4) == OK
    for _ in range(20):
        assert not lib.model_time(which, 3999)
        assert lib.model_kick(which) == OK
    assert lib.model_time(which, 4000)


@both
def test_one_that_was_stopped_never_bites_and_cannot_be_kicked(lib: Any, which: int) -> None:
    assert lib.model_kick(which) == STOPPED
    assert lib.model_start(which, 2) == OK
    lib.model_stop(which)
    assert lib.model_kick(which) == STOPPED
    assert not lib.model_time(which, 100_000)
    assert lib.model_start(which, 1) == OK
    assert lib.model_time(which, 1000)


@both
def test_times_that_it_cannot_count_are_refused(lib: Any, which: int) -> None:
    longest = lib.model_max(which)
    assert longest == {PI: 15, A64: 16}[which]
    for seconds in (0, longest + 1, 0xFFFFFFFF):
        assert lib.model_start(which, seconds) == RANGE
    assert not lib.model_time(which, 100_000)
    assert lib.model_start(which, longest) == OK


@pytest.mark.parametrize(("asked", "has"), [(7, 8), (9, 10), (11, 12), (13, 14), (15, 16)])
def test_the_a64_rounds_up_to_what_it_has(lib: Any, asked: int, has: int) -> None:
    assert lib.model_start(A64, asked) == OK
    assert not lib.model_time(A64, has * 1000 - 1)
    assert lib.model_time(A64, 1)


@pytest.mark.parametrize(
    ("rsts", "reason"),
    [
        (0x1000, POWER_ON),
        (0x1020, POWER_ON),
        (0x0020, WATCHDOG),
        (0x0200, SOFTWARE),
        (0x0575, WATCHDOG),
        (0x0555, UNKNOWN),
        (0, UNKNOWN),
    ],
)
def test_the_reason_of_a_reset_is_told(lib: Any, rsts: int, reason: int) -> None:
    lib.model_reset(rsts)
    assert lib.model_reason(PI) == reason
    assert lib.model_reason(A64) == UNKNOWN
