# SPDX-License-Identifier: BSD-3-Clause
"""Cards that lie or fail: found before they count as written, and what they are now is told."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from badcard import BadCard, error
from hypothesis import given, settings
from hypothesis import strategies as st

from uk_board.disk import writer
from uk_board.disk.capacity import places
from uk_board.disk.target import NOT_BOOTABLE, UNTOUCHED, opened
from uk_board.disk.writer import Progress, Report, Source, write
from uk_board.errors import BenchError, UkBoardError

MIB = 1 << 20
IMAGE = 8 * MIB
CARD = 128 * MIB
# Where the image has data: boot sectors, a loader, a file system, a file
DATA = ((0, 512), (8 << 10, 60_000), (2 * MIB, 70_000), (7 * MIB + 4096, 300_000))


def made(file: Path, data: tuple[tuple[int, int], ...] = DATA, size: int = IMAGE) -> Path:
    rng = random.Random(1)
    with file.open("wb") as stream:
        stream.truncate(size)
        for offset, count in data:
            stream.seek(offset)
            stream.write(rng.randbytes(count))
    return file


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return made(tmp_path / "sd.img")


def copy(image: Path, card: BadCard, **options: object) -> Report:
    source = Source(image)
    try:
        with opened(Path("/dev/sdz"), card) as target:
            return write(source, target, **options)
    finally:
        source.close()


def is_whole(image: Path, card: BadCard, data: tuple[tuple[int, int], ...] = DATA) -> bool:
    raw = image.read_bytes()
    return all(raw[at : at + size] == card.content(at, size) for at, size in data)


def test_a_good_card_is_written_whole(image: Path) -> None:
    card = BadCard(CARD)
    copy(image, card)
    assert is_whole(image, card)
    assert card.boots()
    assert card.opened == 0


@pytest.mark.parametrize("real", [1 * MIB, 3 * MIB + 4096, 7 * MIB, 8 * MIB, 100 * MIB])
def test_a_card_that_drops_what_is_behind_its_end_is_found(image: Path, real: int) -> None:
    card = BadCard(CARD, real)
    with pytest.raises(BenchError) as found:
        copy(image, card)
    said = found.value.problem
    assert "it says that it has 134,217,728 bytes and keeps nothing from" in said
    assert said.endswith(f"it lies about its size; {NOT_BOOTABLE}")
    # What it says of the place is true: nothing behind it is kept, and little before it is not.
    place = int(said.partition("keeps nothing from ")[2].partition(" on")[0].replace(",", ""))
    assert real <= place <= max(8 * MIB, 1.5 * real)
    assert not card.boots()


@pytest.mark.parametrize("real", [1 * MIB, 2 * MIB, 4 * MIB, 8 * MIB, 16 * MIB, 64 * MIB])
def test_a_card_that_wraps_round_is_found(image: Path, real: int) -> None:
    card = BadCard(CARD, real, wraps=True)
    with pytest.raises(BenchError, match="lies about its size") as found:
        copy(image, card)
    assert "what was written at 0x" in found.value.problem
    assert found.value.problem.endswith(NOT_BOOTABLE)
    assert not card.boots()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 6),
    st.lists(st.integers(0, 2000), min_size=1, max_size=4, unique=True),
    st.booleans(),
)
def test_wherever_an_image_has_data_no_lie_passes(
    tmp_path_factory: pytest.TempPathFactory, doublings: int, blocks: list[int], wraps: bool
) -> None:
    data = tuple((block * 4096, 4096) for block in blocks)
    image = made(tmp_path_factory.mktemp("lie") / "image", data)
    card = BadCard(64 * MIB, MIB << doublings, wraps=wraps)
    if doublings == 6:
        copy(image, card)
        assert is_whole(image, card, data)
    else:
        with pytest.raises(BenchError, match=r"lies about its size|blocks differ|marks beside"):
            copy(image, card)
        assert not card.boots()


def test_a_worn_block_is_not_called_a_lie(image: Path) -> None:
    card = BadCard(CARD, keep=lambda offset: offset != 2 * MIB)
    with pytest.raises(BenchError, match="1 of 3 blocks differ, at 0x200000") as found:
        copy(image, card)
    assert "it lies" not in found.value.problem
    assert "worn out" in found.value.hint


def test_marks_lie_in_every_half_of_a_card_and_at_its_end() -> None:
    for size in (MIB, 64 * MIB, 32 << 30, (32 << 30) + 512, 31_914_983_424):
        found = sorted(places(size))
        assert size - found[-1] < 2 * 4096 + 512
        assert min(found) >= 0
        assert all(place % 4096 == 0 for place in found)
        for end in (size // 2, size // 4 * 3, size // 3):
            assert any(place >= end for place in found)
        assert len(found) < 80


def calls(image: Path) -> list[str]:
    """The kernel's calls of a whole write, in order."""
    seen: list[str] = []
    copy(image, BadCard(CARD, fail=lambda call, number: seen.append(call)))
    return seen


