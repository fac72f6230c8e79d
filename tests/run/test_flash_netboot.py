# SPDX-License-Identifier: BSD-3-Clause
"""Network boot: Debian's U-Boot in QEMU gets address and image from our servers and starts it.

The servers see each of its Ethernet frames; no DHCP or TFTP but ours is anywhere.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from netframes import FrameNetwork, Frames

from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch
from uk_board.emulation.runner import built_image
from uk_board.emulation.uboot import uboot_file
from uk_board.errors import BenchError, MissingError
from uk_board.facts.board import Board
from uk_board.netboot import files
from uk_board.netboot.dhcp import Responder, Server
from uk_board.netboot.server import other_servers, serve
from uk_board.netboot.tftp import Event
from uk_board.packages.apt import MirrorError
from uk_board.uboot import UBoot

DEADLINE_S = 200.0


@pytest.fixture
def virt(board: Callable[[str], Board]) -> Board:
    return board("qemu-virt")


@pytest.fixture
def bios(virt: Board) -> Path:
    """Debian's U-Boot; only a machine without a mirror may do without."""
    try:
        return uboot_file(virt)
    except (MirrorError, MissingError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"the test fetches U-Boot from Debian, and cannot: {error}")


@pytest.fixture
def ends(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("net")
    return folder / "near", folder / "far"


@pytest.fixture
def wire(ends: tuple[Path, Path]) -> Iterator[Frames]:
    frames = Frames(*ends)
    yield frames
    frames.close_all()


class Serving(threading.Thread):
    """Serves the image of a board in the background."""

    def __init__(self, board: Board, wire: Frames) -> None:
        super().__init__(daemon=True)
        image = built_image(board, "hello").file
        self.files = files.gather(board, image, None)
        self.board, self.wire = board, wire
        self.events: list[Event] = []
        self.done: Event | None = None

    def run(self) -> None:
        # Where a test failed before, the wire is gone.
        with suppress(OSError, BenchError):
            self.done = serve(
                self.wire,
                Responder(self.wire.interface, files.SCRIPT),
                files.finder(self.files),
                files.kernel_name(self.board),
                time.monotonic,
                timeout_s=DEADLINE_S,
                on_event=self.events.append,
            )


def started(virt: Board, bios: Path, ends: tuple[Path, Path]) -> Emulator:
    return Emulator(
        virt, Launch(bios, firmware=True, network=FrameNetwork(near=ends[0], far=ends[1]))
    )


def test_u_boot_runs_the_boot_file_that_dhcp_names_which_fetches_and_starts_the_image(
    virt: Board, bios: Path, wire: Frames, ends: tuple[Path, Path]
) -> None:
    serving = Serving(virt, wire)
    serving.start()
    with started(virt, bios, ends) as emulator:
        uboot = UBoot(emulator.console, "=> ", where="virt")
        uboot.stop(DEADLINE_S, silent_s=DEADLINE_S)
        emulator.console.write(b"dhcp 0x42000000 && source 0x42000000\r")
        emulator.console.expect("uk-board: qemu-virt ", DEADLINE_S)
        emulator.console.expect("hello from Unikraft's API", DEADLINE_S)
    serving.join(20)
    assert serving.done is not None
    assert serving.done.total == len(serving.files["kernel8.img"])
    assert [event.name for event in serving.events if event.is_whole] == [
        "boot.scr.uimg",
        "kernel8.img",
    ]


def test_u_boots_own_search_finds_the_script_when_told_that_there_is_one(
    virt: Board, bios: Path, wire: Frames, ends: tuple[Path, Path]
) -> None:
    serving = Serving(virt, wire)
    serving.start()
    with started(virt, bios, ends) as emulator:
        uboot = UBoot(emulator.console, "=> ", where="virt")
        uboot.stop(DEADLINE_S, silent_s=DEADLINE_S)
        emulator.console.write(b"setenv boot_script_dhcp boot.scr.uimg; bootflow scan -b\r")
        emulator.console.expect("uk-board: qemu-virt ", DEADLINE_S)
    serving.join(20)
    assert serving.done is not None


def test_u_boot_fetches_by_hand_and_hears_of_what_is_not_there(
    virt: Board, bios: Path, wire: Frames, ends: tuple[Path, Path]
) -> None:
    serving = Serving(virt, wire)
    serving.start()
    with started(virt, bios, ends) as emulator:
        uboot = UBoot(emulator.console, "=> ", where="virt")
        uboot.stop(DEADLINE_S, silent_s=DEADLINE_S)
        uboot.command("setenv autoload no; dhcp", DEADLINE_S)
        said = uboot.command("tftpboot 0x42000000 none.bin; true", DEADLINE_S)
        assert "File not found" in said
        uboot.command("tftpboot 0x40080000 kernel8.img", DEADLINE_S)
        uboot.check(serving.files["kernel8.img"], 0x40080000)
        assert uboot.start(0x40080000).startswith("uk-board: qemu-virt ")
    serving.join(20)
    assert serving.done is not None


def test_another_dhcp_server_is_found_before_we_answer(ends: tuple[Path, Path]) -> None:
    near, far = ends
    ours, theirs = Frames(near, far), Frames(far, near, "192.168.77.9/24")
    assert other_servers(ours, time.monotonic, chance=random.Random(1), probe_s=0.2) == []
    stop = threading.Event()

    def answer() -> None:
        server = Server(theirs, Responder(theirs.interface, "x"))
        while not stop.is_set():
            if (datagram := theirs.receive(0.05)) is not None:
                server.take(datagram)

    other = threading.Thread(target=answer)
    other.start()
    try:
        found = other_servers(ours, time.monotonic, chance=random.Random(1), probe_s=20)
    finally:
        stop.set()
        other.join()
        ours.close_all()
        theirs.close_all()
    assert found == ["192.168.77.9"]
