# SPDX-License-Identifier: BSD-3-Clause
"""The demo's web server on a board: what it serves, how often, and what the world does to it."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from uk_board.harness.dut import BoardDut
from uk_board.harness.fixtures import Stimulus

PORT = 80
TIMEOUT_S = 60.0
# In a row; an endurance run asks for more.
REQUESTS = int(os.environ.get("UK_BOARD_REQUESTS", "100"))
GOOD = {b"HTTP/1.1 200", b"HTTP/1.1 400", b"HTTP/1.1 501", b""}

pytestmark = [
    pytest.mark.app("demo"),
    pytest.mark.needs("network", "i2c:tmp105", "stimulus"),
    pytest.mark.network(ports=(PORT,)),
    pytest.mark.shared_boot(r"network: up [^\n]*\n"),
]


class Site:
    """The board's web server, as this machine reaches it."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port

    def get(self, path: str) -> tuple[int, bytes]:
        """Ask on a connection of its own."""
        client = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_S)
        try:
            client.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = client.getresponse()
            return answer.status, answer.read()
        finally:
            client.close()

    def sensors(self, query: str = "") -> Any:
        status, body = self.get("/api/v1/sensors" + query)
        assert status == 200
        return json.loads(body)

    def await_end_of_others(self) -> None:
        """Wait until the board has heard that all other connections ended."""
        end_s = time.monotonic() + TIMEOUT_S
        while b"ukboard_http_connections 1\n" not in self.get("/metrics")[1]:
            assert time.monotonic() < end_s

    def connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), TIMEOUT_S)


@pytest.fixture
def site(dut: BoardDut) -> Iterator[Site]:
    """The server of a board that is online; the board is well at the end too."""
    found = Site(dut.station.host, dut.station.host_port(PORT, "tcp"))
    yield found
    assert found.get("/healthz") == (200, b"200 OK\n")


# First: what others leave to be closed would be counted.
@pytest.mark.timeout(300 + REQUESTS)
def test_requests_in_a_row_are_all_answered_and_leave_nothing_behind(site: Site) -> None:
    site.get("/")
    before = site.sensors()
    for number in range(REQUESTS):
        assert site.get(("/", "/metrics", "/healthz")[number % 3])[0] == 200
    after = site.sensors()
    assert (after["errors"], before["errors"]) == (0, 0)
    assert after["requests"] == before["requests"] + REQUESTS + 1
    assert after["heap_free_bytes"] == before["heap_free_bytes"]
    assert after["ram_used_bytes"] <= 512 * 1024


def test_the_page_and_the_readings_are_served(site: Site) -> None:
    status, page = site.get("/")
    assert status == 200
    assert gzip.decompress(page).startswith(b"<!doctype html>")
    said = site.sensors("?since=0")
    assert [sensor["name"] for sensor in said["sensors"]] == ["t0", "p0", "p0", "m0", "m0", "m0"]
    assert all(len(sensor["history_milli"]) == said["rounds"] for sensor in said["sensors"])


def test_a_temperature_changed_outside_is_served(site: Site, stimulus: Stimulus) -> None:
    for temperature_c in (21.5, -10.5, 85.0):
        stimulus.set("t0", temperature_c=temperature_c)
        end_s = time.monotonic() + TIMEOUT_S
        while site.sensors()["sensors"][0]["value"] != temperature_c:
            assert time.monotonic() < end_s


def test_twenty_at_once_are_all_served(site: Site) -> None:
    paths = ["/", "/api/v1/sensors?since=0", "/metrics"] * 20
    with ThreadPoolExecutor(20) as pool:
        assert {status for status, _ in pool.map(site.get, paths)} == {200}


def test_garbage_resets_and_half_requests_do_it_no_harm(site: Site) -> None:
    for sent in (b"\0" * 1000, b"GET / HTTP/1.1\r\n\r\n", b"BREW / HTTP/1.1\r\n"):
        with site.connect() as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(12) in GOOD
    for sent in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"):
        with site.connect() as connection:
            connection.sendall(sent)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_a_port_that_is_used_again_is_let_in(site: Site) -> None:
    # The board ends each of them, and so remembers the port (RFC 1122, 4.2.2.13).
    port = 0
    for _ in range(3):
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            connection.settimeout(TIMEOUT_S)
            connection.bind(("", port))
            connection.connect((site.host, site.port))
            port = connection.getsockname()[1]
            connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            said = b"".join(iter(lambda: connection.recv(4096), b""))
            assert said.endswith(b"\r\n\r\n200 OK\n")
        site.await_end_of_others()


def test_slow_requests_lose_their_place_to_others(site: Site) -> None:
    slow = [site.connect() for _ in range(6)]
    for connection in slow:
        connection.sendall(b"GET / HTT")
    assert site.get("/healthz")[0] == 200
    for connection in slow:
        connection.close()


@pytest.mark.needs("exit-status")
def test_it_ends_on_request(dut: BoardDut) -> None:
    dut.write_line("quit")
    assert dut.expect_exit() == 0
