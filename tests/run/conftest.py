# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures: boards, and images of a few lines that are assembled for them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.facts.board import Board
from uk_board.facts.boards import board_folders, load_board

TESTS = Path(__file__).parent.parent
# Base of the PL011: QEMU hw/arm/virt.c; BCM2837 and BCM2711 peripherals + 0x201000.
UARTS = {"qemu-virt": 0x09000000, "rpi3": 0x3F201000, "rpi4": 0xFE201000}

MakeImage = Callable[..., Path]


@pytest.fixture
def board() -> Callable[[str], Board]:
    """Load a board by its name."""
    return lambda name: load_board(name, board_folders())


@pytest.fixture
def make_image(tmp_path: Path, board: Callable[[str], Board]) -> MakeImage:
    """Assemble a test image for a board: raw, with the ELF file beside it."""

    def make(source: str, target: str = "qemu-virt", status: int = 0) -> Path:
        elf = tmp_path / f"{Path(source).stem}.elf"
        raw = elf.with_suffix(".img")
        command = ["aarch64-linux-gnu-gcc", "-nostdlib", "-static", "-g", "-Wl,--build-id=none"]
        command += [f"-DUART={UARTS[target]:#x}", f"-DSTATUS={status}"]
        command += [f"-Wl,-Ttext={board(target).load_address:#x}", str(TESTS / source)]
        subprocess.run([*command, "-o", str(elf)], check=True)
        copy = ["aarch64-linux-gnu-objcopy", "-O", "binary", "-j", ".text", str(elf), str(raw)]
        subprocess.run(copy, check=True)
        return raw

    return make
