# SPDX-License-Identifier: BSD-3-Clause
"""The user's bench.toml: which board hangs on which port, power switch, card reader, probe."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from uk_board.errors import DescriptorError, MissingError, UsageError, known_names
from uk_board.facts.descriptor import GIVEN, Document, parse, read
from uk_board.serial.adapters import Wanted

NAME = "bench.toml"
_IDS = re.compile("[0-9a-fA-F]{4}:[0-9a-fA-F]{4}")
_URL = re.compile(r"(socket|rfc2217)://\[?[^\s/]+\]?:\d{1,5}")
# What ssh takes for a machine, and for no option.
_HOST = re.compile(r"(?!-)[\w.@:%\[\]-]+")
# The kernel numbers these in the order in which they come.
_NUMBERED = re.compile(r"/dev/tty(USB|ACM)\d+")


@dataclass(frozen=True)
class Port:
    """Where a board's console is: a USB adapter by what it is, a URL, or a device node.

    `usb` is "vid:pid", `path` the USB path such as "1-1.2", `interface` the number of the
    port where the adapter has several, `url` is socket://host:port or rfc2217://host:port.
    """

    usb: str | None = None
    serial: str | None = None
    path: str | None = None
    interface: Annotated[int, range(256)] | None = None
    url: str | None = None
    device: str | None = None

    @property
    def wanted(self) -> Wanted:
        """What the adapter must be."""
        return Wanted(self.usb, self.serial, self.path, self.interface)

    def __str__(self) -> str:
        return self.url or self.device or str(self.wanted)


@dataclass(frozen=True)
class Power:
    """How power is switched: commands, run without a shell; without `cycle` it is off, then on."""

    on: str = ""
    off: str = ""
    cycle: str = ""
    # How long a board is off in a cycle
    off_s: int | float = 2


@dataclass(frozen=True)
class SdMux:
    """An SD-mux: its kind and place, or commands that give the card to this machine or the board.

    `kind` is one that uk-board switches itself, by its USB serial number or path.
    """

    kind: Literal["usbsdmux", "sdwire", "sdwire3"] | None = None
    serial: str | None = None
    path: str | None = None
    to_host: str = ""
    to_board: str = ""


@dataclass(frozen=True)
class Reader:
    """The USB card reader that a board's card is put into, by its USB path or serial number."""

    path: str | None = None
    serial: str | None = None

    @property
    def wanted(self) -> Wanted:
        """What the reader must be."""
        return Wanted(serial=self.serial, path=self.path)


@dataclass(frozen=True)
class Host:
    """The machine that a board hangs on, where it is another: it is flashed there, over ssh.

    `ssh` is what ssh calls it, "" where nobody has said it; `bench` the bench file there, `place`
    the board's name in that, where it is another.
    """

    ssh: str
    bench: str = ""
    place: str = ""


@dataclass(frozen=True)
class Place:
    """A board on the bench; `name` is the table's, and the board's too where `board` is none.

    `flash_options` has those of the method `flash`, by name. For tests: `offers` is what is
    wired to the board, such as "i2c:tmp105@0x48" or "network"; `address` is the board's on
    the network; `stimulus` has a command for each quantity, such as "t0.temperature_c", in
    which {value} is what it shall be.
    """

    name: Annotated[str, GIVEN]
    board: str = ""
    console: Port | None = None
    baud: Annotated[int, range(50, 12_000_001)] | None = None
    power: Power | None = None
    reset: str = ""
    sd_mux: SdMux | None = None
    reader: Reader | None = None
    flash: str | None = None
    flash_options: Mapping[str, str | bool] = field(default_factory=dict)
    probe: str | None = None
    host: Host | None = None
    offers: tuple[str, ...] = ()
    address: str = ""
    stimulus: Mapping[str, str] = field(default_factory=dict)

    @property
    def board_name(self) -> str:
        """The name of its board."""
        return self.board or self.name

    @property
    def has_reader(self) -> bool:
        """Whether it says where this machine finds the board's card."""
        return self.reader is not None or (self.sd_mux is not None and self.sd_mux.kind is not None)


@dataclass(frozen=True)
class Helper:
    """A microcontroller of the bench itself, such as one that switches relays.

    `target` is what pyOCD calls its chip, `probe` the serial number of the probe on it.
    """

    name: Annotated[str, GIVEN]
    target: str
    probe: str | None = None


@dataclass(frozen=True)
class Bench:
    """All boards on the bench, by name, and its helpers; `file` is where that is said."""

    file: Annotated[Path | None, GIVEN] = None
    boards: Mapping[str, Place] = field(default_factory=dict)
    helpers: Mapping[str, Helper] = field(default_factory=dict)

    def find(self, name: str) -> Place | None:
        """Return the place `name`, or the only one with that board; None if there is none.

        Raises: UsageError when several have that board.
        """
        if name in self.boards:
            return self.boards[name]
        fitting = [place for place in self.boards.values() if place.board_name == name]
        if len(fitting) > 1:
            names = ", ".join(place.name for place in fitting)
            raise UsageError(
                name, f"{len(fitting)} of {self.file} are such a board; one is expected: {names}"
            )
        return fitting[0] if fitting else None

    def place(self, name: str) -> Place:
        """Return the place `name`. Raises: MissingError, UsageError."""
        found = self.find(name)
        if found is not None:
            return found
        if self.file is None:
            raise MissingError(
                name,
                f"nothing says what it hangs on: no {NAME} here nor below $XDG_CONFIG_HOME",
                hint="uk-board bench-setup writes one; or name the port: --port",
            )
        raise UsageError(name, f"is not in {self.file}; {known_names(name, self.boards)}")


