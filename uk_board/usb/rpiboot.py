# SPDX-License-Identifier: BSD-3-Clause
"""USB device boot of the Raspberry Pi: a second stage is sent, which then asks for files.

Source: Raspberry Pi's usbboot, main.c (what is sent and in which order; no code of it is here).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from construct import Bytes, Int32sl, Padding, Struct

from uk_board.errors import BenchError
from uk_board.usb.transport import CHOOSE, UsbBus, UsbDevice, Waiting, wait_for

VENDOR = 0x0A5C
# Boot ROMs by chip.
PRODUCTS = {"bcm2835": 0x2763, "bcm2837": 0x2764, "bcm2711": 0x2711}

BOOT_MESSAGE = Struct("length" / Int32sl, Padding(20))
RESULT = Struct("code" / Int32sl)
REQUEST = Struct("command" / Int32sl, "name" / Bytes(256))
GET_FILE_SIZE, READ_FILE, DONE = 0, 1, 2

_CHUNK_BYTES = 16 << 10
_WRITE_TIMEOUT_S = 5.0
_READ_TIMEOUT_S = 20.0
_SETTLE_S = 1.0
# A device that asks for ever is broken; a Raspberry Pi 4 asks for about 40 names.
_MOST_REQUESTS = 10_000

# Told of each file that was sent, with its size; None: it was asked for and is not there.
OnFile = Callable[[str, int | None], None]


@dataclass(frozen=True)
class Served:
    """What was sent: second stage, and files by name, as often as they were read."""

    second_stage_bytes: int
    files: tuple[str, ...]


def boot(
    bus: UsbBus,
    chip: str,
    second_stage: bytes,
    files: Mapping[str, bytes],
    *,
    path: str | None = None,
    waiting: Waiting | None = None,
    on_file: OnFile = lambda name, size: None,
) -> Served:
    """Start a board that waits in its boot ROM, or in its second stage; by default the only one.

    Raises:
        BenchError: no board came, it refused, or it stopped answering; says at which step.
    """
    waiting = waiting or Waiting()
    ids = {(VENDOR, PRODUCTS[chip])}
    device = wait_for(bus, ids, "USB boot", waiting, path=path, choose=CHOOSE)
    sent = 0
    if _is_boot_rom(device):
        try:
            _send_second_stage(device, second_stage, waiting)
        finally:
            device.close()
        sent = len(second_stage)
        device = _second_stage_device(bus, ids, waiting, path)
    try:
        return Served(sent, tuple(_serve(device, files, on_file)))
    finally:
        device.close()


def _is_boot_rom(device: UsbDevice) -> bool:
    """The ROM has no serial-number string, or string 3; a second stage has another."""
    return device.serial_index in (0, 3)


def _second_stage_device(
    bus: UsbBus, ids: set[tuple[int, int]], waiting: Waiting, path: str | None
) -> UsbDevice:
    """Wait until the device has come back as something else than the boot ROM."""
    deadline_s = waiting.clock() + waiting.timeout_s
    while True:
        device = wait_for(bus, ids, "USB boot: second stage", waiting, path=path)
        if not _is_boot_rom(device):
            return device
        device.close()
        if waiting.clock() >= deadline_s:
            raise BenchError(
                "USB boot",
                "the board took its second stage and is in its boot ROM again; this stage is for"
                " another chip, or is not signed as the board wants it",
            )
        waiting.sleep(_SETTLE_S)


def _endpoint(device: UsbDevice) -> int:
    """With one interface the bulk endpoint is 1, else the second interface has 3."""
    return 1 if device.interfaces == 1 else 3


def write(device: UsbDevice, data: bytes) -> None:
    """Announce data by a control transfer, then send it. Raises: BenchError."""
    device.control_out(0, len(data) & 0xFFFF, len(data) >> 16, _WRITE_TIMEOUT_S)
    for at in range(0, len(data), _CHUNK_BYTES):
        device.bulk_out(_endpoint(device), data[at : at + _CHUNK_BYTES], _WRITE_TIMEOUT_S)


def read(device: UsbDevice, size: int) -> bytes:
    """Return `size` bytes that the device has to say. Raises: BenchError."""
    data = device.control_in(0, size & 0xFFFF, size >> 16, size, _READ_TIMEOUT_S)
    if len(data) < size:
        raise BenchError(device.title, f"said {len(data)} bytes of {size}")
    return data


def _send_second_stage(device: UsbDevice, stage: bytes, waiting: Waiting) -> None:
    write(device, BOOT_MESSAGE.build({"length": len(stage)}))
    write(device, stage)
    waiting.sleep(_SETTLE_S)
    code = RESULT.parse(read(device, RESULT.sizeof())).code
    if code:
        raise BenchError(
            device.title,
            f"refuses its second stage with code {code}; it is for another chip, or not signed"
            " as the board wants it",
        )


def _serve(device: UsbDevice, files: Mapping[str, bytes], on_file: OnFile) -> list[str]:
    """Answer requests until the device is done; return the names that were read."""
    served: list[str] = []
    for _ in range(_MOST_REQUESTS):
        request = REQUEST.parse(read(device, REQUEST.sizeof()))
        name = request.name.partition(b"\0")[0].decode("utf-8", "replace")
        if request.command == DONE or not name:
            return served
        data = _file(name, files)
        if request.command == GET_FILE_SIZE:
            size = len(data or b"")
            device.control_out(0, size & 0xFFFF, size >> 16, _WRITE_TIMEOUT_S)
            if data is None and not name.startswith("*"):
                on_file(name, None)
        elif request.command == READ_FILE:
            write(device, data or b"")
            if data is not None:
                served.append(name)
                on_file(name, len(data))
        else:
            raise BenchError(
                device.title, f"asks for command {request.command}; 0, 1 and 2 are known"
            )
    raise BenchError(device.title, f"asked {_MOST_REQUESTS} times and was never done")


def _file(name: str, files: Mapping[str, bytes]) -> bytes | None:
    """Return a file; names that begin with * are told, not asked for, and .. leads nowhere."""
    if name.startswith("*") or ".." in name.split("/"):
        return None
    return files.get(name.removeprefix("./"))
