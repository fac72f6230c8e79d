# SPDX-License-Identifier: BSD-3-Clause
"""What starts an emulated board: QEMU's command line, and what it needs on this machine."""

from __future__ import annotations

import functools
import re
import shlex
import shutil
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from uk_board.emulation.attach import Attach
from uk_board.emulation.card import card_options, medium_options
from uk_board.emulation.network import Network
from uk_board.errors import BenchError, DescriptorError, MissingError, UsageError
from uk_board.facts.board import Board
from uk_board.facts.board import Emulator as Machine

QEMU = "qemu-system-aarch64"
# raspi4b and the Broadcom I2C controller came with QEMU 9.0.
OLDEST_QEMU = 9
DEFAULT_GDB_PORT = 1234


@dataclass(frozen=True)
class Launch:
    """What to start on an emulated board, and how.

    `icount_shift`: one instruction takes 2**shift ns of virtual time, deterministically.
    `paused`: the first instruction waits for `Emulator.resume` (or for gdb).
    `machine` overrides facts of the board's emulator (keys: machine, cpu, smp, memory).
    `medium`: the card in the board's slot; what is written to it is lost at the end.
    `card`: likewise, but written to (at most one of the two).
    `network`: what the board's network is connected to; without, it has none.
    `firmware`: the image is what the machine starts with, a boot loader in its flash.
    `executed`: a file for a log of the instructions that ran at least once.
    """

    image: Path
    append: str = ""
    attachments: tuple[Attach, ...] = ()
    icount_shift: int | None = None
    gdb_port: int | None = None
    paused: bool = False
    machine: Mapping[str, str] = field(default_factory=dict)
    device_tree: Path | None = None
    medium: Path | None = None
    card: Path | None = None
    network: Network | None = None
    firmware: bool = False
    executed: Path | None = None


def machine_of(board: Board) -> Machine:
    """Return the board's emulator. Raises: UsageError when it has none."""
    if board.emulator is None:
        raise UsageError(
            board.name,
            "has no emulator; QEMU does not model this board",
            hint=f"uk-board build {board.name}, and bring the image onto a real board",
        )
    return board.emulator


def boot_arguments(board: Board, append: str) -> str:
    """Return the boot arguments: what the emulator needs, then the user's."""
    machine = machine_of(board)
    needed = f"ukboard.lacks={','.join(machine.lacks)}" if machine.lacks else ""
    return " ".join(part for part in (needed, append) if part)


def command_line(board: Board, launch: Launch, program: str = QEMU) -> list[str]:
    """Return the command that starts `launch` on the board's emulator."""
    machine = machine_of(board)
    command = [program, *_machine_options(machine, launch.machine), "-nic", "none"]
    command += ["-display", "none", "-monitor", "none", "-no-reboot", "-semihosting"]
    command += ["-serial", "null"] * machine.console_index + ["-serial", "stdio"]
    command += ["-bios" if launch.firmware else "-kernel", str(launch.image)]
    if not launch.firmware and (append := boot_arguments(board, launch.append)):
        command += ["-append", append]
    if launch.device_tree is not None:
        command += ["-dtb", str(launch.device_tree)]
    if launch.medium is not None:
        command += medium_options(launch.medium)
    if launch.card is not None:
        command += card_options(board, launch.card)
    for attach in launch.attachments:
        command += _part_options(board, machine, launch, attach)
    if launch.network is not None:
        command += _network_options(board, machine, launch.network)
    if machine.random is not None:
        command += ["-device", machine.random]
    return command + _running_options(launch)


def _running_options(launch: Launch) -> list[str]:
    """Return how the machine runs: its time, what it logs, whether it waits."""
    options = []
    if launch.icount_shift is not None:
        options += ["-icount", f"shift={launch.icount_shift},sleep=off"]
    if launch.executed is not None:
        options += ["-d", "in_asm", "-D", str(launch.executed)]
    if launch.paused or launch.gdb_port is not None:
        options += ["-S"]
    if launch.gdb_port is not None:
        options += ["-gdb", f"tcp:127.0.0.1:{launch.gdb_port}"]
    return options


def _machine_options(machine: Machine, override: Mapping[str, str]) -> list[str]:
    facts = {
        "machine": machine.machine,
        "cpu": machine.cpu,
        "smp": None if machine.smp is None else str(machine.smp),
        "memory": machine.memory,
    }
    options = {"machine": "-M", "cpu": "-cpu", "smp": "-smp", "memory": "-m"}
    chosen = {key: override.get(key, value) for key, value in facts.items()}
    return [part for key, value in chosen.items() if value for part in (options[key], value)]


