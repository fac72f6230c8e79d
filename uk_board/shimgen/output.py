# SPDX-License-Identifier: BSD-3-Clause
"""The generated files of the shim, in a folder for a build that is not ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from uk_board.errors import UsageError

# How each generated file begins; nothing else is ever removed.
MARK = "/* Generated from "


class Changes(NamedTuple):
    """What differs between the generated files and a folder."""

    write: tuple[Path, ...]
    remove: tuple[Path, ...]


def changes(files: Mapping[str, str], folder: Path) -> Changes:
    """Return which files to write below `folder`, and which of earlier ones to remove.

    Raises: UsageError when `folder` is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(str(folder), "is no folder; one for the generated files is expected")
    write = (folder / name for name, text in files.items() if _text(folder / name) != text)
    remove = (file for file in _earlier(folder) if file.name not in files)
    return Changes(tuple(sorted(write)), tuple(sorted(remove)))


def write(files: Mapping[str, str], folder: Path) -> Changes:
    """Bring `folder` up to date; files that have not changed keep their dates.

    Raises: UsageError when `folder` is a file.
    """
    needed = changes(files, folder)
    folder.mkdir(parents=True, exist_ok=True)
    for file in needed.write:
        file.write_text(files[file.name], encoding="utf-8")
    for file in needed.remove:
        file.unlink()
    return needed


def _earlier(folder: Path) -> Iterator[Path]:
    for file in folder.glob("*.[ch]"):
        text = _text(file)
        if text is not None and text.startswith(MARK):
            yield file


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else None
