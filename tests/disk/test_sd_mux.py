# SPDX-License-Identifier: BSD-3-Clause
"""SD-muxes, on models of what hangs behind their USB, and machines that are made up."""

from __future__ import annotations

import struct
from collections.abc import Collection
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from madeusb import MadeUsb

from uk_board.board import board_folders, load_board
from uk_board.desk import benchsetup
from uk_board.desk.benchcard import (
    CardToCome,
    card_here,
    card_in,
    fetch_card,
    return_card,
    switching,
)
from uk_board.desk.benchfile import Place, Reader, SdMux, load_bench
from uk_board.desk.scsi import ScsiGeneric, _Header
from uk_board.desk.sdmux import Hands, Side, find
from uk_board.errors import BenchError, DescriptorError, MissingError
from uk_board.flasher import Job, load_method
from uk_board.tree import tree
from uk_board.usb.transport import Id, UsbDevice


class Bench:
    """A machine with one mux; the card is behind its reader while `host` is true."""

    def __init__(self, root: Path) -> None:
        self.usb = MadeUsb(root)
        self.now = 0.0
        self.host = False
        self.empty = False
        self.stuck = False
        self.reader = Path()
        self.log: list[str] = []

    def settle(self, seconds: float) -> None:
        """The kernel needs a moment to see the card, and to miss it."""
        self.now += seconds
        there = (self.usb.root / "sys/class/block/sdq").is_symlink()
        shown = self.host and not self.empty
        if shown and not there:
            self.usb.card(self.reader, "sdq")
        if not shown and there and not self.stuck:
            self.usb.no_card("sdq")

    def hands(self, **more: object) -> Hands:
        return Hands(clock=lambda: self.now, sleep=self.settle, **more)


class Usb2642:
    """The reader of a USB-SD-Mux: an expander on its I2C, and on its pins the mux."""

    def __init__(self, bench: Bench, address: int, pins: dict[str, int]) -> None:
        self.bench, self.address, self.pins = bench, address, pins
        # NXP PCA9536: all pins are inputs after power-on, pulled up; the board has the card.
        self.registers = [0xFF, 0xFF, 0, 0xFF]
        self.fails = False
        self.glitches: list[str] = []

    def write(self, command: bytes, data: bytes) -> None:
        self._check(command, 0x23)
        size = struct.unpack_from(">H", command, 4)[0]
        assert command[2] == self.address << 1
        assert (size, len(data), command[6:]) == (2, 512, bytes(10))
        self._set(*data[:2])

    def read(self, command: bytes, size: int) -> bytes:
        self._check(command, 0x22)
        assert command[2:4] == bytes([self.address << 1, self.address << 1 | 1])
        assert command[4:7] == bytes([0, 1, 1])
        assert size == 512
        register = command[7]
        value = self.levels() if register == 0 else self.registers[register]
        return bytes([value]).ljust(512, b"\0")

    def _check(self, command: bytes, action: int) -> None:
        assert len(command) == 16
        assert command[0] == 0xCF
        assert command[1] == action
        if self.fails:
            raise BenchError("/dev/sg0", "refuses a command: status 0x02")

    def levels(self) -> int:
        """A pin that is an input is high: it is pulled up."""
        return self.registers[1] | self.registers[3]

    def _set(self, register: int, value: int) -> None:
        assert register in (1, 3)
        before = self.levels()
        self.registers[register] = value
        changed = before ^ self.levels()
        supplied = not self.levels() & self.pins["power_off"]
        if changed & self.pins["to_board"] and supplied:
            self.glitches.append("switched under power")
        self.bench.host = supplied and not self.levels() & self.pins["to_board"]
        if supplied:
            assert not self.levels() & self.pins["data_off"]


CLASSIC = {"data_off": 1, "power_off": 2, "to_board": 4, "no_card": 8}
FAST = {"data_off": 4, "power_off": 2, "to_board": 1, "no_card": 8}
MODELS = [("sdmux HS-SD/MMC", 0x41, CLASSIC), ("sdFST HS-SD/MMC", 0x20, FAST)]


def usbsdmux(root: Path, model: str = "sdmux HS-SD/MMC") -> tuple[Bench, Usb2642, Place, Hands]:
    bench = Bench(root)
    bench.reader = bench.usb.device("1-1.3", "0424:4041", serial="00012.00345")
    bench.usb.scsi(bench.reader, "sg3", model)
    # Another one, which must not move.
    other = bench.usb.device("1-1.4", "0424:4041", serial="00012.00999")
    bench.usb.scsi(other, "sg4", model)
    _, address, pins = next(each for each in MODELS if each[0] == model)
    chip = Usb2642(bench, address, pins)
    place = Place("left", sd_mux=SdMux(kind="usbsdmux", serial="00012.00345"))

    def scsi(node: Path) -> Usb2642:
        assert node == bench.usb.root / "dev/sg3"
        return chip

    return bench, chip, place, bench.hands(scsi=scsi)


