# SPDX-License-Identifier: BSD-3-Clause
"""FAT32 volumes: what is built is read again, by strangers too; what is corrupt is refused."""

from __future__ import annotations

import contextlib
import shutil
import string
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uk_board.errors import UkBoardError
from uk_board.media import fat32, fatbuild, fatnames, fatupdate
from uk_board.media.extents import Extents, Piece
from uk_board.media.fatread import Volume

SECTORS = (40 << 20) // 512
WHEN = datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)

NAMES = st.text(string.ascii_letters + string.digits + "-_+ .~", min_size=1, max_size=40).filter(
    lambda name: name.strip(" .") == name
)
FILES = st.dictionaries(
    st.lists(NAMES, min_size=1, max_size=3).map("/".join), st.binary(max_size=3000), max_size=12
)


class Card:
    """A volume in memory: a hole reads as what was on the card before."""

    def __init__(self, sectors: int = SECTORS, junk: bytes = b"\xa5") -> None:
        self.sectors = sectors
        self._junk = junk * 512
        self._written: dict[int, bytes] = {}

    def put(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            assert piece.offset % 512 == len(piece.data) % 512 == 0
            for at in range(0, len(piece.data), 512):
                self._written[(piece.offset + at) // 512] = piece.data[at : at + 512]

    def poke(self, offset: int, data: bytes) -> None:
        sector, at = divmod(offset, 512)
        old = self._written.get(sector, self._junk)
        self._written[sector] = old[:at] + data + old[at + len(data) :]

    def read(self, offset: int, size: int) -> bytes:
        if offset + size > self.sectors * 512:
            raise UkBoardError("card", "is cut off")
        first, last = offset // 512, (offset + size + 511) // 512
        raw = b"".join(self._written.get(n, self._junk) for n in range(first, last))
        return raw[offset - first * 512 :][:size]

    def whole(self) -> bytes:
        return self.read(0, self.sectors * 512)

    def volume(self) -> Volume:
        return Volume(self.read, self.sectors, "card")

    def files(self) -> dict[str, bytes]:
        volume = self.volume()
        return {e.path: volume.read_file(e) for e in volume.walk() if not e.is_folder}


def fits(files: dict[str, bytes]) -> bool:
    """Whether FAT can have these names beside each other: it does not tell case apart."""
    seen: set[str] = set()
    for path in files:
        parts = path.lower().split("/")
        if any("/".join(parts[:n]) in seen for n in range(1, len(parts) + 1)):
            return False
        seen.add("/".join(parts))
    folders: dict[str, str] = {}
    for path in files:
        parts = path.split("/")[:-1]
        for number in range(1, len(parts) + 1):
            name = "/".join(parts[:number])
            if name.lower() in seen or folders.setdefault(name.lower(), name) != name:
                return False
    return True


def made(files: dict[str, bytes], junk: bytes = b"\xa5") -> Card:
    card = Card(junk=junk)
    card.put(
        fatbuild.build(files, start=8192, sectors=SECTORS, volume_id=7, label="TEST", where="card")
    )
    return card


@settings(max_examples=40, deadline=None)
@given(FILES.filter(fits))
def test_every_file_is_read_as_it_was_written(files: dict[str, bytes]) -> None:
    assert made(files).files() == files


def test_what_was_on_the_card_before_does_not_show() -> None:
    files = {"a.txt": b"1", "folder/b.txt": b"2"}
    assert made(files, junk=b"\xff").files() == made(files, junk=b"\0").files() == files


def test_the_same_files_give_the_same_bytes() -> None:
    files = {"b": b"2", "a": b"1"}
    assert made(files).whole() == made(dict(sorted(files.items()))).whole()


@pytest.fixture
def tools() -> None:
    for tool in ("fsck.vfat", "mtype"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed (Debian: dosfstools, mtools)")


@pytest.mark.usefixtures("tools")
def test_fsck_and_mtools_accept_a_volume_before_and_after_an_exchange(tmp_path: Path) -> None:
    files = {
        "kernel8.img": b"old" * 10_000,
        "config.txt": b"arm_64bit=1\n",
        "a name that is long.dtb": b"d" * 5000,
        "overlays/one more.dtbo": b"o",
        "empty": b"",
        **{f"file number {n}": bytes([n]) * n for n in range(100)},
    }
    card, file = made(files), tmp_path / "volume"
    for expected in (b"old" * 10_000, b"new" * 100_000):
        file.write_bytes(card.whole())
        done = subprocess.run(
            ["fsck.vfat", "-nv", file], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        for name, content in {**files, "kernel8.img": expected}.items():
            command = ["mtype", "-i", file, f"::{name}"]
            assert subprocess.run(command, capture_output=True, check=True).stdout == content
        steps = fatupdate.replace(
            card.read,
            card.volume(),
            "kernel8.img",
            b"new" * 100_000,
            datetime(2026, 5, 6, tzinfo=UTC),
        )
        for step in steps:
            card.put(step)


@settings(max_examples=25, deadline=None)
@given(
    st.binary(max_size=9000),
    st.binary(max_size=9000),
    st.integers(0, 60),
    st.randoms(use_true_random=False),
)
def test_an_exchange_cut_off_anywhere_leaves_the_old_file_or_the_new_one(
    old: bytes, new: bytes, done: int, random: Random
) -> None:
    card = made({"kernel8.img": old, "other": b"o" * 3000})
    steps = fatupdate.replace(card.read, card.volume(), "kernel8.img", new, WHEN)
    for step in steps:
        order = list(step)
        random.shuffle(order)
        card.put(order[:done])
        done -= len(order)
        if done < 0:
            break
    files = card.files()
    assert files["kernel8.img"] in (old, new)
    assert files["other"] == b"o" * 3000
    if done >= 0:
        assert files["kernel8.img"] == new


def test_an_exchange_of_200_kib_writes_less_than_a_mib() -> None:
    card = made({"kernel8.img": b"k" * 200 * 1024})
    steps = fatupdate.replace(card.read, card.volume(), "KERNEL8.IMG", b"n" * 200 * 1024, WHEN)
    assert sum(len(piece.data) for step in steps for piece in step) < 220 * 1024


def test_what_is_not_there_is_not_exchanged_and_the_files_are_listed() -> None:
    card = made({"kernel8.img": b"k"})
    with pytest.raises(UkBoardError, match=r'no file "kernel9.img"; files: kernel8.img'):
        fatupdate.replace(card.read, card.volume(), "kernel9.img", b"", WHEN)


def test_an_exchange_without_room_says_how_much_is_needed() -> None:
    size = 30 << 20
    card = made({"big": b"b" * size})
    with pytest.raises(UkBoardError, match=r"no room for big: \d+ bytes beside the old one"):
        fatupdate.replace(card.read, card.volume(), "big", b"n" * size, WHEN)


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"a": b"", "A": b""}, '"a" is there twice'),
        ({"a/b": b"", "c:d": b""}, '"c:d" is no file name'),
        ({" a": b""}, "is no file name"),
        ({"x" * 256: b""}, "is no file name"),
        ({"big": b"b" * (40 << 20)}, "do not fit"),
    ],
)
def test_what_fat_cannot_have_is_refused(files: dict[str, bytes], problem: str) -> None:
    with pytest.raises(UkBoardError, match=problem):
        made(files)


