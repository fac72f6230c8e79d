# SPDX-License-Identifier: BSD-3-Clause
"""Writing media: every block is read back, a cut-off medium never boots, what is bad is found."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from uk_board.disk.capacity import Span
from uk_board.disk.target import ALIGNMENT, Target
from uk_board.disk.writer import (
    KEYS,
    Progress,
    Report,
    Source,
    blocks,
    data_spans,
    without_keys,
    write,
)
from uk_board.errors import BenchError

MIB = 1 << 20
SIZE = 64 * MIB


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A sparse image: keys, a loader behind them, data here and there."""
    file = tmp_path / "sd.img"
    rng = random.Random(1)
    with file.open("wb") as stream:
        stream.truncate(SIZE)
        for offset, size in ((0, 512), (8 << 10, 900_000), (4 * MIB, 3 * MIB), (40 * MIB, 70_001)):
            stream.seek(offset)
            stream.write(rng.randbytes(size))
    return file


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A card with an older image on it, as large as the new one."""
    file = tmp_path / "card"
    file.write_bytes(b"\x5a" * SIZE)
    return file


def copy(image: Path, card: Path, **options: object) -> Report:
    source, target = Source(image), Target(card)
    try:
        return write(source, target, **options)
    finally:
        source.close()
        target.close()


def data_of(image: Path) -> Iterator[tuple[int, bytes]]:
    with image.open("rb") as stream:
        for span in data_spans(stream.fileno(), SIZE):
            stream.seek(span.offset)
            yield span.offset, stream.read(span.size)


def is_whole(image: Path, card: Path) -> bool:
    content = card.read_bytes()
    return all(content[offset:][: len(data)] == data for offset, data in data_of(image))


def boots(card: Path, keys: tuple[int, ...] = KEYS) -> bool:
    """Whether a boot loader would find anything where it looks first."""
    with card.open("rb") as stream:
        for key in keys:
            stream.seek(key)
            if stream.read(512) != bytes(512):
                return True
    return False


def test_all_data_is_written_and_only_data(image: Path, card: Path) -> None:
    phases: list[Progress] = []
    report = copy(image, card, on_progress=phases.append)
    assert is_whole(image, card)
    data = sum(len(part) for _, part in data_of(image))
    assert report.written < data <= report.written + len(KEYS) * ALIGNMENT
    assert report.verified >= data
    assert card.read_bytes()[30 * MIB : 31 * MIB] == b"\x5a" * MIB
    assert [p for p in phases if p.done == p.total and p.phase == "verify"]


def test_what_is_there_already_is_not_written_again(image: Path, card: Path) -> None:
    copy(image, card)
    with card.open("r+b") as stream:
        stream.seek(5 * MIB + 7)
        stream.write(b"other")
    report = copy(image, card, delta=True)
    assert is_whole(image, card)
    assert (report.written, report.same > 2 * MIB) == (MIB, True)


def test_every_damaged_block_is_found_and_the_card_does_not_boot(image: Path, card: Path) -> None:
    rng = random.Random(2)
    places = [(offset, size) for offset, size in _body(image)]

    def damage(target: Target) -> None:
        with card.open("r+b") as stream:
            for offset, _ in places:
                stream.seek(offset)
                byte = stream.read(1)[0]
                stream.seek(offset)
                stream.write(bytes([byte ^ 1 << rng.randrange(8)]))
            stream.flush()
            os.fsync(stream.fileno())

    with pytest.raises(BenchError, match=rf"{len(places)} of {len(places)} blocks differ, at 0x"):
        copy(image, card, written=damage)
    assert not boots(card)


def _body(image: Path) -> Iterator[Span]:
    with image.open("rb") as stream:
        yield from list(blocks(without_keys(data_spans(stream.fileno(), SIZE))))


def test_single_bits_in_200_random_blocks_are_all_found(tmp_path: Path) -> None:
    image, card = tmp_path / "image", tmp_path / "card"
    image.write_bytes(random.Random(3).randbytes(SIZE))
    card.write_bytes(bytes(SIZE))
    rng = random.Random(4)
    found = 0
    for _ in range(4):
        chosen = rng.sample(range(1, 64), 50)

        def damage(target: Target, chosen: list[int] = chosen) -> None:
            for block in chosen:
                place = block * MIB + rng.randrange(MIB) // ALIGNMENT * ALIGNMENT
                data = bytearray(target.read(place, ALIGNMENT))
                data[rng.randrange(ALIGNMENT)] ^= 1 << rng.randrange(8)
                target.write(place, bytes(data))

        with pytest.raises(BenchError, match=r"50 of 6[0-9] blocks differ"):
            copy(image, card, written=damage, delta=True)
        found += 50
    assert found == 200


def without_loader(image: Path) -> None:
    """Make it an image for boards that start at the MBR."""
    with image.open("r+b") as stream:
        stream.truncate(8 << 10)
        stream.truncate(SIZE)
        stream.seek(4 * MIB)
        stream.write(random.Random(2).randbytes(3 * MIB))


WRITE = """
import sys
from pathlib import Path
from uk_board.disk.target import Target
from uk_board.disk.writer import Source, write
source, target = Source(Path(sys.argv[1])), Target(Path(sys.argv[2]))
print("go", flush=True)
write(source, target)
print("done", flush=True)
"""


@pytest.mark.parametrize("keys", [KEYS[:1], KEYS[2:]], ids=["allwinner", "raspberry-pi"])
def test_a_killed_write_never_boots_half_and_the_next_one_completes_it(
    image: Path, card: Path, keys: tuple[int, ...]
) -> None:
    if keys == KEYS[2:]:
        without_loader(image)
    rng = random.Random(5)
    copy(image, card)
    killed = 0
    for _ in range(100 if os.environ.get("UK_BOARD_LONG") == "1" else 20):
        command = [sys.executable, "-c", WRITE, image, card]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(rng.random() * 0.06)
            process.send_signal(signal.SIGKILL)
            killed += b"done" not in process.stdout.read()
        assert is_whole(image, card) or not boots(card, keys)
    copy(image, card)
    assert is_whole(image, card)
    assert killed


def test_an_image_that_is_too_large_writes_nothing(image: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.write_bytes(b"\x5a" * MIB)
    with pytest.raises(BenchError, match=r"has 1,048,576 bytes; .* needs 67,108,864: nothing was"):
        copy(image, small)
    assert small.read_bytes() == b"\x5a" * MIB


def test_a_card_that_fails_in_the_middle_says_where_and_that_it_does_not_boot(
    image: Path, card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = os.pwrite, [5]

    def failing(fd: int, data: object, offset: int) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(5, "Input/output error")
        return real(fd, data, offset)

    monkeypatch.setattr(os, "pwrite", failing)
    with pytest.raises(
        BenchError, match=r"cannot be written at 0x\w+: Input/output error; the med"
    ):
        copy(image, card)
    assert not boots(card)


def test_a_card_that_lies_about_its_size_is_found(image: Path, card: Path) -> None:
    """Addresses wrap round: what is written far up lands on what was written below."""

    def wrap(target: Target) -> None:
        data = target.read(40 * MIB, MIB)
        target.write(4 * MIB, data)

    with pytest.raises(BenchError, match=r"1 of .* blocks differ, at 0x400000"):
        copy(image, card, written=wrap)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([Span(0, 4096)], []),
        ([Span(0, 8192)], [Span(4096, 4096)]),
        ([Span(0, 1 << 18)], [Span(4096, 4096), Span(12288, 118784), Span(135168, 126976)]),
        ([Span(4096, 4096), Span(1 << 20, 512)], [Span(4096, 4096), Span(1 << 20, 512)]),
    ],
)
def test_keys_are_left_out_of_the_body(spans: list[Span], expected: list[Span]) -> None:
    assert list(without_keys(iter(spans))) == expected
