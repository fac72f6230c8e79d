# SPDX-License-Identifier: BSD-3-Clause
"""A serial port of this machine, or one behind a URL of pyserial's, as a byte stream."""

from __future__ import annotations

import importlib
import threading
import time
from typing import Any

from uk_board.errors import BenchError, MissingError

# So long until a reader notices that the port was closed.
_POLL_S = 0.2


class SerialStream:
    """A port, opened for us alone. Fulfils ByteStream.

    `port` is a path such as a link in /dev/serial/by-id, or a URL (rfc2217://, socket://).
    Raises: MissingError, BenchError.
    """

    def __init__(self, port: str, baud: int) -> None:
        try:
            serial = importlib.import_module("serial")
        except ImportError:
            raise MissingError(
                "pyserial", "is not installed; it opens serial ports", hint="pip install pyserial"
            ) from None
        self._where = port
        self._closed = threading.Event()
        # Only a device of this machine can be locked.
        lock = {} if "://" in port else {"exclusive": True}
        try:
            self._port: Any = serial.serial_for_url(port, baud, timeout=_POLL_S, **lock)
        except (OSError, ValueError) as error:
            raise BenchError(port, f"cannot be opened: {error}") from error

    def read(self, timeout_s: float | None) -> bytes | None:
        """Return what has come; see ByteStream."""
        deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._closed.is_set():
            try:
                data = bytes(self._port.read(max(1, self._port.in_waiting)))
            except (OSError, TypeError):  # unplugged, or closed meanwhile
                return b""
            if data:
                return data
            if deadline_s is not None and time.monotonic() >= deadline_s:
                return None
        return b""

    def write(self, data: bytes, timeout_s: float = 10.0) -> None:
        """Send all of `data`; see ByteStream."""
        try:
            self._port.write_timeout = timeout_s
            self._port.write(data)
            self._port.flush()
        except OSError as error:
            raise BenchError(self._where, f"takes no input: {error}") from error

    def set_baud(self, baud: int) -> None:
        """Change the rate in both directions. Raises: BenchError."""
        try:
            self._port.baudrate = baud
        except (OSError, ValueError) as error:
            raise BenchError(self._where, f"does not take {baud} baud: {error}") from error

    def close(self) -> None:
        """Close the port and end a reader that waits."""
        if not self._closed.is_set():
            self._closed.set()
            self._port.close()
