# SPDX-License-Identifier: BSD-3-Clause
"""An SD card behind an SDHCI controller, both models, and one task that uses the driver."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uk_board.shimhost import Host, Puppet
from uk_board.tree import tree

OK, ARGUMENT, NO_MEDIUM, REMOVED, CHANGED, TIMEOUT, CRC = 0, -1, -2, -3, -4, -5, -6
RANGE, MEDIUM, READ_ONLY, UNSUPPORTED, CONTROLLER, NO_INTERRUPT = -7, -8, -9, -10, -11, -12
SECTOR = 512
SECTORS = 256
# Ticks that any call may take: a try, its recovery, an identification, and all again.
PATIENCE = 8000

CDEF = """
struct sdcard_model { uint32_t present, version, high_capacity, sectors_said, sectors_real, serial,
    read_only, one_bit_only, no_high_speed, power_up, no_voltage, complains_at_end, fails,
    bad_block, bad_blocks, no_block, no_blocks, leaves_at, silent, garbled, busy; };
struct sdhci_model { uint32_t slow, irq_connected, version, base_hz, loses_writes, stuck_reset,
    stuck_clock, stuck_data, lost_writes, firmware_hz; };
struct block_counters { uint32_t reads, writes; uint64_t sectors_read, sectors_written;
    uint32_t retries, crc_errors, timeouts, range_errors, medium_errors, removals, failures; };
struct access { uint32_t offset, value, is_write; };
struct sdcard_model *sdcard_model(void);
struct sdhci_model *sdhci_model(void);
void sdcard_model_reset(void);
uint8_t *sdcard_model_memory(void);
void model_reset(uint32_t interrupt);
void model_clock(uint32_t hz);
uint32_t model_trace(struct access *trace);
void model_time(uint32_t steps);
int model_init(void);
uint64_t model_sectors(void);
struct block_counters *model_counters(void);
uint32_t model_card_hz(void);
uint32_t model_bits(void);
int model_read(uint64_t sector, uint32_t count, uint8_t *data);
int model_write(uint64_t sector, uint32_t count, const uint8_t *data);
"""


class Bench:
    """The machine; `card` and `controller` are the models' options, set at any time."""

    def __init__(self, library: Path, interrupt: bool, slow: bool) -> None:
        self.host = Host(library)
        self.lib = self.host.lib
        self.lib.model_reset(interrupt)
        self.card: Any = self.lib.sdcard_model()
        self.controller: Any = self.lib.sdhci_model()
        self.controller.slow = slow
        self.host.start()
        self.task: Puppet = self.host.task("user", 3)

    def call(self, name: str, *args: object) -> int:
        """Make a driver call, letting the wire move and time pass until it returns."""
        call = self.task.call(name, *args)
        for _ in range(PATIENCE):
            if call.done:
                break
            self.lib.model_time(1)
            if not call.done:
                self.host.advance(1)
        return int(call.result)

    def init(self) -> int:
        return self.call("model_init")

    def read(self, sector: int, count: int) -> bytes | int:
        """Read sectors; the bytes, or the error."""
        data = self.host.new(f"uint8_t[{count * SECTOR + 1}]")
        rc = self.call("model_read", sector, count, data)
        return rc if rc else bytes(self.host.ffi.buffer(data))[:-1]

    def write(self, sector: int, data: bytes) -> int:
        into = self.host.new("uint8_t[]", data)
        return self.call("model_write", sector, len(data) // SECTOR, into)

    @property
    def counters(self) -> Any:
        return self.lib.model_counters()

    @property
    def memory(self) -> Any:
        """What is on the card, writable."""
        return self.host.ffi.buffer(self.lib.sdcard_model_memory(), SECTORS * SECTOR)

    def insert(self, **options: int) -> None:
        """Put a card into the slot."""
        for name, value in {"present": 1, **options}.items():
            setattr(self.card, name, value)
        self.lib.sdcard_model_reset()

    def trace(self) -> list[tuple[str, int, int]]:
        """Return the accesses since the last call as (kind, offset, value)."""
        into = self.host.ffi.new("struct access[4096]")
        length = self.lib.model_trace(into)
        return [("write" if a.is_write else "read", a.offset, a.value) for a in into[0:length]]

    def writes(self) -> list[tuple[int, int]]:
        return [(offset, value) for kind, offset, value in self.trace() if kind == "write"]

    def commands(self) -> list[int]:
        """Return the commands to the card since the last call."""
        return [value >> 24 & 0x3F for offset, value in self.writes() if offset == 0x0C]


Make = Callable[..., Bench]

every_machine = pytest.mark.parametrize(
    ("interrupt", "slow"),
    [(True, True), (True, False), (False, True), (False, False)],
    ids=["interrupt-slow", "interrupt-quick", "polling-slow", "polling-quick"],
)


def pattern(sector: int, count: int, salt: int = 0) -> bytes:
    """Return contents that no other sector has."""
    one = (b"%08d-%08d." % (sector + n, salt) for n in range(count))
    return b"".join((text * 29)[:SECTOR] for text in one)


def build_mmc(host_build: Callable[..., Path]) -> Path:
    """Return the library of driver and models."""
    mmc = tree() / "drivers/mmc"
    sources = sorted([*mmc.glob("sdcard/*.c"), *mmc.glob("sdhci/*.c")])
    flags = ["-DMMIO_RECORDED", *(f"-I{mmc / name}" for name in ("sdcard", "sdhci"))]
    return host_build("mmc", sources=sources, flags=flags, cdef=CDEF)


def made(library: Path, interrupt: bool, slow: bool, init: bool) -> Bench:
    """Return a machine with a card, which the driver has found or not yet."""
    bench = Bench(library, interrupt, slow)
    if init:
        assert bench.init() == OK
        bench.trace()
    return bench
