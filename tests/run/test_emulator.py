# SPDX-License-Identifier: BSD-3-Clause
"""The emulator: its command line, and a real QEMU that lives, answers and ends."""

from __future__ import annotations

import os
import select
import shlex
import shutil
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from uk_board.build.catalogue import load_catalogue
from uk_board.emulation.attach import Attach, Behind
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import (
    Launch,
    boot_arguments,
    check_port_is_free,
    command_line,
    find_qemu,
    gdb_command,
    make_files,
)
from uk_board.errors import BenchError, DescriptorError, MissingError, UsageError
from uk_board.facts.board import Board
from uk_board.tree import tree

DEADLINE_S = 60.0
LoadBoard = Callable[[str], Board]
MakeImage = Callable[..., Path]
SENSOR = Attach(name="t0", device="tmp105", bus="i2c1", address=0x48)


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def pid_of(emulator: Emulator) -> int:
    assert emulator._process is not None
    return emulator._process.pid


def test_the_command_has_the_facts_of_the_board_and_of_the_app(board: LoadBoard) -> None:
    launch = Launch(Path("kernel8.img"), append="demo.readings=2", attachments=(SENSOR,))
    command = " ".join(command_line(board("rpi4"), launch))
    assert command.startswith("qemu-system-aarch64 -M raspi4b ")
    assert " -kernel kernel8.img " in command
    assert (
        " -append ukboard.lacks=i2c1.irq,spi0.irq,timer.irq,gpio.irq,genet,rng demo.readings=2 "
        in command
    )
    assert command.endswith(" -device tmp105,id=t0,bus=i2c-bus.1,address=0x48")


def test_an_emulator_that_delivers_all_interrupts_polls_nothing(board: LoadBoard) -> None:
    assert boot_arguments(board("rpi3"), "") == ""
    assert boot_arguments(board("rpi3"), "a=1") == "a=1"


def test_what_the_emulator_lacks_comes_first(board: LoadBoard) -> None:
    assert (
        boot_arguments(board("rpi4"), "a=1")
        == "ukboard.lacks=i2c1.irq,spi0.irq,timer.irq,gpio.irq,genet,rng a=1"
    )


def test_a_launch_may_override_facts_of_the_machine(board: LoadBoard) -> None:
    machine = {"machine": "virt,gic-version=2", "smp": "1", "memory": "64"}
    command = command_line(board("qemu-virt"), Launch(Path("k"), machine=machine))
    assert command[1:9] == [
        "-M",
        "virt,gic-version=2",
        "-cpu",
        "cortex-a53",
        "-smp",
        "1",
        "-m",
        "64",
    ]


def test_a_board_without_emulator_is_told_so(board: LoadBoard) -> None:
    with pytest.raises(UsageError, match="pine64: has no emulator") as error:
        command_line(board("pine64"), Launch(Path("k")))
    assert "try: uk-board build pine64" in str(error.value)


def test_a_sensor_on_a_bus_that_is_not_emulated_names_the_buses(board: LoadBoard) -> None:
    with pytest.raises(
        DescriptorError, match='no bus "i2c1" to attach tmp105 "t0" to; buses: none'
    ):
        command_line(board("qemu-virt"), Launch(Path("k"), attachments=(SENSOR,)))


def part_words(board: Board, *parts: Attach, folder: str = ".") -> list[str]:
    """Return QEMU's words for parts, as the drivers of the tree say."""
    attachments = load_catalogue(tree()).emulated(parts)
    launch = Launch(Path(folder, "kernel8.img"), attachments=attachments)
    command = command_line(board, launch)
    return command[command.index("-append") + 2 :] if "-append" in command else command[-99:]


def test_a_memory_has_its_size_and_its_file_as_qemu_calls_them(board: LoadBoard) -> None:
    part = Attach(
        name="e1", device="at24c", bus="i2c1", address=0x51, size_bytes=4096, file="e1.img"
    )
    assert part_words(board("rpi4"), part, folder="a,b") == [
        "-drive",
        "if=none,id=e1-file,format=raw,file=a,,b/e1.img",
        "-device",
        "at24c-eeprom,id=e1,bus=i2c-bus.1,address=0x51,rom-size=4096,drive=e1-file",
    ]


def test_a_part_behind_a_switch_is_on_the_bus_of_its_channel(board: LoadBoard) -> None:
    switch = Attach(name="m0", device="pca9548", bus="i2c1", address=0x70)
    part = Attach(
        name="t1", device="tmp105", bus="i2c1", address=0x49, behind=Behind("m0", channel=3)
    )
    assert part_words(board("rpi4"), switch, part)[1::2] == [
        "pca9548,id=m0,bus=i2c-bus.1,address=0x70,name=m0",
        "tmp105,id=t1,bus=i2c-bus.1/m0/i2c.3,address=0x49",
    ]
    with pytest.raises(DescriptorError, match='tmp105 "t0" has no channels to attach "t1" to'):
        part_words(board("rpi4"), SENSOR, replace(part, behind=Behind("t0", channel=0)))


