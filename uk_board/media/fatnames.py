# SPDX-License-Identifier: BSD-3-Clause
"""File names on FAT: eight letters and three, and the long name that says it properly."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from typing import Any

from uk_board.errors import UkBoardError
from uk_board.media import fat32

# FAT specification, "FAT 32 Byte Directory Entry Structure", DIR_Name.
_SHORT = re.compile(r"[A-Z0-9!#$%&'()@^_`{}~-]{1,8}(\.[A-Z0-9!#$%&'()@^_`{}~-]{1,3})?")
# FAT specification, "Long Directory Entries": what a long name must not have.
_NOT_LONG = re.compile(r'[\x00-\x1f"*/:<>?\\|]')
_LONGEST = 255


def check_name(name: str, where: str) -> None:
    """Raise UkBoardError unless FAT can have a file of this name."""
    if not name or _NOT_LONG.search(name) or name.strip(" .") != name or len(name) > _LONGEST:
        raise UkBoardError(where, f'"{name}" is no file name on FAT')


def entries(name: str, taken: Container[bytes], fields: dict[str, Any]) -> bytes:
    """Return the directory entries of a file; `fields` are those of its last one.

    `taken` are the short names of the directory so far, 11 bytes each.
    """
    short, case = short_name(name, taken)
    pieces = [] if _shown(short, case) == name else list(_long_entries(name, short))
    last: bytes = fat32.ENTRY.build({**fields, "name": short, "case": case})
    return b"".join(pieces) + last


def short_name(name: str, taken: Container[bytes]) -> tuple[bytes, int]:
    """Return the 11 bytes of a short name that is not taken, and its flags of case."""
    stem, _, extension = name.partition(".")
    whole = _SHORT.fullmatch(name.upper()) is not None
    if whole and _padded(stem, extension) not in taken:
        case = fat32.LOWER_NAME if stem.islower() else 0
        case |= fat32.LOWER_EXTENSION if extension.islower() else 0
        return _padded(stem, extension), case
    stem, _, extension = name.rpartition(".") if "." in name else (name, "", "")
    stem, extension = (re.sub(r"[^A-Z0-9_-]", "", part.upper()) for part in (stem, extension))
    for number in range(1, 1_000_000):
        tail = f"~{number}"
        short = _padded(stem[: 8 - len(tail)] + tail, extension[:3])
        if short not in taken:
            return short, 0
    raise AssertionError("a directory has fewer names than that")


def _padded(stem: str, extension: str) -> bytes:
    return f"{stem.upper():<8}{extension.upper():<3}".encode("ascii")


def _shown(short: bytes, case: int) -> str:
    """Return a short name as it is shown."""
    stem = short[:8].decode("ascii", "replace").rstrip()
    extension = short[8:].decode("ascii", "replace").rstrip()
    stem = stem.lower() if case & fat32.LOWER_NAME else stem
    extension = extension.lower() if case & fat32.LOWER_EXTENSION else extension
    return f"{stem}.{extension}" if extension else stem


def checksum(short: bytes) -> int:
    """Return what ties a long name to its short one (FAT specification, ChkSum)."""
    total = 0
    for byte in short:
        total = ((total & 1) << 7 | total >> 1) + byte & 0xFF
    return total


def _long_entries(name: str, short: bytes) -> Iterator[bytes]:
    text = name.encode("utf-16-le")
    width = 2 * fat32.LONG_CHARACTERS
    count = -(-len(text) // width)
    if len(text) % width:
        text += b"\0\0"
    text = text.ljust(count * width, b"\xff")
    for order in range(count, 0, -1):
        piece = text[(order - 1) * width : order * width]
        yield fat32.LONG_ENTRY.build(
            {
                "order": order | (fat32.LONG_LAST if order == count else 0),
                "name_1": piece[:10],
                "kind": 0,
                "checksum": checksum(short),
                "name_2": piece[10:22],
                "cluster": 0,
                "name_3": piece[22:],
            }
        )


def name_of(entry: Any, long_entries: Sequence[Any]) -> str:
    """Return the name of a file: the long one if its pieces are whole and belong to it."""
    orders = [piece.order & ~fat32.LONG_LAST for piece in long_entries]
    whole = (
        orders == list(range(len(orders), 0, -1))
        and all(piece.checksum == checksum(entry.name) for piece in long_entries)
        and bool(long_entries)
    )
    if not whole:
        return _shown(entry.name, entry.case)
    raw = b"".join(piece.name_1 + piece.name_2 + piece.name_3 for piece in reversed(long_entries))
    return raw.decode("utf-16-le", "replace").partition("\0")[0]
