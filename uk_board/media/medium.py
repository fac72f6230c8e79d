# SPDX-License-Identifier: BSD-3-Clause
"""A medium that exists, as a file or a block device: its partition, its files, its firmware."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from uk_board.errors import BenchError, MissingError, UkBoardError
from uk_board.media import fatupdate, mbr
from uk_board.media.extents import SECTOR_BYTES, Piece
from uk_board.media.fatread import Reader, Volume


@dataclass(frozen=True)
class Medium:
    """An open medium; offsets are in bytes from its start."""

    path: Path
    fd: int
    size_bytes: int

    def read(self, offset: int, size: int) -> bytes:
        """Return `size` bytes. Raises: UkBoardError where there are not that many."""
        try:
            data = os.pread(self.fd, size, offset)
        except OSError as error:
            raise BenchError(
                str(self.path), f"cannot be read at 0x{offset:x}: {error.strerror}"
            ) from error
        if len(data) < size:
            raise UkBoardError(
                str(self.path),
                f"is cut off: it ends at 0x{offset + len(data):x},"
                f" 0x{offset + size:x} is expected at least",
            )
        return data

    @property
    def partitions(self) -> tuple[mbr.Partition, ...]:
        """Its partitions. Raises: UkBoardError."""
        return mbr.parse(
            self.read(0, SECTOR_BYTES), self.size_bytes // SECTOR_BYTES, str(self.path)
        )

    def boot_partition(self) -> mbr.Partition:
        """Return the partition that boot loaders read. Raises: UkBoardError."""
        for partition in self.partitions:
            if partition.name == "FAT32":
                return partition
        found = ", ".join(part.name for part in self.partitions) or "none"
        raise UkBoardError(str(self.path), f"has no FAT32 partition; partitions: {found}")

    def volume(self, partition: mbr.Partition | None = None) -> Volume:
        """Return the file system in a partition, by default the boot one. Raises: UkBoardError."""
        chosen = partition or self.boot_partition()
        return Volume(self._reader(chosen), chosen.sectors, f"{self.path}: {chosen.name}")

    def _reader(self, partition: mbr.Partition) -> Reader:
        def read(offset: int, size: int) -> bytes:
            return self.read(partition.offset + offset, size)

        return read

    def file(self, name: str) -> bytes | None:
        """Return a file of the boot partition, None when there is none. Raises: UkBoardError."""
        volume = self.volume()
        entry = volume.find(name)
        return None if entry is None or entry.is_folder else volume.read_file(entry)

    def replacement(self, name: str, data: bytes, when: datetime) -> list[list[Piece]]:
        """Return the steps that replace a file of the boot partition, by offset on the medium.

        Raises:
            UkBoardError: there is no such file, or no room beside the old one.
        """
        partition = self.boot_partition()
        steps = fatupdate.replace(self._reader(partition), self.volume(), name, data, when)
        return [
            [Piece(partition.offset + piece.offset, piece.data) for piece in step] for step in steps
        ]


@contextmanager
def open_medium(path: Path) -> Iterator[Medium]:
    """Open a medium for reading. Raises: MissingError, BenchError."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise MissingError(str(path), "no such file") from None
    except OSError as error:
        raise BenchError(str(path), f"cannot be opened: {error.strerror}") from error
    try:
        yield Medium(path, fd, os.lseek(fd, 0, os.SEEK_END))
    finally:
        os.close(fd)


def write_steps(path: Path, steps: Sequence[Sequence[Piece]]) -> int:
    """Write the steps of a replacement into an image file or a card; return how many bytes.

    Each step is on the medium before the next begins. A card is ours alone meanwhile: the kernel
    refuses one that is mounted. Raises: BenchError.
    """
    try:
        alone = os.O_EXCL if path.is_block_device() else 0
        fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC | alone)
        try:
            for step in steps:
                for piece in step:
                    write_all(fd, piece)
                os.fsync(fd)
        finally:
            os.close(fd)
    except OSError as error:
        raise BenchError(
            str(path),
            f"cannot be written: {error.strerror}; it has the old file, or the new one whole",
        ) from error
    return sum(len(piece.data) for step in steps for piece in step)


def write_all(fd: int, piece: Piece) -> None:
    """Write all of a piece; the kernel may take less at a time. Raises: OSError."""
    view, offset = memoryview(piece.data), piece.offset
    while view:
        count = os.pwrite(fd, view, offset)
        view, offset = view[count:], offset + count
