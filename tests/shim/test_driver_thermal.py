# SPDX-License-Identifier: BSD-3-Clause
"""The SoC's temperature as a sensor, over a firmware that answers, is busy, or is not there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uk_board.shimhost import Host
from uk_board.tree import tree

CDEF = """
void model_reset(uint32_t has_firmware);
void model_set(uint32_t value, uint32_t fails);
int model_read(int32_t *into);
uint32_t model_tag(void);
const char *model_text(void);
"""


@pytest.fixture(scope="session")
def thermal_library(host_build: Callable[..., Path]) -> Path:
    folder = tree() / "drivers/thermal/firmware_thermal"
    sources = sorted(folder.glob("*.c"))
    return host_build("thermal", sources=sources, flags=[f"-I{folder}"], cdef=CDEF)


class Bench:
    """A firmware, and a task that reads the sensor."""

    def __init__(self, library: Path, has_firmware: bool = True) -> None:
        self.host = Host(library)
        self.lib: Any = self.host.lib
        self.lib.model_reset(has_firmware)
        self.host.start()
        self.task = self.host.task("user", 3)

    def read(self) -> int | None:
        """Return thousandths of a degree; None: it could not be read."""
        into = self.host.new("int32_t *", -1)
        call = self.task.call("model_read", into)
        for _ in range(2000):
            if call.done:
                break
            self.host.advance(1)
        return None if call.result else int(into[0])


@pytest.mark.parametrize("milli", [0, 25_000, 61_322, 110_000])
def test_the_temperature_is_what_the_firmware_says(thermal_library: Path, milli: int) -> None:
    made = Bench(thermal_library)
    made.lib.model_set(milli, 0)
    assert made.read() == milli
    assert made.lib.model_tag() == 0x00030006


def test_a_firmware_that_is_busy_is_asked_again(thermal_library: Path) -> None:
    made = Bench(thermal_library)
    made.lib.model_set(40_000, 5)
    assert made.read() == 40_000


def test_a_firmware_that_refuses_is_given_up_and_asked_again_next_time(
    thermal_library: Path,
) -> None:
    made = Bench(thermal_library)
    made.lib.model_set(40_000, 150)
    assert made.read() is None
    assert made.host.ffi.string(made.lib.model_text()) == b"the firmware does not tell"
    made.lib.model_set(41_000, 0)
    assert made.read() == 41_000


def test_a_board_without_firmware_has_no_temperature(thermal_library: Path) -> None:
    assert Bench(thermal_library, has_firmware=False).read() is None