def fetched(bench: Bench, place: Place, hands: Hands) -> Path:
    return fetch_card(
        place, bench.usb.machine, clock=lambda: bench.now, sleep=bench.settle, hands=hands
    )


def returned(bench: Bench, place: Place, hands: Hands) -> None:
    return_card(
        place,
        machine=bench.usb.machine,
        clock=lambda: bench.now,
        sleep=bench.settle,
        hands=hands,
    )


@pytest.mark.parametrize("model", [model for model, _, _ in MODELS])
def test_a_usb_sd_mux_gives_the_card_and_gets_it_back(tmp_path: Path, model: str) -> None:
    bench, chip, place, hands = usbsdmux(tmp_path, model)
    # Pins that are not the mux's (the Fast one has two for its users) stay as they are.
    chip.registers[1], chip.registers[3] = 0xA5, 0xFF
    assert fetched(bench, place, hands) == tmp_path / "dev/sdq"
    assert bench.now >= 1.0
    returned(bench, place, hands)
    assert not (tmp_path / "sys/class/block/sdq").exists()
    assert not bench.host
    assert not chip.levels() & chip.pins["power_off"]
    assert chip.glitches == []
    assert (chip.registers[1] ^ 0xA5) & 0xF0 == 0
    assert chip.registers[3] == 0xF0


def test_a_mux_that_is_no_known_make_is_not_switched(tmp_path: Path) -> None:
    bench, chip, place, hands = usbsdmux(tmp_path)
    (bench.reader / "1-1.3:1.0/host0/target0/0:0:0:0/model").write_text("Ultra HS-COMBO\n")
    with pytest.raises(BenchError, match='says it is "Ultra HS-COMBO"; known are: sdmux'):
        fetched(bench, place, hands)
    assert chip.registers == [0xFF, 0xFF, 0, 0xFF]
    (tmp_path / "sys/class/scsi_generic/sg3").unlink()
    with pytest.raises(BenchError, match="has no /dev/sg; the kernel module sg makes it"):
        fetched(bench, place, hands)


class Ftdi:
    """The chip beside an SDWire's reader: CBUS bit 0 is its mux."""

    def __init__(self, bench: Bench, path: str, ids: Id = (0x04E8, 0x6001)) -> None:
        self.bench, self.path, self.ids = bench, path, ids
        self.title = f"04e8:6001 at USB {path}"
        self.pins = 0
        self.opened = 0
        self.deaf = False

    def control_out(self, request: int, value: int, index: int, timeout_s: float) -> None:
        assert (request, value >> 8, index) == (0x0B, 0x20, 0)
        assert value & 0xF0 == 0xF0, "its pins are outputs"
        if not self.deaf:
            self.pins = value & 0x0F
            self.bench.host = bool(self.pins & 1)

    def control_in(
        self, request: int, value: int, index: int, size: int, timeout_s: float
    ) -> bytes:
        assert (request, value, index, size) == (0x0C, 0, 0, 1)
        return bytes([self.pins])

    def close(self) -> None:
        self.opened -= 1


class Realtek:
    """An SDWire3: the card is the board's while no driver has the reader."""

    def __init__(self, bench: Bench, path: str) -> None:
        self.bench, self.path, self.ids = bench, path, (0x0BDA, 0x0316)
        self.title = f"0bda:0316 at USB {path}"
        self.driven, self.opened = True, 0

    def attach_driver(self) -> None:
        self.driven = True

    def detach_driver(self) -> None:
        self.driven = False

    def reset(self) -> None:
        self.bench.host = self.driven

    def close(self) -> None:
        self.opened -= 1


class Bus:
    def __init__(self, *devices: Ftdi | Realtek) -> None:
        self.devices = devices

    def find(self, ids: Collection[Id]) -> list[UsbDevice]:
        found = [device for device in self.devices if device.ids in ids]
        for device in found:
            device.opened += 1
        return found


def sdwire(root: Path) -> tuple[Bench, Ftdi, Place, Hands]:
    bench = Bench(root)
    for number, serial in ((2, "sd-wire_11"), (3, "sd-wire_12")):
        hub = bench.usb.device(f"1-{number}", "0424:2640")
        reader = bench.usb.device(f"1-{number}.1", "0424:4050", hub=hub)
        bench.usb.device(f"1-{number}.2", "04e8:6001", serial=serial, hub=hub)
        if number == 3:
            bench.reader = reader
    chip, other = Ftdi(bench, "1-3.2"), Ftdi(bench, "1-2.2")
    place = Place("right", sd_mux=SdMux(kind="sdwire", serial="sd-wire_12"))
    return bench, chip, place, bench.hands(bus=lambda: Bus(other, chip))


