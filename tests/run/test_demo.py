# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board demo`: the whole of it, and what it says when it does not work."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.build.component import load_app
from uk_board.demo import demo, suitable_boards
from uk_board.emulation.runner import Image
from uk_board.errors import BenchError, DescriptorError
from uk_board.facts.board import Board
from uk_board.facts.boards import board_folders, board_names, load_board
from uk_board.tree import tree
from uk_board.web import WebClient

LoadBoard = Callable[[str], Board]
MakeImage = Callable[..., Path]


def uk_board_demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from uk_board.cli import main; main()", "demo", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=250, check=False)


def image_of(file: Path) -> Image:
    return Image(
        "demo", file, file.with_suffix(".elf"), load_app("demo", tree()).attach, True, web_port=80
    )


@pytest.mark.parametrize("name", ["rpi3", "rpi4"])
def test_both_temperatures_are_read_and_the_last_line_says_so(name: str) -> None:
    done = uk_board_demo(name)
    assert done.returncode == 0, done.stderr
    assert done.stdout.index("temperature: 21.5") < done.stdout.index("temperature: 36.5")
    cost, last = done.stdout.splitlines()[-2:]
    wanted = rf"demo: {name} read 21\.5 C, then 36\.5 C over I2C after QMP set it, and served both"
    assert re.fullmatch(wanted + r": PASS in [\d.]+ s", last)
    found = re.fullmatch(
        rf"demo: {name} answered [\d.]+ s after power-on, "
        r"image (\d+) KiB, (\d+) KiB of RAM in use, (\d+) requests",
        cost,
    )
    assert found is not None
    image_kib, ram_kib, requests = map(int, found.groups())
    assert image_kib <= 220
    assert ram_kib <= 512
    assert requests >= 4


def test_run_says_where_the_page_is_and_keeps_it_there() -> None:
    command = [sys.executable, "-c", "from uk_board.cli import main; main()", "run", "rpi4"]
    with subprocess.Popen(
        [*command, "--app", "demo"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        found = None
        while found is None and (line := running.stderr.readline()):
            found = re.match(r"uk-board: rpi4: (http://localhost:\d+/) \(Ctrl-C ends\)", line)
        assert found is not None
        page = WebClient(found[1], "rpi4", lambda: False).get()
        assert page.startswith(b"<!doctype html>")
        running.send_signal(signal.SIGINT)
        assert "uk-board: interrupted" in running.stderr.read()
        assert running.wait(60) == 130


def test_a_board_without_the_bus_is_told_which_it_has() -> None:
    done = uk_board_demo("qemu-virt")
    assert done.returncode == 1
    assert 'qemu-virt has no device "i2c1"' in done.stderr


def test_dry_run_says_what_would_be_done() -> None:
    done = uk_board_demo("rpi4", "--dry-run")
    assert done.returncode == 0
    assert "-device tmp105,id=t0,bus=i2c-bus.1,address=0x48" in done.stdout
    assert "hostfwd=tcp:127.0.0.1:0-:80" in done.stdout


def test_the_default_board_is_one_that_can_do_it() -> None:
    boards = [load_board(name, board_folders()) for name in board_names(board_folders())]
    assert {board.name for board in suitable_boards(boards)} >= {"rpi3", "rpi4"}
    assert all("i2c1" in board.devices for board in suitable_boards(boards))


def test_an_image_that_ends_without_a_reading_fails_with_its_lines(
    board: LoadBoard, make_image: MakeImage
) -> None:
    image = image_of(make_image("images/hello.S", "rpi4", status=3))
    heard: list[bytes] = []
    with pytest.raises(BenchError, match="console ended") as error:
        demo(board("rpi4"), image, heard.append)
    assert error.value.last_lines == ("hello from a test image",)
    assert b"".join(heard) == b"hello from a test image\n"


def test_a_crash_is_resolved(board: LoadBoard, make_image: MakeImage) -> None:
    image = image_of(make_image("bad/images/crashes.S", "rpi3"))
    with pytest.raises(BenchError, match="demo crashed: data abort") as error:
        demo(board("rpi3"), image, lambda data: None)
    assert "crash_culprit" in str(error.value)


def test_an_app_that_attaches_no_sensor_is_no_demo(board: LoadBoard) -> None:
    with pytest.raises(DescriptorError, match=r"\[\[attach\]\] and web_port are expected"):
        demo(board("rpi4"), Image("hello", Path("kernel8.img")), lambda data: None)
