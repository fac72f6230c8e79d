# SPDX-License-Identifier: BSD-3-Clause
"""Every parser of what comes from outside, on nonsense: an answer, or our own error, and an end."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uk_board.build.image import read_header
from uk_board.errors import BenchError, UkBoardError
from uk_board.facts.boards import board_folders, load_board
from uk_board.media import egon, fatbuild, fdt, fit, mbr, uimage
from uk_board.media.bootfiles import parse_config, read_boot_files
from uk_board.media.fatread import Volume
from uk_board.media.inspect import inspect
from uk_board.media.layout import Contents, lay_out
from uk_board.media.medium import open_medium
from uk_board.usb import felboot, rpiboot
from uk_board.usb.felmedium import Load, Parts, parts_of
from uk_board.usb.transport import Id, UsbDevice, Waiting

QUICK = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
BOARD = load_board("pine64", board_folders())
NAME = "sun50i-a64-pine64-plus"


# ---- partition table ----

ENTRIES = st.lists(
    st.builds(
        mbr.Partition,
        st.sampled_from([0x0B, 0x0C, 0x0E, 0x83, 0xEE, 0x05]),
        st.integers(0, 0xFFFFFFFF),
        st.integers(0, 0xFFFFFFFF),
        st.booleans(),
    ),
    max_size=4,
)


@QUICK
@given(ENTRIES, st.integers(0, 1 << 33))
def test_partitions_that_are_believed_lie_on_the_medium_one_beside_the_other(
    parts: list[mbr.Partition], sectors: int
) -> None:
    try:
        found = mbr.parse(mbr.build(1, parts), sectors, "card")
    except UkBoardError:
        return
    places = sorted((part.start, part.start + part.sectors) for part in found)
    assert all(0 < start < end <= sectors for start, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))


@QUICK
@given(st.binary(max_size=600))
def test_any_sector_is_a_table_or_refused(sector: bytes) -> None:
    with contextlib.suppress(UkBoardError):
        mbr.parse(sector, 1 << 20, "card")


# ---- file system ----

SECTORS = 128 << 11
FILES = {"a/b/c/f": b"f" * 700, "d/e": b"e", "config.txt": b"c"}


class Disk:
    """A volume in memory that counts what is read of it."""

    def __init__(self) -> None:
        made = fatbuild.build(
            FILES, start=8192, sectors=SECTORS, volume_id=7, label="FUZZ", where="card"
        )
        self.sectors = {
            (piece.offset + at) // 512: piece.data[at : at + 512]
            for piece in made
            for at in range(0, len(piece.data), 512)
        }
        self.reads = 0

    def read(self, offset: int, size: int) -> bytes:
        self.reads += 1
        if offset + size > SECTORS * 512:
            raise UkBoardError("card", "is cut off")
        first, last = offset // 512, (offset + size + 511) // 512
        raw = b"".join(self.sectors.get(n, bytes(512)) for n in range(first, last))
        return raw[offset - first * 512 :][:size]

    def poke(self, offset: int, data: bytes) -> None:
        sector, at = divmod(offset, 512)
        old = self.sectors.get(sector, bytes(512))
        self.sectors[sector] = old[:at] + data + old[at + len(data) :]

    def volume(self) -> Volume:
        return Volume(self.read, SECTORS, "card")


@QUICK
@given(st.data())
def test_a_volume_whose_folders_and_fat_are_nonsense_ends(data: st.DataObject) -> None:
    disk = Disk()
    layout = disk.volume().layout
    # Folders come first: root, a, a/b, a/b/c, d in whatever order.
    for _ in range(data.draw(st.integers(1, 12))):
        cluster = data.draw(st.integers(2, 8))
        if data.draw(st.booleans()):
            follow = data.draw(st.sampled_from([*range(10), 0x0FFFFFF7, 0x0FFFFFFF]))
            disk.poke(layout.fat_offset(0) + 4 * cluster, follow.to_bytes(4, "little"))
        else:
            entry = layout.offset(cluster) + 32 * data.draw(st.integers(0, 5))
            place = data.draw(st.sampled_from([0, 11, 20, 26, 28]))
            disk.poke(entry + place, bytes([data.draw(st.integers(0, 40))]))
    with contextlib.suppress(UkBoardError):
        volume = disk.volume()
        for entry in volume.walk():
            if not entry.is_folder:
                volume.read_file(entry)
    assert disk.reads < 1000


def test_two_names_for_one_folder_are_refused() -> None:
    """Folders with two names each double at every level: 2^32 entries in 32 clusters."""
    disk = Disk()
    volume = disk.volume()
    entries = {entry.path: entry for entry in volume.walk()}
    cluster = entries["a"].cluster.to_bytes(2, "little")
    disk.poke(entries["d"].entry_offset + 26, cluster)
    with pytest.raises(UkBoardError, match="d has clusters of another directory"):
        list(disk.volume().walk())


# ---- whole media ----


def package() -> bytes:
    tree = fdt.build(fdt.Node({"model": b"x\0"}))
    parts = (
        fit.Part("uboot", "standalone", "U-Boot", b"u" * 99, 0x4A000000, None, "arm64"),
        fit.Part("atf", "firmware", "TF-A", b"a" * 99, 0x44000, 0x44000, "arm64"),
        fit.Part("fdt-1", "flat_dt", NAME, tree),
    )
    chosen = fit.Configuration("c", NAME, ("atf", "uboot", "fdt-1"))
    return fit.build(fit.Fit("all", parts, (chosen,), "c"))


def loader() -> bytes:
    image = bytearray(egon.build(b"code" * 100))
    image[0x20:0x24] = (0x2C).to_bytes(4, "little")
    image[0x2C : 0x2C + len(NAME)] = NAME.encode()
    image[12:16] = egon.checksum(bytes(image), len(image)).to_bytes(4, "little")
    return bytes(image)


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("fuzz") / "sd.img"
    files = {
        "kernel8.img": b"k" * 5000,
        "config.txt": b"arm_64bit=1\nkernel=kernel8.img\n",
        "boot.scr": uimage.script("booti\n"),
        f"allwinner/{NAME}.dtb": fdt.build(fdt.Node({"model": b"x\0"})),
    }
    lay_out(Contents(files, {egon.CARD_OFFSET: loader() + package()}), 64 << 20).write(file)
    return file


@pytest.fixture(scope="module")
def somewhere(medium: Path) -> list[int]:
    """Where the medium has something: its sectors that are not all zero."""
    with medium.open("rb") as stream:
        raw = stream.read(6 << 20)
    return [at for at in range(0, len(raw), 512) if any(raw[at : at + 512])]


@settings(QUICK, max_examples=80)
@given(st.data())
def test_a_medium_with_spoilt_bytes_is_read_or_refused(
    medium: Path, somewhere: list[int], data: st.DataObject
) -> None:
    fd = os.open(medium, os.O_RDWR)
    old: list[tuple[int, bytes]] = []
    try:
        for _ in range(data.draw(st.integers(1, 8))):
            at = data.draw(st.sampled_from(somewhere)) + data.draw(st.integers(0, 511))
            old.append((at, os.pread(fd, 1, at)))
            os.pwrite(fd, bytes([data.draw(st.integers(0, 255))]), at)
        with contextlib.suppress(UkBoardError):
            inspect(medium)
        with open_medium(medium) as opened:
            with contextlib.suppress(UkBoardError):
                read_boot_files(opened, [f"{NAME}.dtb"], ["pi3"])
            with contextlib.suppress(UkBoardError):
                parts_of(opened, BOARD)
    finally:
        for at, byte in reversed(old):
            os.pwrite(fd, byte, at)
        os.close(fd)


@settings(QUICK, max_examples=40)
@given(size=st.integers(0, 5 << 20))
def test_a_medium_that_is_cut_off_is_refused(medium: Path, tmp_path: Path, size: int) -> None:
    short = tmp_path / "short.img"
    with medium.open("rb") as stream:
        short.write_bytes(stream.read(size))
    with contextlib.suppress(UkBoardError):
        inspect(short)
    with open_medium(short) as opened, pytest.raises(UkBoardError):
        parts_of(opened, BOARD)


@QUICK
@given(st.binary(max_size=200))
def test_an_image_header_is_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(UkBoardError):
        read_header(raw)


@settings(QUICK, max_examples=60)
@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_any_text_is_some_configuration(text: str) -> None:
    assert all(isinstance(value, str) for value in parse_config(text, ["pi4"]).values())


# ---- devices that answer nonsense ----


class Babbler:
    """A USB device that says whatever it likes."""

    def __init__(self, answers: Iterator[bytes], ids: Id) -> None:
        self._answers, self.ids = answers, ids
        self.title, self.path, self.interfaces = "babbler", "1-1", 1
        self.serial_index = 0
        self.bulk_endpoints = (1, 0x81)
        self.calls = self.opened = 0

    def find(self, ids: Collection[Id]) -> list[UsbDevice]:
        if self.ids not in ids:
            return []
        self.opened += 1
        return [self]

    def close(self) -> None:
        self.opened -= 1

    def _say(self, size: int) -> bytes:
        self.calls += 1
        answer = next(self._answers, None)
        if answer is None:
            raise BenchError(self.title, "does not answer: Operation timed out")
        return answer[:size]

    def bulk_in(self, endpoint: int, size: int, timeout_s: float) -> bytes:
        return self._say(size)

    def control_in(
        self, request: int, value: int, index: int, size: int, timeout_s: float
    ) -> bytes:
        return self._say(size)

    def bulk_out(self, endpoint: int, data: bytes, timeout_s: float) -> None:
        self.calls += 1

    def control_out(self, request: int, value: int, index: int, timeout_s: float) -> None:
        self.calls += 1


NOW = Waiting(1.0, lambda: 0.0, lambda seconds: None)
PARTS = Parts(loader(), (Load("image", 0x40080000, b"i" * 70_000),), 0x44000)
# What a board in FEL says where it goes well; then more of it than anyone asked for.
OK = b"AWUS" + bytes(9)
VERSION = b"AWUSBFEX" + (0x1689 << 8).to_bytes(4, "little") + bytes(4) + b"\x01\0" + bytes(14)
PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([OK, VERSION, bytes(8), bytes(4), bytes(64 << 10), b"", OK[:5], OK[5:]]),
)


@QUICK
@given(st.lists(PIECES, max_size=60), st.integers(0, 3))
def test_a_board_that_talks_nonsense_in_fel_is_refused(answers: list[bytes], good: int) -> None:
    begin = [OK, VERSION, OK, bytes(8), OK][: good * 2]
    device = Babbler(iter([*begin, *answers]), felboot_id())
    with pytest.raises(BenchError):
        felboot.boot(device, BOARD.fel, PARTS, 1 << 30, waiting=NOW)
    assert device.opened == 0
    assert device.calls < 400


def felboot_id() -> Id:
    return (0x1F3A, 0xEFE8)


@QUICK
@given(
    st.lists(st.one_of(st.binary(max_size=260), st.just(bytes(4)), st.just(bytes(260)))),
    st.sampled_from([0, 1, 3]),
)
def test_a_board_that_talks_nonsense_in_usb_boot_is_refused(
    answers: list[bytes], serial_index: int
) -> None:
    device = Babbler(iter(answers), (0x0A5C, 0x2764))
    device.serial_index = serial_index
    with contextlib.suppress(BenchError):
        rpiboot.boot(device, "bcm2837", b"stage", {"a": b"b"}, waiting=clocked())
    assert device.opened == 0


def clocked() -> Waiting:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    return Waiting(2.0, lambda: now[0], sleep)
