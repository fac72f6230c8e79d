# SPDX-License-Identifier: BSD-3-Clause
"""Descriptors of QEMU's usb-net, as it sends them, and builders of others."""

from __future__ import annotations

DEVICE = bytes.fromhex("1201 0002 02 00 00 40 2505 a2a4 0000 01 02 03 02")
RNDIS = bytes.fromhex(
    "09 02 4300 02 02 09 c0 32"
    "090400000102 02ff06 0524001001 0524010001 04240200 0524060001 07058103100020"
    "09040100020a000004 07058202400000 07050202400000"
)
CONTROL = bytes.fromhex("09 04 00 00 01 02 06 00 05")
HEADER, UNION = bytes.fromhex("0524001001"), bytes.fromhex("0524060001")
ETHERNET = bytes.fromhex("0d 24 0f 03 00000000 ea05 0000 00")
NOTIFY = bytes.fromhex("07 05 81 03 1000 20")
DATA_OFF = bytes.fromhex("09 04 01 00 00 0a 00 00 00")
DATA_ON = bytes.fromhex("09 04 01 01 02 0a 00 00 04")
BULK_IN, BULK_OUT = bytes.fromhex("07058202400000"), bytes.fromhex("07050202400000")
ECM_PARTS = (CONTROL, HEADER, UNION, ETHERNET, NOTIFY, DATA_OFF, DATA_ON, BULK_IN, BULK_OUT)


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
