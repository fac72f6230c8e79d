# SPDX-License-Identifier: BSD-3-Clause
"""Run the whole of hil-tests on a made-up desk, as a developer does with a board on a real one.

    .venv/bin/python tests/hil/whole_on_bench.py BOARD [PYTEST ARGUMENTS]

The board is QEMU behind a console server, a relay, a way to flash, commands for what it senses,
and a cable to a network of this machine (that needs root). Tests whose verdict is about what QEMU
lacks of a real board are left out: they fail here, as they should.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path

import pytest
from deskboard import EmulatedDesk
from desklan import Cable, Lan

from uk_board.facts.board import Board
from uk_board.facts.boards import board_folders, load_board
from uk_board.tree import tree

# The harness takes the board for a real one, which has random numbers, and whose I2C and SPI
# interrupt: where QEMU lacks these, the image says so.
NOT_REAL = {
    "rng": ("random_numbers", "random_numbers_are_there"),
    "i2c1.irq": ("uses_the_interrupt_where",),
    "spi0.irq": ("flash_on_spi",),
}


def left_out(board: Board) -> str:
    """Return pytest's expression of what is not to be run."""
    lacks = board.emulator.lacks if board.emulator else ()
    # QEMU forgets why it was reset.
    names = ["watchdog_resets", *(one for lacking in lacks for one in NOT_REAL.get(lacking, ()))]
    return " and ".join(f"not {name}" for name in names)


def a_card(file: Path) -> Path:
    """Make a card whose contents nobody knows."""
    with file.open("wb") as card:
        card.write(os.urandom(4 << 20))
        card.truncate(64 << 20)
    return file


def main() -> int:
    name, *arguments = sys.argv[1:] or ["rpi4"]
    board = load_board(name, board_folders(()))
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        os.environ["XDG_CONFIG_HOME"] = folder
        network, more = None, ""
        if reason := Lan.lacks():
            sys.stdout.write(f"without network: {reason}\n")
        else:
            lan = stack.enter_context(contextlib.closing(Lan(os.getpid() % 256)))
            network = Cable(tap=lan.tap)
            more = f'address = "{lan.board}"\n'
        card = a_card(Path(folder) / "card.img") if board.storage else None
        desk = EmulatedDesk(Path(folder), board, "sensors", network, card)
        stack.callback(desk.close)
        offers = ", ".join(f'"{one}"' for one in desk.offers)
        bench = Path(folder) / "bench.toml"
        bench.write_text(desk.bench("left", name, f"{more}offers = [{offers}]"))
        options = ["-p", "no:cacheprovider", "-rs", "--durations=25", "--tb=short"]
        options += ["-k", left_out(board)] if left_out(board) and "-k" not in arguments else []
        where = [] if any("hil-tests" in one for one in arguments) else [str(tree() / "hil-tests")]
        run = [*options, "--board", name, "--on", "bench", "--bench", str(bench)]
        return int(pytest.main([*run, *arguments, *where]))


if __name__ == "__main__":
    sys.exit(main())
