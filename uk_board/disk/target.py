# SPDX-License-Identifier: BSD-3-Clause
"""A medium that is written to: past the page cache where the kernel can, by whole sectors."""

from __future__ import annotations

import errno
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from uk_board.errors import BenchError

BLOCK_BYTES = 1 << 20
# The largest logical sector of a disk; direct access is by whole ones.
ALIGNMENT = 4096

UNTOUCHED = "nothing was written"
NOT_BOOTABLE = "the medium holds a part of the image and does not boot; write it again"
# What the kernel says of a device that is no longer there.
_GONE = {errno.ENODEV, errno.ENXIO, errno.ENOMEDIUM}


class BlockFile(Protocol):
    """What lies beneath: the kernel's calls, which raise OSError, or a medium that fails."""

    def open(self, path: Path, flags: int) -> None:
        """Open it."""

    def pwrite(self, data: memoryview, offset: int) -> int:
        """Write some of `data`, return how much."""

    def preadv(self, into: memoryview, offset: int) -> int:
        """Read some, return how much."""

    def forget(self, offset: int, size: int) -> None:
        """Have the page cache forget what it knows."""

    def fsync(self) -> None:
        """Wait until all is on the medium."""

    def size(self) -> int:
        """Return how many bytes it has."""

    def close(self) -> None:
        """Close it."""


class KernelFile:
    """A file or a device of this machine."""

    _fd = -1

    def open(self, path: Path, flags: int) -> None:
        """Open it."""
        self._fd = os.open(path, flags)

    def pwrite(self, data: memoryview, offset: int) -> int:
        """Write some of `data`, return how much."""
        return os.pwrite(self._fd, data, offset)

    def preadv(self, into: memoryview, offset: int) -> int:
        """Read some, return how much."""
        return os.preadv(self._fd, [into], offset)

    def forget(self, offset: int, size: int) -> None:
        """Have the page cache forget what it knows."""
        os.posix_fadvise(self._fd, offset, size, os.POSIX_FADV_DONTNEED)

    def fsync(self) -> None:
        """Wait until all is on the medium."""
        os.fsync(self._fd)

    def size(self) -> int:
        """Return how many bytes it has."""
        return os.lseek(self._fd, 0, os.SEEK_END)

    def close(self) -> None:
        """Close it."""
        os.close(self._fd)


class Target:
    """An opened medium. `state` is what it is like now, in the words of every error."""

    def __init__(
        self, path: Path, *, exclusive: bool = True, file: BlockFile | None = None
    ) -> None:
        """Open it for writing. Raises: BenchError."""
        self.path = path
        self.state = UNTOUCHED
        self._file = file or KernelFile()
        flags = os.O_RDWR | os.O_CLOEXEC
        flags |= os.O_EXCL if exclusive else 0
        try:
            self.direct = self._open(flags)
        except OSError as error:
            why = "is in use" if error.errno == errno.EBUSY else "cannot be opened"
            raise BenchError(str(path), f"{why}: {error.strerror}; {UNTOUCHED}") from error
        self._buffer = mmap.mmap(-1, BLOCK_BYTES + ALIGNMENT)

    def _open(self, flags: int) -> bool:
        """Open it past the page cache, and return whether that was possible."""
        try:
            self._file.open(self.path, flags | os.O_DIRECT)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            self._file.open(self.path, flags)
            return False
        return True

    def close(self) -> None:
        """Close it. Raises: BenchError when the kernel could not write what it had."""
        try:
            self._file.close()
        except OSError as error:
            raise self._failed("cannot be closed", error) from error
        self._buffer.close()

    @property
    def size_bytes(self) -> int:
        """How large it says that it is."""
        return self._file.size()

    def write(self, offset: int, data: bytes) -> None:
        """Write data; a part of a sector is filled with zeros. Raises: BenchError."""
        size = -(-len(data) // ALIGNMENT) * ALIGNMENT
        self._buffer[: len(data)] = data
        self._buffer[len(data) : size] = bytes(size - len(data))
        done = 0
        try:
            while done < size:
                with memoryview(self._buffer)[done:size] as rest:
                    done += self._file.pwrite(rest, offset + done)
        except OSError as error:
            raise self._failed(f"cannot be written at 0x{offset + done:x}", error) from error

    def read(self, offset: int, size: int) -> bytes:
        """Return what is on it now, not in the page cache. Raises: BenchError."""
        wanted = -(-size // ALIGNMENT) * ALIGNMENT
        if not self.direct:
            self._file.forget(offset, wanted)
        done = 0
        try:
            while done < wanted:
                with memoryview(self._buffer)[done:wanted] as rest:
                    count = self._file.preadv(rest, offset + done)
                if not count:
                    break
                done += count
        except OSError as error:
            raise self._failed(f"cannot be read at 0x{offset + done:x}", error) from error
        return self._buffer[: min(done, size)]

    def flush(self) -> None:
        """Wait until all is on the medium. Raises: BenchError."""
        try:
            self._file.fsync()
        except OSError as error:
            raise self._failed("did not take all that was written", error) from error

    def _failed(self, what: str, error: OSError) -> BenchError:
        if error.errno in _GONE:
            what = f"has gone, or its card was taken out: it {what}"
        return BenchError(str(self.path), f"{what}: {error.strerror}; {self.state}")


@contextmanager
def opened(path: Path, file: BlockFile | None = None) -> Iterator[Target]:
    """Open a medium for ourselves alone. Raises: BenchError; the first, when closing fails too."""
    target = Target(path, file=file)
    try:
        yield target
    except BaseException:
        with suppress(BenchError):
            target.close()
        raise
    target.close()
