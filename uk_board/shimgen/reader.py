# SPDX-License-Identifier: BSD-3-Clause
"""Reads the map from shim/freertos/*.toml, and what can be said of it without C."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

from uk_board.errors import DescriptorError
from uk_board.facts.descriptor import load
from uk_board.shimgen.model import MapFile, PublicNames, Row, ShimMap, Vocabulary, nearest

FOLDER = Path("shim", "freertos")
VOCABULARY = "conversions.toml"
PUBLIC = "public-api.toml"
KNOWN_NAMES = "known-names.toml"
_NOT_MAPS = ("lib.toml", VOCABULARY, PUBLIC, KNOWN_NAMES)


def read_map(tree: Path) -> ShimMap:
    """Read the whole map below `tree`. Raises: DescriptorError, MissingError."""
    folder = tree / FOLDER
    paths = sorted(path for path in folder.glob("*.toml") if path.name not in _NOT_MAPS)
    files = tuple(_read_file(path) for path in paths)
    found = ShimMap(
        files, load(Vocabulary, folder / VOCABULARY), load(PublicNames, folder / PUBLIC)
    )
    _check_once(found)
    return found


def _read_file(path: Path) -> MapFile:
    file = load(MapFile, path, path=path)
    rows = {
        name: dataclasses.replace(row, where=f"{path}: api.{name}")
        for name, row in file.api.items()
    }
    for row in rows.values():
        _check_row(row)
    if rows and not file.header:
        raise DescriptorError(f"{path}: header", "is missing; rows need the header that has them")
    return dataclasses.replace(file, api=rows)


def _check_row(row: Row) -> None:
    """A row says one thing, wholly."""
    if bool(row.prototype) == bool(row.macro):
        raise DescriptorError(row.where, "needs one of prototype and macro")
    allowed = ("becomes", "text") if row.macro else ("becomes", "by_hand", "text")
    given = [key for key in ("becomes", "by_hand", "text") if getattr(row, key)]
    if len(given) != 1 or given[0] not in allowed:
        kind = "macro" if row.macro else "prototype"
        raise DescriptorError(row.where, f"a {kind} needs one of {_listed(allowed)}")
    if row.prototype and row.isr is None:
        raise DescriptorError(f"{row.where}.isr", "is missing; true or false is expected")
    for key in ("isr", "waits", "not_null", "kinds", "rules"):
        if row.macro and getattr(row, key) not in (None, "", (), {}):
            raise DescriptorError(f"{row.where}.{key}", "a macro has none; what it calls may")
        if row.text and key != "isr" and getattr(row, key):
            raise DescriptorError(f"{row.where}.{key}", "an inline function checks nothing")


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _check_once(found: ShimMap) -> None:
    """No name twice, and `missing` only of names that FreeRTOS has."""
    seen: dict[str, str] = {}
    for name, where in _claims(found):
        if name in seen:
            raise DescriptorError(where, f'"{name}" is there already; see {seen[name]}')
        seen[name] = where
    public = found.public.names()
    for file in found.files:
        for name in file.missing:
            if name not in public:
                raise DescriptorError(
                    f"{file.path}: missing",
                    f'"{name}" is no public name of FreeRTOS; {nearest(name, public)}',
                )


def _claims(found: ShimMap) -> Iterator[tuple[str, str]]:
    for file in found.files:
        yield from ((name, row.where) for name, row in file.api.items())
        yield from ((name, f"{file.path}: missing.{name}") for name in file.missing)
