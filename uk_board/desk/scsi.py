# SPDX-License-Identifier: BSD-3-Clause
"""Vendor commands to a SCSI device, which a USB mass storage is: Linux's /dev/sgN."""

from __future__ import annotations

import ctypes
import fcntl
import os
from pathlib import Path
from typing import Protocol

from uk_board.errors import BenchError

# Linux, include/uapi/linux/scsi/sg.h
_SG_IO = 0x2285
_TO_DEVICE, _FROM_DEVICE = -2, -3
_TIMEOUT_MS = 3000
_SENSE_BYTES = 64


class Scsi(Protocol):
    """A SCSI device. Every call raises BenchError when a command fails."""

    def write(self, command: bytes, data: bytes) -> None:
        """Send a command with data."""

    def read(self, command: bytes, size: int) -> bytes:
        """Send a command and return its data."""


class _Header(ctypes.Structure):
    """Linux, include/uapi/linux/scsi/sg.h: struct sg_io_hdr."""

    _fields_ = (
        ("interface_id", ctypes.c_int),
        ("dxfer_direction", ctypes.c_int),
        ("cmd_len", ctypes.c_ubyte),
        ("mx_sb_len", ctypes.c_ubyte),
        ("iovec_count", ctypes.c_ushort),
        ("dxfer_len", ctypes.c_uint),
        ("dxferp", ctypes.c_void_p),
        ("cmdp", ctypes.c_void_p),
        ("sbp", ctypes.c_void_p),
        ("timeout", ctypes.c_uint),
        ("flags", ctypes.c_uint),
        ("pack_id", ctypes.c_int),
        ("usr_ptr", ctypes.c_void_p),
        ("status", ctypes.c_ubyte),
        ("masked_status", ctypes.c_ubyte),
        ("msg_status", ctypes.c_ubyte),
        ("sb_len_wr", ctypes.c_ubyte),
        ("host_status", ctypes.c_ushort),
        ("driver_status", ctypes.c_ushort),
        ("resid", ctypes.c_int),
        ("duration", ctypes.c_uint),
        ("info", ctypes.c_uint),
    )


class ScsiGeneric:
    """A device of this machine, /dev/sgN; opened for each command."""

    def __init__(self, node: Path) -> None:
        self._node = node

    def write(self, command: bytes, data: bytes) -> None:
        """Send a command with data. Raises: BenchError."""
        self._do(command, ctypes.create_string_buffer(data, len(data)), _TO_DEVICE)

    def read(self, command: bytes, size: int) -> bytes:
        """Send a command and return its data. Raises: BenchError."""
        data = ctypes.create_string_buffer(size)
        self._do(command, data, _FROM_DEVICE)
        return data.raw

    def _do(self, command: bytes, data: ctypes.Array[ctypes.c_char], direction: int) -> None:
        words = ctypes.create_string_buffer(command, len(command))
        sense = ctypes.create_string_buffer(_SENSE_BYTES)
        header = _Header(
            interface_id=ord("S"),
            dxfer_direction=direction,
            cmd_len=len(command),
            mx_sb_len=_SENSE_BYTES,
            dxfer_len=len(data),
            dxferp=ctypes.addressof(data),
            cmdp=ctypes.addressof(words),
            sbp=ctypes.addressof(sense),
            timeout=_TIMEOUT_MS,
        )
        try:
            fd = os.open(self._node, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.ioctl(fd, _SG_IO, header)
            finally:
                os.close(fd)
        except OSError as error:
            raise BenchError(str(self._node), f"takes no command: {error.strerror}") from error
        if header.status or header.host_status or header.driver_status:
            raise BenchError(
                str(self._node),
                f"refuses a command: status 0x{header.status:02x}, host 0x{header.host_status:x},"
                f" driver 0x{header.driver_status:x}",
            )