def test_an_sdwire_is_the_one_with_the_serial_and_its_card_is_behind_the_same_hub(
    tmp_path: Path,
) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    # A card in the other one's reader is none of ours.
    bench.usb.card(tmp_path / "sys/devices/pci0/usb1/1-2/1-2.1", "sdp")
    assert fetched(bench, place, hands) == tmp_path / "dev/sdq"
    assert chip.pins == 1
    assert card_in(place, bench.usb.machine, hands) == tmp_path / "dev/sdq"
    returned(bench, place, hands)
    assert (chip.pins, chip.opened) == (0, 0)


def test_an_sdwire_that_does_not_switch_is_told(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    chip.deaf = True
    with pytest.raises(BenchError, match="was switched to this machine and gives the card to the"):
        fetched(bench, place, hands)


def test_an_sdwire_that_was_never_set_up_is_told(tmp_path: Path) -> None:
    usb = MadeUsb(tmp_path)
    hub = usb.device("1-2", "0424:2640")
    usb.device("1-2.2", "0403:6015", hub=hub)
    with pytest.raises(MissingError, match=r"is not there; muxes: none") as error:
        find(SdMux(kind="sdwire", serial="sd-wire_11"), usb.machine)
    assert error.value.hint == "sd-mux-ctrl --init: the one at 1-2.2 never was set up"


def test_a_chip_like_an_sdwires_behind_another_hub_is_none(tmp_path: Path) -> None:
    usb = MadeUsb(tmp_path)
    hub = usb.device("1-2", "05e3:0608")
    usb.device("1-2.2", "04e8:6001", serial="phone", hub=hub)
    with pytest.raises(BenchError, match="is behind 05e3:0608; the hub of one is 0424:2640"):
        find(SdMux(kind="sdwire", serial="phone"), usb.machine)


def sdwire3(root: Path) -> tuple[Bench, Realtek, Place, Hands]:
    bench = Bench(root)
    bench.reader = bench.usb.device("2-1.4", "0bda:0316", serial="20120501030900000")
    chip = Realtek(bench, "2-1.4")
    place = Place("third", sd_mux=SdMux(kind="sdwire3", path="2-1.4"))
    return bench, chip, place, bench.hands(bus=lambda: Bus(chip))


def test_an_sdwire3_gives_the_card_and_gets_it_back(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire3(tmp_path)
    assert fetched(bench, place, hands) == tmp_path / "dev/sdq"
    returned(bench, place, hands)
    assert (chip.driven, chip.opened, bench.host) == (False, 0, False)


@pytest.mark.parametrize("make", [usbsdmux, sdwire, sdwire3])
def test_a_mux_without_a_card_is_waited_for_a_while(tmp_path: Path, make: object) -> None:
    bench, _, place, hands = make(tmp_path)
    bench.empty = True
    with pytest.raises(MissingError, match=r"no card comes out of its .* at USB"):
        fetched(bench, place, hands)
    assert 10 <= bench.now < 13


def test_a_card_that_comes_from_elsewhere_is_not_the_muxs(tmp_path: Path) -> None:
    bench, _, place, hands = sdwire(tmp_path)
    bench.reader = tmp_path / "sys/devices/pci0/usb1/1-2/1-2.1"
    with pytest.raises(BenchError, match=r"but /dev/sdq \(.*\) came: the bench file names another"):
        fetched(bench, place, hands)


def test_a_reader_that_is_not_the_muxs_is_told(tmp_path: Path) -> None:
    bench, _, place, hands = sdwire3(tmp_path)
    other = bench.usb.device("1-9", "05e3:0749")
    bench.usb.card(other, "sdx")
    wrong = Place("third", sd_mux=place.sd_mux, reader=Reader(path="1-9"))
    with pytest.raises(BenchError, match=r"its reader \(USB at USB 1-9\) is another than that of"):
        fetched(bench, wrong, hands)


def test_a_card_that_is_mounted_is_not_given_back(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire3(tmp_path)
    fetched(bench, place, hands)
    (tmp_path / "proc/self").mkdir(parents=True)
    mount = "22 27 8:16 / /media/card rw - vfat /dev/sdq rw\n"
    (tmp_path / "proc/self/mountinfo").write_text(mount)
    with pytest.raises(BenchError, match="is mounted: sdq at /media/card"):
        returned(bench, place, hands)
    assert chip.driven


def test_a_card_that_stays_is_told(tmp_path: Path) -> None:
    bench, _, place, hands = sdwire3(tmp_path)
    fetched(bench, place, hands)
    bench.stuck = True
    with pytest.raises(BenchError, match="was switched to the board, and its card is still here"):
        returned(bench, place, hands)


def test_a_mux_that_fails_says_so(tmp_path: Path) -> None:
    bench, chip, place, hands = usbsdmux(tmp_path)
    chip.fails = True
    with pytest.raises(BenchError, match="refuses a command"):
        fetched(bench, place, hands)
    bench, _, place, _ = sdwire(tmp_path / "other")
    with pytest.raises(BenchError, match=r"no USB device 04e8:6001 at 1-3.2 came"):
        fetched(bench, place, bench.hands(bus=Bus))


def test_who_has_the_card_is_known_where_the_mux_tells(tmp_path: Path) -> None:
    bench, _, place, hands = usbsdmux(tmp_path)
    switch = find(place.sd_mux, bench.usb.machine, hands).switch()
    for side in (Side.NOBODY, Side.HOST, Side.BOARD):
        switch.give_to(side)
        assert switch.side() is side


def test_of_two_muxes_one_is_named(tmp_path: Path) -> None:
    bench, *_ = sdwire(tmp_path)
    with pytest.raises(BenchError, match=r"2 fit .*, at 1-2.2, 1-3.2; one is expected"):
        find(SdMux(kind="sdwire"), bench.usb.machine)
    with pytest.raises(MissingError, match=r"muxes: 04e8:6001 at 1-2.2, 04e8:6001 at 1-3.2"):
        find(SdMux(kind="sdwire", serial="none"), bench.usb.machine)


def here(bench: Bench, place: Place, hands: Hands, **more: object) -> AbstractContextManager[Path]:
    machine = bench.usb.machine
    clock = {"clock": lambda: bench.now, "sleep": bench.settle}
    return card_here(place, machine, hands=hands, **clock, **more)


def test_a_card_is_here_for_as_long_as_it_is_needed(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    with here(bench, place, hands) as node:
        assert (node, chip.pins) == (tmp_path / "dev/sdq", 1)
    assert chip.pins == 0


def test_a_card_that_could_not_be_written_goes_back_and_the_error_says_so(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    with pytest.raises(BenchError) as error, here(bench, place, hands):
        raise BenchError("/dev/sdq", "holds a part of the image and does not boot")
    assert error.value.problem.endswith("does not boot; the card is with right again")
    assert chip.pins == 0


def test_a_card_that_cannot_go_back_after_an_error_is_said_to_be_here(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    (tmp_path / "proc/self").mkdir(parents=True)
    mount = "22 27 8:16 / /media/card rw - vfat /dev/sdq rw\n"
    (tmp_path / "proc/self/mountinfo").write_text(mount)
    told = pytest.raises(BenchError, match=r"worn out; the card is still with this machine, right")
    with told as error, here(bench, place, hands):
        raise BenchError("/dev/sdq", "is worn out", hint="another card")
    assert "(/dev/sdq: is mounted: sdq at /media/card); the next flash" in error.value.problem
    assert error.value.hint == "another card"
    assert chip.pins == 1


def test_a_written_card_that_cannot_go_back_is_said_to_be_written(tmp_path: Path) -> None:
    bench, _, place, hands = sdwire(tmp_path)
    told = pytest.raises(BenchError, match="is still here; the card is written, and still with")
    with told, here(bench, place, hands):
        bench.stuck = True


def test_a_card_that_never_came_out_goes_back(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    bench.empty = True
    told = pytest.raises(MissingError, match=r"no card comes out .*; the card is with right again")
    with told, here(bench, place, hands):
        pass
    assert chip.pins == 0


def test_who_interrupts_is_told_where_the_card_is(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    told: list[str] = []
    with pytest.raises(KeyboardInterrupt), here(bench, place, hands, tell=told.append):
        raise KeyboardInterrupt
    assert (told, chip.pins) == (["the card is with right again"], 0)


def test_a_mux_by_commands_that_fails_says_where_the_card_is(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    reader = bench.usb.device("1-3", "05e3:0749")
    bench.usb.card(reader, "sdq")
    mux = SdMux(to_host="mux host", to_board="mux board")
    place = Place("a", sd_mux=mux, reader=Reader(path="1-3"))
    ran: list[str] = []

    def do(command: str) -> None:
        ran.append(command)
        if len(ran) == 2:
            raise BenchError(command, "ended with status 1")

    told = pytest.raises(BenchError, match=r"worn out; the card is still .* \(mux board: ended")
    with told, here(bench, place, Hands(), do=do):
        raise BenchError("/dev/sdq", "is worn out")
    assert ran == ["mux host", "mux board"]


def test_a_reader_alone_gives_nothing_back(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.usb.card(bench.usb.device("1-3", "05e3:0749"), "sdq")
    place = Place("a", reader=Reader(path="1-3"))
    with pytest.raises(BenchError) as error, here(bench, place, Hands()):
        raise BenchError("/dev/sdq", "is worn out")
    assert error.value.problem == "is worn out"


@pytest.mark.parametrize("host", [False, True])
def test_a_dry_run_shows_the_steps_while_the_card_is_with_the_board(
    tmp_path: Path, host: bool
) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    machine = bench.usb.machine
    if host:
        fetched(bench, place, hands)
        assert card_in(place, machine, hands) == tmp_path / "dev/sdq"
    else:
        assert card_in(place, machine, hands) == CardToCome("right")
    before, after = switching(place, machine, hands)
    assert before == "switch SDWire serial sd-wire_12 at USB 1-3.2 to this machine"
    assert after == "switch SDWire serial sd-wire_12 at USB 1-3.2 to the board"
    assert chip.pins == int(host), "nothing was switched"


def test_a_mux_that_has_no_card_for_us_is_told_in_a_dry_run_too(tmp_path: Path) -> None:
    bench, chip, place, hands = sdwire(tmp_path)
    chip.pins = 1
    with pytest.raises(MissingError, match="no card comes out of its SDWire"):
        card_in(place, bench.usb.machine, hands)


def test_the_plan_of_a_card_that_nobody_has_seen_says_what_is_not_known() -> None:
    method = load_method("sdcard", tree())
    board = load_board("rpi4", board_folders())
    job = Job(board, Path("image"), Path, {"device": CardToCome("right"), "delta": True})
    plan = method.plan(job)
    assert plan.steps[0] == "look at the card of right, and refuse what may be somebody's disk"
    assert plan.steps[2] == "write to the card of right: what differs"
    assert "what it is, is known when the mux is switched" in plan.warning[0]
    with pytest.raises(MissingError, match="the card of right: is not here; its mux must be"):
        method.run(job, plan)


def bench_file(folder: Path, mux: str) -> Path:
    file = folder / "bench.toml"
    file.write_text(f"[boards.a]\nsd_mux = {{ {mux} }}\n")
    return file


@pytest.mark.parametrize(
    ("mux", "problem"),
    [
        ('to_host = "x"', "cannot switch; kind, or both to_host and to_board, are expected"),
        ('kind = "sdwire"', "does not say which sdwire; serial or path is expected"),
        ('kind = "sdwire", serial = "1", to_host = "x"', "a sdwire needs no commands"),
        ('kind = "sd-wire", serial = "1"', "sd-wire"),
    ],
)
def test_a_mux_that_cannot_be_is_refused_with_its_key(
    tmp_path: Path, mux: str, problem: str
) -> None:
    with pytest.raises(DescriptorError, match=problem) as error:
        load_bench(bench_file(tmp_path, mux), {}, tmp_path)
    assert "boards.a.sd_mux" in str(error.value)


def test_a_mux_of_a_kind_is_read_from_the_bench_file(tmp_path: Path) -> None:
    bench = load_bench(bench_file(tmp_path, 'kind = "usbsdmux", serial = "7"'), {}, tmp_path)
    assert bench.place("a").sd_mux == SdMux(kind="usbsdmux", serial="7")
    assert bench.place("a").has_reader


def test_a_first_bench_file_has_the_line_of_every_mux(tmp_path: Path) -> None:
    bench, *_ = sdwire(tmp_path)
    text = benchsetup.text_of(benchsetup.look(bench.usb.machine), {})
    assert '# sd_mux = { kind = "sdwire", serial = "sd-wire_12" }' in text.splitlines()


def test_what_takes_no_scsi_command_is_told(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="/dev/null: takes no command: Inappropriate ioctl"):
        ScsiGeneric(Path("/dev/null")).read(bytes(16), 512)
    with pytest.raises(BenchError, match="takes no command: No such file"):
        ScsiGeneric(tmp_path / "sg9").write(bytes(16), bytes(512))
    # Linux, include/uapi/linux/scsi/sg.h: on 64-bit machines
    offsets = {name: getattr(_Header, name).offset for name, _ in _Header._fields_}
    assert (offsets["dxferp"], offsets["sbp"], offsets["usr_ptr"]) == (16, 32, 56)
    assert offsets["info"] == 80
