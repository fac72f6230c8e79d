# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board flash-helper`: firmware into a modelled RP2040, by pyOCD's own flash algorithm."""

from __future__ import annotations

import struct
from random import Random

import pytest
from debug.picomodel import FLASH, Pico, pico_port
from debug.probedesk import Desk
from debug.probemodel import ModelProbe
from hypothesis import given
from hypothesis import strategies as st

from uk_board.debug.helper import flash
from uk_board.debug.probe import Probe
from uk_board.debug.uf2 import read_uf2
from uk_board.errors import BenchError, UkBoardError

PICO = {"serial": "P1", "chip": "pico", "protocols": ["SWD"]}
BENCH = '[helpers.relays]\ntarget = "rp2040"\nprobe = "P1"\n'
FIRMWARE = Random(3).randbytes(9_000) + b"\x01"
RP2040 = 0xE48BFF56


def uf2(data: bytes, family: int = RP2040, address: int = FLASH) -> bytes:
    """A UF2 file, as the specification has its blocks."""
    pieces = [data[at : at + 256] for at in range(0, len(data), 256)]
    return b"".join(
        struct.pack(
            "<8I476sI",
            *(0x0A324655, 0x9E5D5157, 0x2000, address + 256 * n, len(piece), n, len(pieces)),
            family,
            piece,
            0x0AB16F30,
        )
        for n, piece in enumerate(pieces)
    )


def elf(data: bytes, address: int = FLASH) -> bytes:
    """An ELF file of 32 bits for Arm with one segment (ELF specification, chapters 1 and 2)."""
    head = b"\x7fELF" + bytes([1, 1, 1]) + bytes(9)
    head += struct.pack("<2H5I6H", 2, 40, 1, address, 52, 0, 0, 52, 32, 1, 0, 0, 0)
    return head + struct.pack("<8I", 1, 84, address, address, len(data), len(data), 5, 4) + data


@pytest.mark.parametrize(
    ("name", "content"),
    [("f.bin", FIRMWARE), ("f.uf2", uf2(FIRMWARE)), ("f.elf", elf(FIRMWARE))],
)
def test_firmware_arrives_whole_and_is_started(desk: Desk, name: str, content: bytes) -> None:
    desk.plug_in(PICO)
    desk.bench(BENCH)
    (desk.folder / name).write_bytes(content)
    done = desk.run("flash-helper", "relays", name)
    assert done.status == 0, done.err
    assert done.out == "relays: 9,001 bytes written and read back, started\n"
    became = desk.became("P1")
    assert bytes.fromhex(became["flash"]) == FIRMWARE
    assert (became["resets"] > 0, became["halted"]) == (True, False)


def test_a_dry_run_names_the_probe_and_opens_nothing(desk: Desk) -> None:
    desk.plug_in(PICO)
    desk.bench(BENCH)
    (desk.folder / "f.bin").write_bytes(FIRMWARE)
    assert desk.run("flash-helper", "relays", "f.bin", "--dry-run").out == (
        "1. open probe P1 (uk-board model probe), for a rp2040\n"
        "2. write 9,001 bytes, read them back, start\n"
    )
    assert not desk.scenario.with_suffix(".P1").exists()


@pytest.mark.parametrize(
    ("arguments", "content", "status", "said"),
    [
        (["relay", "f.bin"], b"1", 2, "helpers.relay: no helper of that name; known: relays"),
        (["relays", "f.hex"], b"1", 2, "f.hex: is of no known format; known: .bin, .elf, .uf2"),
        (["relays", "none.bin"], b"1", 3, "none.bin: cannot be read: No such file"),
        (["relays", "f.elf"], b"no ELF", 1, "f.elf: is no ELF file: "),
        (["relays", "f.uf2"], bytes(512), 1, "f.uf2: no UF2 block at byte 0: magic number"),
        (["relays", "f.uf2"], uf2(b"1")[:-1], 1, "f.uf2: 511 bytes; a UF2 file is whole blocks"),
        (
            ["relays", "f.elf"],
            elf(b"1234", 0x2000_0000),
            1,
            "0x20000000-0x20000004 is not all flash of it; nothing was written",
        ),
    ],
)
def test_what_cannot_be_flashed_is_told(
    desk: Desk, arguments: list[str], content: bytes, status: int, said: str
) -> None:
    desk.plug_in(PICO)
    desk.bench(BENCH)
    if arguments[1] != "none.bin":
        (desk.folder / arguments[1]).write_bytes(content)
    done = desk.run("flash-helper", *arguments)
    assert (done.status, done.out) == (status, "")
    assert said in done.err
    if desk.scenario.with_suffix(".P1").exists():
        assert desk.became("P1")["flash"] == ""


def test_a_chip_that_pyocd_does_not_know_is_told(desk: Desk) -> None:
    desk.plug_in(PICO)
    desk.bench(BENCH.replace("rp2040", "rp204"))
    (desk.folder / "f.bin").write_bytes(FIRMWARE)
    done = desk.run("flash-helper", "relays", "f.bin")
    assert done.status == 2
    assert 'target: pyOCD knows no "rp204"; known: rp2040, ' in done.err


def plugged() -> tuple[Pico, ModelProbe, Probe]:
    chip = Pico()
    probe = ModelProbe("P1", pico_port(chip), ["SWD"])
    return chip, probe, Probe("P1", "model probe", probe)


def test_flash_that_does_not_take_a_byte_is_found_by_reading_back() -> None:
    chip, _, probe = plugged()
    chip.worn.add(FLASH + 5000)
    with pytest.raises(BenchError, match=r"0x10001388 reads 0xff, 0x.. was written; its firmware"):
        flash(probe, "rp2040", [(FLASH, FIRMWARE)], lambda progress: None)


def test_a_probe_that_is_pulled_out_while_it_writes_leaves_no_doubt() -> None:
    _, model, probe = plugged()
    model.trouble = (3000, "gone")
    said = r"its firmware is not whole now: the probe does not answer any more"
    with pytest.raises(BenchError, match=said):
        flash(probe, "rp2040", [(FLASH, FIRMWARE)], lambda progress: None)


def test_a_uf2_file_for_another_chip_is_refused(desk: Desk) -> None:
    desk.plug_in(PICO)
    desk.bench(BENCH.replace("rp2040", "rp2350"))
    (desk.folder / "f.uf2").write_bytes(uf2(FIRMWARE))
    said = desk.run("flash-helper", "relays", "f.uf2").err
    assert "f.uf2: is for rp2040; the chip is rp2350" in said


@given(st.binary(max_size=1100), st.integers(0, 3))
def test_any_bytes_are_a_uf2_file_or_an_error_of_ours(noise: bytes, keep: int) -> None:
    raw = uf2(FIRMWARE)[: 512 * keep] + noise
    try:
        segments, _ = read_uf2(raw, "f.uf2")
        complaint = "f.uf2: none"
    except UkBoardError as error:
        segments, complaint = [], str(error)
    assert complaint.startswith("f.uf2: ")
    assert sum(len(data) for _, data in segments) <= len(raw)
