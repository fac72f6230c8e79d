# SPDX-License-Identifier: BSD-3-Clause
"""Every way into an image: raw or ELF, from each exception level, one core or all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch
from uk_board.emulation.runner import built_image
from uk_board.facts.board import Board

DEADLINE_S = 120.0
# Under icount: some cases measure time, and a busy host would make it jump.
VIRTUAL_TIME = 0

# Where QEMU enters a raw image and an ELF file: facts of its loaders, hw/arm/boot.c. On the
# Raspberry Pis it starts an ELF file at EL3 and on all four cores at once.
ENTRIES = [
    ("qemu-virt", "kernel8.img", 1),
    ("qemu-virt", "image.elf", 1),
    ("rpi3", "kernel8.img", 2),
    ("rpi3", "image.elf", 3),
    ("rpi4", "kernel8.img", 2),
    ("rpi4", "image.elf", 3),
]


@pytest.mark.parametrize(("name", "file", "level"), ENTRIES)
def test_the_self_test_passes_however_it_is_entered(
    board: Callable[[str], Board], name: str, file: str, level: int
) -> None:
    target = board(name)
    image = built_image(target, "selftest").file.with_name(file)
    with Emulator(target, Launch(image, icount_shift=VIRTUAL_TIME)) as emulator:
        banner = emulator.console.expect(r"uk-board: (\S+) \S+ EL(\d) ", DEADLINE_S)
        emulator.console.expect(r"DONE \d+ passed, 0 failed", DEADLINE_S)
        assert emulator.wait(DEADLINE_S) == 0
    assert (banner[1].decode(), int(banner[2])) == (name, level)
