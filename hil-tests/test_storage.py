# SPDX-License-Identifier: BSD-3-Clause
"""An SD card behind uk_blkdev: what the board writes is on it, and what is on it is read."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import pytest

from uk_board.harness.dut import BoardDut

SECTOR = 512
MIB = 1 << 20
READY = "storage: ready"
# Everything here takes milliseconds, and on a busy machine not much longer.
TIMEOUT_S = 20.0

pytestmark = [
    pytest.mark.app("storage"),
    pytest.mark.needs("card"),
    pytest.mark.card(size_bytes=64 * MIB),
]


def contents(sector: int, count: int, seed: int) -> bytes:
    """Return what the app writes there."""
    first = seed + sector * 128
    return struct.pack(f"<{count * 128}I", *((first + n) & 0xFFFFFFFF for n in range(count * 128)))


def ask(dut: BoardDut, line: str, answer: str) -> re.Match[str]:
    dut.write_line(line)
    found: re.Match[str] = dut.expect(answer, timeout=TIMEOUT_S)
    return found


def on_card(card: Path, sector: int, count: int) -> bytes:
    with card.open("rb") as file:
        file.seek(sector * SECTOR)
        return file.read(count * SECTOR)


def test_what_the_board_writes_is_on_the_card(dut: BoardDut, card: Path) -> None:
    dut.expect_exact(READY)
    # One sector, several, more than one request, and the last ones of the card.
    last = 64 * MIB // SECTOR - 5
    for sector, count, seed in ((3, 1, 7), (100, 8, 0xFFFFFF00), (1000, 300, 1), (last, 5, 2)):
        ask(dut, f"write {sector} {count} {seed}", rf"write: {sector}\+{count} seed {seed}\r?\n")
        assert on_card(card, sector, count) == contents(sector, count, seed)
    written = on_card(card, 0, 64 * MIB // SECTOR)
    assert sum(1 for n in range(0, len(written), SECTOR) if any(written[n : n + SECTOR])) == 314


@pytest.fixture
def filled(card: Path) -> Path:
    """A card with contents of its own."""
    with card.open("r+b") as file:
        file.write(contents(0, 2048, 0x1234))
        file.seek(-2 * SECTOR, 2)
        file.write(b"the end." * 128)
    return card


def test_what_is_on_the_card_is_read(filled: Path, dut: BoardDut) -> None:
    dut.expect_exact(READY)
    last = 64 * MIB // SECTOR - 2
    for sector, count in ((0, 1), (1, 127), (5, 129), (0, 2048), (last, 2)):
        found = ask(
            dut, f"read {sector} {count}", rf"read: {sector}\+{count} crc (0x[0-9a-f]{{8}})"
        )
        assert int(found[1], 16) == zlib.crc32(on_card(filled, sector, count))


@pytest.mark.card(size_bytes=1 << 32)
def test_a_card_of_high_capacity_is_used_to_its_end(dut: BoardDut, card: Path) -> None:
    dut.expect_exact("8388608 sectors of 512 bytes (4096 MiB), read-write")
    dut.expect_exact(READY)
    # Beyond 32 bits of bytes
    ask(dut, "write 8388600 8 9", r"write: 8388600\+8 seed 9")
    assert on_card(card, 8388600, 8) == contents(8388600, 8, 9)
    ask(dut, "read 8388600 8", f"crc 0x{zlib.crc32(contents(8388600, 8, 9)):08x}")


def test_what_is_beyond_the_end_is_refused_and_the_card_still_works(dut: BoardDut) -> None:
    dut.expect_exact(READY)
    for line in ("read 131072 1", "read 131071 2", "write 131071 2 1", "read 0 0"):
        ask(dut, line, f"{line.split()[0]}: no such sectors")
    ask(dut, "read 131071 1", "crc 0xb2aa7578")  # 512 zeros
    ask(
        dut,
        "info",
        "1 reads 0 writes 0 retries 0 crc 0 timeouts 0 range 0 medium 0 removals 0 failures",
    )


def test_a_card_that_is_taken_out_is_told_and_one_that_comes_back_is_used(
    dut: BoardDut, card: Path
) -> None:
    dut.expect_exact(READY)
    ask(dut, "write 0 4 5", "seed 5")
    dut.station.swap_card(None)
    ask(dut, "read 0 4", "read: the card was removed")
    ask(dut, "read 0 4", "read: no card")
    ask(dut, "write 0 4 6", "write: no card")
    dut.station.swap_card(card)
    ask(dut, "read 0 4", f"crc 0x{zlib.crc32(contents(0, 4, 5)):08x}")
    ask(dut, "info", "1 removals 3 failures")


@pytest.mark.virtual_time("exact")
@pytest.mark.needs("virtual-time")
def test_the_bench_moves_100_mb_in_a_virtual_second_at_least(dut: BoardDut) -> None:
    dut.expect_exact(READY)
    found = ask(dut, "bench 64", r"bench: read (\d+) MB/s, write (\d+) MB/s, 128 sectors a request")
    assert int(found[1]) >= 100
    assert int(found[2]) >= 100


def test_the_app_ends_on_request(dut: BoardDut) -> None:
    dut.expect_exact(READY)
    dut.write_line("quit")
    assert dut.expect_exit() == 0


@pytest.mark.boot_arguments("ukboard.lacks=emmc.irq,emmc2.irq storage.once")
def test_a_driver_that_polls_finds_the_card_too(dut: BoardDut) -> None:
    dut.expect_exact("131072 sectors")
    assert dut.expect_exit() == 0


class TestWithoutACard:
    """The slot is empty."""

    @pytest.fixture
    def card(self) -> Path | None:
        return None

    def test_it_says_so_and_ends(self, dut: BoardDut) -> None:
        dut.expect_exact("storage: no card")
        assert dut.expect_exit() == 1
