# SPDX-License-Identifier: BSD-3-Clause
"""SD-muxes: each kind switches, and what goes wrong there is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from madeusb import MadeUsb
from sdmuxes import MODELS, Bus, fetched, returned, sdwire, sdwire3, usbsdmux

from uk_board.desk.benchcard import card_in
from uk_board.desk.benchfile import Place, Reader, SdMux
from uk_board.desk.scsi import ScsiGeneric, _Header
from uk_board.desk.sdmux import Side, find
from uk_board.errors import BenchError, MissingError


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


def test_what_takes_no_scsi_command_is_told(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="/dev/null: takes no command: Inappropriate ioctl"):
        ScsiGeneric(Path("/dev/null")).read(bytes(16), 512)
    with pytest.raises(BenchError, match="takes no command: No such file"):
        ScsiGeneric(tmp_path / "sg9").write(bytes(16), bytes(512))
    # Linux, include/uapi/linux/scsi/sg.h: on 64-bit machines
    offsets = {name: getattr(_Header, name).offset for name, _ in _Header._fields_}
    assert (offsets["dxferp"], offsets["sbp"], offsets["usr_ptr"]) == (16, 32, 56)
    assert offsets["info"] == 80