@pytest.mark.parametrize("sectors", [100, 65525, 1 << 33])
def test_a_volume_of_an_impossible_size_is_refused(sectors: int) -> None:
    with pytest.raises(UkBoardError, match="make no FAT32 volume"):
        fat32.geometry(sectors, "card")


@pytest.mark.parametrize("mib", [34, 60, 124, 252, 1000, 30_000])
def test_clusters_are_enough_for_fat32_and_the_fat_has_room_for_all(mib: int) -> None:
    layout = fat32.geometry(mib * 2048, "card")
    assert layout.clusters >= fat32.FEWEST_CLUSTERS
    assert layout.fat_sectors * 128 >= layout.clusters + 2


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_corrupt_volume_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    card = made({"kernel8.img": b"k" * 3000, "folder/config.txt": b"c", "a long name.txt": b"l"})
    layout = card.volume().layout
    interesting = [
        0,
        512,
        layout.fat_offset(0),
        layout.fat_offset(1),
        layout.offset(2),
        layout.offset(3),
    ]
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.sampled_from(interesting)) + data.draw(st.integers(0, 511))
        card.poke(at, bytes([data.draw(st.integers(0, 255))]))
    with contextlib.suppress(UkBoardError):
        card.files()


def test_a_chain_in_a_circle_is_refused() -> None:
    card = made({"f": b"x" * 5000})
    volume = card.volume()
    entry = volume.find("f")
    assert entry is not None
    at = volume.layout.fat_offset(0) + 4 * (entry.cluster + 2)
    card.poke(at, entry.cluster.to_bytes(4, "little"))
    with pytest.raises(UkBoardError, match="goes round in a circle"):
        card.volume().read_file(entry)


def test_short_names_that_are_the_same_are_numbered() -> None:
    taken: set[bytes] = set()
    for number in range(1, 12):
        short, _ = fatnames.short_name(f"a long name {number}.dtb", taken)
        taken.add(short)
        assert short == f"ALONGNAM~{number}"[: 8 - len(str(number)) - 1].encode() + (
            f"~{number}".encode() + b"DTB"
        )


def test_pieces_of_a_medium_may_not_overlap() -> None:
    medium = Extents(4096)
    medium.put(0, b"x" * 1024)
    with pytest.raises(AssertionError, match="overlaps"):
        medium.put(512, b"y")
