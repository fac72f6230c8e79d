# SPDX-License-Identifier: BSD-3-Clause
"""The one place that makes SD images, with a board that needs no firmware."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from sshlab import arm64_image, loop_device

from uk_board.cli import group
from uk_board.errors import BenchError, MissingError, UkBoardError, UsageError
from uk_board.facts.board import Board
from uk_board.facts.boards import board_folders, load_board
from uk_board.media.medium import open_medium
from uk_board.media.sdimage import SdImage

MADE_UP = """\
title = "Made-up board"
models = ["Made-up board"]
soc = "bcm2711"
console = "uart0"
baud = 57600
load_address = 0x200000
[[ram]]
base = 0x0
size = 0x10000000
[medium]
kernel = "kernel8.img"
size_mib = 64
{config}
[verified]
boot = "model"
"""
IMAGE = arm64_image(b"nothing")
CONFIG = "[medium.config]\narm_64bit = 1"


@pytest.fixture
def image(tmp_path: Path) -> Path:
    file = tmp_path / "image"
    file.write_bytes(IMAGE)
    return file


def board(folder: Path, config: str = CONFIG) -> Board:
    (folder / "made-up.toml").write_text(MADE_UP.format(config=config))
    return load_board("made-up", board_folders([folder]))


def test_boot_arguments_are_where_the_firmware_looks_for_them(tmp_path: Path, image: Path) -> None:
    wanted = SdImage(board(tmp_path), [tmp_path], arguments="one 'two'")
    made = wanted.write(image, tmp_path / "sd.img", environ={})
    assert (made.file.stat().st_size, made.firmware) == (64 << 20, {})
    with open_medium(made.file) as medium:
        assert medium.file("cmdline.txt") == b"one 'two'\n"
        assert medium.file("kernel8.img") == IMAGE


def test_flash_and_image_take_boot_arguments_of_the_command_line(
    tmp_path: Path, image: Path
) -> None:
    board(tmp_path)
    bench, flashed, made = tmp_path / "bench.toml", tmp_path / "flashed", tmp_path / "made"
    options = f'flash_options = {{ command = "cp {{medium}} {flashed}" }}'
    bench.write_text(f'[boards.made-up]\nflash = "command"\n{options}\n')
    given = ["made-up", "--append", "one two"]
    for arguments in (
        ["flash", *given, "--image", image, "--bench", bench, "--yes"],
        ["image", *given, "-o", made],
    ):
        command = ["--boards", tmp_path, *arguments]
        done = CliRunner().invoke(group, [str(word) for word in command])
        assert done.exit_code == 0, done.output
    for file in (flashed, made):
        with open_medium(file) as medium:
            assert medium.file("cmdline.txt") == b"one two\n"


def test_without_arguments_there_is_no_file_of_them(tmp_path: Path, image: Path) -> None:
    made = SdImage(board(tmp_path), [tmp_path], size_bytes=128 << 20).write(
        image, tmp_path / "sd.img", environ={}
    )
    assert made.medium.size_bytes == 128 << 20
    with open_medium(made.file) as medium:
        assert medium.file("cmdline.txt") is None


def test_arguments_that_nothing_would_pass_on_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing on its medium passes boot arguments on"):
        SdImage(board(tmp_path, ""), [tmp_path], arguments="x")


def test_an_image_that_is_not_there_leaves_an_old_medium_alone(tmp_path: Path) -> None:
    (tmp_path / "sd.img").write_bytes(b"old")
    wanted = SdImage(board(tmp_path), [tmp_path])
    with pytest.raises(MissingError, match="no such file"):
        wanted.write(tmp_path / "none", tmp_path / "sd.img", environ={})
    with pytest.raises(BenchError, match="cannot be read: Is a directory"):
        wanted.write(tmp_path, tmp_path / "sd.img", environ={})
    assert (tmp_path / "sd.img").read_bytes() == b"old"


def test_a_device_is_not_replaced_by_a_file(tmp_path: Path, image: Path) -> None:
    device = tmp_path / "device"
    os.mkfifo(device)
    with pytest.raises(UsageError, match=r"is no file; .*\ntry: uk-board flash writes cards"):
        SdImage(board(tmp_path), [tmp_path]).write(image, device, environ={})
    assert device.is_fifo()


def test_what_a_link_names_is_written_and_the_link_stays(tmp_path: Path, image: Path) -> None:
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)
    SdImage(board(tmp_path), [tmp_path]).write(image, link, environ={})
    assert link.is_symlink()
    assert file.stat().st_size == 64 << 20


def test_a_file_on_a_device_that_may_be_a_disk_is_not_exchanged(
    tmp_path: Path, image: Path
) -> None:
    made = SdImage(board(tmp_path), [tmp_path]).write(image, tmp_path / "sd.img", environ={})
    before = made.file.read_bytes()
    with loop_device(made.file) as device:
        exchange = ["image", "--update", device, "--file", f"kernel8.img={image}"]
        done = CliRunner().invoke(group, exchange)
        assert done.exit_code == 1
        assert f"{device}: is not written: is not removable" in done.output
    assert made.file.read_bytes() == before


def test_an_update_takes_no_boot_arguments(tmp_path: Path) -> None:
    done = CliRunner().invoke(group, ["image", "rpi4", "--update", "x", "--append", "y"])
    assert (done.exit_code, "--append: does not go with --update" in done.output) == (2, True)


def test_what_is_no_image_for_a_medium_is_refused(tmp_path: Path, image: Path) -> None:
    image.write_bytes(b"\x7fELF" + bytes(200))
    with pytest.raises(UkBoardError, match=r"image: .*arm64 Image"):
        SdImage(board(tmp_path), [tmp_path]).write(image, tmp_path / "sd.img", environ={})
    assert not (tmp_path / "sd.img").exists()
