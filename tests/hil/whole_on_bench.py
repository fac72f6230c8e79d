# SPDX-License-Identifier: BSD-3-Clause
"""Run the whole of hil-tests on a made-up desk, as a developer does with a board on a real one.

    .venv/bin/python tests/hil/whole_on_bench.py BOARD [PYTEST ARGUMENTS]

The board is QEMU behind a console server, a relay, a way to flash, commands for what it senses,
and a cable to a network of this machine (root). What QEMU is not a real board in fails there too.
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

from uk_board.board import board_folders, load_board
from uk_board.tree import tree

BOARDS = ("rpi3", "rpi4", "qemu-virt")


def main() -> int:
    name, *arguments = sys.argv[1:] or ["rpi4"]
    board = load_board(name, board_folders(()))
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        os.environ["XDG_CONFIG_HOME"] = folder
        offers = ["i2c", "spi"] if board.emulator and board.emulator.i2c_buses else []
        more, network = "", None
        if reason := Lan.lacks():
            sys.stdout.write(f"without network: {reason}\n")
        else:
            lan = stack.enter_context(contextlib.closing(Lan(BOARDS.index(name))))
            network = Cable(tap=lan.tap)
            usb = ((board.emulator and board.emulator.network) or "").startswith("usb")
            offers += ["network", "usb-hotplug" if usb else "link"]
            more = f'address = "{lan.board}"\n'
        desk = EmulatedDesk(Path(folder), board, "sensors", network)
        stack.callback(desk.close)
        bench = Path(folder) / "bench.toml"
        bench.write_text(desk.bench("left", name, more + f"offers = {offers}".replace("'", '"')))
        options = ["-p", "no:cacheprovider", "-rs", "--durations=25", "--tb=short"]
        where = [] if any("hil-tests" in one for one in arguments) else [str(tree() / "hil-tests")]
        run = [*options, "--board", name, "--on", "bench", "--bench", str(bench)]
        return int(pytest.main([*run, *arguments, *where]))


if __name__ == "__main__":
    sys.exit(main())