def places_of_file(environ: Mapping[str, str], here: Path) -> tuple[Path, ...]:
    """Return where a bench file may be; the first that is there counts."""
    config = environ.get("XDG_CONFIG_HOME") or str(Path(environ.get("HOME", "/")) / ".config")
    return (here / NAME, Path(config) / "uk-board" / NAME)


def load_bench(file: Path | None, environ: Mapping[str, str], here: Path) -> Bench:
    """Return the bench of `file`, or of the first place that has one, or an empty one.

    Raises:
        MissingError: `file` is not there.
        DescriptorError: it is wrong.
    """
    found = (place for place in places_of_file(environ, here) if place.is_file())
    used = file or next(found, None)
    if used is None:
        return Bench()
    document = read(used)
    bench = parse(Bench, document, file=used)
    for place in bench.boards.values():
        _check(place, document)
    return bench


def _check(place: Place, document: Document) -> None:
    steps = ("boards", place.name)
    if place.console is not None:
        problem = _port_problem(place.console)
        if problem is not None:
            raise document.error((*steps, "console"), problem)
    if place.power and not place.power.cycle and not (place.power.on and place.power.off):
        problem = "cannot switch; cycle, or both on and off, are expected"
        raise document.error((*steps, "power"), problem)
    if place.sd_mux is not None and (problem := _mux_problem(place.sd_mux)):
        raise document.error((*steps, "sd_mux"), problem)
    if place.host is not None and (problem := host_problem(place.host)):
        raise document.error((*steps, "host"), problem)
    if place.reader and place.reader.path is None and place.reader.serial is None:
        raise document.error((*steps, "reader"), "says nothing; path or serial is expected")


def _mux_problem(mux: SdMux) -> str | None:
    if mux.kind is None:
        whole = mux.to_host and mux.to_board and mux.serial is None and mux.path is None
        return None if whole else "cannot switch; kind, or both to_host and to_board, are expected"
    if mux.to_host or mux.to_board:
        return f"a {mux.kind} needs no commands; its serial or path is expected"
    if mux.serial is None and mux.path is None:
        return f"does not say which {mux.kind}; serial or path is expected (uk-board bench-setup)"
    return None


def host_problem(host: Host) -> str | None:
    """Return why ssh cannot be given this host; None if it can."""
    if not _HOST.fullmatch(host.ssh):
        return f'ssh "{host.ssh}" is no machine; such as "lab1" or "user@lab1" is expected'
    if host.bench and not host.bench.startswith("/"):
        return f'bench "{host.bench}" is no whole path; such as "/etc/uk-board/bench.toml" is'
    return None


def _port_problem(port: Port) -> str | None:
    usb = any(fact is not None for fact in (port.usb, port.serial, port.path))
    if [usb, port.url is not None, port.device is not None].count(True) != 1:
        return "one is expected of: usb, serial and path together; url; device"
    if port.usb is not None and not _IDS.fullmatch(port.usb):
        return f'usb "{port.usb}" is no USB id; such as "0403:6001" is expected'
    if port.url is not None and not _URL.fullmatch(port.url):
        return f'url "{port.url}" is none; socket://host:port or rfc2217://host:port is expected'
    if port.device is not None and _NUMBERED.fullmatch(port.device):
        return (
            f'device "{port.device}" may be another adapter tomorrow; '
            "usb and serial, or path are expected (uk-board ports tells them)"
        )
    return None


def port_of(text: str) -> Port:
    """Return the port that an option names: a URL, a node, "vid:pid[:serial]", or a USB path.

    Raises: UsageError.
    """
    if text.startswith("/"):
        return Port(device=text)
    if "://" in text:
        port = Port(url=text)
    elif _IDS.match(text):
        port = Port(usb=text[:9], serial=text[10:] or None)
    elif re.fullmatch(r"\d+-\d+(\.\d+)*", text):
        port = Port(path=text)
    else:
        known = "a URL, /dev/..., vid:pid[:serial] or a USB path such as 1-1.2 is expected"
        raise UsageError("--port", f'"{text}" is no port; {known}')
    problem = _port_problem(port)
    if problem is not None:
        raise UsageError("--port", problem)
    return port


def check_boards(bench: Bench, boards: list[str]) -> None:
    """Raise DescriptorError unless every place's board is a known one."""
    for place in bench.boards.values():
        if place.board_name not in boards:
            known = known_names(place.board_name, boards)
            key = f"boards.{place.name}" + (".board" if place.board else "")
            problem = f'no board "{place.board_name}"; {known}'
            raise DescriptorError(f"{bench.file}: {key}", problem)
