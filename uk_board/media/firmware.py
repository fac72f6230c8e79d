# SPDX-License-Identifier: BSD-3-Clause
"""Firmware that boards need beside our image: packages of Debian, named in boards/firmware/."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from uk_board.errors import DescriptorError, known_names
from uk_board.facts.board import Board
from uk_board.facts.descriptor import GIVEN, load
from uk_board.media.layout import Material, chosen_of, facts_of
from uk_board.packages import debpackage
from uk_board.packages.apt import Package

FOLDER = "firmware"

# Told of a package, and what is being done with it.
OnStep = Callable[["FirmwarePackage", str], None]


@dataclass(frozen=True, kw_only=True)
class FirmwarePackage:
    """A package with firmware, as its file says; the fields are those of apt's `Package`.

    `licence` says under what terms it may be used; `licence_file` is a pattern below its content.
    """

    title: Annotated[str, GIVEN]
    caption: str
    name: str
    version: str = ""
    sha256: str = ""
    suite: str
    architecture: str = ""
    component: str = "main"
    depends: str = ""
    only: tuple[str, ...] = ()
    licence: str
    licence_file: str

    @property
    def package(self) -> Package:
        """What has to be fetched."""
        return Package(
            self.name,
            self.version,
            self.sha256,
            suite=self.suite,
            architecture=self.architecture,
            component=self.component,
            depends=self.depends,
            only=self.only,
        )


@dataclass(frozen=True)
class Used:
    """A firmware package that is in the cache."""

    wanted: FirmwarePackage
    content: Path

    @property
    def licence(self) -> Path | None:
        """The file with its licence, if the package has it where its file says."""
        return next(iter(sorted(self.content.glob(self.wanted.licence_file))), None)


def firmware_of(board: Board, variant: str, folders: Sequence[Path]) -> dict[str, FirmwarePackage]:
    """Return the packages that a medium for `board` needs, by the names that its file uses.

    Raises:
        UsageError: the board has no medium, or no such variant.
        DescriptorError: a package has no file in boards/firmware/, or a wrong one.
    """
    facts, chosen = facts_of(board), chosen_of(board, variant)
    wanted = [(item.package, item.variant) for item in facts.files]
    wanted += [(item.package, item.variant) for item in facts.raw]
    names = dict.fromkeys(package for package, which in wanted if which in chosen)
    return {name: read_package(name, board, folders) for name in names}


def read_package(name: str, board: Board, folders: Sequence[Path]) -> FirmwarePackage:
    """Return a package by its name in boards/firmware/. Raises: DescriptorError."""
    places = [folder / FOLDER for folder in folders]
    for place in places:
        if (file := place / f"{name}.toml").is_file():
            return load(FirmwarePackage, file, title=name)
    names = {file.stem for place in places for file in place.glob("*.toml")}
    raise DescriptorError(
        f"{board.path}: medium", f'no firmware package "{name}"; {known_names(name, names)}'
    )


def bring(
    packages: dict[str, FirmwarePackage],
    cache: Path | None = None,
    on_step: OnStep = lambda package, step: None,
) -> dict[str, Used]:
    """Fetch what is not in the cache yet; return all packages.

    Raises:
        BenchError, MirrorError, MissingError: one cannot be had, or is not what it must be.
    """
    found = {}
    for name, wanted in packages.items():

        def told(step: str, wanted: FirmwarePackage = wanted) -> None:
            on_step(wanted, step)

        found[name] = Used(wanted, debpackage.fetch(wanted.package, cache, told))
    return found


def material(used: dict[str, Used]) -> Material:
    """Return what finds the content of a package."""
    return lambda name: used[name].content
