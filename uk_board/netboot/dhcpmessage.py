# SPDX-License-Identifier: BSD-3-Clause
"""DHCP messages. Source: RFC 2131 and 2132; RFC 4578 for PXE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Any

from construct import Bytes, Const, ConstructError, GreedyBytes, Int8ub, Int16ub, Int32ub, Struct

# RFC 2132, 9.6: kinds of messages.
DISCOVER, OFFER, REQUEST, ACK, NAK, INFORM = 1, 2, 3, 5, 6, 8
# RFC 2132, RFC 4578 (93, 97), RFC 5859 (150): options.
NETMASK, VENDOR, WANTED_ADDRESS, LEASE, KIND, SERVER, WANTED_OPTIONS = 1, 43, 50, 51, 53, 54, 55
CLASS, CLIENT_ID, SERVER_NAME, BOOT_FILE, UUID, TFTP_SERVER = 60, 61, 66, 67, 97, 150
_PAD, _END = 0, 255
PXE_CLASS = b"PXEClient"
NOBODY = IPv4Address(0)
# BOOTP's smallest message, to which relays and boot ROMs hold (RFC 1542, 2.1).
_SMALLEST_BYTES = 300
BROADCAST_FLAG = 0x8000

MESSAGE = Struct(
    "op" / Int8ub,
    "hardware" / Int8ub,
    "address_bytes" / Int8ub,
    "hops" / Int8ub,
    "transaction" / Int32ub,
    "seconds" / Int16ub,
    "flags" / Int16ub,
    "client" / Bytes(4),
    "yours" / Bytes(4),
    "next_server" / Bytes(4),
    "relay" / Bytes(4),
    "mac" / Bytes(16),
    "server_name" / Bytes(64),
    "file" / Bytes(128),
    "cookie" / Const(0x63825363, Int32ub),
    "options" / GreedyBytes,
)


@dataclass(frozen=True)
class Message:
    """A DHCP message; `kind` is 0 when it does not say (then it is BOOTP's)."""

    op: int
    transaction: int
    mac: bytes
    client: IPv4Address = NOBODY
    yours: IPv4Address = NOBODY
    next_server: IPv4Address = NOBODY
    flags: int = 0
    file: str = ""
    options: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def kind(self) -> int:
        """What it is: DISCOVER, OFFER and so on."""
        return int.from_bytes(self.options.get(KIND, b""), "big")

    @property
    def is_pxe(self) -> bool:
        """Whether the sender wants to boot by PXE, as a Raspberry Pi does."""
        return self.options.get(CLASS, b"").startswith(PXE_CLASS)


def parse(raw: bytes) -> Message | None:
    """Return a message, None when it is none."""
    try:
        fields: Any = MESSAGE.parse(raw)
        options = parse_options(fields.options)
    except (ConstructError, ValueError):
        return None
    return Message(
        fields.op,
        fields.transaction,
        fields.mac[: min(fields.address_bytes, 16)],
        IPv4Address(fields.client),
        IPv4Address(fields.yours),
        IPv4Address(fields.next_server),
        fields.flags,
        fields.file.partition(b"\0")[0].decode("latin-1"),
        options,
    )


def parse_options(raw: bytes) -> dict[int, bytes]:
    """Return options by number; the parts of a long one are joined (RFC 3396).

    Raises: ValueError for one that is cut off.
    """
    found: dict[int, bytes] = {}
    at = 0
    while at < len(raw) and raw[at] != _END:
        code = raw[at]
        at += 1
        if code == _PAD:
            continue
        size = raw[at] if at < len(raw) else 0
        value = raw[at + 1 : at + 1 + size]
        if at >= len(raw) or len(value) < size:
            raise ValueError(f"option {code} is cut off")
        found[code] = found.get(code, b"") + value
        at += 1 + size
    return found


def build_options(options: Mapping[int, bytes]) -> bytes:
    """Return options as they are sent, each 255 bytes at most, with the end."""
    parts = (
        bytes((code, len(value[at : at + 255]))) + value[at : at + 255]
        for code, value in options.items()
        for at in range(0, max(1, len(value)), 255)
    )
    return b"".join(parts) + bytes((_END,))


def build(message: Message) -> bytes:
    """Return a message as it is sent."""
    fields = {
        "op": message.op,
        "hardware": 1,  # Ethernet
        "address_bytes": len(message.mac),
        "hops": 0,
        "transaction": message.transaction,
        "seconds": 0,
        "flags": message.flags,
        "client": message.client.packed,
        "yours": message.yours.packed,
        "next_server": message.next_server.packed,
        "relay": bytes(4),
        "mac": message.mac.ljust(16, b"\0"),
        "server_name": bytes(64),
        "file": message.file.encode("latin-1")[:127].ljust(128, b"\0"),
        "options": build_options(message.options),
    }
    raw: bytes = MESSAGE.build(fields)
    return raw.ljust(_SMALLEST_BYTES, b"\0")
