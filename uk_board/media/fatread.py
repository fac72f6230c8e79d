# SPDX-License-Identifier: BSD-3-Clause
"""A FAT32 volume that somebody made: its files, read with distrust."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from construct import ConstructError

from uk_board.errors import UkBoardError
from uk_board.media import fat32, fatnames
from uk_board.media.extents import SECTOR_BYTES

_LARGEST_DIRECTORY_BYTES = 2 << 20
_DEEPEST = 32


class Reader(Protocol):
    """Whatever has bytes at offsets."""

    def __call__(self, offset: int, size: int) -> bytes:
        """Return exactly `size` bytes. Raises: UkBoardError."""


@dataclass(frozen=True)
class FileEntry:
    """A file or directory; `entry_offset` is where its 32-byte entry is in the volume."""

    path: str
    cluster: int
    size_bytes: int
    is_folder: bool
    entry_offset: int

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]


class Volume:
    """A FAT32 volume. Raises UkBoardError where it contradicts itself."""

    def __init__(self, read: Reader, sectors: int, where: str) -> None:
        self._read = read
        self.where = where
        self.layout = fat32.read_geometry(read(0, SECTOR_BYTES), sectors, where)
        self._fat: memoryview | None = None

    def fat(self) -> memoryview:
        """Return the first FAT: what follows on each cluster, in the lower 28 bits."""
        if self._fat is None:
            size = 4 * (self.layout.clusters + 2)
            self._fat = memoryview(self._read(self.layout.fat_offset(0), size)).cast("I")
        return self._fat

    def chain(self, first: int, what: str) -> list[int]:
        """Return the clusters of a file whose first is `first`; none for 0."""
        fat, cluster = self.fat(), first
        found: list[int] = []
        seen: set[int] = set()
        while cluster < fat32.FIRST_END_OF_CHAIN:
            if not found and first == 0:
                return []
            if not 2 <= cluster < len(fat):
                raise self.error(f"{what} goes on at cluster {cluster} of {len(fat) - 2}")
            if cluster in seen:
                raise self.error(f"{what} goes round in a circle at cluster {cluster}")
            seen.add(cluster)
            found.append(cluster)
            cluster = fat[cluster] & fat32.ENTRY_MASK
        return found

    def error(self, problem: str) -> UkBoardError:
        """Return the error of this volume."""
        return UkBoardError(self.where, f"is corrupt: {problem}")

    def read_chain(self, first: int, what: str) -> bytes:
        """Return all bytes of a chain of clusters."""
        parts = []
        for start, count in _runs(self.chain(first, what)):
            parts.append(self._read(self.layout.offset(start), count * self.layout.cluster_bytes))
        return b"".join(parts)

    def read_file(self, entry: FileEntry) -> bytes:
        """Return a file's content."""
        data = self.read_chain(entry.cluster, entry.path)
        if len(data) < entry.size_bytes:
            raise self.error(f"{entry.path} has {entry.size_bytes} bytes, its clusters {len(data)}")
        return data[: entry.size_bytes]

    def find(self, path: str) -> FileEntry | None:
        """Return a file or directory by its path; upper and lower case are the same."""
        for entry in self.walk():
            if entry.path.lower() == path.lower():
                return entry
        return None

    def walk(self) -> Iterator[FileEntry]:
        """Yield everything on the volume, a directory before what is in it."""
        yield from self._walk(self.layout.root_cluster, "", set(), set())

    def _walk(
        self, cluster: int, path: str, above: set[int], taken: set[int]
    ) -> Iterator[FileEntry]:
        if cluster in above or len(above) > _DEEPEST:
            raise self.error(f"{path or '/'} is below itself, or too deep")
        for entry in self._folder(cluster, path, taken):
            yield entry
            if entry.is_folder:
                yield from self._walk(entry.cluster, entry.path, above | {cluster}, taken)

    def _folder(self, cluster: int, path: str, taken: set[int]) -> Iterator[FileEntry]:
        """Yield what is in a directory, without "." and ".."; `taken` are those of others.

        Without that, a few directories that share clusters would have more entries than anybody
        can wait for.
        """
        clusters = self.chain(cluster, path or "/")
        if not taken.isdisjoint(clusters):
            raise self.error(f"{path or '/'} has clusters of another directory")
        taken.update(clusters)
        size = self.layout.cluster_bytes
        if len(clusters) * size > _LARGEST_DIRECTORY_BYTES:
            raise self.error(f"{path or '/'} has more than 2 MiB; FAT allows no such directory")
        long_entries: list[Any] = []
        for number in clusters:
            raw = self._read(self.layout.offset(number), size)
            for at in range(0, size, fat32.ENTRY_BYTES):
                piece = raw[at : at + fat32.ENTRY_BYTES]
                if piece[0] == fat32.LAST:
                    return
                found = self._entry(piece, path, self.layout.offset(number) + at, long_entries)
                if found is not None:
                    yield found

    def _entry(
        self, piece: bytes, path: str, offset: int, long_entries: list[Any]
    ) -> FileEntry | None:
        """Return the file of an entry, or None; `long_entries` collects those before it."""
        if piece[0] == fat32.DELETED:
            long_entries.clear()
            return None
        if piece[11] & 0x3F == fat32.LONG_NAME:
            try:
                long_entries.append(fat32.LONG_ENTRY.parse(piece))
            except ConstructError:
                long_entries.clear()
            return None
        entry = fat32.ENTRY.parse(piece)
        name = fatnames.name_of(entry, long_entries)
        long_entries.clear()
        if entry.attributes & fat32.VOLUME_LABEL or name in (".", ".."):
            return None
        is_folder = bool(entry.attributes & fat32.DIRECTORY)
        cluster = (entry.cluster_high << 16 | entry.cluster_low) & fat32.ENTRY_MASK
        return FileEntry(f"{path}/{name}".lstrip("/"), cluster, entry.size, is_folder, offset)


def _runs(clusters: list[int]) -> Iterator[tuple[int, int]]:
    """Yield consecutive clusters as first and count."""
    at = 0
    while at < len(clusters):
        count = 1
        while at + count < len(clusters) and clusters[at + count] == clusters[at] + count:
            count += 1
        yield clusters[at], count
        at += count
