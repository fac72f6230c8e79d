# SPDX-License-Identifier: BSD-3-Clause
"""Parts that are wired to a board's buses for an app, and how the emulator plays them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from uk_board.facts.descriptor import GIVEN, Document

# A memory of more is no part on such a bus.
_LARGEST_BYTES = 1 << 30


@dataclass(frozen=True)
class Quantity:
    """What a part senses and a test may set: QEMU's property, and its units in one of ours."""

    property: str
    scale: int = 1


@dataclass(frozen=True)
class EmulatedPart:
    """How QEMU plays a part: facts of its driver.toml, section `emulator`.

    `device` is its name there. `size`, `file`: the options that take the bytes of a
    memory and the file with its contents. `channel` is what QEMU calls the bus behind a
    channel, from {bus}, {name} and {channel}; `name_option` is where that name comes from.
    """

    device: str
    size: str | None = None
    file: str | None = None
    channel: str | None = None
    name_option: str | None = None
    quantities: Mapping[str, Quantity] = field(default_factory=dict)


@dataclass(frozen=True)
class Behind:
    """A part is not on the bus itself but behind a channel of another part."""

    part: str
    channel: Annotated[int, range(8)]


@dataclass(frozen=True, kw_only=True)
class Attach:
    """A part that must be wired to the board for an app: a sensor on a bus.

    `address` is for I2C, `select` is the chip select on SPI. `size_bytes` is that of a
    memory; `file` keeps its contents, beside the image. `emulated` is None where no
    driver says more of it than its name.
    """

    name: str
    device: str
    bus: str
    # The I2C specification (UM10204, 3.1.12) reserves the eight lowest and highest addresses.
    address: Annotated[int, range(0x08, 0x78)] | None = None
    # The controllers here have no more chip selects.
    select: Annotated[int, range(3)] | None = None
    size_bytes: Annotated[int, range(1, _LARGEST_BYTES)] | None = None
    file: str | None = None
    behind: Behind | None = None
    emulated: Annotated[EmulatedPart | None, GIVEN] = None

    @property
    def part(self) -> EmulatedPart:
        """How QEMU plays it."""
        return self.emulated or EmulatedPart(self.device)


def check_attachments(attachments: tuple[Attach, ...], document: Document) -> None:
    """Check what the schema cannot say. Raises: DescriptorError."""
    seen: set[str] = set()
    for number, attach in enumerate(attachments):
        steps = ("attach", number)
        if attach.name in seen:
            raise document.error(
                (*steps, "name"), f'"{attach.name}" is there twice; each needs its own'
            )
        if (attach.address is None) == (attach.select is None):
            problem = "neither address nor select" if attach.address is None else "both"
            raise document.error(
                (*steps, "address"), f"{problem}; address (I2C) or select (SPI) is expected"
            )
        if attach.behind and attach.behind.part not in seen:
            known = ", ".join(sorted(seen)) or "none"
            problem = f'no part "{attach.behind.part}" above it; there are: {known}'
            raise document.error((*steps, "behind", "part"), problem)
        if attach.file is not None and "/" in attach.file:
            problem = f'"{attach.file}" has a "/"; a name beside the image is expected'
            raise document.error((*steps, "file"), problem)
        seen.add(attach.name)
