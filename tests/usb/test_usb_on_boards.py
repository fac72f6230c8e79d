# SPDX-License-Identifier: BSD-3-Clause
"""An adapter on the USB of emulated boards, driven by TinyUSB as it was released."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from thirdparty import package

from uk_board.build.build import BuildResult, build
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch, command_line
from uk_board.facts.boards import board_folders, load_board
from uk_board.packages.apt import run_apt

USBPING = Path(__file__).parent.parent / "apps" / "usbping"
BOARDS = ("rpi3", "rpi4")
# At the controller's own port; without it, QEMU puts a hub between.
DIRECT = ("usb-net,netdev=n0,port=1",)
DEADLINE_S = 240
Make = Callable[[str], BuildResult]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Build the test's image for a board, once."""
    package("tinyusb")
    out, results = tmp_path_factory.mktemp("usb"), {}

    def make(name: str) -> BuildResult:
        if name not in results:
            results[name] = build(load_board(name, board_folders()), USBPING, out=out)
        return results[name]

    return make


def run(made: Make, name: str, append: str, devices: tuple[str, ...] = DIRECT) -> tuple[int, str]:
    """Run the image with these devices; return its status and what it printed."""
    board = load_board(name, board_folders())
    command = command_line(board, Launch(made(name).image, append))
    command += ["-netdev", "user,id=n0"]
    command += [word for device in devices for word in ("-device", device)]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", BOARDS)
def test_every_ping_of_every_length_is_answered(made: Make, name: str) -> None:
    status, text = run(made, name, "ping.count=200")
    assert status == 0, text
    # QEMU 10.0 makes the first byte of the address that it was given 40.
    assert re.search(r"usb0: 4?[0-9a-f]+:54:00:12:34:5\d after \d+ ms", text)
    assert "200 of 200 pings answered" in text
    assert "rx 201 dropped 0 errors 0, tx 201 errors 0, resets 0" in text
    assert "usb: attached 1, refused 0, timeouts 0, restarts 0" in text
    # All but the one that the controller receives into
    assert "frames free: 15 of 16" in text


@pytest.mark.parametrize("name", BOARDS)
def test_an_adapter_behind_a_hub_beside_a_keyboard_works(made: Make, name: str) -> None:
    status, text = run(made, name, "ping.count=30", ("usb-kbd", "usb-net,netdev=n0"))
    assert status == 0, text
    assert "30 of 30 pings answered" in text
    assert "usb: attached 2, refused 0" in text


@pytest.mark.parametrize("name", BOARDS)
@pytest.mark.parametrize("devices", [DIRECT, ("usb-net,netdev=n0",)], ids=["direct", "hub"])
def test_after_a_restart_of_the_bus_the_adapter_is_the_same(
    made: Make, name: str, devices: tuple[str, ...]
) -> None:
    status, text = run(made, name, "ping.count=10 ping.restart=2", devices)
    assert status == 0, text
    assert text.count("usb0: link up") == 3
    assert "10 of 10 pings answered" in text
    assert "resets 2" in text
    assert "usb: attached 3, refused 0, timeouts 0, restarts 2" in text


@pytest.mark.parametrize("name", BOARDS)
def test_an_adapter_that_is_plugged_in_later_is_found(made: Make, name: str) -> None:
    board = load_board(name, board_folders())
    emulator = Emulator(board, Launch(made(name).image, "ping.count=20 ping.patience=60"))
    with emulator:
        emulator.console.expect("uk-board: ", DEADLINE_S)
        emulator.qmp.execute("netdev_add", type="user", id="n0")
        emulator.qmp.execute("device_add", driver="usb-net", netdev="n0", port="1", id="usb0")
        emulator.console.expect("20 of 20 pings answered", DEADLINE_S)
        assert emulator.wait(DEADLINE_S) == 0


def test_without_an_adapter_the_host_waits_and_the_program_goes_on(made: Make) -> None:
    status, text = run(made, "rpi3", "", ())
    assert status == 1
    assert "no adapter" in text
    assert "usb: attached 0, refused 0, timeouts 0, restarts 0" in text


def test_a_device_of_another_class_is_left_alone(made: Make) -> None:
    status, text = run(made, "rpi3", "", ("usb-kbd,port=1",))
    assert status == 1
    assert "usb: attached 1, refused 0" in text


def test_what_is_compiled_is_the_packages_content_byte_by_byte(made: Make) -> None:
    tinyusb, result = package("tinyusb"), made("rpi3")
    assert result.output == ""
    entries = json.loads((result.folder / "compile_commands.json").read_text())
    theirs = [Path(entry["file"]) for entry in entries if "/obj/" not in entry["file"]]
    theirs = [file for file in theirs if file.is_relative_to(tinyusb.content)]
    assert len(theirs) == len(tinyusb.wanted.files)
    # The archive itself, whose SHA-256 the manifest has, unpacked anew
    [archive] = tinyusb.content.parent.glob("*.deb")
    with tempfile.TemporaryDirectory() as fresh:
        run_apt(["dpkg-deb", "-x", str(archive), fresh], Path(fresh))
        for file in theirs:
            again = Path(fresh, file.relative_to(tinyusb.content))
            assert file.read_bytes() == again.read_bytes(), file
