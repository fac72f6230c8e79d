# SPDX-License-Identifier: BSD-3-Clause
"""UDP on one named network interface of this machine, and on no other."""

from __future__ import annotations

import fcntl
import os
import select
import socket
import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from typing import Protocol

from uk_board.errors import BenchError, MissingError, UsageError, known_names

BROADCAST = "255.255.255.255"
# Linux, include/uapi/linux/sockios.h
_GET_ADDRESS, _GET_NETMASK = 0x8915, 0x891B
_LARGEST_BYTES = 65536

# Address and port.
Peer = tuple[str, int]


@dataclass(frozen=True)
class Datagram:
    """What came to one of our ports."""

    port: int
    sender: Peer
    data: bytes


class Wire(Protocol):
    """Where datagrams go and come from."""

    @property
    def interface(self) -> IPv4Interface:
        """Our own address, and the net that it is in."""

    def open(self, port: int = 0) -> int:
        """Listen on a port, 0: on any; return its number. Raises: UkBoardError."""

    def close(self, port: int) -> None:
        """Do not listen on a port any more."""

    def send(self, port: int, to: Peer, data: bytes) -> None:
        """Send a datagram from one of our ports; it may be lost."""

    def receive(self, timeout_s: float) -> Datagram | None:
        """Return what has come, None after `timeout_s` without any."""


class Sockets:
    """The wire of the interface `name`. Raises: UsageError, BenchError."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.interface = _address_of(name)
        self._sockets: dict[int, socket.socket] = {}

    def open(self, port: int = 0) -> int:
        """Listen on a port; see Wire."""
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, self.name.encode() + b"\0")
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            opened.bind(("", port))
        except PermissionError:
            opened.close()
            raise MissingError(
                self.name,
                f"UDP port {port} may not be opened; DHCP and TFTP are for root, or who has"
                " CAP_NET_BIND_SERVICE and CAP_NET_RAW",
            ) from None
        except OSError as error:
            opened.close()
            raise BenchError(
                self.name, f"UDP port {port} cannot be opened: {error.strerror}"
            ) from error
        number: int = opened.getsockname()[1]
        self._sockets[number] = opened
        return number

    def close(self, port: int) -> None:
        """Do not listen on a port any more."""
        if (opened := self._sockets.pop(port, None)) is not None:
            opened.close()

    def close_all(self) -> None:
        """Listen on nothing any more."""
        for port in tuple(self._sockets):
            self.close(port)

    def send(self, port: int, to: Peer, data: bytes) -> None:
        """Send a datagram; one that the kernel does not take counts as lost."""
        try:
            self._sockets[port].sendto(data, to)
        except OSError:
            return

    def receive(self, timeout_s: float) -> Datagram | None:
        """Return what has come; see Wire."""
        ready, _, _ = select.select(tuple(self._sockets.values()), (), (), timeout_s)
        for opened in ready:
            try:
                data, sender = opened.recvfrom(_LARGEST_BYTES, socket.MSG_DONTWAIT)
            except OSError:  # an ICMP error for what was sent before
                continue
            return Datagram(opened.getsockname()[1], sender, data)
        return None


def _address_of(name: str) -> IPv4Interface:
    names = [known for _, known in socket.if_nameindex()]
    if name not in names:
        raise UsageError("--interface", f'no interface "{name}"; {known_names(name, names)}')
    request = struct.pack("256s", os.fsencode(name)[:15])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            address, mask = (
                IPv4Address(fcntl.ioctl(probe.fileno(), what, request)[20:24])
                for what in (_GET_ADDRESS, _GET_NETMASK)
            )
        except OSError:
            raise BenchError(
                name,
                "has no IPv4 address; boards fetch their files from one",
                hint=f"ip address add 192.168.77.1/24 dev {name}; ip link set {name} up",
            ) from None
    return IPv4Interface(f"{address}/{mask}")
