# SPDX-License-Identifier: BSD-3-Clause
"""Serial ports of other machines: bare TCP, and RFC 2217 by pyserial."""

from __future__ import annotations

import os
import socket
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from uk_board.errors import BenchError, MissingError
from uk_board.serial.stream import ByteStream, FdStream

_CONNECT_S = 10.0
# Linux, tcp(7): it is gone when it does not answer for half a minute.
_KEEP_ALIVE = {socket.TCP_KEEPIDLE: 15, socket.TCP_KEEPINTVL: 5, socket.TCP_KEEPCNT: 3}
# How long a reader of pyserial's is deaf to `close`.
_SLICE_S = 0.1


class TcpPort:
    """A port that is bytes over TCP, as of an emulator or a serial server's raw mode."""

    def __init__(self, url: str) -> None:
        """Connect. Raises: BenchError."""
        parts = urlsplit(url)
        try:
            # No pyserial: its reader of sockets asks the kernel once for each byte or two.
            connection = socket.create_connection(
                (parts.hostname or "", parts.port or 0), _CONNECT_S
            )
        except OSError as error:
            raise BenchError(url, f"cannot be reached: {error.strerror or error}") from error
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # A server that is switched off says nothing of it; look whether it is there.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, value in _KEEP_ALIVE.items():
                connection.setsockopt(socket.IPPROTO_TCP, option, value)
            fd = os.dup(connection.fileno())
        self._stream: ByteStream = FdStream(fd, fd)
        self._url = url

    def read(self, timeout_s: float | None) -> bytes | None:
        """Return what has come; see ByteStream."""
        return self._stream.read(timeout_s)

    def write(self, data: bytes, timeout_s: float = 10.0) -> None:
        """Send all of `data`; see ByteStream."""
        self._stream.write(data, timeout_s)

    def set_baud(self, baud: int) -> None:
        """Raise BenchError: there is no such thing."""
        raise BenchError(self._url, "bare TCP has no baud rate; rfc2217:// has one")

    def send_break(self, duration_s: float = 0.25) -> None:
        """Raise BenchError: there is no such thing."""
        raise BenchError(self._url, "bare TCP has no break; rfc2217:// has one")

    def close(self) -> None:
        """Disconnect; see ByteStream."""
        self._stream.close()


class Rfc2217Port:
    """A port of a serial server that speaks RFC 2217: the rate is set, and break is sent."""

    def __init__(self, url: str, baud: int) -> None:
        """Connect. Raises: MissingError without pyserial, BenchError."""
        try:
            from serial import SerialException, rfc2217
        except ImportError:
            raise MissingError(
                url,
                "needs pyserial, which is not installed",
                hint="pip install 'uk-board[console]'",
            ) from None
        self._failures = (SerialException, OSError, ValueError)
        self._url = url
        self._closed = threading.Event()
        self._writing = threading.Lock()
        try:
            self._port: Any = rfc2217.Serial(url, baud, timeout=_SLICE_S)
        except self._failures as error:
            raise BenchError(url, f"cannot be used: {error}") from error

    def read(self, timeout_s: float | None) -> bytes | None:
        """Return what has come; see ByteStream."""
        deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._closed.is_set():
            try:
                data: bytes = self._port.read(1)
                data += self._port.read(self._port.in_waiting) if data else b""
            except self._failures:
                return b""  # the connection is lost
            if data:
                return data
            if deadline_s is not None and time.monotonic() >= deadline_s:
                return None
        return b""

    def write(self, data: bytes, timeout_s: float = 10.0) -> None:
        """Send all of `data`; see ByteStream. The network buffers: no time-out is needed."""
        self._do("sent", lambda: self._port.write(data))

    def set_baud(self, baud: int) -> None:
        """Have the server change the rate. Raises: BenchError."""
        self._do("set", lambda: setattr(self._port, "baudrate", baud))

    def send_break(self, duration_s: float = 0.25) -> None:
        """Have the server hold the line low for so long. Raises: BenchError."""
        self._do("sent as a break", lambda: self._port.send_break(duration_s))

    def _do(self, what: str, action: Any) -> None:
        try:
            with self._writing:
                action()
        except self._failures as error:
            raise BenchError(self._url, f"nothing was {what}: {error}") from error

    def close(self) -> None:
        """Disconnect; see ByteStream."""
        if not self._closed.is_set():
            self._closed.set()
            self._port.close()
