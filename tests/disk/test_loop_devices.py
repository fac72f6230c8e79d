# SPDX-License-Identifier: BSD-3-Clause
"""The method sdcard on real block devices: loop devices, whose files can be too small or full."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from uk_board.disk.target import NOT_BOOTABLE
from uk_board.errors import BenchError
from uk_board.facts.boards import board_folders, load_board
from uk_board.flasher import Job, load_method
from uk_board.media.layout import Contents, lay_out
from uk_board.tree import tree

MIB = 1 << 20
SIZE = 64 * MIB

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/dev/loop-control").exists() or not shutil.which("losetup"),
    reason="loop devices need root, /dev/loop-control and losetup",
)


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


@contextmanager
def looped(file: Path) -> Iterator[Path]:
    try:
        device = run("losetup", "--find", "--show", file)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no loop device can be had: {error.stderr}")
    try:
        yield Path(device)
    finally:
        run("losetup", "--detach", device)


@contextmanager
def small_file_system(folder: Path, size: int) -> Iterator[Path]:
    folder.mkdir()
    try:
        run("mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"nothing can be mounted: {error.stderr}")
    try:
        yield folder
    finally:
        run("umount", folder)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    file = tmp_path / "sd.img"
    files = {"kernel8.img": random.Random(1).randbytes(20 * MIB), "config.txt": b"arm_64bit=1\n"}
    lay_out(Contents(files, {}), SIZE).write(file)
    return file


METHOD = load_method("sdcard", tree())


def job(image: Path, device: Path) -> Job:
    board = load_board("rpi3", board_folders())
    # Not removable, which a loop device is not: it has to be named.
    return Job(board, image, lambda: image, {"device": device, "force": device})


def sparse(file: Path, size: int) -> Path:
    with file.open("wb") as stream:
        stream.truncate(size)
    return file


def test_a_medium_is_on_the_device_afterwards(image: Path, tmp_path: Path) -> None:
    card = sparse(tmp_path / "card", SIZE)
    with looped(card) as device:
        wanted = job(image, device)
        assert "bytes written and read back" in METHOD.run(wanted, METHOD.plan(wanted))
        listed = run("mdir", "-b", "-i", f"{device}@@4M", "::") if shutil.which("mdir") else ""
        assert not listed or "kernel8.img" in listed
    assert card.read_bytes()[:512] == image.read_bytes()[:512]


def test_a_device_that_is_too_small_is_untouched(image: Path, tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.write_bytes(b"\x5a" * MIB)
    with looped(card) as device:
        wanted = job(image, device)
        with pytest.raises(BenchError, match=r"has 1,048,576 bytes; .*: nothing was written"):
            METHOD.run(wanted, METHOD.plan(wanted))
    assert card.read_bytes() == b"\x5a" * MIB


def test_a_kernel_that_fails_a_write_in_the_middle_is_believed(image: Path, tmp_path: Path) -> None:
    """The device's file lies on a file system that is full before all is written."""
    with small_file_system(tmp_path / "full", 8 * MIB) as folder:
        card = sparse(folder / "card", SIZE)
        with looped(card) as device:
            wanted = job(image, device)
            with pytest.raises(BenchError, match=r"(cannot be written|did not take)") as found:
                METHOD.run(wanted, METHOD.plan(wanted))
        assert found.value.problem.endswith(NOT_BOOTABLE)
        with card.open("rb") as stream:
            assert stream.read(512) == bytes(512)


def test_another_medium_under_the_same_name_is_not_written(image: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for file in (first, second):
        file.write_bytes(b"\x5a" * SIZE)
    with looped(first) as device:
        wanted = job(image, device)
        planned = METHOD.plan(wanted)
        run("losetup", "--detach", device)
        run("losetup", device, second)
        with pytest.raises(BenchError, match=r"is another device or medium .*nothing was written"):
            METHOD.run(wanted, planned)
    assert second.read_bytes() == first.read_bytes() == b"\x5a" * SIZE


def test_a_device_that_is_in_use_is_untouched(image: Path, tmp_path: Path) -> None:
    card = sparse(tmp_path / "card", SIZE)
    with looped(card) as device:
        wanted = job(image, device)
        planned = METHOD.plan(wanted)
        held = os.open(device, os.O_RDWR | os.O_EXCL)
        try:
            with pytest.raises(BenchError, match=r"is in use: .*; nothing was written"):
                METHOD.run(wanted, planned)
        finally:
            os.close(held)


def test_an_image_file_on_a_full_file_system_is_not_half_there(tmp_path: Path) -> None:
    with small_file_system(tmp_path / "full", 8 * MIB) as folder:
        medium = lay_out(Contents({"big": b"x" * (20 * MIB)}, {}), SIZE)
        with pytest.raises(BenchError, match="cannot be written: No space left on device"):
            medium.write(folder / "sd.img")
        assert list(folder.iterdir()) == []
