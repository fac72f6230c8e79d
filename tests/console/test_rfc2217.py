# SPDX-License-Identifier: BSD-3-Clause
"""Telnet and RFC 2217: data pass whole however they are cut, and servers may be rude."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uk_board.errors import BenchError
from uk_board.serial import rfc2217
from uk_board.serial.rfc2217 import Rfc2217Port, Telnet, escaped

# The server agrees, and answers every question about the rate with this.
AGREES = bytes((255, 253, 44))
BAUD_115200 = bytes((255, 250, 44, 101)) + (115200).to_bytes(4, "big") + bytes((255, 240))


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    return [data[begin:end] for begin, end in itertools.pairwise(edges)]


@given(st.lists(st.binary(max_size=40)), st.lists(st.integers(0, 300), max_size=20))
def test_data_pass_whole_with_commands_between_them_however_cut(
    parts: list[bytes], places: list[int]
) -> None:
    between = [
        AGREES,
        BAUD_115200,
        bytes((255, 241)),
        bytes((255, 250, 44, 106, 255, 255, 255, 240)),
    ]
    line = b"".join(escaped(part) + between[at % 4] for at, part in enumerate(parts))
    telnet = Telnet()
    assert b"".join(map(telnet.feed, cut(line, places))) == b"".join(parts)
    expected = [
        (253, b"\x2c"),
        (250, b"\x2c\x65\x00\x01\xc2\x00"),
        None,
        (250, b"\x2c\x6a\xff"),
    ]
    heard = [expected[at % 4] for at in range(len(parts))]
    assert telnet.heard == [each for each in heard if each is not None]


@given(st.binary(max_size=5000))
def test_noise_ends_nothing_and_does_not_hide_what_comes_for_long(noise: bytes) -> None:
    telnet = Telnet()
    telnet.feed(noise)
    assert telnet.feed(b"x" * 2000 + b"seen").endswith(b"xseen")


@contextmanager
def server(answer: Callable[[bytes], bytes]) -> Iterator[str]:
    """A server that answers what comes as a function says."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    while data := connection.recv(4096):
                        connection.sendall(answer(data))

        threading.Thread(target=serve, daemon=True).start()
        yield f"rfc2217://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (lambda data: b"", "does not speak RFC 2217: it did not answer in 0.5 s; socket://"),
        (lambda data: data, "does not say whether it can do 9600 baud|does not speak"),
        (lambda data: bytes((255, 254, 44)), "does not speak RFC 2217: it refuses to"),
        (lambda data: AGREES, "does not say whether it can do 9600 baud"),
        (lambda data: AGREES + BAUD_115200, "cannot do 9600 baud; it offers 115200"),
        (lambda data: b"login: ", "does not speak RFC 2217"),
    ],
    ids=["silent", "echo", "refuses", "half", "another rate", "a shell"],
)
def test_a_server_that_cannot_is_an_error(
    answer: Callable[[bytes], bytes], problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rfc2217, "_ANSWER_S", 0.5)
    with server(answer) as url, pytest.raises(BenchError, match=problem):
        Rfc2217Port(url, 9600)


def test_what_the_board_said_while_the_line_was_set_is_not_lost() -> None:
    with server(lambda data: b"bo" + AGREES + b"ot" + BAUD_115200) as url:
        port = Rfc2217Port(url, 115200)
        got = b""
        while len(got) < 4:
            got += port.read(10) or b""
        assert got.startswith(b"boot")
        port.close()
        assert port.read(10) == b""
