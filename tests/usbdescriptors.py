# SPDX-License-Identifier: BSD-3-Clause
"""Descriptors of QEMU's usb-net, as it sends them, and builders of others."""

from __future__ import annotations

DEVICE = bytes.fromhex("1201000202000040 2505a2a400000102 0302")
RNDIS = bytes.fromhex(
    "090243000202 09c032"
    "090400000102 02ff06 0524001001 0524010001 04240200 0524060001 07058103100020"
    "09040100020a000004 07058202400000 07050202400000"
)
CONTROL, HEADER, UNION, ETHERNET, NOTIFY, DATA_OFF, DATA_ON, BULK_IN, BULK_OUT)


def configuration(*parts: bytes, value: int = 1, total: int | None = None) -> bytes:
    """Return a configuration of these descriptors; `total` may be a lie."""
    body = b"".join(parts)
    length = 9 + len(body) if total is None else total
    interfaces = sum(part[1] == 4 and part[3] == 0 for part in parts if len(part) > 3)
    head = bytes([9, 2, length & 255, length >> 8, interfaces, value, 8, 0xC0, 50])
    return head + body


ECM = configuration(*ECM_PARTS)


def string(text: str) -> bytes:
    """Return a string descriptor."""
    data = text.encode("utf-16-le")
    return bytes([2 + len(data), 3]) + data
