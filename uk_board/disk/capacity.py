# SPDX-License-Identifier: BSD-3-Clause
"""Cards that say they are larger than they are: found before such a card counts as written.

What is written behind the real end of such a card vanishes, or comes out lower down. Addresses
wrap round at a power of two, where the controller ignores the bits above (f3, doc/usage.rst and
f3probe: announced size, usable size, module). So marks at powers of two and between them, and in
the last block, tell both; where the image has data, the image itself is the mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from uk_board.disk.target import ALIGNMENT, BLOCK_BYTES, Target


class Span(NamedTuple):
    """Consecutive bytes; both ends are multiples of ALIGNMENT, but for the end of a source."""

    offset: int
    size: int

    @property
    def end(self) -> int:
        """The first byte behind it."""
        return self.offset + self.size


def places(size_bytes: int) -> Iterator[int]:
    """Yield where marks tell most: 2^n and 1.5 * 2^n, and two places at the end.

    Two, for one bad block there is no lie.
    """
    step = ALIGNMENT
    while step < size_bytes:
        yield step
        if step > ALIGNMENT and step + step // 2 < size_bytes:
            yield step + step // 2
        step *= 2
    end = size_bytes // ALIGNMENT * ALIGNMENT
    yield from (end - ALIGNMENT, max(end - BLOCK_BYTES, 0))


def mark_at(offset: int) -> bytes:
    """Return a block that stands nowhere else: every place has another one."""
    seed = sha256(f"uk-board: the block at {offset} of a medium".encode()).digest()
    return seed * (ALIGNMENT // len(seed))


@dataclass(frozen=True)
class Marks:
    """Marks on a medium, where the image that is written to it has no data."""

    offsets: tuple[int, ...]

    @classmethod
    def around(cls, data: Sequence[Span], size_bytes: int) -> Marks:
        """Return the marks of a medium with this size, beside `data`."""
        wanted = {
            offset
            for offset in places(size_bytes)
            if 0 < offset <= size_bytes - ALIGNMENT
            and not any(span.offset < offset + ALIGNMENT and offset < span.end for span in data)
        }
        return cls(tuple(sorted(wanted)))

    @property
    def content(self) -> dict[int, bytes]:
        """What belongs where."""
        return {offset: mark_at(offset) for offset in self.offsets}

    def write(self, target: Target) -> None:
        """Write all of them. Raises: BenchError."""
        for offset in self.offsets:
            target.write(offset, mark_at(offset))

    def lost(self, target: Target) -> list[int]:
        """Return the offsets of those that are not there any more. Raises: BenchError."""
        return [at for at in self.offsets if target.read(at, ALIGNMENT) != mark_at(at)]


def verdict(kept: Iterable[int], lost: Iterable[int], size_bytes: int) -> str:
    """Return what it means that blocks were lost at these offsets, "" when nothing clear.

    A card that is smaller than it says loses everything from some place on; when it wraps round,
    it loses what was there first instead, and keeps what was written last.
    """
    good, bad = sorted(kept), sorted(lost)
    if bad and good and max(good) < bad[0] and len(bad) > 1:
        return (
            f"it says that it has {size_bytes:,} bytes and keeps nothing from {bad[0]:,} on:"
            " it lies about its size"
        )
    return ""


def wraps_at(target: Target, lost: Iterable[int], sample: Mapping[int, bytes]) -> str:
    """Return what it means that lost blocks hold what was written elsewhere, "" when they do not.

    `sample` has the first ALIGNMENT bytes of blocks by the offset that they were written to.
    Raises: BenchError.
    """
    by_content = {content: offset for offset, content in sample.items() if any(content)}
    for offset in lost:
        other = by_content.get(target.read(offset, ALIGNMENT), offset)
        if other != offset:
            return (
                f"what was written at 0x{other:x} is at 0x{offset:x}: it has"
                f" {abs(other - offset):,} bytes at most and lies about its size"
            )
    return ""
