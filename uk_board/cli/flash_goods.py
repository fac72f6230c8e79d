# SPDX-License-Identifier: BSD-3-Clause
"""What `uk-board flash` brings onto a board: an image that is built, given, or sent from afar."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import click

from uk_board.build.build import default_out
from uk_board.cli.build import _progress as build_progress
from uk_board.cli.flash_telling import Telling
from uk_board.cli.options import folders
from uk_board.cli.progress import OnProgress
from uk_board.emulation.runner import Image, built_image, image_from_file, planned_image
from uk_board.errors import MissingError, UsageError
from uk_board.facts.board import Board
from uk_board.flasher import Job, Method, Trait, lacks_arguments
from uk_board.media.layout import passes_arguments
from uk_board.media.sdimage import SdImage
from uk_board.media.start import kernel_of
from uk_board.remote import parcel
from uk_board.tree import tree


@dataclass(frozen=True)
class Wanted:
    """What the command line says of what shall be flashed; `image` and `medium` are files."""

    app: str
    image: Path | None
    medium: Path | None
    variant: str
    arguments: str


@dataclass(frozen=True)
class Goods:
    """What is flashed: the image, which may not be there before `build`, and its SD image."""

    image: Image
    build: Callable[[], Path]
    medium: Callable[[], Path]
    arguments: str
    # What is done before it is there
    steps: tuple[str, ...] = ()

    def job(
        self,
        board: Board,
        options: Mapping[str, Any],
        on_progress: OnProgress,
        tell: Callable[[str], None],
        ready: Callable[[], None],
    ) -> Job:
        """Return what a method is told."""
        return Job(
            board,
            self.image.file,
            self.medium,
            options,
            on_progress,
            build=self.build,
            tell=tell,
            arguments=self.arguments,
            ready=ready,
        )


def goods_of(wanted: Wanted, via: str, method: Method, board: Board, telling: Telling) -> Goods:
    """Return what the command line asks for. Raises: UsageError for what does not go together."""
    _check(wanted, via, method, board)
    steps = []
    if wanted.image is not None:
        given = image_from_file(wanted.image)
    else:
        given = planned_image(board, wanted.app)
        steps.append(f"build {wanted.app} for {board.name}: {given.file}")
    file = default_out(tree()) / board.name / given.name / "sd.img"
    where = folders(click.get_current_context())
    sd_image = _sd_image(board, where, wanted.variant, wanted.arguments)

    def build() -> Path:
        if wanted.image is not None:
            return given.file
        with build_progress(quiet=telling.quiet, verbose=False) as on_build:
            return built_image(board, wanted.app, on_build).file

    def medium() -> Path:
        if wanted.medium is not None:
            return wanted.medium
        image = build()
        file.parent.mkdir(parents=True, exist_ok=True)
        return sd_image.write(image, file).file

    # A command of the user's asks for it, or does not.
    asks = method.TRAITS & {Trait.BOOTS_MEDIUM, Trait.STARTS_BOARD}
    if wanted.medium is not None:
        steps = [f"take {wanted.medium}"]
    elif asks and board.medium is not None and Trait.TAKES_MEDIUM in method.TRAITS:
        steps.append(f"make its SD image: {file}")
    return Goods(given, build, medium, wanted.arguments, tuple(steps))


def _check(wanted: Wanted, via: str, method: Method, board: Board) -> None:
    if wanted.medium is not None and Trait.TAKES_MEDIUM not in method.TRAITS:
        problem = f"is for methods that take an SD image; {via} takes the board's image alone"
        raise UsageError("--medium", problem, hint="--image FILE")
    if wanted.medium is not None and not wanted.medium.is_file():
        raise MissingError(str(wanted.medium), "no such SD image")
    if wanted.medium is not None and (wanted.image is not None or wanted.arguments):
        other = "--append" if wanted.image is None else "--image"
        raise UsageError(other, "does not go with --medium, which has its own")
    if wanted.arguments and (why := lacks_arguments(via, method, board)):
        raise UsageError("--append", why)


def _sd_image(board: Board, where: Sequence[Path], variant: str, arguments: str) -> SdImage:
    # Where the medium passes none, the method does.
    return SdImage(board, where, variant, arguments if passes_arguments(board) else "")


def received(stream: BinaryIO, board: Board, stack: ExitStack, caller: Telling) -> Goods:
    """Return what came over ssh; it is in a folder that goes with `stack`."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="uk-board-")))
    came = parcel.receive(stream, folder)
    caller.took(came.head)
    image = Image(came.file.stem, came.file)
    if came.head.medium:
        build = partial(kernel_of, board, came.file, folder)
        return Goods(image, build, lambda: came.file, came.head.arguments)
    where = folders(click.get_current_context())

    def medium() -> Path:
        wanted = _sd_image(board, where, "", came.head.arguments)
        return wanted.write(came.file, folder / "sd.img").file

    return Goods(image, lambda: came.file, medium, came.head.arguments)
