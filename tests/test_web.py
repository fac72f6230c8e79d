# SPDX-License-Identifier: BSD-3-Clause
"""Where an emulated board's web server is, and what is said when it does not answer."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator

import pytest

from uk_board.emulation.network import Forward
from uk_board.errors import BenchError
from uk_board.web import USUAL_PORT, WebClient, web_url, with_web

SENSORS = b'{"sensors": [{"name": "t0", "quantity": "temperature", "state": "ok", "value": 21.5}]}'


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/api/v1/sensors"
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(SENSORS if found else b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def client(url: str, *, over: bool = False) -> WebClient:
    return WebClient(url, "made-up", lambda: over)


def test_an_app_without_a_server_gets_no_port() -> None:
    assert with_web((), None) == ()


def test_a_port_that_the_user_gave_is_left_alone() -> None:
    given = (Forward(9000, 80),)
    assert with_web(given, 80) == given


def test_a_server_gets_the_usual_port_or_any_that_is_free() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", USUAL_PORT))
            taken.listen()
        except OSError:
            pass  # then somebody else has it
        assert with_web((), 80) == (Forward(0, 80),)
    assert with_web((Forward(USUAL_PORT, 7),), 80)[1] == Forward(0, 80)


def test_the_address_is_that_of_the_forwarded_port() -> None:
    assert web_url([Forward(4711, 80)], 80, "made-up") == "http://localhost:4711/"
    with pytest.raises(BenchError, match=r"tcp port 80 is not forwarded; forwarded: none"):
        web_url([], 80, "made-up")


def test_a_reading_is_waited_for_and_a_wrong_one_is_named(url: str) -> None:
    assert client(url).await_value("t0", "temperature", 21.5, 1.0) == 21.5
    with pytest.raises(BenchError, match=r"t0 was set to 5, .* shows 21\.5"):
        client(url).await_value("t0", "temperature", 5.0, 0.1)
    with pytest.raises(BenchError, match='has no sensor "t1" of temperature'):
        client(url).value("t1", "temperature")


def test_a_page_that_is_not_there_is_told_with_its_status(url: str) -> None:
    with pytest.raises(BenchError, match="/none: 404 Not Found"):
        client(url).get("none")


def test_a_server_that_is_gone_is_not_waited_for_once_the_board_has_ended() -> None:
    with pytest.raises(BenchError, match=r"does not answer: .*; the board has ended"):
        client("http://127.0.0.1:1/", over=True).get()
    with pytest.raises(BenchError, match=r"does not answer: .*; asked for 0 s"):
        client("http://127.0.0.1:1/").get(deadline_s=0.0)
