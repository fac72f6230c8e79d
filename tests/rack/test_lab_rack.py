# SPDX-License-Identifier: BSD-3-Clause
"""A lab: labgrid's own programs, a board's console and relay, and its card on another machine.

The card is a real block device, written over ssh by what hangs there; QEMU then boots what the
card holds, with the boot arguments that are on it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from deskboard import EmulatedDesk
from sshlab import Lab, loop_device

pytest.importorskip("labgrid")

from uk_board.desk.benchfile import load_bench
from uk_board.facts.boards import board_folders, load_board
from uk_board.media.start import extract
from uk_board.rack.export import EXPORTER, PLACES, SWITCH_PORT, export
from uk_board.rack.places import program
from uk_board.rack.processes import wait_for_line
from uk_board.rack.switch import Switches, SwitchServer
from uk_board.rack.up import Rack

BOARD = "rpi4"
CARD_BYTES = 128 << 20
DEADLINE_S = 120.0
TEST = """
import pytest

@pytest.mark.app("selftest")
@pytest.mark.boot_arguments("echo")
def test_echo(dut):
    dut.expect_exact("ECHO ready")
"""


class CardDesk(EmulatedDesk):
    """A board that boots what is on its card."""

    def do_on(self) -> None:
        board = load_board(BOARD, board_folders())
        found = extract(board, self.folder / "card", self.folder / "booted")
        (self.folder / "image").write_bytes(found.kernel.read_bytes())
        (self.folder / "arguments").write_text(found.arguments)
        super().do_on()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def rack(tmp_path: Path) -> Iterator[Rack]:
    with Rack(tmp_path / "rack", f"127.0.0.1:{free_port()}", speed=4.0) as rack:
        rack.start()
        yield rack


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CardDesk]:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "card").write_bytes(bytes(CARD_BYTES))
    made = CardDesk(folder, load_board(BOARD, board_folders()))
    yield made
    made.close()


def offer(rack: Rack, lab: Lab) -> None:
    """Do in the lab what docs/rack.md says."""
    bench = load_bench(lab.bench, {}, lab.folder)
    switches = SwitchServer(Switches(bench), "127.0.0.1", 0)
    threading.Thread(target=switches.serve_forever, daemon=True).start()
    made = export(bench, exporter="shelf", host="lab1", default_baud={BOARD: 115200})
    for name, text in made.files.items():
        here = text.replace(f"lab1:{SWITCH_PORT}", f"127.0.0.1:{switches.server_port}")
        (lab.folder / name).write_text(here)
    exporter = [program("labgrid-exporter"), "-c", rack.address, "-n", "shelf"]
    child = rack.processes.start("shelf", [*exporter, str(lab.folder / EXPORTER)])
    wait_for_line(child, "Exporter ready", DEADLINE_S)
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    script = ["sh", str(lab.folder / PLACES), rack.address]
    subprocess.run(script, env={"PATH": path}, check=True, timeout=DEADLINE_S)


def test_a_place_of_a_lab_is_acquired_flashed_tested_and_released(
    rack: Rack, desk: CardDesk, tmp_path: Path
) -> None:
    (tmp_path / "lab").mkdir()
    lab = Lab(tmp_path / "lab")
    with loop_device(desk.folder / "card") as device:
        bench = desk.bench("left", BOARD).splitlines()
        kept = [line for line in bench if not line.startswith(("flash", "stimulus"))]
        card = f'flash_options = {{ device = "{device}", force = "{device}" }}'
        lab.bench.write_text("\n".join([*kept, 'flash = "sdcard"', card]))
        offer(rack, lab)
        (tmp_path / "test_echo.py").write_text(TEST)
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--board", BOARD]
        command += ["--on", "place", "--wait", "60", "--coordinator", rack.address]
        done = subprocess.run(
            [*command, str(tmp_path / "test_echo.py")],
            env={**os.environ, "PATH": lab.path},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert "on place left" in done.stdout or "acquired left" in done.stdout
    assert (desk.folder / "arguments").read_text() == "echo"
    assert desk.commands[-1] == "off"
