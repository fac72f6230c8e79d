# SPDX-License-Identifier: BSD-3-Clause
"""A medium written so that it boots whole or not at all, and read back.

Order: what makes a medium bootable (its keys: the sectors where boot loaders look first) is
wiped; all other data is written, and read back past the page cache; then the keys are. Cut off
anywhere before the last step, no boot loader finds anything to start. Where a medium has
several keys they are wiped in the order of KEYS and written in the reverse: Allwinner's chips start
the loader at 8 KiB whether there is an MBR or not, and what it loads may lie across 128 KiB.
"""

from __future__ import annotations

import errno
import mmap
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from uk_board.errors import BenchError, UkBoardError

BLOCK_BYTES = 1 << 20
# The largest logical sector of a disk; direct access is by whole ones.
ALIGNMENT = 4096
# Where boot begins: the first loader of Allwinner's chips at 8 or 128 KiB, and the MBR.
KEYS = (8 << 10, 128 << 10, 0)


class Span(NamedTuple):
    """Consecutive bytes; both ends are multiples of ALIGNMENT, but for the end of a source."""

    offset: int
    size: int

    @property
    def end(self) -> int:
        """The first byte behind it."""
        return self.offset + self.size


@dataclass(frozen=True)
class Progress:
    """How far a phase is, in bytes."""

    phase: str
    done: int
    total: int


OnProgress = Callable[[Progress], None]


@dataclass
class Report:
    """What was done: bytes written, read back, and left because they were the same."""

    written: int = 0
    verified: int = 0
    same: int = 0
    phases: list[str] = field(default_factory=list)


