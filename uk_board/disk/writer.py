# SPDX-License-Identifier: BSD-3-Clause
"""A medium written so that it boots whole or not at all, and read back.

Order: what makes a medium bootable (its keys: the sectors where boot loaders look first) is
wiped; all other data is written, and read back past the page cache; then the keys are. Cut off
anywhere before the last step, no boot loader finds anything to start. Marks outside the data tell
a medium that is smaller than it says (capacity.py).
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from uk_board.disk.capacity import Marks, Span, verdict, wraps_at
from uk_board.disk.target import ALIGNMENT, BLOCK_BYTES, NOT_BOOTABLE, Target
from uk_board.errors import BenchError, UkBoardError

# What a medium is like when a step fails; until then nothing was written.
_WIPING = "what would boot from it may be wiped, all else on it is as it was; write it again"
_KEYING = "the whole image is on it but, perhaps, for its boot sectors; write it again"
# Where boot begins: the first loader of Allwinner's chips at 8 or 128 KiB, and the MBR.
KEYS = (8 << 10, 128 << 10, 0)


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
        try:
            data = os.pread(self.fd, span.size, span.offset)
        except OSError as error:
            raise BenchError(
                str(self.path),
                f"cannot be read at 0x{span.offset:x}: {error.strerror}; {NOT_BOOTABLE}",
            ) from error
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
    spans = source.spans()
    body = list(blocks(without_keys(iter(spans))))
    keys = [Span(key, ALIGNMENT) for key in KEYS if _has_data(source, key)]
    taken = [*spans, *(Span(key, ALIGNMENT) for key in KEYS)]
    marks = Marks.around(taken, target.size_bytes)
    target.state = _WIPING
    _wipe_keys(target)
    target.state = NOT_BOOTABLE
    marks.write(target)
    _write_body(source, target, body, on_progress, delta, report)
    # Again: where addresses wrap round, something was written there.
    _wipe_keys(target)
    written(target)
    wrong = _differing(source, target, body, on_progress, report)
    lost = marks.lost(target)
    if wrong or lost:
        raise _does_not_keep(source, target, body, wrong, marks, lost)
    _write_keys(source, target, keys, report)
    return report


def _wipe_keys(target: Target) -> None:
    for place in KEYS:
        if place + ALIGNMENT <= target.size_bytes:
            target.write(place, bytes(ALIGNMENT))
    target.flush()


def _write_keys(source: Source, target: Target, keys: Sequence[Span], report: Report) -> None:
    """Make the medium bootable, the MBR last: before it, no boot loader looks elsewhere."""
    target.state = _KEYING
    for key in reversed(keys):
        target.write(key.offset, source.read(key))
        target.flush()
    wrong = _differing(source, target, keys, lambda progress: None, report)
    if wrong:
        with suppress(BenchError):
            _wipe_keys(target)
            target.state = NOT_BOOTABLE
        raise BenchError(
            str(target.path),
            f"does not keep its boot sectors: {_places(wrong)}; {target.state}",
            hint="another card; this one is worn out",
        )


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


def _differing(
    source: Source,
    target: Target,
    spans: Sequence[Span],
    on_progress: OnProgress,
    report: Report,
) -> list[Span]:
    """Return which spans are not on the medium as they are in the image."""
    total = sum(span.size for span in spans)
    done = 0
    wrong: list[Span] = []
    for span in spans:
        if target.read(span.offset, span.size) != source.read(span):
            wrong.append(span)
        done += span.size
        report.verified += span.size
        on_progress(Progress("verify", done, total))
    return wrong


def _places(wrong: Sequence[Span]) -> str:
    places = ", ".join(f"0x{span.offset:x}" for span in wrong[:8])
    return places + (f" and {len(wrong) - 8} more" if len(wrong) > 8 else "")


def _does_not_keep(
    source: Source,
    target: Target,
    body: Sequence[Span],
    wrong: Sequence[Span],
    marks: Marks,
    lost: Sequence[int],
) -> BenchError:
    """Return the error of a medium that has lost blocks, with what is known of the cause."""
    found = f"{len(wrong)} of {len(body)} blocks differ, at {_places(wrong)}" if wrong else ""
    bad = [*(span.offset for span in wrong), *lost]
    good = {span.offset for span in body} | {*marks.offsets}
    lie = verdict(good - {*bad}, bad, target.size_bytes)
    if not lie:
        sample = {span.offset: source.read(span)[:ALIGNMENT] for span in body}
        lie = wraps_at(target, bad, sample | marks.content)
    why = "; ".join(filter(None, (found, lie))) or f"{len(lost)} marks beside the data are lost"
    return BenchError(
        str(target.path),
        f"does not keep what was written: {why}; {target.state}",
        hint="another card"
        if lie
        else "another card; this one is worn out, or lies about its size",
    )
