# SPDX-License-Identifier: BSD-3-Clause
"""Adapters are found by what they are, and bench.toml says whose they are."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from madeusb import MadeUsb
from ptyboard import PluggedBoard

from uk_board.cli import group
from uk_board.serial.adapters import Wanted, adapters, cards, usb_devices
from uk_board.serial.portlock import lock_folder
from uk_board.serial.tty import TtyPort


@pytest.fixture
def usb(tmp_path: Path) -> MadeUsb:
    """Two equal FTDI adapters, one of four ports, a CDC device, a port on no USB."""
    made = MadeUsb(tmp_path / "machine")
    made.tty(made.device("1-1.2", "0403:6001", serial="A1", maker="FTDI"), "ttyUSB1", 0, "ftdi_sio")
    made.tty(made.device("1-1.10", "0403:6001", serial="B2", product="UART"), "ttyUSB0")
    quad = made.device("1-2", "0403:6011", serial="Q4")
    for interface in range(4):
        made.tty(quad, f"ttyUSB{interface + 2}", interface)
    made.tty(made.device("1-3", "1A86:55D4"), "ttyACM0")
    made.plain_tty("ttyS0")
    return made


def test_adapters_come_in_the_order_of_their_sockets_with_what_they_are(usb: MadeUsb) -> None:
    found = adapters(usb.machine)
    assert [(port.name, port.device.path, port.interface) for port in found] == [
        ("ttyUSB1", "1-1.2", 0),
        ("ttyUSB0", "1-1.10", 0),
        ("ttyUSB2", "1-2", 0),
        ("ttyUSB3", "1-2", 1),
        ("ttyUSB4", "1-2", 2),
        ("ttyUSB5", "1-2", 3),
        ("ttyACM0", "1-3", 0),
    ]
    assert (found[0].driver, found[0].device.title) == ("ftdi_sio", "FTDI")
    # No link to a driver: what its ids say.
    assert (found[-1].driver, found[-1].device.title) == ("cdc_acm", "CH9102")
    assert found[-1].device.ids == "1a86:55d4"


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(ids="0403:6001"), ["ttyUSB1", "ttyUSB0"]),
        (Wanted(ids="0403:6001", serial="B2"), ["ttyUSB0"]),
        (Wanted(path="1-1.2"), ["ttyUSB1"]),
        (Wanted(path="1-2", interface=3), ["ttyUSB5"]),
        (Wanted(ids="1A86:55d4"), ["ttyACM0"]),
        (Wanted(ids="0403:6001", serial="Q4"), []),
        (Wanted(path="1-1"), []),
    ],
)
def test_each_fact_must_fit(usb: MadeUsb, wanted: Wanted, names: list[str]) -> None:
    assert [port.name for port in adapters(usb.machine) if wanted.fits_port(port)] == names


def test_a_machine_without_usb_has_no_adapter(tmp_path: Path) -> None:
    assert adapters(MadeUsb(tmp_path).machine) == []
    assert usb_devices(MadeUsb(tmp_path / "other").machine) == []


def test_a_card_is_found_with_its_reader(usb: MadeUsb) -> None:
    usb.card(usb.device("1-4", "0424:4050", serial="S"), "sdb")
    usb.card(usb.device("1-5", "0424:4050"), "sdc", sectors=0)
    [(disk, reader)] = cards(usb.machine)
    assert (disk.name, reader.path, reader.serial) == ("sdb", "1-4", "S")


BENCH = """\
[boards.rpi4]
console = { usb = "0403:6001", serial = "B2" }
[boards.rpi3]
console = { path = "1-2", interface = 1 }
[boards.left]
board = "pine64"
console = { url = "socket://127.0.0.1:2000" }
"""


def test_ports_says_which_board_hangs_on_which(usb: MadeUsb, tmp_path: Path) -> None:
    bench = tmp_path / "bench.toml"
    bench.write_text(BENCH)
    arguments = ["ports", "--bench", str(bench), "--sysroot", str(usb.root)]
    done = CliRunner().invoke(group, [*arguments, "--json"])
    assert done.exit_code == 0, done.output
    owners = {port["device"]: port["boards"] for port in json.loads(done.stdout)}
    dev = usb.root / "dev"
    assert owners[str(dev / "ttyUSB0")] == ["rpi4"]
    assert owners[str(dev / "ttyUSB3")] == ["rpi3"]
    assert sum(map(len, owners.values())) == 2
    table = CliRunner().invoke(group, arguments).stdout
    [line] = [line for line in table.splitlines() if "1-1.10" in line]
    assert line.split()[-1] == "rpi4"
    assert "left: socket://127.0.0.1:2000, not on USB here" in table


def test_ports_says_who_uses_one_and_which_boards_adapter_is_missing(tmp_path: Path) -> None:
    usb = MadeUsb(tmp_path / "machine")
    plugged = PluggedBoard(usb, serial="B2")
    board = plugged.plug()
    bench = tmp_path / "bench.toml"
    bench.write_text(BENCH)
    arguments = ["ports", "--bench", str(bench), "--sysroot", str(usb.root)]

    def used_by() -> str:
        [port] = json.loads(CliRunner().invoke(group, [*arguments, "--json"]).stdout)
        return str(port["used_by"])

    os.close(board.slave)
    assert used_by() == ""
    port = TtyPort(board.node, 9600, owner="tester", locks=lock_folder())
    assert used_by() == f"process {os.getpid()} of tester"
    port.close()
    assert used_by() == ""
    with subprocess.Popen(["sleep", "60"], stdin=board.node.open()) as other:
        assert used_by() == f"sleep (process {other.pid})"
        other.kill()
    table = CliRunner().invoke(group, arguments).stdout
    assert "rpi3: USB at USB 1-2 port 1, not plugged in" in table
