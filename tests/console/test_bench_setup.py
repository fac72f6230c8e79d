# SPDX-License-Identifier: BSD-3-Clause
"""The first bench file says what can be seen, and overwrites nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from madeusb import MadeUsb

from uk_board.cli import group
from uk_board.desk.benchfile import load_bench


def setup(usb: MadeUsb, *more: str) -> Result:
    return CliRunner().invoke(group, ["bench-setup", "--sysroot", str(usb.root), *more])


@pytest.fixture
def usb(tmp_path: Path) -> MadeUsb:
    made = MadeUsb(tmp_path / "machine")
    made.tty(made.device("1-1", "0403:6001", serial='A"1', maker="FTDI"), "ttyUSB0")
    made.card(made.device("1-4", "0424:4050"), "sdb")
    made.device("1-5", "0d28:0204", serial="P1")
    return made


def test_the_only_adapter_and_reader_are_the_boards(usb: MadeUsb, tmp_path: Path) -> None:
    file = tmp_path / "new/bench.toml"
    done = setup(usb, "--board", "rpi4", "-o", str(file))
    assert done.exit_code == 0, done.output
    place = load_bench(file, {}, tmp_path).place("rpi4")
    assert place.console is not None
    assert (place.console.usb, place.console.serial) == ("0403:6001", 'A"1')
    assert place.reader is not None
    assert place.reader.path == "1-4"
    assert "# probe: CMSIS-DAP DAPLink, serial P1, 1-5" in file.read_text()


def test_a_file_that_is_there_stays(usb: MadeUsb, tmp_path: Path) -> None:
    file = tmp_path / "bench.toml"
    file.write_text("# mine\n")
    done = setup(usb, "-o", str(file))
    assert done.exit_code == 1
    assert "is there already, and stays" in done.output
    assert file.read_text() == "# mine\n"


def test_equal_adapters_are_told_apart_by_where_they_are(usb: MadeUsb, tmp_path: Path) -> None:
    usb.tty(usb.device("1-2", "1a86:7523"), "ttyUSB1")
    usb.tty(usb.device("1-3", "1a86:7523"), "ttyUSB2")
    refused = setup(usb, "--board", "rpi4", "--dry-run")
    assert refused.exit_code == 2
    assert "fits 3 adapters; rpi4=PATH is expected, of: 1-1:0, 1-2:0, 1-3:0" in refused.output
    done = setup(usb, "--board", "rpi4=1-3:0", "--board", "rpi3=1-1", "--dry-run")
    assert 'console = { usb = "1a86:7523", path = "1-3" }' in done.output
    file = tmp_path / "bench.toml"
    file.write_text(done.output)
    assert sorted(load_bench(file, {}, tmp_path).boards) == ["rpi3", "rpi4"]
    # What nobody said is there to be filled in.
    assert '# console = { usb = "1a86:7523", path = "1-2" }' in done.output


def test_a_machine_with_nothing_gets_a_file_that_can_be_read(tmp_path: Path) -> None:
    done = setup(MadeUsb(tmp_path / "machine"), "-o", str(tmp_path / "bench.toml"))
    assert done.exit_code == 0, done.output
    assert load_bench(tmp_path / "bench.toml", {}, tmp_path).boards == {}
