# SPDX-License-Identifier: BSD-3-Clause
"""What an emulated board's network is connected to: QEMU's own, or nothing that answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from uk_board.errors import BenchError, UsageError

# How QEMU's monitor calls the board's end of the network.
NETDEV = "net0"
# Devices of QEMU that do not tell the board of a link that is down.
WITHOUT_LINK = ("usb-net",)
# Where QEMU's own network has this machine (QEMU documentation, "Network emulation").
OUR_ADDRESS = "10.0.2.2"
_LOCAL = "127.0.0.1"
_PORT = range(1 << 16)
_FORWARD = re.compile(r"(?P<host>\d{1,5}):(?P<guest>\d{1,5})(/(?P<protocol>tcp|udp))?")
# A line of `info usernet`: protocol, file descriptor, then address and port of both ends
_LISTED = re.compile(r"(TCP|UDP)\[HOST_FORWARD\]\s+\d+\s+(\S+)\s+(\d+)\s+(\S+)\s+(\d+)")

Transport = Literal["tcp", "udp"]


@dataclass(frozen=True)
class Forward:
    """A port of this machine that leads to one of the board; host 0: any that is free."""

    host: int
    guest: int
    protocol: Transport = "tcp"

    def __str__(self) -> str:
        return f"{self.protocol} {_LOCAL}:{self.host} -> {self.guest}"


@dataclass(frozen=True)
class Network:
    """What is at the other end. Without `server` nobody answers there, DHCP neither.

    Without `plugged` the board's network device is not there until it is plugged in (USB).
    """

    forwards: tuple[Forward, ...] = ()
    server: bool = True
    plugged: bool = True

    def options(self, device: str) -> Iterator[str]:
        """Yield QEMU's options; `device` is its name of the board's network device."""
        backend = "hubport,hubid=0"
        if self.server:
            ports = (f"{one.protocol}:{_LOCAL}:{one.host}-:{one.guest}" for one in self.forwards)
            backend = ",".join(["user", *(f"hostfwd={port}" for port in ports)])
        name, _, properties = device.partition(",")
        more = f",{properties}" if properties else ""
        yield from ("-netdev", f"{backend},id={NETDEV}")
        if self.plugged:
            yield from ("-device", f"{name},netdev={NETDEV}{more}")


def parse_forward(text: str) -> Forward:
    """Return what "8080:80" or "0:7/udp" says. Raises: UsageError."""
    found = _FORWARD.fullmatch(text)
    host, guest = (int(found["host"]), int(found["guest"])) if found else (-1, -1)
    if host not in _PORT or guest not in _PORT[1:]:
        raise UsageError(
            "--forward",
            f'"{text}" is wrong; HOSTPORT:GUESTPORT or HOSTPORT:GUESTPORT/udp is expected, '
            "ports are 1 to 65535, host port 0 is any that is free",
        )
    return Forward(host, guest, "udp" if found and found["protocol"] == "udp" else "tcp")


def parse_usernet(listed: str) -> list[Forward]:
    """Return the forwarded ports in the answer to QEMU's `info usernet`."""
    found = _LISTED.findall(listed)
    return [
        Forward(int(host), int(guest), "udp" if protocol == "UDP" else "tcp")
        for protocol, _, host, _, guest in found
    ]


def host_port(forwards: list[Forward], guest: int, protocol: Transport, where: str) -> int:
    """Return the port of this machine that leads to `guest`. Raises: BenchError."""
    for forward in forwards:
        if (forward.guest, forward.protocol) == (guest, protocol):
            return forward.host
    known = ", ".join(map(str, forwards)) or "none"
    raise BenchError(where, f"{protocol} port {guest} is not forwarded; forwarded: {known}")
