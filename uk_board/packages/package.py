# SPDX-License-Identifier: BSD-3-Clause
"""Third-party sources: what the table `[package]` of a lib.toml or driver.toml says.

The folder of the TOML holds what is ours (the configuration header, glue);
the package holds the rest, which is compiled where it lies in the cache, as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Literal

from uk_board.errors import DescriptorError, MissingError, UkBoardError
from uk_board.facts.descriptor import Document
from uk_board.packages import debpackage
from uk_board.packages.apt import OnStep, Package

_SHA256 = re.compile(r"[0-9a-f]{64}")
# What Debian (policy 5.6.1, 5.6.12) and SPDX allow.
_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]+")
_VERSION = re.compile(r"[A-Za-z0-9.+:~-]+")
_SUITE = re.compile(r"[a-z][a-z-]*")
_LICENCE = re.compile(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*")
_SOURCES = (".c", ".S")


@dataclass(frozen=True, kw_only=True)
class ThirdParty:
    """A package of Debian and what of it is compiled; paths in it are below `base`.

    `version` of a source package is that of its authors' release. `files` are
    file names or patterns; `flags` are further compiler options, by pattern.
    `licence` is an SPDX expression, `licence_file` the path of its text in the package.
    """

    name: str
    version: str
    sha256: str
    suite: str
    licence: str
    licence_file: str
    files: tuple[str, ...]
    kind: Literal["binary", "source"] = "binary"
    base: str = "."
    include: tuple[str, ...] = ()
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """How messages call it."""
        return f"{self.name} {self.version}"

    @property
    def package(self) -> Package:
        """What has to be fetched."""
        return Package(self.name, self.version, self.sha256, self.kind, self.suite)

    def flags_of(self, name: str) -> tuple[str, ...]:
        """Return the options of the file `name`: those of every pattern that fits, in order."""
        fitting = (flags for pattern, flags in self.flags.items() if fnmatchcase(name, pattern))
        return tuple(flag for flags in fitting for flag in flags)


@dataclass(frozen=True)
class Fetched:
    """A package in the cache, and the file that asks for it."""

    manifest: Path
    wanted: ThirdParty
    content: Path

    @property
    def base(self) -> Path:
        """The folder that paths in the manifest start from."""
        return self.content / self.wanted.base

    @property
    def sources(self) -> dict[str, Path]:
        """What is compiled: path below `base` -> file. Raises: DescriptorError."""
        found: dict[str, Path] = {}
        for number, pattern in enumerate(self.wanted.files):
            files = sorted(self.base.glob(pattern))
            if not files:
                raise self._error(f"files[{number}]", f'no file is "{pattern}"')
            for file in files:
                if file.suffix not in _SOURCES:
                    raise self._error(f"files[{number}]", f"{file.name} is no C and no assembly")
                found[file.relative_to(self.base).as_posix()] = file
        return found

    @property
    def include(self) -> tuple[Path, ...]:
        """The folders of its headers. Raises: DescriptorError."""
        folders = [self.base / name for name in self.wanted.include]
        for number, folder in enumerate(folders):
            if not folder.is_dir():
                problem = f'no folder "{self.wanted.include[number]}"'
                raise self._error(f"include[{number}]", problem)
        return tuple(folders)

    @property
    def licence(self) -> Path:
        """The file with the licence's text. Raises: DescriptorError."""
        file = self.content / self.wanted.licence_file
        if not file.is_file():
            raise self._error("licence_file", f'no file "{self.wanted.licence_file}"')
        return file

    def _error(self, key: str, problem: str) -> DescriptorError:
        return DescriptorError(
            f"{self.manifest}: package.{key}", f"{problem} in the package; it is in {self.base}"
        )


def check(wanted: ThirdParty, document: Document) -> None:
    """Check what the schema cannot say. Raises: DescriptorError."""
    rules = (
        ("name", _NAME, "the name of a Debian package is expected"),
        ("version", _VERSION, "a version of Debian's is expected"),
        ("sha256", _SHA256, "64 digits 0-9a-f are expected"),
        ("suite", _SUITE, "a suite of Debian is expected, such as trixie"),
        ("licence", _LICENCE, "an SPDX expression is expected, such as MIT"),
    )
    for key, pattern, expected in rules:
        value = getattr(wanted, key)
        if not pattern.fullmatch(value):
            raise document.error(("package", key), f'"{value}" is wrong; {expected}')
    if not wanted.files:
        raise document.error(("package", "files"), "is empty; what is compiled is expected")
    for steps, name in _paths(wanted):
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not name or "**" in name:
            problem = f'"{name}" is wrong; a path below the package is expected'
            raise document.error(("package", *steps), problem)


def _paths(wanted: ThirdParty) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("base",), wanted.base
    yield ("licence_file",), wanted.licence_file
    for key in ("files", "include"):
        yield from (((key, number), name) for number, name in enumerate(getattr(wanted, key)))


def find(manifest: Path, wanted: ThirdParty, cache: Path) -> Fetched:
    """Return a package that is in the cache. Raises: MissingError when it is not."""
    content = debpackage.content(wanted.package, cache)
    if not content.is_dir():
        raise MissingError(
            str(manifest),
            f"the sources of {wanted.title} are not there; {content} is expected",
            hint="uk-board fetch",
        )
    return Fetched(manifest, wanted, content)


Fetch = Callable[[Package, Path, OnStep], Path]


def bring(
    manifest: Path,
    wanted: ThirdParty,
    cache: Path,
    on_step: OnStep,
    fetch: Fetch = debpackage.fetch,
) -> Fetched:
    """Return a package, fetched if it is not there, for a build.

    Raises:
        MissingError: it is neither there nor can it be fetched.
    """
    try:
        return Fetched(manifest, wanted, fetch(wanted.package, cache, on_step))
    except UkBoardError as error:
        raise MissingError(
            str(manifest),
            f"the sources of {wanted.title} cannot be fetched: {error.where}: {error.problem}",
            hint="uk-board fetch",
        ) from error
