# SPDX-License-Identifier: BSD-3-Clause
"""A board's SD image: the one place where firmware, configuration and image come together."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from uk_board.build.image import read_header
from uk_board.errors import BenchError, MissingError, UsageError
from uk_board.facts.board import Board
from uk_board.media.extents import Extents
from uk_board.media.firmware import FirmwarePackage, OnStep, Used, bring, firmware_of, material
from uk_board.media.layout import MIB, facts_of, gather, lay_out, passes_arguments, source_date


@dataclass(frozen=True)
class Made:
    """An SD image that was written, and the firmware that is on it."""

    file: Path
    medium: Extents
    firmware: Mapping[str, Used]


@dataclass(frozen=True)
class SdImage:
    """What an SD image for a board shall have beside the board's image.

    `folders` are where boards and their firmware packages are looked for, `variant` is a model
    that needs other firmware, `arguments` are what the image is told at boot. `size_bytes`: 0
    is what the board's file says. Raises: UsageError when nothing would pass the arguments on.
    """

    board: Board
    folders: Sequence[Path]
    variant: str = ""
    arguments: str = ""
    size_bytes: int = 0

    def __post_init__(self) -> None:
        """Refuse what the board would never be told."""
        if self.arguments and not passes_arguments(self.board):
            raise UsageError(self.board.name, "nothing on its medium passes boot arguments on")

    def packages(self) -> dict[str, FirmwarePackage]:
        """Return the firmware packages that it takes. Raises: UsageError, DescriptorError."""
        return firmware_of(self.board, self.variant, self.folders)

    @property
    def whole_bytes(self) -> int:
        """How large it is. Raises: UsageError when the board has no medium."""
        return self.size_bytes or facts_of(self.board).size_mib * MIB

    def write(
        self,
        image: Path,
        file: Path,
        *,
        on_step: OnStep = lambda package, step: None,
        environ: Mapping[str, str] = os.environ,
    ) -> Made:
        """Write it with `image` into `file`, which is there whole or not at all.

        Firmware that is not in the cache is fetched. Raises: UkBoardError, also for an image
        that is none for a medium, such as an ELF file.
        """
        data = read_image(image)
        read_header(data, str(image))
        firmware = bring(self.packages(), on_step=on_step)
        contents = gather(self.board, data, material(firmware), self.variant, self.arguments)
        when = source_date(environ)
        medium = lay_out(contents, self.whole_bytes, when=when, where=str(file))
        medium.write(file)
        return Made(file, medium, firmware)


def read_image(file: Path) -> bytes:
    """Return the content of an image that a medium gets. Raises: MissingError, BenchError."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        hint = "without --dry-run an image is built first"
        raise MissingError(str(file), "no such file", hint=hint) from None
    except OSError as error:
        raise BenchError(str(file), f"cannot be read: {error.strerror}") from error