def data_spans(fd: int, size: int) -> Iterator[Span]:
    """Yield where a file has data; a file system without holes has one span."""
    offset = 0
    while offset < size:
        try:
            start = os.lseek(fd, offset, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return
            raise
        end = os.lseek(fd, start, os.SEEK_HOLE)
        start = start // ALIGNMENT * ALIGNMENT
        end = min(-(-end // ALIGNMENT) * ALIGNMENT, size)
        yield Span(start, end - start)
        offset = end


def blocks(spans: Iterator[Span]) -> Iterator[Span]:
    """Yield spans in blocks that begin at multiples of BLOCK_BYTES."""
    for span in spans:
        offset = span.offset
        while offset < span.end:
            end = min(span.end, (offset // BLOCK_BYTES + 1) * BLOCK_BYTES)
            yield Span(offset, end - offset)
            offset = end


def without_keys(spans: Iterator[Span]) -> Iterator[Span]:
    """Yield spans without the sectors of the keys."""
    for span in spans:
        offset = span.offset
        for key in sorted(KEYS):
            if offset <= key < span.end:
                if key > offset:
                    yield Span(offset, key - offset)
                offset = min(key + ALIGNMENT, span.end)
        if offset < span.end:
            yield Span(offset, span.end - offset)


class Target:
    """An opened medium: written and read past the page cache where the kernel can."""

    def __init__(self, path: Path, *, exclusive: bool = True) -> None:
        """Open it for writing. Raises: BenchError."""
        self.path = path
        flags = os.O_RDWR | os.O_CLOEXEC
        flags |= os.O_EXCL if exclusive else 0
        try:
            try:
                self.fd = os.open(path, flags | os.O_DIRECT)
                self.direct = True
            except OSError as error:
                if error.errno != errno.EINVAL:
                    raise
                self.fd = os.open(path, flags)
                self.direct = False
        except OSError as error:
            why = "is in use" if error.errno == errno.EBUSY else "cannot be opened"
            raise BenchError(str(path), f"{why}: {error.strerror}; nothing was written") from error
        self._buffer = mmap.mmap(-1, BLOCK_BYTES + ALIGNMENT)

    def close(self) -> None:
        """Close it. Raises: BenchError when the kernel could not write what it had."""
        try:
            os.close(self.fd)
        except OSError as error:
            raise self._failed("written", 0, error) from error
        self._buffer.close()

    @property
    def size_bytes(self) -> int:
        """How large it is."""
        return os.lseek(self.fd, 0, os.SEEK_END)

    def write(self, offset: int, data: bytes) -> None:
        """Write data; a part of a sector is filled with zeros. Raises: BenchError."""
        size = -(-len(data) // ALIGNMENT) * ALIGNMENT
        self._buffer[: len(data)] = data
        self._buffer[len(data) : size] = bytes(size - len(data))
        done = 0
        try:
            while done < size:
                with memoryview(self._buffer)[done:size] as rest:
                    done += os.pwrite(self.fd, rest, offset + done)
        except OSError as error:
            raise self._failed("written", offset + done, error) from error

    def read(self, offset: int, size: int) -> bytes:
        """Return what is on it now, not in the page cache. Raises: BenchError."""
        wanted = -(-size // ALIGNMENT) * ALIGNMENT
        if not self.direct:
            os.posix_fadvise(self.fd, offset, wanted, os.POSIX_FADV_DONTNEED)
        done = 0
        try:
            while done < wanted:
                with memoryview(self._buffer)[done:wanted] as rest:
                    count = os.preadv(self.fd, [rest], offset + done)
                if not count:
                    break
                done += count
        except OSError as error:
            raise self._failed("read", offset + done, error) from error
        return self._buffer[: min(done, size)]

    def flush(self) -> None:
        """Wait until all is on the medium. Raises: BenchError."""
        try:
            os.fsync(self.fd)
        except OSError as error:
            raise self._failed("written", 0, error) from error

    def _failed(self, what: str, offset: int, error: OSError) -> BenchError:
        return BenchError(
            str(self.path), f"cannot be {what} at 0x{offset:x}: {error.strerror}; {NOT_BOOTABLE}"
        )


NOT_BOOTABLE = "the medium holds a part of the image and does not boot; write it again"


class Source:
    """An image file. Raises UkBoardError where it ends early."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise BenchError(str(path), f"cannot be opened: {error.strerror}") from error
        self.size_bytes = os.fstat(self.fd).st_size

    def close(self) -> None:
        """Close it."""
        os.close(self.fd)

    def spans(self) -> list[Span]:
        """Return where it has data."""
        return list(data_spans(self.fd, self.size_bytes))

    def read(self, span: Span) -> bytes:
        """Return what it has there."""
        data = os.pread(self.fd, span.size, span.offset)
        if len(data) < span.size:
            raise UkBoardError(str(self.path), f"became shorter while it was read; {NOT_BOOTABLE}")
        return data


def check_size(source: Source, target: Target) -> None:
    """Raise BenchError unless the medium holds the image."""
    if source.size_bytes > target.size_bytes:
        raise BenchError(
            str(target.path),
            f"has {target.size_bytes:,} bytes; {source.path} needs {source.size_bytes:,}:"
            " nothing was written",
        )


def write(
    source: Source,
    target: Target,
    *,
    on_progress: OnProgress = lambda progress: None,
    delta: bool = False,
    written: Callable[[Target], None] = lambda target: None,
) -> Report:
    """Write `source` to `target` and read it back.

    `delta`: what is on the medium already is not written again. `written` is called
    between writing and reading back (tests damage the medium there).

    Raises:
        BenchError: the medium is too small, cannot be written or read, or does not keep
            what was written; the message says where.
    """
    check_size(source, target)
    report = Report()
    body = list(blocks(without_keys(iter(source.spans()))))
    keys = [Span(key, ALIGNMENT) for key in KEYS if _has_data(source, key)]
    for place in KEYS:
        if place + ALIGNMENT <= target.size_bytes:
            target.write(place, bytes(ALIGNMENT))
            target.flush()
    _write_body(source, target, body, on_progress, delta, report)
    written(target)
    _verify(source, target, body, on_progress, report)
    for key in reversed(keys):
        target.write(key.offset, source.read(key))
        target.flush()
    _verify(source, target, keys, lambda progress: None, report)
    return report


def _has_data(source: Source, key: int) -> bool:
    return any(span.offset <= key < span.end for span in source.spans())


def _write_body(
    source: Source,
    target: Target,
    body: list[Span],
    on_progress: OnProgress,
    delta: bool,
    report: Report,
) -> None:
    total = sum(span.size for span in body)
    done = 0
    for span in body:
        data = source.read(span)
        if delta and target.read(span.offset, span.size) == data:
            report.same += span.size
        else:
            target.write(span.offset, data)
            report.written += span.size
        done += span.size
        on_progress(Progress("write", done, total))
    target.flush()


def _verify(
    source: Source, target: Target, body: list[Span], on_progress: OnProgress, report: Report
) -> None:
    total = sum(span.size for span in body)
    done = 0
    wrong: list[Span] = []
    for span in body:
        if target.read(span.offset, span.size) != source.read(span):
            wrong.append(span)
        done += span.size
        report.verified += span.size
        on_progress(Progress("verify", done, total))
    if wrong:
        places = ", ".join(f"0x{span.offset:x}" for span in wrong[:8])
        more = f" and {len(wrong) - 8} more" if len(wrong) > 8 else ""
        raise BenchError(
            str(target.path),
            f"does not keep what was written: {len(wrong)} of {len(body)} blocks differ, at"
            f" {places}{more}; {NOT_BOOTABLE}",
            hint="another card; this one is worn out, or lies about its size",
        )
