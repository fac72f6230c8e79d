# SPDX-License-Identifier: BSD-3-Clause
"""A part on a bus, and its driver above it: the world of the tests of such drivers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from uk_board.shimhost import Host
from uk_board.tree import tree

OK, NACK, TIMEOUT = 0, -2, -4
PARTS = (
    "sensor/tmp105",
    "sensor/lsm303dlhc_mag",
    "sensor/dps310",
    "sensor/emc1413",
    "rtc/ds1338",
    "eeprom/at24c",
    "i2c/pca9548",
)
CDEF = """
void part_reset(uint32_t address, uint32_t address_bytes, uint32_t stride, uint32_t size);
uint8_t *part_memory(void);
void part_pages(uint32_t page, uint32_t write_ticks);
void part_read_only(uint32_t bits);
void part_fails(int error, uint32_t from);
uint32_t part_transfers(void);
void sensor_choose(char kind, uint32_t oversampling);
int chosen_read(int32_t *milli);
const char *chosen_error(void);
const char *chosen_state(void);
void chosen_counts(uint32_t *counts);
int limits_set(int32_t low, int32_t high);
int limits_get(int32_t *low, int32_t *high);
void compensate(const int32_t *c, uint32_t oversampling, int32_t pressure, int32_t temperature,
    int32_t *result);
int clock_set(const uint16_t *f);
int clock_get(uint16_t *f);
int clock_load(uint32_t offset, uint8_t *data, size_t length);
int clock_store(uint32_t offset, const uint8_t *data, size_t length);
int eeprom_init(uint32_t address, uint32_t size, uint32_t page, uint32_t address_bytes);
int eeprom_read(uint32_t offset, uint8_t *data, size_t length);
int eeprom_write(uint32_t offset, const uint8_t *data, size_t length);
int switch_select(uint32_t channels);
"""


def build_parts(host_build: Callable[..., Path]) -> Path:
    """Build the drivers of parts with the model of one."""
    drivers = tree() / "drivers"
    folders = [drivers / part for part in PARTS]
    sources = [folder / f"{folder.name}.c" for folder in folders]
    include = [*folders, *{folder.parent for folder in folders}]
    return host_build(
        "parts",
        sources=[*sources, Path(__file__).parent / "shim/i2c_parts.c"],
        flags=[f"-I{folder}" for folder in sorted(include)],
        cdef=CDEF,
    )


class Part:
    """One part on a bus, a world of tasks, and a task that uses its driver."""

    def __init__(
        self,
        library: Path,
        address: int,
        *,
        address_bytes: int = 1,
        stride: int = 1,
        size: int = 256,
    ) -> None:
        self.host = Host(library)
        self.lib = self.host.lib
        self.lib.part_reset(address, address_bytes, stride, size)
        self.host.start()
        self.task = self.host.task("user", 3)

    def call(self, name: str, *args: object) -> int:
        """Make a driver call, letting time pass until it returns."""
        call = self.task.call(name, *args)
        for _ in range(2000):
            if call.done:
                break
            self.host.advance(1)
        return int(call.result)

    def poke(self, place: int, *values: int) -> None:
        """Put bytes into the part."""
        memory = self.lib.part_memory()
        for number, value in enumerate(values):
            memory[place + number] = value

    def peek(self, place: int, count: int = 1) -> list[int]:
        """Return bytes of the part."""
        memory = self.lib.part_memory()
        return [int(memory[place + number]) for number in range(count)]

    def text(self, name: str) -> str:
        return bytes(self.host.ffi.string(getattr(self.lib, name)())).decode()

    def read(self, count: int = 1) -> list[int] | int:
        """Read the chosen sensor; return its values or its error."""
        into = self.host.new("int32_t[4]")
        result = self.call("chosen_read", into)
        return result or [int(value) for value in into[0:count]]

    def counts(self) -> tuple[int, ...]:
        """Return readings, errors, losses, starts of the chosen sensor."""
        into = self.host.ffi.new("uint32_t[4]")
        self.lib.chosen_counts(into)
        return tuple(int(value) for value in into)
