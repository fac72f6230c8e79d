# SPDX-License-Identifier: BSD-3-Clause
"""SD images: written by the command, read by others' programs, and booted.

Debian's own U-Boot reads the medium in QEMU and starts the image from it: a boot loader that
knows nothing of us. It comes from a package when the test runs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from felmodel import A64

from uk_board.cli import group
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch
from uk_board.errors import MissingError
from uk_board.facts.board import Board
from uk_board.facts.boards import board_folders, load_board
from uk_board.facts.descriptor import load
from uk_board.media import fdt
from uk_board.media.firmware import FirmwarePackage
from uk_board.media.medium import open_medium
from uk_board.packages.apt import MirrorError
from uk_board.packages.debpackage import fetch
from uk_board.usb import felboot
from uk_board.usb.felmedium import parts_of
from uk_board.usb.transport import Waiting

PIS = ("rpi3", "rpi4")
# U-Boot on a loaded machine.
DEADLINE_S = 120.0
LoadBoard = Callable[[str], Board]


def uk_board(*arguments: object) -> Result:
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


def firmware(name: str) -> Path:
    """Fetch a package; only a machine that reaches no mirror may do without."""
    file = next(f / "firmware" / f"{name}.toml" for f in board_folders())
    wanted = load(FirmwarePackage, file, title=name)
    try:
        return fetch(wanted.package)
    except (MirrorError, MissingError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"the test fetches {wanted.name} from Debian, and cannot: {error}")


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A medium for each board that boots from one, written by the command."""
    firmware("linux-device-trees")
    folder = tmp_path_factory.mktemp("media")
    made = {name: folder / f"{name}.img" for name in (*PIS, "pine64")}
    for name, file in made.items():
        done = uk_board("image", name, "-o", file)
        assert done.exit_code == 0, done.output
    return made


def test_the_licence_of_all_firmware_is_shown(tmp_path: Path, media: dict[str, Path]) -> None:
    done = uk_board("image", "rpi4", "-o", tmp_path / "sd.img")
    assert "for use with a Raspberry Pi only" in done.stdout
    assert "copyright" in done.stdout


@pytest.mark.parametrize("name", [*PIS, "pine64"])
def test_the_same_input_gives_the_same_bytes_and_they_are_sparse(
    name: str, tmp_path: Path, media: dict[str, Path]
) -> None:
    again = tmp_path / "again.img"
    assert uk_board("image", name, "-o", again, "--json").exit_code == 0
    assert again.read_bytes() == media[name].read_bytes()
    assert again.stat().st_blocks * 512 < 6 << 20 < again.stat().st_size


@pytest.mark.parametrize("name", [*PIS, "pine64"])
def test_what_is_on_a_medium_is_shown(name: str, media: dict[str, Path]) -> None:
    done = uk_board("image", "--inspect", media[name])
    assert done.exit_code == 0
    for part in ("FAT32", "kernel8.img: arm64 Image", "device tree", "text_offset 0x80000"):
        assert part in done.stdout
    if name == "pine64":
        assert "0x2000: Allwinner boot loader (eGON.BT0)" in done.stdout
        assert "ARM Trusted Firmware" in done.stdout
        assert "booti ${kernel_addr_r}" in done.stdout
    else:
        assert "| kernel_address=0x80000" in done.stdout
        assert "ELF" in done.stdout
    found = json.loads(uk_board("image", "--inspect", media[name], "--json").stdout)
    assert found["bytes"] == 128 << 20


def test_each_variant_gets_its_own_first_loader(tmp_path: Path, media: dict[str, Path]) -> None:
    lts = tmp_path / "lts.img"
    assert uk_board("image", "pine64", "--variant", "lts", "-o", lts).exit_code == 0
    shown = uk_board("image", "--inspect", lts).stdout
    assert "sun50i-a64-pine64-lts" in shown
    done = uk_board("image", "pine64", "--variant", "ltx", "-o", lts)
    assert (done.exit_code, 'no variant "ltx"; known: lts, plus' in done.output) == (2, True)


