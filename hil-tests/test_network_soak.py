# SPDX-License-Identifier: BSD-3-Clause
"""Traffic of every kind for long: nothing is lost, and in the end nothing is missing."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

import pytest

from uk_board.harness.dut import BoardDut

ECHO = 7
# Of the board's time; an hour is 3600.
SECONDS = int(os.environ.get("UK_BOARD_SOAK_S", "10"))
# Idle time is not free with USB: QEMU runs each of its frames.
DEADLINE_S = 900 + 10 * SECONDS
TIMEOUT_S = 60.0

pytestmark = [
    pytest.mark.app("nettest"),
    pytest.mark.needs("network"),
    pytest.mark.network(ports=(ECHO,)),
    pytest.mark.virtual_time(""),
    pytest.mark.timeout(DEADLINE_S + 120),
]


def read_to_end(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


class EchoServer:
    """Echoes datagrams; a stream goes through the board's own echo before it comes back."""

    def __init__(self, board: tuple[str, int], our_address: str) -> None:
        self._board = board
        self._streams = socket.create_server((our_address, 0))
        self.port: int = self._streams.getsockname()[1]
        self._datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._datagrams.bind((our_address, self.port))
        self.streams = 0
        for serve in (self._serve_datagrams, self._serve_streams):
            threading.Thread(target=serve, daemon=True).start()

    def _serve_datagrams(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                data, sender = self._datagrams.recvfrom(65536)
                self._datagrams.sendto(data, sender)

    def _serve_streams(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._streams.accept()
                with connection:
                    connection.settimeout(TIMEOUT_S)
                    connection.sendall(self._through_the_board(read_to_end(connection)))
                    self.streams += 1

    def _through_the_board(self, data: bytes) -> bytes:
        with socket.create_connection(self._board, timeout=TIMEOUT_S) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            return read_to_end(connection)

    def close(self) -> None:
        # A thread that accepts holds the socket open; shutting it down wakes that one.
        with contextlib.suppress(OSError):
            self._streams.shutdown(socket.SHUT_RDWR)
        self._streams.close()
        self._datagrams.close()


@contextlib.contextmanager
def echo_server(dut: BoardDut) -> Iterator[EchoServer]:
    station = dut.station
    # QEMU leads its own address of this machine to the loopback interface.
    ours = "127.0.0.1" if station.is_emulated else station.our_address
    server = EchoServer((station.host, station.host_port(ECHO, "tcp")), ours)
    try:
        yield server
    finally:
        server.close()


def test_a_soak_loses_nothing_and_leaves_nothing_behind(dut: BoardDut) -> None:
    dut.expect(r"network: up ")
    with echo_server(dut) as server:
        dut.write_line(f"soak {dut.station.our_address} {server.port} {SECONDS}")
        before = dut.expect(r"soak: before: ([^\r\n]+)\r?\n", timeout=DEADLINE_S)[1]
        counted = dut.expect(r"soak: (\d+) rounds, \d+ bytes, ([^\r\n]+)\r?\n", timeout=DEADLINE_S)
        after = dut.expect(r"soak: after: ([^\r\n]+)\r?\n", timeout=DEADLINE_S)[1]
        ended = dut.expect(rf"soak: (PASS|FAIL) after {SECONDS} s")[1]
    rounds = int(counted[1])
    # Before each look at the levels there is another one.
    pings = 2 * rounds + 2
    wanted = f"pings {pings} of {pings}, datagrams {2 * rounds} of {2 * rounds}, "
    wanted += f"streams {rounds} of {rounds}, "
    assert counted[2].decode().startswith(wanted)
    # The last frame sent may lie in the device until there is another.
    levels = [text.partition(b" tx ")[0] for text in (before, after)]
    assert (levels[0], ended, server.streams) == (levels[1], b"PASS", rounds)
    assert rounds >= SECONDS
