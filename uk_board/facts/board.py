# SPDX-License-Identifier: BSD-3-Clause
"""A board as boards/<name>.toml says it, with what its SoC in boards/soc/ adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from uk_board.debug.facts import DebugFacts
from uk_board.facts.descriptor import GIVEN
from uk_board.media.facts import MediumFacts, UBootFacts
from uk_board.usb.felfacts import FelFacts

# What the generic page tables of ARMv8-A reach: 48 bits (Arm DDI 0487, D8.1).
Address = Annotated[int, range(1 << 48)]
Positive = Annotated[int, range(1, 1 << 48)]
# What a register or a C `unsigned int` holds.
Number = Annotated[int, range(1 << 32)]
Count = Annotated[int, range(1, 1 << 32)]


@dataclass(frozen=True)
class Region:
    """Consecutive physical addresses."""

    base: Address
    size: Positive

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.base + self.size

    def __str__(self) -> str:
        return f"0x{self.base:x}-0x{self.end:x}"

    def holds(self, other: Region) -> bool:
        """Whether all of `other` lies in here."""
        return self.base <= other.base and other.end <= self.end

    def overlaps(self, other: Region) -> bool:
        """Whether any address is in both."""
        return self.base < other.end and other.base < self.end


@dataclass(frozen=True)
class Pin:
    """What a pin of the SoC does, in the words of the pin controllers' documents."""

    pin: Number
    function: Literal["input", "output", "alt0", "alt1", "alt2", "alt3", "alt4", "alt5"]
    pull: Literal["none", "up", "down"] | None = None


@dataclass(frozen=True)
class Device:
    """A device of the board: what its driver and the check against a device tree need.

    `interrupt` is in the numbering of the board's interrupt controller.
    `node` is the path or alias of the device's node in the device tree;
    `region_nodes` is for regions that have a node of their own.
    `part_of` names the device whose registers these are, too.
    `firmware_clock` is the firmware's number of a clock that it sets. `pins` are
    set before the device is; without any, firmware has set them. `count`:
    so many places, one behind the other, where a device may be; regions and
    interrupt are those of the first, interrupts ascend.
    """

    name: Annotated[str, GIVEN]
    compatible: str
    regions: Mapping[str, Region] = field(default_factory=dict)
    interrupt: Number | None = None
    interrupt_shared: bool = False
    part_of: str | None = None
    clock_hz: Count | None = None
    firmware_clock: Number | None = None
    count: Count = 1
    conduit: Literal["smc", "hvc"] | None = None
    pins: tuple[Pin, ...] = ()
    node: str | None = None
    region_nodes: Mapping[str, str] = field(default_factory=dict)


def lacks_interrupt(device: str) -> str:
    """Return what the boot argument ukboard.lacks calls a device's interrupt."""
    return f"{device}.irq"


@dataclass(frozen=True)
class Emulator:
    """How QEMU emulates the board.

    `poll`: devices whose interrupt it does not deliver; `absent`: devices that
    it does not have, whose drivers are `optional`. `i2c_buses`: the name that
    QEMU gives to the bus of a device, `spi_buses` likewise. `network`: QEMU's
    network device, with its properties; `random`: its source of random numbers,
    which boards have built in.
    `console_index`: which of QEMU's serial ports is the console.
    """

    machine: str
    cpu: str | None = None
    memory: str | None = None
    smp: Count | None = None
    console_index: Number = 0
    poll: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    network: str | None = None
    random: str | None = None
    i2c_buses: Mapping[str, str] = field(default_factory=dict)
    spi_buses: Mapping[str, str] = field(default_factory=dict)

    @property
    def lacks(self) -> tuple[str, ...]:
        """What drivers are told of it at boot, as ukboard.lacks has it."""
        return (*map(lacks_interrupt, self.poll), *self.absent)


@dataclass(frozen=True, kw_only=True)
class Board:
    """Facts of silicon and circuit board; nothing of the desk it stands on.

    `mmio` is device memory, `reserved` is RAM that is not free to use.
    Core n waits for its entry address at `spin_table` + 8 * n; 0: none waits.
    `interrupt_controller`, `pin_controller`, `console`, `power` and
    `mailbox` name devices; `storage` those that may hold a card, the likeliest first.
    `network` names those that carry its network,
    `network_drivers` the drivers of what is found behind them, as on USB.
    """

    name: Annotated[str, GIVEN]
    path: Annotated[Path, GIVEN]
    title: str
    models: tuple[str, ...]
    soc: str
    core: str
    cores: Count
    ram: tuple[Region, ...]
    reserved: tuple[Region, ...] = ()
    mmio: tuple[Region, ...]
    load_address: Address
    spin_table: Address = 0
    interrupt_controller: str
    pin_controller: str | None = None
    timer_interrupt: Number
    console: str
    baud: Count
    power: str
    mailbox: str | None = None
    storage: tuple[str, ...] = ()
    network: tuple[str, ...] = ()
    network_drivers: tuple[str, ...] = ()
    devices: Mapping[str, Device]
    emulator: Emulator | None = None
    medium: MediumFacts | None = None
    uboot: UBootFacts | None = None
    debug: DebugFacts | None = None
    fel: FelFacts | None = None
    device_trees: tuple[str, ...] = ()
    verified: Mapping[str, str]