def test_a_part_on_spi_has_a_chip_select(board: LoadBoard) -> None:
    part = Attach(name="f0", device="spi_nor", bus="spi0", select=1)
    assert part_words(board("rpi4"), part)[1] == "w25q80,id=f0,bus=spi,cs=1"
    with pytest.raises(DescriptorError, match='no bus "spi0" to attach spi_nor "f0" to'):
        part_words(board("qemu-virt"), part)


def test_a_file_of_a_part_is_made_once_and_then_kept(tmp_path: Path) -> None:
    part = Attach(name="e0", device="x", bus="i2c1", address=0x50, size_bytes=512, file="e0.img")
    launch = Launch(tmp_path / "kernel8.img", attachments=(part, SENSOR))
    make_files(launch)
    assert (tmp_path / "e0.img").read_bytes() == b"\xff" * 512
    (tmp_path / "e0.img").write_bytes(b"a" * 512)
    make_files(launch)
    assert (tmp_path / "e0.img").read_bytes() == b"a" * 512


@pytest.mark.parametrize("name", ["qemu-virt", "rpi3", "rpi4"])
def test_the_exit_status_is_the_programs(
    name: str, board: LoadBoard, make_image: MakeImage
) -> None:
    image = make_image("images/hello.S", name, status=7)
    with Emulator(board(name), Launch(image)) as emulator:
        assert emulator.wait(DEADLINE_S) == 7
    assert emulator.console.last_lines() == ["hello from a test image"]


@pytest.mark.parametrize("status", [0, 1, 255])
def test_every_exit_status_is_the_programs(
    status: int, board: LoadBoard, make_image: MakeImage
) -> None:
    image = make_image("images/hello.S", "qemu-virt", status=status)
    with Emulator(board("qemu-virt"), Launch(image)) as emulator:
        assert emulator.wait(DEADLINE_S) == status


def test_what_is_sent_is_received(board: LoadBoard, make_image: MakeImage) -> None:
    image = make_image("images/echo.S", "qemu-virt")
    with Emulator(board("qemu-virt"), Launch(image)) as emulator:
        emulator.console.expect("ready", DEADLINE_S)
        emulator.console.write(b"ping")
        emulator.console.expect("ping", DEADLINE_S)
        emulator.console.write(b"q")
        assert emulator.wait(DEADLINE_S) == 0


def test_a_reset_starts_the_image_anew(board: LoadBoard, make_image: MakeImage) -> None:
    image = make_image("images/echo.S", "rpi3")
    with Emulator(board("rpi3"), Launch(image)) as emulator:
        for _ in range(2):
            emulator.console.expect("ready", DEADLINE_S)
            emulator.reset()
        emulator.console.expect("ready", DEADLINE_S)


def test_a_property_of_an_attached_sensor_can_be_set(
    board: LoadBoard, make_image: MakeImage
) -> None:
    image = make_image("images/echo.S", "rpi4")
    with Emulator(board("rpi4"), Launch(image, attachments=(SENSOR,))) as emulator:
        emulator.qmp.set_property("t0", "temperature", 36500)
        assert emulator.qmp.get_property("t0", "temperature") == 36500
        with pytest.raises(BenchError, match=r'rpi4: "qom-set" failed: .*wetness'):
            emulator.qmp.set_property("t0", "wetness", 1)


def test_leaving_ends_an_image_that_would_run_for_ever(
    board: LoadBoard, make_image: MakeImage
) -> None:
    image = make_image("bad/images/babbles.S", "qemu-virt")
    with Emulator(board("qemu-virt"), Launch(image)) as emulator:
        pid = pid_of(emulator)
        emulator.console.expect("another line", DEADLINE_S)
        assert emulator.wait(0.1) is None
        assert is_running(pid)
    assert not is_running(pid)
    emulator.stop()


def test_a_qemu_that_dies_at_once_shows_its_own_words_and_the_command(
    board: LoadBoard, make_image: MakeImage
) -> None:
    image = make_image("images/hello.S", "qemu-virt")
    launch = Launch(image, machine={"machine": "no-such-machine"})
    with (
        Emulator(board("qemu-virt"), launch) as emulator,
        pytest.raises(
            BenchError, match=r"qemu-virt: QEMU died with status 1: .*unsupported machine type"
        ) as error,
    ):
        emulator.wait(DEADLINE_S)
    assert "command: " in str(error.value)
    assert "-M no-such-machine" in str(error.value)


