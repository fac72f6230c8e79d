# SPDX-License-Identifier: BSD-3-Clause
"""An image on its way to another machine: a line that says what it is, and its data, in gzip.

Holes stay holes: only where the file has data, data is sent. It counts once all of it is there
and has the sum that was announced.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from uk_board.disk.capacity import Span
from uk_board.disk.writer import Progress, Source, blocks
from uk_board.errors import BenchError

# No card for these boards is larger.
_LARGEST_BYTES = 256 << 30
_LONGEST_HEAD = 1 << 20
_PIECE_BYTES = 1 << 20
# The card's speed decides, and not the network's.
_LEVEL = 1

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class Head:
    """What a parcel holds: an SD image (`medium`) or a board's image, and its boot arguments."""

    name: str
    medium: bool
    arguments: str
    size: int
    spans: tuple[tuple[int, int], ...]
    sha256: str


def send(
    file: Path,
    out: BinaryIO,
    *,
    medium: bool,
    arguments: str = "",
    on_progress: OnProgress = lambda progress: None,
) -> None:
    """Write a file as a parcel. Raises: UkBoardError when it cannot be read, OSError of `out`."""
    source = Source(file)
    try:
        spans = source.spans()
        total = sum(span.size for span in spans)
        digest = hashlib.sha256()
        for piece in blocks(iter(spans)):
            digest.update(source.read(piece))
        pairs = tuple((span.offset, span.size) for span in spans)
        head = Head(file.name, medium, arguments, source.size_bytes, pairs, digest.hexdigest())
        done = 0
        with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=_LEVEL, mtime=0) as packed:
            packed.write(json.dumps(asdict(head)).encode() + b"\n")
            for piece in blocks(iter(spans)):
                packed.write(source.read(piece))
                done += piece.size
                on_progress(Progress("send", done, total))
    finally:
        source.close()


@dataclass(frozen=True)
class Parcel:
    """A parcel that arrived whole, and the file that it became."""

    head: Head
    file: Path


def receive(stream: BinaryIO, folder: Path) -> Parcel:
    """Read a parcel into a file in `folder`. Raises: BenchError; nothing counts as arrived then."""
    try:
        with gzip.GzipFile(fileobj=stream, mode="rb") as packed:
            head = _head(packed.readline(_LONGEST_HEAD))
            file = folder / head.name
            digest = _unpack(packed, head, file)
            if digest != head.sha256 or packed.read(1):
                raise _spoilt(f"SHA-256 is {digest[:16]}..., {head.sha256[:16]}... was announced")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _spoilt(f"it ended early or is damaged: {error}") from None
    except OSError as error:
        raise BenchError(
            str(folder),
            f"cannot take the image: {error.strerror}; no medium was touched",
            hint="more room there, or TMPDIR that names a place with room",
        ) from error
    return Parcel(head, file)


def _unpack(packed: gzip.GzipFile, head: Head, file: Path) -> str:
    """Write the data where it belongs, and return its sum. Raises: EOFError, OSError."""
    digest = hashlib.sha256()
    with file.open("wb") as out:
        out.truncate(head.size)
        for piece in _pieces(head):
            data = packed.read(piece.size)
            if len(data) < piece.size:
                raise EOFError(f"{piece.size - len(data)} bytes are missing")
            digest.update(data)
            os.pwrite(out.fileno(), data, piece.offset)
        os.fsync(out.fileno())
    return digest.hexdigest()


def _pieces(head: Head) -> Iterator[Span]:
    return blocks(Span(offset, size) for offset, size in head.spans)


def _head(line: bytes) -> Head:
    """Return what the first line says. Raises: BenchError unless all of it can be."""
    try:
        said = json.loads(line)
        said["spans"] = tuple((int(offset), int(size)) for offset, size in said["spans"])
        head = Head(**said)
        plain = Path(head.name).name == head.name and head.name not in ("", ".", "..")
        kinds = isinstance(head.medium, bool) and isinstance(head.arguments, str)
        if not (plain and kinds and 0 <= head.size <= _LARGEST_BYTES):
            raise ValueError("name, kind or size is none")
        end = 0
        for offset, size in head.spans:
            if not end <= offset <= offset + size <= head.size:
                raise ValueError(f"data at {offset} lies outside, or twice")
            end = offset + size
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _spoilt(f"its first line says no such thing: {error}") from None
    return head


def _spoilt(why: str) -> BenchError:
    return BenchError("image", f"did not arrive whole: {why}; no medium was touched")
