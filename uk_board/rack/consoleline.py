# SPDX-License-Identifier: BSD-3-Clause
"""An emulated board's serial line as a TCP port.

As on a serial line, what nobody hears is gone. Who connects last has it, and whoever had it
before is hung up: a client that lost its place stops to hear and to be heard.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable

from uk_board.errors import BenchError

LOCAL = "127.0.0.1"
# A client that takes nothing for so long loses the console: the board must go on.
SEND_S = 5.0


class ConsoleLine:
    """The board's serial line as a TCP port."""

    def __init__(
        self, port: int, on_input: Callable[[bytes], None], send_s: float = SEND_S
    ) -> None:
        """Listen; 0 is any free port. Raises: BenchError."""
        self._server = _listener(port)
        self.port: int = self._server.getsockname()[1]
        self._on_input = on_input
        self._send_timeval = struct.pack("ll", int(send_s), round(send_s % 1 * 1e6))
        self._client: socket.socket | None = None
        self._changing = threading.Lock()
        threading.Thread(target=self._accept, name="console-accept", daemon=True).start()

    def send(self, data: bytes) -> None:
        """Send what the board printed to whoever is there."""
        client = self._client
        if client is not None:
            try:
                client.sendall(data)
            except OSError:
                self._hang_up(client)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return  # closed
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, self._send_timeval)
            with self._changing:
                before, self._client = self._client, client
            if before is not None:
                _shut(before)
            threading.Thread(target=self._listen, args=(client,), daemon=True).start()

    def _listen(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 16):
                if self._client is client:
                    self._on_input(data)
        self._hang_up(client)

    def _hang_up(self, client: socket.socket) -> None:
        with self._changing:
            if self._client is client:
                self._client = None
        _shut(client)

    def hang_up(self) -> None:
        """Let whoever is there see the end, behind all that was sent."""
        with self._changing:
            client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(OSError):
                # One way: closing it could lose what is still under way.
                client.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Hang up and listen no more."""
        _shut(self._server)
        self._server.close()
        if self._client is not None:
            self._hang_up(self._client)


def _listener(port: int) -> socket.socket:
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((LOCAL, port))
        server.listen()
    except OSError as error:
        server.close()
        raise BenchError(f"{LOCAL}:{port}", f"cannot be used: {error.strerror}") from error
    return server


def _shut(connection: socket.socket) -> None:
    """Close a connection that another thread reads: that thread is to wake."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
