# SPDX-License-Identifier: BSD-3-Clause
"""What a board's file says of its boot medium, and of the boot loader U-Boot on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

# A card smaller than FAT32 needs, or larger than anyone wants to write for one image.
SizeMib = Annotated[int, range(64, 32769)]


@dataclass(frozen=True)
class Firmware:
    """A file of a package that the board needs beside the image.

    `package` is the name of a file in boards/firmware/. `path` is below the package's
    content and may be a pattern. `name` is what it is called on the medium. With a
    `variant` it belongs to that one alone.
    """

    package: str
    path: str
    name: str = ""
    variant: str = ""


@dataclass(frozen=True)
class RawFirmware:
    """Firmware that the boot ROM reads at an offset in bytes, outside all partitions."""

    package: str
    path: str
    offset: Annotated[int, range(512, 4 << 20)]
    variant: str = ""


@dataclass(frozen=True)
class MediumFacts:
    """A bootable medium of the board: one FAT32 partition, and firmware before it.

    `kernel` is the image's file name. `config` becomes config.txt, the Raspberry Pi
    firmware's configuration, with the image's name and address added; `script` becomes boot.scr,
    which U-Boot runs. `size_mib` is the default; it is a power of two, as QEMU wants it.
    `variants` are models of the board that need other firmware, the usual one first.
    `filters` are the sections of config.txt that hold for the board.
    """

    kernel: str
    size_mib: SizeMib = 128
    files: tuple[Firmware, ...] = ()
    raw: tuple[RawFirmware, ...] = ()
    config: Mapping[str, int | str] = field(default_factory=dict)
    script: str = ""
    variants: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()


@dataclass(frozen=True)
class UBootFacts:
    """U-Boot as it is built for the board.

    `prompt` is how it asks for a command. `package`, the name of a file in boards/firmware/,
    and `path` below its content are the build that runs on the emulated board.
    """

    prompt: str
    package: str
    path: str
