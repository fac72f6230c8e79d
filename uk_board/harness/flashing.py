# SPDX-License-Identifier: BSD-3-Clause
"""How an image and its boot arguments come onto the board of a place, for a test."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from uk_board.console import Console
from uk_board.desk.benchcard import card_here
from uk_board.desk.benchfile import Place
from uk_board.disk.facts import Machine
from uk_board.emulation.runner import Image
from uk_board.facts.board import Board
from uk_board.flasher import (
    Job,
    Methods,
    Trait,
    choose,
    default_method,
    lacks_arguments,
    load_methods,
    take_options,
)
from uk_board.media.layout import passes_arguments
from uk_board.media.sdimage import SdImage
from uk_board.remote.method import where_it_hangs
from uk_board.tree import tree


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
        return choose(self._name, self._methods).TRAITS

    @cached_property
    def _all(self) -> Methods:
        return load_methods(tree())

    @property
    def _methods(self) -> Methods:
        return where_it_hangs(self._name, self._all, self.place)

    @property
    def _name(self) -> str:
        return default_method(self.board, self.place, self._all)

    def lacks_arguments(self) -> str:
        """Return why no boot arguments can be given to the image; empty if they can."""
        return lacks_arguments(self._name, choose(self._name, self._methods), self.board)

    def __call__(self, image: Image, arguments: str, console: Console | None) -> str:
        """Flash; the bench file that names reader and method stands for consent."""
        methods = self._methods
        method = choose(self._name, methods)
        with ExitStack() as stack:
            if Trait.WRITES_CARD in method.TRAITS and self.place.has_reader:
                stack.enter_context(card_here(self.place, Machine()))
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
        return f"{self._name}: {done}"

    def _medium(self, image: Image, arguments: str) -> Path:
        """Make the SD image that has the boot arguments, too; one for each place."""
        file = image.file.parent / f"{self.place.name}.sd.img"
        # Where the medium passes none, the method does.
        said = arguments if passes_arguments(self.board) else ""
        wanted = SdImage(self.board, self.folders, arguments=said)
        return wanted.write(image.file, file).file
