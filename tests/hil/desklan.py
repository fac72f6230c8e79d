# SPDX-License-Identifier: BSD-3-Clause
"""The network of a made-up desk: a cable (a TAP device) from this machine to the board, and on it
a DHCP server and a name server that knows no name. Needs root.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from uk_board.emulation.network import NETDEV, Network
from uk_board.netboot.dhcpmessage import (
    ACK,
    DISCOVER,
    KIND,
    LEASE,
    NETMASK,
    OFFER,
    REQUEST,
    SERVER,
    Message,
    build,
    parse,
)

# Linux, include/uapi/linux/if_tun.h
TUNSETIFF, TUNSETPERSIST = 0x400454CA, 0x400454CB
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
# RFC 2132, 3.5 and 3.8
ROUTER, NAME_SERVER = 3, 6
LEASE_S = 3600
# RFC 1035, 4.1.1: this is an answer, and there is no such name
ANSWER, NO_SUCH_NAME = 0x8000, 3


@dataclass(frozen=True)
class Cable(Network):
    """A board's network device on a TAP device of this machine."""

    tap: str = ""

    def options(self, device: str) -> Iterator[str]:
        """Yield QEMU's options."""
        name, _, properties = device.partition(",")
        yield from ("-netdev", f"tap,ifname={self.tap},script=no,downscript=no,id={NETDEV}")
        if self.plugged:
            more = f",{properties}" if properties else ""
            yield from ("-device", f"{name},netdev={NETDEV}{more}")


class Lan:
    """A network of two: this machine, and the board that is given an address."""

    def __init__(self, number: int) -> None:
        """Networks with different numbers (0 to 255) may be there at once. Raises: OSError."""
        self.tap = f"ukboard{number}"
        # RFC 2544 keeps these for tests of network devices.
        self.us = IPv4Interface(f"198.18.{number}.1/24")
        self.board = IPv4Address(f"198.18.{number}.50")
        self._make()
        self._sockets: list[socket.socket] = []
        try:
            self._serve(67, self._dhcp)
            self._serve(53, self._dns)
        except OSError:
            self.close()
            raise

    @staticmethod
    def lacks() -> str:
        """Why there can be none on this machine; empty if there can."""
        if os.geteuid() != 0:
            return "making a TAP device needs root"
        try:
            os.close(os.open("/dev/net/tun", os.O_RDWR))
        except OSError as error:
            return f"/dev/net/tun: {error.strerror}"
        return ""

    def _make(self) -> None:
        fd = os.open("/dev/net/tun", os.O_RDWR)
        try:
            fcntl.ioctl(
                fd, TUNSETIFF, struct.pack("16sH22x", self.tap.encode(), IFF_TAP | IFF_NO_PI)
            )
            # It stays while no board is on, as a socket in the wall does.
            fcntl.ioctl(fd, TUNSETPERSIST, 1)
        finally:
            os.close(fd)
        ip("address", "replace", str(self.us), "dev", self.tap)
        ip("link", "set", self.tap, "up")

    def _serve(self, port: int, answer: Callable[[bytes], bytes]) -> None:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sockets.append(made)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, self.tap.encode())
        made.bind(("", port))
        threading.Thread(target=self._answer_all, args=(made, answer), daemon=True).start()

    def _answer_all(self, server: socket.socket, answer: Callable[[bytes], bytes]) -> None:
        while True:
            try:
                asked, sender = server.recvfrom(2048)
                if not asked:
                    return  # closed
                said = answer(asked)
                # Who has no address yet hears only what is sent to all.
                to = sender if sender[0] != "0.0.0.0" else ("255.255.255.255", sender[1])
                if said:
                    server.sendto(said, to)
            except OSError:  # closed, or the cable is out
                if server.fileno() < 0:
                    return

    def _dhcp(self, asked: bytes) -> bytes:
        message = parse(asked)
        kinds = {DISCOVER: OFFER, REQUEST: ACK}
        if message is None or message.kind not in kinds:
            return b""
        us = self.us.ip.packed
        options = {
            KIND: bytes((kinds[message.kind],)),
            SERVER: us,
            LEASE: LEASE_S.to_bytes(4, "big"),
            NETMASK: self.us.netmask.packed,
            ROUTER: us,
            NAME_SERVER: us,
        }
        reply = Message(
            2, message.transaction, message.mac, message.client, self.board, options=options
        )
        return build(reply)

    def _dns(self, asked: bytes) -> bytes:
        return asked[:2] + struct.pack(">H", ANSWER | NO_SUCH_NAME) + asked[4:]

    def close(self) -> None:
        """Take it away."""
        for server in self._sockets:
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()
        ip("link", "delete", self.tap)


def ip(*words: str) -> None:
    """Run ip(8). Raises: OSError."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")