@pytest.mark.parametrize("name", [*PIS, "pine64"])
def test_mtools_and_fsck_accept_a_medium(name: str, tmp_path: Path, media: dict[str, Path]) -> None:
    for tool in ("fsck.vfat", "mcopy"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed (Debian: dosfstools, mtools)")
    volume = tmp_path / "volume"
    with open_medium(media[name]) as medium:
        partition = medium.boot_partition()
        volume.write_bytes(medium.read(partition.offset, partition.size_bytes))
        kernel = medium.file("kernel8.img")
    done = subprocess.run(["fsck.vfat", "-nv", volume], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    command = ["mcopy", "-i", f"{media[name]}@@{partition.offset}", "::KERNEL8.IMG", "-"]
    assert subprocess.run(command, capture_output=True, check=True).stdout == kernel


@pytest.mark.parametrize("name", PIS)
def test_debians_u_boot_starts_the_image_from_the_medium(
    name: str, tmp_path: Path, media: dict[str, Path], board: LoadBoard
) -> None:
    folder = firmware("u-boot-rpi") / "usr/lib/u-boot" / f"rpi_{name[-1]}"
    tree = tmp_path / "board.dtb"
    tree.write_bytes(_talks_on_the_console(media[name], board(name)))
    launch = Launch(folder / "u-boot.bin", device_tree=tree, medium=media[name])
    with Emulator(board(name), launch) as emulator:
        console = emulator.console
        console.expect("stop autoboot", DEADLINE_S)
        console.write(b"\r")
        console.expect("U-Boot> ", DEADLINE_S)
        for command, answer in (
            ("fatload mmc 0:1 ${kernel_addr_r} kernel8.img", r"\d+ bytes read"),
            ("booti ${kernel_addr_r} - ${fdtcontroladdr}", "Starting kernel"),
        ):
            console.write(command.encode() + b"\r")
            console.expect(answer, DEADLINE_S)
        console.expect(f"uk-board: {name} ", DEADLINE_S)
        console.expect("hello from Unikraft's API", DEADLINE_S)


def _talks_on_the_console(medium: Path, board: Board) -> bytes:
    """Return the medium's device tree with U-Boot's console where ours is: on the PL011."""
    with open_medium(medium) as opened:
        blob = opened.file(board.device_trees[0])
    assert blob is not None
    root = fdt.parse(blob, "tree")
    root.nodes["chosen"].properties["stdout-path"] = b"serial0:115200n8\0"
    return fdt.build(root)


@pytest.mark.parametrize("name", PIS)
def test_a_medium_runs_as_its_board_would_boot_it(name: str, media: dict[str, Path]) -> None:
    done = uk_board("run", name, "--medium", media[name], "--timeout", "60")
    assert "hello from Unikraft's API" in done.stdout
    assert done.exit_code == 0


def test_a_board_in_fel_starts_the_medium_with_debians_loader(media: dict[str, Path]) -> None:
    """Its first loader and Trusted Firmware are not run here: the model does what they do."""
    target = load_board("pine64", board_folders())
    with open_medium(media["pine64"]) as medium:
        parts = parts_of(medium, target)
        tree = medium.file("allwinner/sun50i-a64-pine64-plus.dtb")
        kernel = medium.file("kernel8.img")
    assert target.fel is not None
    board = A64()
    done = felboot.boot(board, target.fel, parts, 1 << 30, waiting=Waiting(sleep=lambda s: None))
    assert done.dram_bytes == 1 << 30
    assert [load.name for load in parts.loads] == ["atf", "scp", "start", "kernel8.img"]
    assert board.loader_ran == 1
    assert board.tree == tree
    entry, x = board.started
    assert board.memory.read(entry, len(kernel)) == kernel
    assert board.memory.read(x[0], len(tree)) == tree


def test_an_exchanged_kernel_is_what_runs_and_little_is_written(
    tmp_path: Path, media: dict[str, Path]
) -> None:
    medium = tmp_path / "sd.img"
    shutil.copyfile(media["rpi4"], medium)
    planned = uk_board(
        "image", "--update", medium, "--file", f"kernel8.img={__file__}", "--dry-run"
    )
    assert (planned.exit_code, medium.read_bytes() == media["rpi4"].read_bytes()) == (0, True)
    done = uk_board("image", "rpi4", "--app", "selftest", "--update", medium, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["written_bytes"] < 1 << 20
    run = uk_board("run", "rpi4", "--medium", medium, "--timeout", "120", "--icount")
    assert "hello" not in run.stdout
    assert run.stdout


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        (b"arm_64bit=1\nkernel=other.img\n", 'kernel is "other.img", which is not there'),
        (b"arm_64bit=0\n", "arm_64bit is 0"),
        (b"kernel_address=0x100000\n", "is loaded to 0x100000 by config.txt"),
        (b"kernel_address=here\n", 'kernel_address is "here"; a number is expected'),
        (b"device_tree=none.dtb\n", 'device_tree is "none.dtb", which is not there'),
    ],
)
def test_a_medium_that_would_not_boot_says_why(
    config: bytes, problem: str, tmp_path: Path, media: dict[str, Path]
) -> None:
    medium, text = tmp_path / "sd.img", tmp_path / "config.txt"
    shutil.copyfile(media["rpi4"], medium)
    text.write_bytes(config)
    done = uk_board("image", "--update", medium, "--file", f"config.txt={text}")
    assert done.exit_code == 0, done.output
    done = uk_board("run", "rpi4", "--medium", medium)
    assert (done.exit_code, problem in done.output) == (1, True), done.output


def test_a_medium_runs_whose_size_is_no_power_of_two(
    tmp_path: Path, media: dict[str, Path]
) -> None:
    card = tmp_path / "card.img"
    shutil.copyfile(media["rpi4"], card)
    os.truncate(card, 300 << 20)
    done = uk_board("run", "rpi4", "--medium", card, "--timeout", "60")
    assert (done.exit_code, "ended with status 0" in done.output) == (0, True), done.output


def test_a_medium_whose_end_the_emulator_would_not_show_is_not_run(tmp_path: Path) -> None:
    card = tmp_path / "card.img"
    done = uk_board("image", "rpi4", "--size", "192", "-o", card)
    assert done.exit_code == 0, done.output
    done = uk_board("run", "rpi4", "--medium", card)
    assert done.exit_code == 1
    assert "its partition ends at 201,326,592, and of 201,326,592 bytes QEMU's card" in done.output
    assert f"truncate -s 268435456 {card}" in done.output.replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "problem", "status"),
    [
        (["image"], "BOARD: is missing", 2),
        (["image", "qemu-virt", "-o", "x"], "boots from no medium", 2),
        (["image", "--inspect", "/nowhere"], "no such file", 3),
        (["run", "qemu-virt", "--medium", "/nowhere"], "boots from no medium", 2),
    ],
)
def test_what_cannot_be_done_says_why(arguments: list[str], problem: str, status: int) -> None:
    done = uk_board(*arguments)
    assert (done.exit_code, problem in done.output) == (status, True), done.output


@pytest.mark.parametrize("size", [0, 100, 512, 1 << 20, 5 << 20])
def test_a_cut_off_medium_is_shown_as_far_as_it_goes_with_what_is_wrong(
    size: int, tmp_path: Path, media: dict[str, Path]
) -> None:
    cut = tmp_path / "cut.img"
    with media["rpi4"].open("rb") as stream:
        cut.write_bytes(stream.read(size))
    done = uk_board("image", "--inspect", cut)
    assert done.exit_code == 1
    assert "uk-board: " in done.output
