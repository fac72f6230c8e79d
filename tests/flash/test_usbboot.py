# SPDX-License-Identifier: BSD-3-Clause
"""USB device boot against a model of the boot ROM and the second stage, byte by byte.

The model says what Raspberry Pi's usbboot (main.c) is answered by: which control transfer
announces which bulk data, when the device goes away, under which serial-number index it returns.
"""

from __future__ import annotations

import struct
from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uk_board.errors import BenchError, MissingError, UsageError
from uk_board.facts.boards import board_folders, load_board
from uk_board.flasher import Job, load_method
from uk_board.media.extents import Extents
from uk_board.media.layout import Contents, lay_out
from uk_board.tree import tree
from uk_board.usb.rpiboot import boot
from uk_board.usb.transport import Id, UsbDevice, Waiting, wait_for

STAGE = bytes(range(256)) * 200
FILES = {"config.txt": b"arm_64bit=1\n", "start.elf": b"s" * 70_000, "kernel8.img": b"k" * 40_000}
ASKED = ["config.txt", "recovery.elf", "start.elf", "kernel8.img", "*progress"]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def waiting(self, timeout_s: float = 30.0) -> Waiting:
        return Waiting(timeout_s, lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Pi:
    """A board on the bus: a boot ROM, then the second stage that it was sent."""

    def __init__(
        self,
        *,
        result: int = 0,
        asked: list[str] | None = None,
        interfaces: int = 1,
        product: int = 0x2764,
        stays: bool = False,
    ) -> None:
        self.result, self.asked = result, ASKED if asked is None else asked
        self.interfaces = interfaces
        self.product = product
        self.stays = stays
        self.serial_index = 0
        self.path = "1-1"
        self.title, self.path = "0a5c:2764", "1-1"
        self.stage = b""
        self.read: dict[str, bytes] = {}
        self.sizes: dict[str, int] = {}
        self.opened = 0
        self._announced = 0
        self._got = b""
        self._message: int | None = None
        self._script = self._requests()
        self._reading = ""
        self.silent_after = -1

    # ---- the bus ----

    def find(self, ids: Collection[Id]) -> list[UsbDevice]:
        if (0x0A5C, self.product) not in ids:
            return []
        self.opened += 1
        return [self]

    def close(self) -> None:
        self.opened -= 1
        if self.stage and self.serial_index == 0 and not self.stays:
            self.serial_index = 1  # it comes back as its second stage

    # ---- the device ----

    def control_out(self, request: int, value: int, index: int, timeout_s: float) -> None:
        self._count()
        assert request == 0
        self._announced, self._got = index << 16 | value, b""
        if self.serial_index == 1:
            name, reading = self._reading
            if reading:
                self.read[name] = b""
            else:
                self.sizes[name] = self._announced

    def bulk_out(self, endpoint: int, data: bytes, timeout_s: float) -> None:
        self._count()
        assert endpoint == (1 if self.interfaces == 1 else 3)
        assert 0 < len(data) <= 16 << 10
        self._got += data
        assert len(self._got) <= self._announced
        if self.serial_index == 1:
            self.read[self._reading[0]] = self._got
        elif len(self._got) == self._announced:
            self._rom(self._got)

    def _rom(self, data: bytes) -> None:
        if self._message is None:
            assert len(data) == 24
            self._message = struct.unpack("<i20x", data)[0]
        else:
            assert len(data) == self._message
            self.stage = data

    def control_in(
        self, request: int, value: int, index: int, size: int, timeout_s: float
    ) -> bytes:
        self._count()
        assert (request, index << 16 | value) == (0, size)
        if self.serial_index == 0:
            assert size == 4
            return struct.pack("<i", self.result)
        assert size == 260
        return next(self._script)

    def _requests(self):
        for name in self.asked:
            self._reading = (name, False)
            yield struct.pack("<i256s", 0, name.encode())
            if self.sizes.get(name):
                self._reading = (name, True)
                yield struct.pack("<i256s", 1, name.encode())
        yield struct.pack("<i256s", 2, b"done")

    def _count(self) -> None:
        if self.silent_after == 0:
            raise BenchError(self.title, "does not answer: timeout")
        self.silent_after -= 1


def started(pi: Pi, files: dict[str, bytes] | None = None) -> tuple[str, ...]:
    clock = Clock()
    return boot(pi, "bcm2837", STAGE, files or FILES, waiting=clock.waiting()).files


@pytest.mark.parametrize("interfaces", [1, 2])
def test_a_board_gets_its_second_stage_and_what_it_asks_for(interfaces: int) -> None:
    pi = Pi(interfaces=interfaces)
    assert started(pi) == ("config.txt", "start.elf", "kernel8.img")
    assert pi.stage == STAGE
    assert pi.read == FILES
    assert pi.sizes["recovery.elf"] == pi.sizes["*progress"] == 0
    assert pi.opened == 0


def test_a_board_that_is_in_its_second_stage_already_goes_on() -> None:
    pi = Pi()
    pi.serial_index = 1
    assert started(pi) == ("config.txt", "start.elf", "kernel8.img")
    assert pi.stage == b""


@settings(deadline=None)
@given(
    st.dictionaries(
        st.text("abcdefghij./", min_size=1, max_size=20).filter(lambda n: ".." not in n),
        st.binary(max_size=40_000),
        max_size=5,
    )
)
def test_every_file_arrives_as_it_is(files: dict[str, bytes]) -> None:
    pi = Pi(asked=[*files])
    boot(pi, "bcm2837", STAGE, files, waiting=Clock().waiting())
    whole = {name: data for name, data in files.items() if not name.startswith("./")}
    assert {name: pi.read.get(name, b"") for name in whole} == whole


def test_a_name_that_leads_out_is_not_there() -> None:
    pi = Pi(asked=["../../etc/passwd", "a/../config.txt"])
    assert started(pi) == ()
    assert set(pi.sizes.values()) == {0}


def test_a_refused_second_stage_says_what_it_may_be() -> None:
    with pytest.raises(BenchError, match="refuses its second stage with code 7"):
        started(Pi(result=7))


def test_a_board_that_falls_back_into_its_boot_rom_is_not_waited_for_for_ever() -> None:
    with pytest.raises(BenchError, match="is in its boot ROM again"):
        started(Pi(stays=True))


def test_no_board_is_waited_for_a_while() -> None:
    clock = Clock()
    with pytest.raises(BenchError, match="no USB device 0a5c:2711 came within 30 s"):
        boot(Pi(), "bcm2711", STAGE, FILES, waiting=clock.waiting())
    assert 30 <= clock.now < 31


def test_two_boards_are_not_told_apart() -> None:
    class Two(Pi):
        def find(self, ids: Collection[Id]) -> list[UsbDevice]:
            return [self, self]

    with pytest.raises(BenchError, match=r"2 devices wait: .*; one is expected"):
        wait_for(Two(), {(0x0A5C, 0x2764)}, "USB boot", Clock().waiting())


def test_of_two_boards_one_is_chosen_by_its_place() -> None:
    left, right = Pi(), Pi()
    right.path = "1-2"

    class Two:
        def find(self, ids: Collection[Id]) -> list[UsbDevice]:
            return [*left.find(ids), *right.find(ids)]

    served = boot(Two(), "bcm2837", STAGE, FILES, path="1-2", waiting=Clock().waiting())
    assert served.files == ("config.txt", "start.elf", "kernel8.img")
    assert (left.read, left.opened, right.opened) == ({}, 0, 0)


@pytest.mark.parametrize("steps", range(14))
def test_a_board_that_falls_silent_at_any_step_is_an_error_and_is_given_back(steps: int) -> None:
    pi = Pi()
    pi.silent_after = steps
    with pytest.raises(BenchError, match="does not answer"):
        started(pi)
    assert pi.opened == 0


@settings(deadline=None)
@given(st.binary(min_size=260, max_size=260))
def test_nonsense_ends_in_an_error_or_in_the_end(nonsense: bytes) -> None:
    class Mad(Pi):
        def _requests(self):
            self._reading = ("", False)
            yield nonsense
            yield struct.pack("<i256s", 2, b"done")

    pi = Mad()
    pi.serial_index = 1
    try:
        assert boot(pi, "bcm2837", STAGE, {}, waiting=Clock().waiting()).files == ()
    except BenchError as error:
        known = "0, 1 and 2 are known" in str(error)
        assert known


def test_a_board_that_is_never_done_is_an_error() -> None:
    with pytest.raises(BenchError, match="was never done"):
        started(Pi(asked=["none"] * 20_000))


def medium(folder: Path, files: dict[str, bytes]) -> Path:
    file = folder / "sd.img"
    made: Extents = lay_out(Contents(files, {}), 64 << 20)
    made.write(file)
    return file


def test_the_method_sends_what_the_medium_holds(tmp_path: Path) -> None:
    method = load_method("usbboot", tree())
    pi, clock = Pi(), Clock()
    board = load_board("rpi3", board_folders())
    options = {"usb_bus": pi, "waiting": clock.waiting()}
    image = medium(tmp_path, {**FILES, "bootcode.bin": STAGE})
    job = Job(board, tmp_path, lambda: image, options)
    plan = method.plan(job)
    assert plan.steps[0] == "wait for the USB device 0a5c:2764"
    assert "it read config.txt, start.elf, kernel8.img" in method.run(job, plan)
    assert (pi.stage, pi.read) == (STAGE, FILES)


def test_the_method_says_what_it_lacks(tmp_path: Path) -> None:
    method = load_method("usbboot", tree())
    folders = board_folders()
    image = medium(tmp_path, FILES)
    with pytest.raises(UsageError, match="--second-stage: is missing; the BCM2711 takes bootcode4"):
        method.plan(Job(load_board("rpi4", folders), image, lambda: image))
    with pytest.raises(UsageError, match="has no such boot; it is of: bcm2711, bcm2835, bcm2837"):
        method.plan(Job(load_board("pine64", folders), image, lambda: image))
    job = Job(load_board("rpi3", folders), image, lambda: image, {"usb_bus": Pi()})
    with pytest.raises(MissingError, match=r"bootcode.bin: is not on the medium"):
        method.run(job, method.plan(job))