def _part_options(board: Board, machine: Machine, launch: Launch, attach: Attach) -> list[str]:
    """Return what attaches a part, and the file that keeps what it stores."""
    part = attach.part
    bus = _bus_of(board, machine, launch, attach)
    option = f"{part.device},id={attach.name},bus={bus}"
    if attach.address is not None:
        option += f",address={attach.address:#x}"
    if attach.select is not None:
        option += f",cs={attach.select}"
    if part.name_option is not None:
        option += f",{part.name_option}={attach.name}"
    if attach.size_bytes is not None and part.size is not None:
        option += f",{part.size}={attach.size_bytes}"
    if attach.file is None or part.file is None:
        return ["-device", option]
    # QEMU reads a comma in a value from two.
    file = str(launch.image.parent / attach.file).replace(",", ",,")
    drive = f"if=none,id={attach.name}-file,format=raw,file={file}"
    return ["-drive", drive, "-device", f"{option},{part.file}={attach.name}-file"]


def _bus_of(board: Board, machine: Machine, launch: Launch, attach: Attach) -> str:
    """Return QEMU's name of the bus that a part is on. Raises: DescriptorError."""
    if attach.behind is not None:
        above = next(one for one in launch.attachments if one.name == attach.behind.part)
        if above.part.channel is None:
            problem = f'{above.device} "{above.name}" has no channels to attach "{attach.name}" to'
            raise DescriptorError(f"{board.name}: emulator", problem)
        bus = _bus_of(board, machine, launch, above)
        return above.part.channel.format(bus=bus, name=above.name, channel=attach.behind.channel)
    buses = machine.spi_buses if attach.address is None else machine.i2c_buses
    if attach.bus not in buses:
        known = ", ".join(sorted(buses)) or "none"
        raise DescriptorError(
            f"{board.name}: emulator",
            f'no bus "{attach.bus}" to attach {attach.device} "{attach.name}" to; buses: {known}',
        )
    return buses[attach.bus]


def make_files(launch: Launch) -> None:
    """Make the files of parts that have never been there: erased memories are all ones."""
    for attach in launch.attachments:
        if attach.file is None or attach.size_bytes is None:
            continue
        file = launch.image.parent / attach.file
        if not file.exists():
            file.write_bytes(b"\xff" * attach.size_bytes)


def _network_options(board: Board, machine: Machine, network: Network) -> list[str]:
    if machine.network is None:
        raise DescriptorError(
            f"{board.name}: emulator",
            "names no network device; `network` with a device of QEMU's is expected",
        )
    return list(network.options(machine.network))


@functools.cache
def find_qemu(program: str = QEMU) -> str:
    """Return QEMU's path. Raises: MissingError when it is missing or too old."""
    path = shutil.which(program)
    if path is None:
        raise MissingError(program, "not found; it emulates the boards", hint="make setup")
    version = _first_line([path, "--version"])
    found = re.search(r"version (\d+)[.\d]*", version)
    if found is None:
        raise MissingError(path, f'does not say its version; it said "{version}"')
    if int(found[1]) < OLDEST_QEMU:
        raise MissingError(
            path,
            f"is {found[0]}; {OLDEST_QEMU} or later is needed",
            hint="make setup (on Debian 12 it takes QEMU from bookworm-backports)",
        )
    return path


@functools.cache
def qemu_version(program: str = QEMU) -> str:
    """Return QEMU's version, such as "10.0.2". Raises: MissingError."""
    found = re.search(r"version (\d+[.\d]*)", _first_line([find_qemu(program), "--version"]))
    assert found is not None, "find_qemu refuses one that does not say it"
    return found[1]


def _first_line(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingError(command[0], f"does not run: {error}") from error
    return (done.stdout or done.stderr).partition("\n")[0]


def gdb_command(elf: Path | None, port: int) -> str:
    """Return what to type to connect gdb to an emulator that waits on `port`."""
    words = ["gdb-multiarch", *([str(elf)] if elf else []), "-ex", f"target remote :{port}"]
    return shlex.join(words)


def check_port_is_free(port: int) -> None:
    """Raise UsageError or BenchError unless a server can listen on this local TCP port."""
    if not 1 <= port <= 65535:
        raise UsageError("--gdb", f"{port} is no TCP port; 1 to 65535 are")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError as error:
            raise BenchError(
                f"--gdb {port}",
                f"this TCP port cannot be used: {error.strerror}",
                hint=f"--gdb {port + 1 if port < 65535 else 1234}, or end what uses it",
            ) from error
