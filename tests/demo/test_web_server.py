# SPDX-License-Identifier: BSD-3-Clause
"""The server over real sockets: what it serves, and whom it serves in spite of whom."""

from __future__ import annotations

import gzip
import http.client
import random
import socket
import struct
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from webhost import TIMEOUT_S, WEB, Web, read_all, read_response, wait_until

CONNECTIONS = 6
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


def test_the_page_comes_compressed_and_only_once(web: Web) -> None:
    page = web.ask("/", Accept_Encoding="gzip, deflate, br")
    assert page.status == 200
    assert page.headers["content-encoding"] == "gzip"
    assert gzip.decompress(page.body) == (WEB / "page.html").read_bytes()
    again = web.ask("/", Accept_Encoding="gzip", If_None_Match=page.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == page.headers["etag"]
    other = web.ask("/", Accept_Encoding="gzip", If_None_Match='"another"')
    assert (other.status, other.body) == (200, page.body)


@pytest.mark.parametrize("codings", [None, "identity", "gzip;q=0, *"])
def test_who_does_not_ask_for_gzip_reads_the_sensors_as_text(web: Web, codings: str | None) -> None:
    wait_until(lambda: web.sensors()["rounds"] > 0)
    plain = web.ask("/", **({} if codings is None else {"Accept_Encoding": codings}))
    assert (plain.status, plain.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert (plain.headers["vary"], "content-encoding" in plain.headers) == (
        "Accept-Encoding",
        False,
    )
    lines = plain.body.decode().splitlines()
    assert lines[0].startswith('Made-up "4711" \\ board (made-up), up ')
    assert lines[1] == "t0 temperature: 21.500 C, ok"
    assert lines[-1].endswith("data: /api/v1/sensors, /metrics")
    web.tell('fail 0 no "answer"')
    wait_until(
        lambda: b't0 temperature: 21.500 C, error: no "answer"\n' in web.ask("/").body,
    )


@pytest.mark.parametrize("target", ["/", "/api/v1/sensors", "/metrics", "/healthz", "/none"])
def test_head_is_get_without_the_body(web: Web, target: str) -> None:
    head, get = web.ask(target, "HEAD"), web.ask(target)
    assert head.body == b""
    assert (head.status, head.headers) == (get.status, get.headers)


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/none", 404),
        ("GET", "/healthz/", 404),
        ("GET", "/%68ealthz?x", 200),
        ("GET", "/%zz", 400),
        ("POST", "/", 405),
        ("OPTIONS", "*", 405),
        ("BREW", "/", 501),
        ("GET", "/" + "a" * 300, 414),
        ("GET", "x", 400),
    ],
)
def test_statuses(web: Web, method: str, target: str, status: int) -> None:
    done = web.ask(target, method)
    assert done.status == status
    assert done.body == f"{status} {http.client.responses.get(status, '')}\n".encode().replace(
        b"Request-URI", b"URI"
    )
    assert ("allow" in done.headers) == (status == 405)


def test_chunked_bodies_are_refused_and_the_connection_ends_well(web: Web) -> None:
    with web.connect() as connection:
        head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head + b"5\r\nhello\r\n" * 100 + b"0\r\n\r\n")
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 411 Length Required\r\n")
    assert b"Connection: close\r\n" in answer


