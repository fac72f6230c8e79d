# SPDX-License-Identifier: BSD-3-Clause
"""A medium as what is written on it: pieces with data, and holes that nobody cares about.

A hole keeps, on a real card, whatever was there before. So what must read as zero
(a FAT, the end of a directory) is a piece of zeros, and never a hole.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from uk_board.errors import BenchError, UsageError

SECTOR_BYTES = 512


class Piece(NamedTuple):
    """Consecutive bytes of a medium."""

    offset: int
    data: bytes

    @property
    def end(self) -> int:
        """The first byte behind it."""
        return self.offset + len(self.data)


@dataclass
class Extents:
    """A medium of `size_bytes`, of which some pieces are written."""

    size_bytes: int
    _pieces: list[Piece] = field(default_factory=list)

    def put(self, offset: int, data: bytes) -> None:
        """Write `data` at `offset`; it lies in the medium, and where nothing is yet."""
        piece = Piece(offset, data)
        assert offset >= 0, "before the medium"
        assert piece.end <= self.size_bytes, "behind the medium"
        for other in self._pieces:
            assert piece.end <= other.offset or other.end <= offset, "overlaps another piece"
        if data:
            self._pieces.append(piece)

    def pieces(self) -> Iterator[Piece]:
        """Yield all pieces by offset."""
        yield from sorted(self._pieces)

    @property
    def data_bytes(self) -> int:
        """How much is written."""
        return sum(len(piece.data) for piece in self._pieces)

    def write(self, file: Path) -> None:
        """Write a sparse file; it is there whole or not at all.

        Raises: BenchError, UsageError for what is no file: a device would be replaced by one.
        """
        if file.exists() and not file.is_file():
            raise UsageError(
                str(file), "is no file; an SD image is", hint="uk-board flash writes cards"
            )
        file = file.resolve()
        new = file.with_name(file.name + ".new")
        try:
            with new.open("wb") as stream:
                self._write(stream)
                os.fsync(stream.fileno())
            new.replace(file)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise BenchError(
                str(file), f"cannot be written: {error.strerror}; a file of this name is as it was"
            ) from error

    def _write(self, stream: BinaryIO) -> None:
        stream.truncate(self.size_bytes)
        for piece in self.pieces():
            stream.seek(piece.offset)
            stream.write(piece.data)
