# SPDX-License-Identifier: BSD-3-Clause
"""The map as data: rows, conversions, and the list of FreeRTOS's public names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from uk_board.facts.descriptor import GIVEN, Key


@dataclass(frozen=True)
class Rule:
    """A condition on the arguments, in C, and what to say when it is broken."""

    check: str
    says: str


@dataclass(frozen=True)
class Row:
    """One API of FreeRTOS: its prototype or macro head, and what it becomes.

    `becomes` is an expression over contract calls (for a macro: over rows),
    `by_hand` a C function of the shim with its arguments, `text` the body of
    a macro or inline function that no expression says.
    """

    name: Annotated[str, GIVEN]
    where: Annotated[str, GIVEN] = ""
    prototype: str = ""
    macro: str = ""
    becomes: str = ""
    by_hand: str = ""
    text: str = ""
    isr: bool | None = None  # may be called from an interrupt handler
    waits: str = ""  # the parameter that says how long it may wait
    not_null: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)  # parameter -> kind, not by its type
    rules: tuple[Rule, ...] = ()
    differs: str = ""
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class MapFile:
    """One file of rows: one object of FreeRTOS."""

    path: Annotated[Path, GIVEN]
    caption: str
    header: str = ""  # FreeRTOS's header that offers the rows
    api: Mapping[str, Row] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Conversion:
    """A C function between a type of FreeRTOS and one of Unikraft."""

    name: Annotated[str, GIVEN]
    source: Annotated[str, Key("from")]
    target: Annotated[str, Key("to")]
    c: str
    about: str


@dataclass(frozen=True)
class Kind:
    """What a handle must be: `check` is a C function that says whether it is."""

    name: Annotated[str, GIVEN]
    check: str
    says: str


@dataclass(frozen=True)
class Vocabulary:
    """What rows may write beside parameters and contract calls; what handles must be.

    A parameter whose type has the name of a kind is of that kind.
    """

    conversion: Mapping[str, Conversion]
    constant: Mapping[str, str]  # name -> type
    kind: Mapping[str, Kind] = field(default_factory=dict)


@dataclass(frozen=True)
class PublicNames:
    """FreeRTOS's public API by header, whether offered or not."""

    version: str
    public: Mapping[str, tuple[str, ...]]

    def names(self) -> tuple[str, ...]:
        """All public names."""
        return tuple(name for names in self.public.values() for name in names)


@dataclass(frozen=True)
class ShimMap:
    """Everything the TOML under shim/freertos says."""

    files: tuple[MapFile, ...]
    vocabulary: Vocabulary
    public: PublicNames

    def rows(self) -> Iterator[Row]:
        """All rows of all files."""
        for file in self.files:
            yield from file.api.values()

    def missing(self) -> dict[str, str]:
        """What is not offered on purpose, with the reasons."""
        return {name: reason for file in self.files for name, reason in file.missing.items()}


def nearest(name: str, names: Iterable[str]) -> str:
    """List the few names that `name` may stand for; all would be a page."""
    return "nearest: " + (", ".join(difflib.get_close_matches(name, names, n=3)) or "none")