def test_a_body_is_skipped_and_the_next_request_served(web: Web) -> None:
    with web.connect() as connection:
        post = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n" + b"x" * 4000
        connection.sendall(post + GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        answer = read_all(connection)
    assert answer.count(b"HTTP/1.1 405 ") == 1
    assert answer.count(b"HTTP/1.1 200 OK") == 1


def test_http_1_0_gets_text_without_chunks(web: Web) -> None:
    for keep in (b"", b"Connection: keep-alive\r\n"):
        with web.connect() as connection:
            connection.sendall(b"GET /metrics HTTP/1.0\r\n" + keep + b"\r\n")
            head, _, body = read_all(connection).partition(b"\r\n\r\n")
        assert b"Transfer-Encoding" not in head
        assert b"Connection: close" in head
        assert body.startswith(b"# HELP ukboard_info ")


def test_a_connection_serves_many_requests(web: Web) -> None:
    with web.connect() as connection:
        for _ in range(50):
            connection.sendall(GET)
            assert read_response(connection).status == 200
    assert web.metrics()["http_connections_total"] == 2


def test_pipelined_requests_are_answered_in_order(web: Web) -> None:
    targets = [b"/healthz", b"/none", b"/api/v1/sensors?since=0", b"/"] * 25
    requests = [b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n" for target in targets]
    with web.connect() as connection:
        connection.sendall(b"".join(requests))
        connection.shutdown(socket.SHUT_WR)
        answer = read_all(connection)
    found = [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]]
    assert found == [b"200", b"404", b"200", b"200"] * 25


def test_a_request_may_come_byte_by_byte(web: Web) -> None:
    with web.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in GET:
            connection.sendall(bytes([byte]))
        assert read_response(connection).status == 200


def test_who_says_no_more_still_gets_the_answer(web: Web) -> None:
    with web.connect() as connection:
        connection.sendall(GET)
        connection.shutdown(socket.SHUT_WR)
        assert read_all(connection).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_thousand_requests_in_a_row(web: Web) -> None:
    for number in range(1000):
        assert web.ask(("/", "/healthz", "/api/v1/sensors")[number % 3]).status == 200
    metrics = web.metrics()
    assert metrics["http_requests_total"] == 1001
    assert metrics["http_broken_total"] == 0
    assert metrics["http_connections"] == 1


def test_twenty_at_once_are_all_served(web: Web) -> None:
    def ask(number: int) -> int:
        client = http.client.HTTPConnection("127.0.0.1", web.port, TIMEOUT_S)
        for _ in range(20):
            # Who was told "close" connects again by itself.
            target = ("/", "/metrics", "/api/v1/sensors?since=0")[number % 3]
            client.request("GET", target, headers={"Accept-Encoding": "gzip"})
            answer = client.getresponse()
            answer.read()
            if answer.status != 200:
                return answer.status
        client.close()
        return 200

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(ask, range(20))) == {200}
    assert web.metrics()["http_requests_total"] == 401


def test_slow_requests_do_not_keep_others_out(web: Web) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(web.connect()) for _ in range(CONNECTIONS)]
        for connection in slow:
            connection.sendall(b"GET / HTT")
        # They hold all places, and lose them to others after a while.
        web.tell("later 3100")
        assert web.ask().status == 200
    assert web.metrics()["http_evicted_total"] == 1


def test_a_request_that_takes_too_long_gets_408(web: Web) -> None:
    with web.connect() as connection:
        connection.sendall(b"GET / HTT")
        connection.sendall(b"P")
        web.ask()  # by then, those bytes have come
        web.tell("later 10100")
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert web.metrics()["http_timeouts_total"] == 1


def test_an_idle_connection_is_closed_without_a_word(web: Web) -> None:
    with web.connect() as connection:
        connection.sendall(GET)
        assert read_response(connection).status == 200
        web.tell("later 15100")
        assert read_all(connection) == b""


def test_who_does_not_read_loses_the_connection(web: Web) -> None:
    request = b"GET /api/v1/sensors?since=0 HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.settimeout(1.0)
        connection.connect(("127.0.0.1", web.port))
        with pytest.raises(TimeoutError):
            connection.sendall(request * 100_000)
        # The server may still have been answering when its time moved: then it is later again.
        for _ in range(60):
            web.tell("later 30100")
            assert web.ask().status == 200
            if web.metrics()["http_timeouts_total"]:
                break
        assert web.metrics()["http_timeouts_total"] == 1


def test_connections_that_break_are_counted_and_forgotten(web: Web) -> None:
    for sent in (b"", b"GET / HT", GET * 20):
        connection = web.connect()
        connection.sendall(sent)
        # A linger time of zero: close() sends a reset.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    with web.connect() as connection:
        connection.sendall(b"GET / HT")
    metrics = web.metrics()
    assert metrics["http_broken_total"] >= 2
    assert metrics["http_connections"] == 1


def test_garbage_is_answered_and_service_goes_on(web: Web) -> None:
    random.seed(4711)
    statuses = set()
    for _ in range(200):
        with web.connect() as connection:
            connection.sendall(random.randbytes(random.randrange(1, 2000)))
            connection.shutdown(socket.SHUT_WR)
            statuses.add(read_all(connection)[:12])
    assert statuses <= {b"", b"HTTP/1.1 400", b"HTTP/1.1 501"}
    assert b"HTTP/1.1 400" in statuses
    assert web.ask().status == 200


def test_an_error_is_read_although_bytes_were_left_unread(web: Web) -> None:
    for _ in range(20):
        with web.connect() as connection:
            connection.sendall(b"GET / HTTP/9.9\r\n" + b"x" * 20000)
            assert read_all(connection).startswith(b"HTTP/1.1 505 ")


def test_a_port_that_is_taken_is_an_error(web: Web) -> None:
    done = subprocess.run(
        [web.program, str(web.port)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (1, f"port {web.port}: Address already in use\n")
