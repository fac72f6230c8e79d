# SPDX-License-Identifier: BSD-3-Clause
"""The DHCP answers that boards want before they fetch files.

Source: RFC 2131; RFC 4578 for PXE; PXE Specification 2.1, 2.2 to 2.4, for option 43.
Raspberry Pi documentation, "Network booting": what the firmware looks for in the answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface

from uk_board.netboot.dhcpmessage import (
    ACK,
    BOOT_FILE,
    BROADCAST_FLAG,
    CLASS,
    CLIENT_ID,
    DISCOVER,
    INFORM,
    KIND,
    LEASE,
    NAK,
    NETMASK,
    NOBODY,
    OFFER,
    PXE_CLASS,
    REQUEST,
    SERVER,
    SERVER_NAME,
    TFTP_SERVER,
    UUID,
    VENDOR,
    WANTED_ADDRESS,
    WANTED_OPTIONS,
    Message,
    build,
    build_options,
    parse,
)
from uk_board.netboot.wire import BROADCAST, Datagram, Peer, Wire

SERVER_PORT, CLIENT_PORT, PROXY_PORT = 67, 68, 4011
# "Network booting": the Pi 3's boot ROM wants the three spaces.
PI_MENU = b"Raspberry Pi Boot   "
LEASE_S = 3600


def menu() -> bytes:
    """Return option 43: a boot menu with the one entry that a Raspberry Pi looks for.

    PXE Specification 2.1, 2.4: 6 is how to look for boot servers (3: not at all), 10 the
    prompt (0 s), 9 the menu.
    """
    entry = (0).to_bytes(2, "big") + bytes((len(PI_MENU),)) + PI_MENU
    return build_options({6: b"\x03", 10: b"\0PXE", 9: entry})


@dataclass
class Responder:
    """Answers boards: with addresses of its own, or beside another server (`proxy`)."""

    interface: IPv4Interface
    boot_file: str
    proxy: bool = False
    leases: dict[bytes, IPv4Address] = field(default_factory=dict)

    def answer(self, message: Message, *, port: int = SERVER_PORT) -> Message | None:
        """Return the answer to what came to `port`, None when it is not for us."""
        if message.op != 1 or len(message.mac) != 6:
            return None
        if self.proxy:
            return self._answer_beside(message, port)
        if message.kind == DISCOVER:
            address = self._lease(message)
            return None if address is None else self._reply(message, OFFER, address)
        if message.kind == REQUEST and self._is_for_us(message):
            return self._confirm(message)
        return None

    def _answer_beside(self, message: Message, port: int) -> Message | None:
        """An address comes from the other server; boards learn from us where files are."""
        if not message.is_pxe:
            return None
        if port == PROXY_PORT and message.kind in (REQUEST, INFORM):
            return self._reply(message, ACK, NOBODY)
        if port == SERVER_PORT and message.kind == DISCOVER:
            return self._reply(message, OFFER, NOBODY)
        return None

    def _is_for_us(self, message: Message) -> bool:
        return message.options.get(SERVER, self.interface.ip.packed) == self.interface.ip.packed

    def _confirm(self, message: Message) -> Message | None:
        wanted = message.options.get(WANTED_ADDRESS, message.client.packed)
        lease = self._lease(message)
        if lease is None:
            return None
        if wanted == lease.packed:
            return self._reply(message, ACK, lease)
        options = {KIND: bytes((NAK,)), SERVER: self.interface.ip.packed}
        return Message(2, message.transaction, message.mac, flags=BROADCAST_FLAG, options=options)

    def _lease(self, message: Message) -> IPv4Address | None:
        """Return the client's address, the same each time; None when all are taken."""
        if message.mac not in self.leases:
            taken = {*self.leases.values(), self.interface.ip}
            free = next((one for one in _hosts(self.interface) if one not in taken), None)
            if free is None:
                return None
            self.leases[message.mac] = free
        return self.leases[message.mac]

    def _reply(self, asked: Message, kind: int, address: IPv4Address) -> Message:
        us = self.interface.ip
        options = {KIND: bytes((kind,)), SERVER: us.packed}
        if not self.proxy:
            options[LEASE] = LEASE_S.to_bytes(4, "big")
            options[NETMASK] = self.interface.netmask.packed
        options[SERVER_NAME] = str(us).encode()
        options[BOOT_FILE] = self.boot_file.encode()
        options[TFTP_SERVER] = us.packed
        if asked.is_pxe:
            options[CLASS] = PXE_CLASS
            options[VENDOR] = menu()
        # RFC 4578, 2.3 and RFC 6842: a client finds its own again.
        options |= {
            code: asked.options[code] for code in (UUID, CLIENT_ID) if code in asked.options
        }
        return Message(
            2,
            asked.transaction,
            asked.mac,
            asked.client,
            address,
            us,
            asked.flags,
            self.boot_file,
            options,
        )


def _hosts(interface: IPv4Interface) -> Iterable[IPv4Address]:
    """Yield addresses for clients: from behind ours, then from the front."""
    network = interface.network
    first, last = int(network.network_address) + 1, int(network.broadcast_address)
    ours = int(interface.ip)
    yield from (IPv4Address(number) for number in range(ours + 1, last))
    yield from (IPv4Address(number) for number in range(first, ours))


def destination(reply: Message, sender: Peer) -> Peer:
    """Return where a reply goes: who has no address yet hears only what all hear."""
    if int(reply.client):
        return str(reply.client), sender[1]
    return BROADCAST, CLIENT_PORT


class Server:
    """DHCP over a wire. Give it each datagram."""

    def __init__(self, wire: Wire, responder: Responder) -> None:
        self._wire = wire
        self._responder = responder
        self._ports = [wire.open(SERVER_PORT)]
        if responder.proxy:
            self._ports.append(wire.open(PROXY_PORT))

    def take(self, datagram: Datagram) -> None:
        """Answer what came to one of our ports, if it is for us."""
        if datagram.port not in self._ports:
            return
        message = parse(datagram.data)
        reply = message and self._responder.answer(message, port=datagram.port)
        if reply:
            self._wire.send(datagram.port, destination(reply, datagram.sender), build(reply))


def discover(transaction: int, mac: bytes) -> bytes:
    """Return the question whether a DHCP server is there."""
    options = {KIND: bytes((DISCOVER,)), WANTED_OPTIONS: bytes((NETMASK, SERVER))}
    return build(Message(1, transaction, mac, flags=BROADCAST_FLAG, options=options))


def offer_from(raw: bytes, transaction: int) -> IPv4Address | None:
    """Return which server offers in answer to `discover`, None when it is no such offer."""
    message = parse(raw)
    if message is None or (message.op, message.kind) != (2, OFFER):
        return None
    if message.transaction != transaction:
        return None
    server = message.options.get(SERVER, message.next_server.packed)
    return IPv4Address(server) if len(server) == 4 else message.next_server
