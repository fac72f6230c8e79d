# SPDX-License-Identifier: BSD-3-Clause
"""A first bench.toml, by looking at what hangs on USB."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from uk_board.desk.sdmux import KINDS
from uk_board.disk.facts import Machine
from uk_board.errors import BenchError, UsageError
from uk_board.serial.adapters import Adapter, UsbDevice, adapters, cards, usb_devices
from uk_board.serial.usbids import Kind


@dataclass(frozen=True)
class Seen:
    """What is there: serial ports, card readers with a card, SD-muxes and debug probes."""

    ports: tuple[Adapter, ...]
    readers: tuple[UsbDevice, ...]
    muxes: tuple[UsbDevice, ...]
    probes: tuple[UsbDevice, ...]


def look(machine: Machine) -> Seen:
    """Return what hangs on USB. A mux's and a probe's own serial ports are no board's."""
    devices = usb_devices(machine)

    def of(kind: Kind) -> tuple[UsbDevice, ...]:
        return tuple(each for each in devices if each.known and each.known.kind == kind)

    others = {device.path for device in of("sd-mux")}
    ports = (port for port in adapters(machine) if port.device.path not in others)
    readers = {device.path: device for _, device in cards(machine)}
    return Seen(tuple(ports), tuple(readers.values()), of("sd-mux"), of("probe"))


def place_of(port: Adapter) -> str:
    """Return where a port is, as `assign` takes it: the USB path, and which one there."""
    return f"{port.device.path}:{port.interface}"


def assign(seen: Seen, boards: Sequence[str]) -> dict[str, Adapter]:
    """Return which board hangs on which port, from "board" or "board=USB path".

    Raises: UsageError where that does not tell.
    """
    found: dict[str, Adapter] = {}
    for text in boards:
        board, _, path = text.partition("=")
        fitting = [port for port in seen.ports if path in ("", port.device.path, place_of(port))]
        if len(fitting) != 1:
            paths = ", ".join(map(place_of, seen.ports)) or "none is there"
            raise UsageError(
                "--board",
                f'"{text}" fits {len(fitting)} adapters; {board}=PATH is expected, of: {paths}',
            )
        if board in found:
            raise UsageError("--board", f'"{board}" is there twice; each board is expected once')
        found[board] = fitting[0]
    return found


def console_line(port: Adapter, others: Sequence[Adapter]) -> str:
    """Return the key `console` of a port: its serial number if that is its own, else its path."""
    same = [each for each in others if each.device.serial == port.device.serial]
    unique = port.device.serial and all(each.device.path == port.device.path for each in same)
    # JSON's strings are TOML's: a serial number may hold anything.
    facts = [f"usb = {json.dumps(port.device.ids)}"]
    facts += (
        [f"serial = {json.dumps(port.device.serial)}"]
        if unique
        else [f"path = {json.dumps(port.device.path)}"]
    )
    if sum(each.device.path == port.device.path for each in others) > 1:
        facts.append(f"interface = {port.interface}")
    return f"console = {{ {', '.join(facts)} }}"


def text_of(seen: Seen, assigned: Mapping[str, Adapter]) -> str:
    """Return the bench file; what nobody can see is in comments, to be filled in."""
    return "".join(f"{line}\n" for line in _lines(seen, assigned))


def _lines(seen: Seen, assigned: Mapping[str, Adapter]) -> Iterator[str]:
    yield "# What hangs where. Written by looking; uk-board ports shows what is there now."
    for board, port in assigned.items():
        yield from ("", f"[boards.{json.dumps(board)}]", f"# {port.device.title}, {port.driver}")
        yield console_line(port, seen.ports)
        if len(seen.readers) == 1:
            yield f"reader = {{ path = {json.dumps(seen.readers[0].path)} }}"
        yield '# power = { on = "COMMAND", off = "COMMAND" }'
    left = [port for port in seen.ports if port not in assigned.values()]
    for port in left:
        yield from ("", "# Which board is it?", "# [boards.BOARD]")
        yield f"# {console_line(port, seen.ports)}"
    for device in (*seen.muxes, *seen.probes):
        kind = device.known.kind if device.known else ""
        yield from ("", f"# {kind}: {device.title}, serial {device.serial or '-'}, {device.path}")
        yield from (f"# {line}" for line in _mux_line(device))


def _mux_line(device: UsbDevice) -> Iterator[str]:
    """Yield the key of a mux that we switch ourselves, for the board that hangs on it."""
    for name, kind in KINDS.items():
        if kind.ids == device.ids:
            key, value = ("serial", device.serial) if device.serial else ("path", device.path)
            yield f"sd_mux = {{ kind = {json.dumps(name)}, {key} = {json.dumps(value)} }}"


def write(file: Path, text: str) -> None:
    """Write the file, if there is none. Raises: BenchError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise BenchError(
            str(file), "is there already, and stays", hint="uk-board bench-setup --dry-run"
        ) from None
    except OSError as error:
        raise BenchError(str(file), f"cannot be written: {error.strerror}") from error
