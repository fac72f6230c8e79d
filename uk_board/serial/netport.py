# SPDX-License-Identifier: BSD-3-Clause
"""Serial ports of other machines, by bare TCP."""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit

from uk_board.errors import BenchError
from uk_board.serial.stream import ByteStream, FdStream

_CONNECT_S = 10.0
# Linux, tcp(7): it is gone when it does not answer for half a minute.
_KEEP_ALIVE = {socket.TCP_KEEPIDLE: 15, socket.TCP_KEEPINTVL: 5, socket.TCP_KEEPCNT: 3}


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
