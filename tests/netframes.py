# SPDX-License-Identifier: BSD-3-Clause
"""A wire for our servers that speaks Ethernet frames: ARP, IPv4 and UDP, without the kernel's.

QEMU's `-netdev dgram` gives each frame of a board as one datagram of a local socket.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

from uk_board.emulation.network import NETDEV, Network
from uk_board.netboot.wire import Datagram, Peer

OUR_MAC = bytes.fromhex("020000000001")
EVERYBODY = b"\xff" * 6
IPV4, ARP, UDP = 0x0800, 0x0806, 17


def checksum(data: bytes) -> int:
    """Return the Internet checksum (RFC 1071)."""
    padded = data + b"\0" * (len(data) % 2)
    total = sum(int.from_bytes(padded[at : at + 2], "big") for at in range(0, len(padded), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def udp_frame(to_mac: bytes, source: Peer, to: Peer, data: bytes) -> bytes:
    addresses = IPv4Address(source[0]).packed + IPv4Address(to[0]).packed
    size = (8 + len(data)).to_bytes(2, "big")
    ports = source[1].to_bytes(2, "big") + to[1].to_bytes(2, "big")
    pseudo = addresses + bytes((0, UDP)) + size
    total = checksum(pseudo + ports + size + bytes(2) + data) or 0xFFFF
    udp = ports + size + total.to_bytes(2, "big") + data
    head = bytes((0x45, 0)) + (20 + len(udp)).to_bytes(2, "big") + bytes(4) + bytes((64, UDP))
    head += checksum(head + bytes(2) + addresses).to_bytes(2, "big") + addresses
    return to_mac + OUR_MAC + IPV4.to_bytes(2, "big") + head + udp


class Frames:
    """Fulfils Wire. `near` is our socket, `far` QEMU's."""

    def __init__(self, near: Path, far: Path, interface: str = "192.168.77.1/24") -> None:
        self.interface = IPv4Interface(interface)
        self.us = self.interface.ip.packed
        self.ports: set[int] = set()
        self.frames: list[bytes] = []
        self._far = str(far)
        self._next_port = 50000
        self._macs: dict[bytes, bytes] = {}
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(near))

    def open(self, port: int = 0) -> int:
        if not port:
            self._next_port += 1
        self.ports.add(port or self._next_port)
        return port or self._next_port

    def close(self, port: int) -> None:
        self.ports.discard(port)

    def close_all(self) -> None:
        self._socket.close()

    def send(self, port: int, to: Peer, data: bytes) -> None:
        mac = self._macs.get(IPv4Address(to[0]).packed, EVERYBODY)
        self._out(udp_frame(mac, (str(self.interface.ip), port), to, data))

    def _out(self, frame: bytes) -> None:
        try:
            self._socket.sendto(frame.ljust(60, b"\0"), self._far)
        except OSError:  # QEMU is not there (yet): the frame is lost
            return

    def receive(self, timeout_s: float) -> Datagram | None:
        if not select.select([self._socket], [], [], timeout_s)[0]:
            return None
        frame = self._socket.recv(65536)
        self.frames.append(frame)
        kind = int.from_bytes(frame[12:14], "big")
        if kind == ARP:
            self._answer_arp(frame)
        return self._udp(frame[6:12], frame[14:]) if kind == IPV4 else None

    def _answer_arp(self, frame: bytes) -> None:
        body = frame[14:42]
        asked = body[:8] == bytes.fromhex("0001080006040001") and body[24:28] == self.us
        if asked:
            self._macs[body[14:18]] = body[8:14]
            reply = bytes.fromhex("0001080006040002") + OUR_MAC + self.us + body[8:18]
            self._out(body[8:14] + OUR_MAC + ARP.to_bytes(2, "big") + reply)

    def _udp(self, mac: bytes, packet: bytes) -> Datagram | None:
        head = (packet[0] & 0xF) * 4
        size = int.from_bytes(packet[2:4], "big")
        udp = packet[head:size]
        assert checksum(packet[:head]) == 0
        if packet[9] != UDP or packet[16:20] not in (self.us, b"\xff" * 4):
            return None
        port = int.from_bytes(udp[2:4], "big")
        if port not in self.ports:
            return None
        if any(packet[12:16]):
            self._macs[packet[12:16]] = mac
        sender = (str(IPv4Address(packet[12:16])), int.from_bytes(udp[:2], "big"))
        return Datagram(port, sender, udp[8:])


@dataclass(frozen=True)
class FrameNetwork(Network):
    """What connects an emulated board to `Frames`."""

    near: Path = Path()
    far: Path = Path()

    def options(self, device: str) -> Iterator[str]:
        ends = f"local.type=unix,local.path={self.far},remote.type=unix,remote.path={self.near}"
        yield from ("-netdev", f"dgram,id={NETDEV},{ends}")
        yield from ("-device", f"{device},netdev={NETDEV}")
