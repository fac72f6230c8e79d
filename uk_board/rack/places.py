# SPDX-License-Identifier: BSD-3-Clause
"""What labgrid says of an acquired place, as a place of the bench."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from uk_board.desk.benchfile import Host, Place, Port, Power, host_problem
from uk_board.errors import BenchError

# Resources whose power labgrid-client switches, each by its driver
_POWER = (
    "NetworkPowerPort",
    "PDUDaemonPort",
    "NetworkUSBPowerPort",
    "NetworkSiSPMPowerPort",
    "NetworkSysfsGPIO",
    "TasmotaPowerPort",
    "NetworkYKUSHPowerPort",
)
# How an emulated board is told from others: the path of its relay (see uk_board.rack.emulated).
RELAY = "/power/{index}/value"


def program(name: str) -> str:
    """Return the path of a program of labgrid's; it is beside this Python's."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.is_file() else shutil.which(name) or name


def bench_place(place: Any, resources: Mapping[Any, Any], address: str) -> Place:
    """Return an acquired place: console, power, ways to flash. Raises: BenchError."""
    found: dict[str, Mapping[str, Any]] = {}
    for exporter, group, cls, name in map(tuple, place.acquired_resources):
        entry = resources.get((exporter, group, name))
        if entry is not None:
            found.setdefault(entry.cls or cls, entry.params)
    serial = found.get("NetworkSerialPort")
    if serial is None or not serial.get("host") or not serial.get("port"):
        has = ", ".join(found) or "nothing"
        raise BenchError(
            f"place {place.name}", f"has no console; a NetworkSerialPort is expected, it has {has}"
        )
    client = shlex.join([program("labgrid-client"), "-x", address, "-p", place.name])
    control = control_of(found.get("NetworkPowerPort", {}))
    return Place(
        name=place.name,
        board=place.tags.get("board", ""),
        console=Port(url=_url(serial)),
        baud=int(serial.get("speed") or 115200),
        power=_power(client, control, found, place.tags),
        reset=f"{_relay(control)} reset" if control else "",
        flash="emulated" if control else place.tags.get("flash"),
        flash_options={"control": control} if control else {},
        host=None if control else _host(place),
    )


def _host(place: Any) -> Host:
    """Return the machine that a place hangs on, by its tags. Raises: BenchError."""
    tags = {key: place.tags.get(key, "") for key in ("ssh", "bench", "bench_place")}
    host = Host(tags["ssh"], tags["bench"], tags["bench_place"])
    if host.ssh and (problem := host_problem(host)):
        raise BenchError(f"place {place.name}", f"has a wrong tag: {problem}")
    return host


def _power(
    client: str, control: str | None, found: Mapping[str, Any], tags: Mapping[str, str]
) -> Power | None:
    """Return what switches power. An emulated board's relay has no state that is to settle.

    A tag tells of one that can only do off and on together; others leave the board off.
    """
    if control:
        return Power(f"{_relay(control)} on", f"{_relay(control)} off", off_s=0)
    if not any(cls in found for cls in _POWER):
        return None
    if tags.get("power") == "cycle":
        return Power(cycle=f"{client} power cycle")
    return Power(f"{client} power on", f"{client} power off")


def _relay(control: str) -> str:
    # labgrid-client can do it too, and takes seconds to load all of labgrid.
    return shlex.join([program("uk-board"), "rack", "relay", control])


def control_of(power: Mapping[str, Any]) -> str | None:
    """Return the URL of an emulated board by its power port, None if it is none."""
    host = str(power.get("host", ""))
    if power.get("model") != "rest" or not host.endswith(RELAY):
        return None
    return host.removesuffix(RELAY)


def _url(serial: Mapping[str, Any]) -> str:
    scheme = "socket" if serial.get("protocol") == "raw" else "rfc2217"
    host = str(serial["host"])
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{serial['port']}"
