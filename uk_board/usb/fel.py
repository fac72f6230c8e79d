# SPDX-License-Identifier: BSD-3-Clause
"""FEL, the USB mode of Allwinner's boot ROM: read memory, write it, run it.

Sources: linux-sunxi.org, FEL/Protocol (names and sizes of messages); sunxi-tools, fel_lib.c
(which follows which, and time-outs; no code of it is here).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from construct import Const, ConstructError, Int8ul, Int16ul, Int32ul, Padding, Struct

from uk_board.errors import BenchError
from uk_board.usb.transport import UsbDevice

VENDOR, PRODUCT = 0x1F3A, 0xEFE8

USB_REQUEST = Struct(
    "magic" / Const(b"AWUC"),
    "tag" / Int32ul,
    "length" / Int32ul,
    Padding(3),
    "command_bytes" / Const(12, Int8ul),
    "direction" / Int16ul,
    "length_again" / Int32ul,
    Padding(10),
)
FROM_DEVICE, TO_DEVICE = 0x11, 0x12
USB_ANSWER = Struct("magic" / Const(b"AWUS"), "tag" / Int32ul, "left" / Int32ul, "failed" / Int8ul)
FEL_REQUEST = Struct(
    "command" / Int16ul, "tag" / Int16ul, "address" / Int32ul, "length" / Int32ul, Padding(4)
)
GET_VERSION, WRITE, EXECUTE, READ = 0x001, 0x101, 0x102, 0x103
FEL_ANSWER = Struct("mark" / Int16ul, "tag" / Int16ul, "state" / Int8ul, Padding(3))
VERSION = Struct(
    "magic" / Const(b"AWUSBFEX"),
    "chip" / Int32ul,
    "firmware" / Int32ul,
    "mode" / Int16ul,
    "data_flag" / Int8ul,
    "data_bytes" / Int8ul,
    "data_address" / Int32ul,
    Padding(8),
)
# linux-sunxi.org, FEL/Protocol: what a device that answers this way may be.
MODES = {1: "FEL", 2: "the vendor's boot loader (FES)", 3: "an update", 4: "an update"}
_FEL_MODE = 1

# The most that one request moves; FEL/Protocol. Larger ones time out on slow hosts.
CHUNK_BYTES = 64 << 10
TIMEOUT_S = 10.0

OnBytes = Callable[[int], None]


@dataclass(frozen=True)
class Version:
    """What a device in FEL says of itself."""

    chip: int
    firmware: int


class Fel:
    """A board in FEL. Every call raises BenchError when it is silent, or answers wrongly."""

    def __init__(self, device: UsbDevice) -> None:
        """Use an opened device. Raises: BenchError when it has no two bulk endpoints."""
        self._device = device
        self._out, self._in = device.bulk_endpoints

    @property
    def title(self) -> str:
        """Ids and place of the device, for people."""
        return self._device.title

    def version(self, timeout_s: float = TIMEOUT_S) -> Version:
        """Return which chip it is."""
        self._request(GET_VERSION, timeout_s=timeout_s)
        said = self._parse(VERSION, self._receive(VERSION.sizeof(), timeout_s))
        self._status()
        if said.mode != _FEL_MODE:
            mode = MODES.get(said.mode, f"mode {said.mode}")
            raise BenchError(self.title, f"is not in FEL, it runs {mode}; the boot ROM is expected")
        # Bits 8 to 23 are the chip's number: sunxi-tools, fel_lib.c.
        return Version(said.chip >> 8 & 0xFFFF, said.firmware)

    def write(self, address: int, data: bytes, on_bytes: OnBytes = lambda count: None) -> None:
        """Write memory; `on_bytes` is told how much more is there, each time."""
        for at, size in _chunks(len(data)):
            self._request(WRITE, address + at, size)
            self._send(data[at : at + size])
            self._status()
            on_bytes(size)

    def read(self, address: int, size: int, on_bytes: OnBytes = lambda count: None) -> bytes:
        """Return what is in memory."""
        data = bytearray()
        for at, count in _chunks(size):
            self._request(READ, address + at, count)
            data += self._receive(count)
            self._status()
            on_bytes(count)
        return bytes(data)

    def read_word(self, address: int) -> int:
        """Return the 32-bit word at `address`."""
        return int.from_bytes(self.read(address, 4), "little")

    def execute(self, address: int) -> None:
        """Have code run in AArch32; the answer comes before it does, the next one afterwards."""
        self._request(EXECUTE, address)
        self._status()

    def _request(
        self, command: int, address: int = 0, length: int = 0, *, timeout_s: float = TIMEOUT_S
    ) -> None:
        said = {"command": command, "tag": 0, "address": address, "length": length}
        self._send(FEL_REQUEST.build(said), timeout_s)

    def _status(self) -> None:
        answer = self._parse(FEL_ANSWER, self._receive(FEL_ANSWER.sizeof()))
        if answer.state:
            raise BenchError(self.title, f"refuses a request with state {answer.state}")

    def _announce(self, direction: int, length: int, timeout_s: float) -> None:
        said = {"tag": 0, "length": length, "direction": direction, "length_again": length}
        self._device.bulk_out(self._out, USB_REQUEST.build(said), timeout_s)

    def _send(self, data: bytes, timeout_s: float = TIMEOUT_S) -> None:
        self._announce(TO_DEVICE, len(data), timeout_s)
        self._device.bulk_out(self._out, data, timeout_s)
        self._answer(timeout_s)

    def _receive(self, size: int, timeout_s: float = TIMEOUT_S) -> bytes:
        self._announce(FROM_DEVICE, size, timeout_s)
        data = self._all(size, timeout_s)
        self._answer(timeout_s)
        return data

    def _answer(self, timeout_s: float) -> None:
        answer = self._parse(USB_ANSWER, self._all(USB_ANSWER.sizeof(), timeout_s))
        if answer.failed:
            raise BenchError(self.title, f"says that a transfer failed: {answer.failed}")

    def _all(self, size: int, timeout_s: float) -> bytes:
        """Return `size` bytes, which may come in several pieces; an empty piece ends it."""
        data = b""
        while len(data) < size:
            piece = self._device.bulk_in(self._in, size - len(data), timeout_s)
            if not piece:
                raise BenchError(self.title, f"said {len(data)} bytes of {size}")
            data += piece
        return data

    def _parse(self, message: Struct, raw: bytes) -> Any:
        try:
            return message.parse(raw)
        except ConstructError:
            raise BenchError(
                self.title, f"answers nonsense: {raw[:16].hex(' ')}; FEL is expected"
            ) from None


def _chunks(size: int) -> Iterator[tuple[int, int]]:
    """Yield offset and size of each request."""
    for at in range(0, size, CHUNK_BYTES):
        yield at, min(CHUNK_BYTES, size - at)
