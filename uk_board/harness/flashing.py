# SPDX-License-Identifier: BSD-3-Clause
"""How an image and its boot arguments come onto the board of a place, for a test."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from uk_board.board import Board
from uk_board.console import Console
from uk_board.desk.benchcard import fetch_card, return_card
from uk_board.desk.benchfile import Place
from uk_board.disk.facts import Machine
from uk_board.errors import UsageError
from uk_board.flasher import Job, Trait, choose, load_methods, take_options
from uk_board.media.firmware import bring, firmware_of, material
from uk_board.media.layout import MIB, facts_of, gather, lay_out, source_date
from uk_board.runner import Image
from uk_board.tree import tree

# Raspberry Pi's firmware passes its first line on (documentation, "cmdline.txt").
_COMMAND_LINE = "cmdline.txt"


class Flash(Protocol):
    """What brings images onto a board."""

    @property
    def starts(self) -> bool:
        """Whether the board must be on for it, and runs the image then."""

    def lacks_arguments(self) -> str:
        """Return why no boot arguments can be given to the image; empty if they can."""

    def __call__(self, image: Image, arguments: str, console: Console | None) -> str:
        """Do it and say what was done. Raises: UkBoardError."""


@dataclass(frozen=True)
class PlaceFlash:
    """The method that a place names, with what its bench file says."""

    board: Board
    place: Place
    folders: Sequence[Path]

    @property
    def starts(self) -> bool:
        """Whether the board must be on for it, and runs the image then."""
        return Trait.STARTS_BOARD in self._traits

    @property
    def _traits(self) -> frozenset[Trait]:
        return choose(self._name, load_methods(tree())).TRAITS

    @property
    def _name(self) -> str:
        if self.place.flash is None:
            problem = 'says no way to flash; flash = "<method>" in the bench file does'
            raise UsageError(self.place.name, problem, hint="uk-board flash --help")
        return self.place.flash

    def lacks_arguments(self) -> str:
        """Return why no boot arguments can be given to the image; empty if they can."""
        if Trait.TAKES_ARGUMENTS in self._traits:
            return ""
        has_firmware = self.board.medium is not None and bool(self.board.medium.config)
        if Trait.BOOTS_MEDIUM in self._traits and has_firmware:
            return ""
        return f"nothing passes them to the image with flash = {self._name!r}"

    def __call__(self, image: Image, arguments: str, console: Console | None) -> str:
        """Flash; the bench file that names reader and method stands for consent."""
        methods = load_methods(tree())
        method = choose(self._name, methods)
        fetches = Trait.WRITES_CARD in method.TRAITS and self.place.has_reader
        if fetches:
            fetch_card(self.place, Machine())
        job = Job(
            self.board,
            image.file,
            lambda: self._medium(image, arguments),
            take_options(self._name, methods, {}, self.place),
            build=lambda: image.file,
            arguments=arguments,
            console=console,
        )
        done = method.run(job, method.plan(job))
        if fetches:
            return_card(self.place)
        return f"{self._name}: {done}"

    def _medium(self, image: Image, arguments: str) -> Path:
        """Make the SD image that has the boot arguments, too; one for each place."""
        used = bring(firmware_of(self.board, "", self.folders))
        contents = gather(self.board, image.file.read_bytes(), material(used))
        if arguments:
            files = {**contents.files, _COMMAND_LINE: f"{arguments}\n".encode()}
            contents = type(contents)(files, contents.raw)
        file = image.file.parent / f"{self.place.name}.sd.img"
        size_bytes = facts_of(self.board).size_mib * MIB
        lay_out(contents, size_bytes, when=source_date(os.environ), where=str(file)).write(file)
        return file
