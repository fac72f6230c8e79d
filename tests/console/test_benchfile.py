# SPDX-License-Identifier: BSD-3-Clause
"""bench.toml: where it is looked for, and what is wrong with wrong ones."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from madeusb import MadeUsb

from uk_board.desk.benchcard import fetch_card, return_card
from uk_board.desk.benchfile import Bench, Place, Port, check_boards, load_bench, port_of
from uk_board.errors import DescriptorError, MissingError, UsageError

GOOD = """\
[boards.rpi4]
console = { usb = "0403:6001", serial = "A1" }
baud = 3_000_000
power = { on = "relay 1 on", off = "relay 1 off", off_s = 0.5 }
reader = { path = "1-1.3" }
sd_mux = { to_host = "mux host", to_board = "mux dut" }
flash = "sdcard"
probe = "0123"
[boards.left]
board = "rpi3"
[boards.right]
board = "rpi3"
"""


def bench_of(folder: Path, text: str) -> Bench:
    file = folder / "bench.toml"
    file.write_text(text)
    return load_bench(file, {}, folder)


def test_the_working_folder_comes_before_the_home(tmp_path: Path) -> None:
    config = tmp_path / "config/uk-board"
    config.mkdir(parents=True)
    (config / "bench.toml").write_text("[boards.far]\n")
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert list(load_bench(None, environ, tmp_path).boards) == ["far"]
    (tmp_path / "bench.toml").write_text("[boards.near]\n")
    assert list(load_bench(None, environ, tmp_path).boards) == ["near"]


def test_without_a_file_the_bench_is_empty_and_says_how_to_get_one(tmp_path: Path) -> None:
    bench = load_bench(None, {"HOME": str(tmp_path)}, tmp_path)
    with pytest.raises(MissingError, match="bench-setup"):
        bench.place("rpi4")
    with pytest.raises(MissingError, match="no such file"):
        load_bench(tmp_path / "none.toml", {}, tmp_path)


def test_a_place_is_found_by_its_name_or_its_board(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, GOOD)
    assert bench.place("rpi4").baud == 3_000_000
    assert bench.place("left").board_name == "rpi3"
    with pytest.raises(UsageError, match=r"2 of .* are such a board; one is expected: left, right"):
        bench.place("rpi3")
    with pytest.raises(UsageError, match="known: right"):
        bench.place("rihgt")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[boards.a]\nconsol = {}", "boards.a.consol: unknown key; known: console"),
        ("[boards.a]\nconsole = {}", "boards.a.console: one is expected of"),
        ('[boards.a]\nconsole = {path = "1-1", url = "socket://h:1"}', "one is expected of"),
        ('[boards.a]\nconsole = {usb = "403:6001"}', 'usb "403:6001" is no USB id'),
        ('[boards.a]\nconsole = {url = "telnet://h:1"}', "rfc2217://host:port is expected"),
        ('[boards.a]\nconsole = {device = "/dev/ttyUSB0"}', "may be another adapter tomorrow"),
        ("[boards.a]\nbaud = 3", "out of range"),
        ('[boards.a]\npower = {on = "x"}', "boards.a.power: cannot switch"),
        ("[boards.a]\nreader = {}", "path or serial is expected"),
        ("[boards.a", "is not TOML"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DescriptorError) as caught:
        bench_of(tmp_path, text)
    assert message in str(caught.value)
    assert "bench.toml" in str(caught.value)


def test_a_board_that_does_not_exist_is_an_error_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(DescriptorError, match=r'boards\.rpi5: no board "rpi5"; known: rpi4'):
        check_boards(bench_of(tmp_path, "[boards.rpi5]\n"), ["pine64", "rpi4"])
    with pytest.raises(DescriptorError, match=r"boards\.x\.board: no board"):
        check_boards(bench_of(tmp_path, '[boards.x]\nboard = "y"\n'), ["rpi4"])


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("/dev/pts/3", Port(device="/dev/pts/3")),
        ("rfc2217://host:3000", Port(url="rfc2217://host:3000")),
        ("0403:6001", Port(usb="0403:6001")),
        ("0403:6001:A1", Port(usb="0403:6001", serial="A1")),
        ("1-1.2", Port(path="1-1.2")),
    ],
)
def test_the_option_names_every_kind_of_port(text: str, port: Port) -> None:
    assert port_of(text) == port


@pytest.mark.parametrize("text", ["ttyUSB0", "http://x:1", "socket://x", ""])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--port"):
        port_of(text)


def test_a_card_is_waited_for_after_the_mux_has_switched(tmp_path: Path) -> None:
    usb = MadeUsb(tmp_path / "machine")
    reader = usb.device("1-4", "0424:4050")
    place = bench_of(
        tmp_path,
        '[boards.a]\nreader = { path = "1-4" }\n'
        'sd_mux = { to_host = "mux host", to_board = "mux board" }\n',
    ).place("a")
    done: list[str] = []
    now = [0.0]

    def sleep(duration_s: float) -> None:
        now[0] += duration_s
        if now[0] > 1 and len(done) == 1:
            done.append("card")
            usb.card(reader, "sdq")

    node = fetch_card(place, usb.machine, done.append, clock=lambda: now[0], sleep=sleep)
    assert node == usb.root / "dev/sdq"
    return_card(place, done.append)
    assert done == ["mux host", "card", "mux board"]
    (usb.root / "sys/class/block/sdq").unlink()
    with pytest.raises(MissingError, match=r"no card is in its reader \(USB at USB 1-4\)"):
        fetch_card(place, usb.machine, done.append, clock=lambda: now[0], sleep=sleep)


def test_the_example_of_the_documentation_is_a_bench_file(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/bench.md").read_text()
    [example] = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    bench = bench_of(tmp_path, example)
    assert list(bench.boards) == ["rpi4", "left"]
    named = set(re.findall(r"`([a-z_]+)`", "".join(re.findall(r"^\| (`.*?) \|", page, re.M))))
    assert named == {field.name for field in fields(Place)} - {"name"}