@pytest.mark.parametrize("number", [errno.EIO, errno.ENODEV])
def test_a_card_that_fails_at_any_call_tells_what_it_is_now(image: Path, number: int) -> None:
    states = []
    for at, call in enumerate(calls(image), 1):
        if call == "close":
            continue

        def fail(call: str, count: int, at: int = at) -> None:
            if count >= at and call != "close":
                raise error(number)

        card = BadCard(CARD, fail=fail)
        with pytest.raises(BenchError) as found:
            copy(image, card)
        states.append(found.value.problem.rpartition(f"{os.strerror(number)}; ")[2])
        assert ("has gone" in found.value.problem) == (number == errno.ENODEV and at > 1)
        if states[-1] in (UNTOUCHED, NOT_BOOTABLE):
            assert not any(card.pages.get(key, b"\0")[0] for key in (0, 8 << 10))
        assert card.opened == 0
    assert list(dict.fromkeys(states)) == [
        UNTOUCHED,
        writer._WIPING,
        NOT_BOOTABLE,
        writer._KEYING,
    ]


def test_a_single_failed_write_in_the_middle_is_no_success(image: Path) -> None:
    wanted = [at for at, call in enumerate(calls(image), 1) if call in ("pwrite", "fsync")]
    for at in wanted:

        def fail(call: str, count: int, at: int = at) -> None:
            if count == at:
                raise error(errno.EIO)

        card = BadCard(CARD, fail=fail)
        with pytest.raises(BenchError, match="Input/output error"):
            copy(image, card)
        card.fail = lambda call, number: None
        copy(image, card)
        assert is_whole(image, card)


def test_an_error_that_comes_with_closing_is_not_lost(image: Path) -> None:
    def fail(call: str, count: int) -> None:
        if call == "close":
            raise error(errno.EIO)

    with pytest.raises(BenchError, match="cannot be closed: Input/output error"):
        copy(image, BadCard(CARD, fail=fail))


def test_the_first_error_is_told_when_closing_fails_too(image: Path) -> None:
    def fail(call: str, count: int) -> None:
        if call == "close" or count > 9:
            raise error(errno.ENODEV)

    with pytest.raises(BenchError, match="it cannot be written at 0x"):
        copy(image, BadCard(CARD, fail=fail))


def test_boot_sectors_that_do_not_stay_are_wiped_again(image: Path) -> None:
    """The first loader's sector is bad: the MBR, which is good, must not lead to it."""
    writes: list[int] = []

    def keep(offset: int) -> bool:
        if offset == 8 << 10:
            writes.append(offset)
        return offset != 8 << 10 or len(writes) != 3

    card = BadCard(CARD, keep=keep)
    with pytest.raises(BenchError, match="does not keep its boot sectors: 0x2000") as found:
        copy(image, card)
    assert found.value.problem.endswith(NOT_BOOTABLE)
    assert not card.boots()


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.EBUSY, "is in use"),
        (errno.ENOMEDIUM, "cannot be opened"),
        (errno.EROFS, "cannot be opened"),
        (errno.EACCES, "cannot be opened"),
    ],
)
def test_a_card_that_cannot_be_opened_is_untouched(image: Path, number: int, why: str) -> None:
    def fail(call: str, count: int) -> None:
        raise error(number)

    with pytest.raises(BenchError, match=f"{why}: {os.strerror(number)}; nothing was written"):
        copy(image, BadCard(CARD, fail=fail))


def test_a_card_that_is_too_small_is_untouched(image: Path) -> None:
    card = BadCard(IMAGE - 4096)
    with pytest.raises(BenchError, match=r"has 8,384,512 bytes; .* needs 8,388,608: nothing was"):
        copy(image, card)
    assert not card.pages


def test_another_card_in_the_reader_after_writing_is_not_made_bootable(image: Path) -> None:
    def check(target: object) -> None:
        raise BenchError("/dev/sdz", "is another device or medium than before")

    card = BadCard(CARD)
    with pytest.raises(BenchError, match="is another device or medium"):
        copy(image, card, written=check)
    assert not card.boots()


def test_an_image_that_cannot_be_read_leaves_no_half_image_that_boots(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = os.pread, [3]

    def failing(fd: int, size: int, offset: int) -> bytes:
        left[0] -= 1
        if left[0] < 0:
            raise error(errno.EIO)
        return real(fd, size, offset)

    monkeypatch.setattr(os, "pread", failing)
    card = BadCard(CARD)
    with pytest.raises(UkBoardError, match=r"sd.img: cannot be read at 0x\w+: Input/output error"):
        copy(image, card)
    assert not card.boots()


def test_progress_never_says_done_before_all_is_compared(image: Path) -> None:
    told: list[Progress] = []
    card = BadCard(CARD, keep=lambda offset: offset != 7 * MIB + 8192)
    with pytest.raises(BenchError, match="1 of 3 blocks differ"):
        copy(image, card, on_progress=told.append)
    assert told[-1].phase == "verify"


FULL = """
import resource, sys
from pathlib import Path
from uk_board.errors import BenchError
from uk_board.media.layout import Contents, lay_out
resource.setrlimit(resource.RLIMIT_FSIZE, (65 << 20, 65 << 20))
medium = lay_out(Contents({"big": b"x" * (80 << 20)}, {}), 128 << 20)
try:
    medium.write(Path(sys.argv[1]))
except BenchError as error:
    print(error)
"""


def test_an_image_file_that_finds_no_room_leaves_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "sd.img"
    file.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", FULL, file], capture_output=True, text=True, check=True, timeout=120
    )
    assert "sd.img: cannot be written: File too large; a file of this name is as it" in done.stdout
    assert [each.name for each in tmp_path.iterdir()] == ["sd.img"]
    assert file.read_bytes() == b"old"
