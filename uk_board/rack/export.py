# SPDX-License-Identifier: BSD-3-Clause
"""The bench file as labgrid's configuration: exporter.yaml, and a script that makes the places.

Power and reset of a bench are commands; labgrid has no resource for those. So they are served by
`uk-board rack switch`, and exported as a NetworkPowerPort of the model "rest".
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from uk_board.desk.benchfile import Bench, Host, Place, Port
from uk_board.errors import MissingError, UsageError

EXPORTER, PLACES = "exporter.yaml", "places.sh"
SWITCH_PORT = 20409
# The path of `uk-board rack switch`; not that of an emulated board, which is more than a relay.
SWITCH = "/switch/{index}"
_NAME = re.compile(r"[\w.-]+")
_MUXES = {"usbsdmux": "USBSDMuxDevice", "sdwire": "USBSDWireDevice", "sdwire3": "USBSDWire3Device"}

Resource = Mapping[str, object]


@dataclass(frozen=True)
class Export:
    """The texts of the files by name, and what could not be exported, in words."""

    files: Mapping[str, str]
    left_out: tuple[str, ...]


def export(bench: Bench, *, exporter: str, host: str, default_baud: Mapping[str, int]) -> Export:
    """Return labgrid's files for a bench.

    `exporter` is the exporter's name, `host` how clients reach this machine, `default_baud` the
    rate of each board by name.

    Raises: MissingError when the bench has no board, UsageError.
    """
    if not bench.boards:
        raise MissingError("rack export", "the bench file names no board", hint="bench-setup")
    groups: dict[str, dict[str, Resource]] = {}
    left_out: list[str] = []
    for index, place in enumerate(bench.boards.values()):
        if not _NAME.fullmatch(place.name):
            raise UsageError(place.name, "is no name of a place; letters, digits, . _ - are")
        baud = place.baud or default_baud[place.board_name]
        groups[place.name] = dict(_resources(place, index, host, baud))
        left_out += _left_out(place)
    if "=" in str(bench.file):
        raise UsageError(str(bench.file), 'labgrid takes no "=" in a tag, which has this path')
    source = bench.file or "a bench file"
    # labgrid reads "#" as a statement of its template language, "##" as a comment.
    head = f"## Of {source}, by uk-board rack export; labgrid-exporter -n {exporter} {EXPORTER}\n"
    files = {EXPORTER: head + _yaml(groups), PLACES: _script(bench, exporter, host, f"{source}")}
    return Export(files, tuple(left_out))


def _resources(place: Place, index: int, host: str, baud: int) -> Iterator[tuple[str, Resource]]:
    if place.console is not None:
        yield _console(place.console, baud)
    if place.power is not None:
        url = f"http://{host}:{SWITCH_PORT}{SWITCH}"
        yield "NetworkPowerPort", {"model": "rest", "host": url, "index": str(index)}
    if place.sd_mux is not None and place.sd_mux.kind is not None:
        yield _MUXES[place.sd_mux.kind], {"match": _match(place.sd_mux.serial, place.sd_mux.path)}
    if place.reader is not None:
        yield "USBMassStorage", {"match": _match(place.reader.serial, place.reader.path)}
    if place.probe is not None:
        yield "USBDebugger", {"match": _match(place.probe, None)}


def _console(port: Port, baud: int) -> tuple[str, Resource]:
    if port.url is not None:
        parts = urlsplit(port.url)
        protocol = "raw" if parts.scheme == "socket" else "rfc2217"
        where = {"host": parts.hostname, "port": parts.port}
        return "NetworkSerialPort", {**where, "speed": baud, "protocol": protocol}
    if port.device is not None:
        return "RawSerialPort", {"port": port.device, "speed": baud}
    match = dict(_match(port.serial, port.path))
    if port.usb is not None:
        vendor, _, product = port.usb.lower().partition(":")
        match |= {"@idVendor": vendor, "@idProduct": product}
    if port.interface is not None:
        match["@bInterfaceNumber"] = f"{port.interface:02x}"
    return "USBSerialPort", {"match": match, "speed": baud}


def _match(serial: str | None, path: str | None) -> Mapping[str, str]:
    """Return what labgrid compares: facts of sysfs, as the bench file has them.

    "@" looks at what a device hangs on, too; the USB device is among that.
    """
    match = {"@serial": serial, "@sys_name": path}
    return {key: value for key, value in match.items() if value is not None}


def _left_out(place: Place) -> Iterator[str]:
    if place.reset:
        yield f"{place.name}: reset; labgrid switches it off and on instead"
    if place.sd_mux is not None and place.sd_mux.kind is None:
        kinds = ", ".join(_MUXES)
        yield f"{place.name}: sd_mux, which is commands; labgrid switches {kinds}"
    if place.console is None:
        yield f"{place.name}: there is no console; tests need one"


def _yaml(groups: Mapping[str, Mapping[str, Resource]]) -> str:
    """Return YAML; strings in quotes, as JSON has them, are YAML's too."""
    lines = []
    for group, resources in groups.items():
        lines.append(f"{json.dumps(group)}:")
        for cls, facts in resources.items():
            lines.append(f"  {cls}:")
            for key, value in facts.items():
                lines.append(f"    {key}: {_value(value)}")
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(key)}: {json.dumps(one)}" for key, one in value.items())
        return f"{{ {inner} }}"
    return json.dumps(value)


def _tags(place: Place, bench: Bench, host: str) -> Iterator[str]:
    """Yield what a client must know of a place: board, method, and where it can be flashed."""
    yield f"board={place.board_name}"
    if place.flash:
        yield f"flash={place.flash}"
    # An empty one takes a tag away.
    yield f"power={'cycle' if place.power is not None and not place.power.off else ''}"
    file = str(bench.file.absolute()) if bench.file else ""
    at = place.host or Host(host, file)
    yield f"ssh={at.ssh}"
    yield f"bench={at.bench}"
    yield f"bench_place={at.place}"


def _script(bench: Bench, exporter: str, host: str, source: str) -> str:
    """Return the shell script that makes the places; it may be run again."""
    lines = [
        "#!/bin/sh",
        f"# Of {source}, by uk-board rack export. It may be run again.",
        'coordinator="${1:-${LG_COORDINATOR:-127.0.0.1:20408}}"',
        'place() { labgrid-client -x "$coordinator" -p "$@"; }',
        'known="$(labgrid-client -x "$coordinator" places)" || exit 1',
    ]
    for place in bench.boards.values():
        name = shlex.quote(place.name)
        tags = list(_tags(place, bench, host))
        lines += [
            "",
            f'printf "%s\\n" "$known" | grep -q "^{place.name} " || place {name} create',
            f"place {name} add-match {shlex.quote(f'{exporter}/{place.name}/*')}",
            f"place {name} set-tags {shlex.join(tags)}",
        ]
    return "\n".join(lines) + "\n"
