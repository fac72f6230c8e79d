# SPDX-License-Identifier: BSD-3-Clause
"""A card of which nobody knows the contents is only read: a board's own, on a bench as well."""

from __future__ import annotations

import random
import re
import zlib
from pathlib import Path

import pytest

from uk_board.harness.dut import BoardDut

SECTOR = 512
MIB = 1 << 20
NOTHING = zlib.crc32(bytes(SECTOR))
# A slow card reads 10 MB/s; a busy machine may hold up the emulator.
TIMEOUT_S = 60.0

pytestmark = [
    pytest.mark.app("storage"),
    pytest.mark.needs("storage"),
    pytest.mark.shared_boot("storage: ready"),
]


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A card with noise at both its ends, for a slot that is empty until a test fills it."""
    file = tmp_path_factory.mktemp("slot") / "card.img"
    noise = random.Random(64)
    with file.open("wb") as made:
        made.write(noise.randbytes(MIB))
        made.seek(63 * MIB)
        made.write(noise.randbytes(MIB))
    return file


def ask(dut: BoardDut, line: str, answer: str) -> re.Match[str]:
    dut.write_line(line)
    found: re.Match[str] = dut.expect(answer, timeout=TIMEOUT_S)
    return found


def crc_of(dut: BoardDut, sector: int, count: int) -> int:
    """Return the CRC-32 of what the board reads there."""
    answer = rf"read: {sector}\+{count} crc (0x[0-9a-f]{{8}})"
    return int(ask(dut, f"read {sector} {count}", answer)[1], 16)


def sectors_of(dut: BoardDut) -> int:
    """Return how many sectors the card says it has."""
    found = ask(dut, "info", r"storage: (\d+) sectors of 512 bytes \((\d+) MiB\)")
    sectors, mib = int(found[1]), int(found[2])
    assert sectors * SECTOR // MIB == mib > 0
    return sectors


def test_its_first_sector_is_read_and_has_contents(dut: BoardDut, card: Path) -> None:
    # What a board boots from begins with a partition table, or a boot loader.
    found = crc_of(dut, 0, 1)
    assert found != NOTHING
    if dut.station.is_emulated:
        assert found == zlib.crc32(card.read_bytes()[:SECTOR])


def test_what_is_read_again_is_the_same(dut: BoardDut, card: Path) -> None:
    last = sectors_of(dut) - 256
    for sector, count in ((0, 1), (1, 127), (5, 129), (0, 2048), (last, 256)):
        found = crc_of(dut, sector, count)
        assert crc_of(dut, sector, count) == found
        if dut.station.is_emulated:
            there = card.read_bytes()[sector * SECTOR :][: count * SECTOR]
            assert found == zlib.crc32(there)


def test_beyond_its_end_nothing_is_read(dut: BoardDut) -> None:
    sectors = sectors_of(dut)
    crc_of(dut, sectors - 1, 1)
    for sector, count in ((sectors, 1), (sectors - 1, 2)):
        ask(dut, f"read {sector} {count}", "read: no such sectors")
    assert crc_of(dut, 0, 1) != NOTHING


def test_reading_counts_no_error_and_writes_nothing(dut: BoardDut) -> None:
    crc_of(dut, 0, 2048)
    counters = ask(dut, "info", r"counters: ([^\r\n]+)\r?\n")[1].decode().split()
    counted = dict(zip(counters[1::2], map(int, counters[::2]), strict=True))
    assert counted.pop("reads") > 0
    counted.pop("retries")  # a card may ask for one
    assert {name: count for name, count in counted.items() if count} == {}
    assert "writes" in counted