def test_the_control_channel_of_a_dead_qemu_is_an_error_with_its_words(
    board: LoadBoard, make_image: MakeImage
) -> None:
    image = make_image("images/hello.S", "qemu-virt")
    launch = Launch(image, machine={"cpu": "no-such-core"})
    with (
        Emulator(board("qemu-virt"), launch) as emulator,
        pytest.raises(BenchError, match=r"QEMU died with status 1: .*no-such-core"),
    ):
        emulator.qmp.registers()


def test_a_killed_qemu_is_an_error_with_the_last_lines(
    board: LoadBoard, make_image: MakeImage
) -> None:
    image = make_image("images/echo.S", "qemu-virt")
    with Emulator(board("qemu-virt"), Launch(image)) as emulator:
        emulator.console.expect("ready", DEADLINE_S)
        os.kill(pid_of(emulator), 9)
        with pytest.raises(BenchError, match="QEMU died with signal 9") as error:
            emulator.wait(DEADLINE_S)
    assert error.value.last_lines == ("ready",)


def test_a_missing_image_is_named(tmp_path: Path, board: LoadBoard) -> None:
    emulator = Emulator(board("qemu-virt"), Launch(tmp_path / "none.img"))
    with pytest.raises(MissingError, match=r"none\.img: no such image"):
        emulator.start()


def fake_qemu(folder: Path, version_line: str) -> str:
    program = folder / "qemu-of-the-test"
    program.write_text(f"#!/bin/sh\necho '{version_line}'\n")
    program.chmod(0o755)
    return str(program)


def test_a_missing_qemu_says_how_to_get_it() -> None:
    with pytest.raises(MissingError, match="no-such-qemu: not found") as error:
        find_qemu("no-such-qemu")
    assert "try: make setup" in str(error.value)


def test_an_old_qemu_says_which_one_is_needed(tmp_path: Path) -> None:
    program = fake_qemu(tmp_path, "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)")
    with pytest.raises(MissingError, match=r"is version 7\.2\.22; 9 or later is needed"):
        find_qemu(program)


def test_something_else_under_the_name_of_qemu_is_found_out(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match='does not say its version; it said "no idea"'):
        find_qemu(fake_qemu(tmp_path, "no idea"))


def test_a_gdb_port_in_use_is_found_before_the_start(
    board: LoadBoard, make_image: MakeImage
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        image = make_image("images/hello.S", "qemu-virt")
        emulator = Emulator(board("qemu-virt"), Launch(image, gdb_port=port))
        with pytest.raises(BenchError, match=f"--gdb {port}: this TCP port cannot be used"):
            emulator.start()
        emulator.stop()


def test_a_number_that_is_no_port_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="65536 is no TCP port; 1 to 65535 are"):
        check_port_is_free(65536)


@pytest.mark.skipif(shutil.which("gdb-multiarch") is None, reason="needs gdb-multiarch")
def test_gdb_connects_with_the_command_that_is_printed(
    board: LoadBoard, make_image: MakeImage
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    image = make_image("images/hello.S")
    command = shlex.split(gdb_command(image.with_suffix(".elf"), port))
    with Emulator(board("qemu-virt"), Launch(image, gdb_port=port)) as emulator:
        emulator.qmp.execute("query-status")
        assert emulator.console.size_bytes == 0, "the image waits for gdb"
        command += ["-batch", "-ex", "info symbol $pc", "-ex", "detach"]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=DEADLINE_S, check=False
        )
        assert "detached" in done.stdout, done.stderr
        assert emulator.wait(DEADLINE_S) == 0


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv of util-linux")
def test_qemu_dies_with_the_program_that_started_it(make_image: MakeImage) -> None:
    image = make_image("bad/images/silent.S", "qemu-virt")
    program = textwrap.dedent(f"""
        import time
        from pathlib import Path
        from uk_board.facts.boards import board_folders, load_board
        from uk_board.emulation.emulator import Emulator
        from uk_board.emulation.launch import Launch
        emulator = Emulator(load_board("qemu-virt", board_folders()), Launch(Path({str(image)!r})))
        emulator.start()
        emulator.qmp.execute("query-status")
        print(emulator._process.pid, flush=True)
        time.sleep({DEADLINE_S})
    """)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_running(pid)
        gone = os.pidfd_open(pid)
        parent.kill()
        poller = select.poll()
        poller.register(gone, select.POLLIN)
        assert poller.poll(DEADLINE_S * 1000), "QEMU outlived the program that started it"
        os.close(gone)
