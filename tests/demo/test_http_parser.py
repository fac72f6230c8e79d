# SPDX-License-Identifier: BSD-3-Clause
"""Requests as the parser reads them: the good, the bad, and however they are split."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from webhost import Parsed, Parser

HOST = b"Host: board\r\n"


def request(*headers: bytes, line: bytes = b"GET / HTTP/1.1", body: bytes = b"") -> bytes:
    """Return a request with a Host and these headers."""
    lines = b"".join(header + b"\r\n" for header in headers)
    return line + b"\r\n" + HOST + lines + b"\r\n" + body


def test_a_request_is_taken_to_its_last_byte_and_no_further(parser: Parser) -> None:
    whole = request(b"User-Agent: test")
    done = parser.parse(whole + b"GET /next")
    assert done == Parsed(200, len(whole), "GET", "/")


@pytest.mark.parametrize("cut", range(len(request())))
def test_nothing_short_of_the_whole_is_a_request(parser: Parser, cut: int) -> None:
    assert parser.parse(request()[:cut]) == Parsed(0, cut)


@pytest.mark.parametrize(
    ("method", "status", "kind"),
    [
        (b"GET", 200, "GET"),
        (b"HEAD", 200, "HEAD"),
        (b"POST", 200, "other"),
        (b"PATCH", 200, "other"),
        (b"get", 501, ""),
        (b"BREW", 501, ""),
        (b"G" * 300, 501, ""),
        (b"", 400, ""),
        (b"G@T", 400, ""),
        (b"\x16\x03\x01", 400, ""),
    ],
)
def test_methods(parser: Parser, method: bytes, status: int, kind: str) -> None:
    done = parser.parse(request(line=method + b" / HTTP/1.1"))
    assert (done.status, done.method) == (status, kind)


@pytest.mark.parametrize(
    ("target", "status", "seen"),
    [
        (b"/a/b?c=d&e", 200, "/a/b?c=d&e"),
        (b"http://board/x", 200, "/x"),
        (b"HTTP://board:80", 200, "/"),
        (b"http://board?x=1", 200, "/?x=1"),
        (b"/" + b"a" * 254, 200, "/" + "a" * 254),
        (b"/" + b"a" * 255, 414, ""),
        (b"http://", 400, ""),
        (b"http:///x", 400, ""),
        (b"https://board/", 400, ""),
        (b"x", 400, ""),
        (b"*", 400, ""),
        (b"/#top", 400, ""),
        (b"/\x80", 400, ""),
        (b"/\0", 400, ""),
        (b"/\t", 400, ""),
    ],
)
def test_targets(parser: Parser, target: bytes, status: int, seen: str) -> None:
    done = parser.parse(request(line=b"GET " + target + b" HTTP/1.1"))
    assert (done.status, done.target) == (status, seen)


@pytest.mark.parametrize(
    ("version", "status"),
    [
        (b"HTTP/1.1", 200),
        (b"HTTP/1.0", 200),
        (b"HTTP/1.7", 200),
        (b"HTTP/2.0", 505),
        (b"HTTP/0.9", 505),
        (b"HTTP/x.1", 400),
        (b"HTTP/1.x", 400),
        (b"HTTP/1.10", 400),
        (b"http/1.1", 400),
        (b"HTTP/1.1 ", 400),
        (b"", 400),
    ],
)
def test_versions(parser: Parser, version: bytes, status: int) -> None:
    assert parser.parse(request(line=b"GET / " + version)).status == status


@pytest.mark.parametrize(
    "wrong",
    [
        b"GET / HTTP/1.1\n" + HOST + b"\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /\r\n",
        b"\r\n\r\nGET / HTTP/1.1\r\n" + HOST + b"\r\n",
        b"\nGET / HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"X : 1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b": 1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"X: 1\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\n X: 1\r\n" + HOST + b"\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"X: a\rb\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"X: 1\r\n\rX",
    ],
)
def test_what_is_no_request_is_told_so(parser: Parser, wrong: bytes) -> None:
    assert parser.parse(wrong).status == 400


def test_one_empty_line_before_a_request_is_overlooked(parser: Parser) -> None:
    assert parser.parse(b"\r\n" + request()).status == 200


def test_bytes_above_ascii_and_tabs_are_allowed_in_values(parser: Parser) -> None:
    assert parser.parse(request(b"X-Name: \xc3\xa4\t\xff", b"Y:", b"Z: \t ")).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([b"X: " + b"a" * 7000], 200),
        ([b"X: " + b"a" * 8192], 431),
        ([b"a" * 9000], 431),
        ([b"X: 1"] * 63, 200),
        ([b"X: 1"] * 64, 431),
        ([b"Connection: " + b"a, " * 100], 431),
        ([b"Host2: " + b"a" * 300], 200),
    ],
)
def test_heads_have_a_limit(parser: Parser, headers: list[bytes], status: int) -> None:
    assert parser.parse(request(*headers)).status == status


@pytest.mark.parametrize(
    ("headers", "body", "status", "rest"),
    [
        ([b"Content-Length: 5"], b"hello", 200, b""),
        ([b"Content-Length: 5"], b"hell", 0, b""),
        ([b"Content-Length: 5"], b"hello!", 200, b"!"),
        ([b"Content-Length: 0"], b"x", 200, b"x"),
        ([b"Content-Length: 0000004"], b"1234", 200, b""),
        ([b"Content-Length: 4096"], b"x" * 4096, 200, b""),
        ([b"Content-Length: 4097"], b"", 413, None),
        ([b"Content-Length: 99999999999999999999999"], b"", 413, None),
        ([b"Content-Length: -1"], b"", 400, None),
        ([b"Content-Length: +1"], b"", 400, None),
        ([b"Content-Length: 1, 1"], b"", 400, None),
        ([b"Content-Length:"], b"", 400, None),
        ([b"Content-Length: 1", b"content-length: 1"], b"x", 400, None),
        ([b"Transfer-Encoding: chunked"], b"0\r\n\r\n", 411, None),
        ([b"Transfer-Encoding: gzip, chunked"], b"", 501, None),
        ([b"Content-Length: 1", b"Transfer-Encoding: chunked"], b"", 400, None),
    ],
)
def test_bodies(
    parser: Parser, headers: list[bytes], body: bytes, status: int, rest: bytes | None
) -> None:
    whole = request(*headers, body=body)
    done = parser.parse(whole)
    assert done.status == status
    if rest is not None:
        assert whole[done.taken :] == rest


def test_a_transfer_encoding_in_http_1_0_is_wrong(parser: Parser) -> None:
    line = b"POST / HTTP/1.0"
    assert parser.parse(request(b"Transfer-Encoding: chunked", line=line)).status == 400


def test_who_waits_for_a_leave_is_answered_without_the_body(parser: Parser) -> None:
    whole = request(b"Expect: 100-continue", b"Content-Length: 9", line=b"POST / HTTP/1.1")
    done = parser.parse(whole + b"123456789")
    assert (done.status, done.taken, done.close) == (200, len(whole), True)
    assert parser.parse(request(b"Expect: a miracle")).status == 417
    assert parser.parse(request(b"Expect: what", line=b"GET / HTTP/1.0")).status == 200


@pytest.mark.parametrize(
    ("version", "connection", "close"),
    [
        (b"1.1", b"", False),
        (b"1.1", b"close", True),
        (b"1.1", b"Upgrade, CLOSE", True),
        (b"1.1", b"closed", False),
        (b"1.1", b"keep-alive", False),
        (b"1.0", b"", True),
        (b"1.0", b"Keep-Alive", False),
        (b"1.0", b"keep-alive, close", True),
    ],
)
def test_who_wants_to_stay_connected(
    parser: Parser, version: bytes, connection: bytes, close: bool
) -> None:
    done = parser.parse(request(b"Connection: " + connection, line=b"GET / HTTP/" + version))
    assert (done.status, done.close) == (200, close)


@pytest.mark.parametrize(
    ("codings", "takes"),
    [
        (None, False),
        (b"gzip, deflate, br", True),
        (b"deflate,GZIP;q=0.5", True),
        (b"br, *", True),
        (b"", False),
        (b"identity", False),
        (b"gzip;q=0", False),
        (b"gzip ; q=0.000, *", False),
        (b"gzipped", False),
        (b"*;q=0", False),
        (b"a," * 200, False),
    ],
)
def test_who_takes_gzip(parser: Parser, codings: bytes | None, takes: bool) -> None:
    headers = [] if codings is None else [b"Accept-Encoding: " + codings]
    done = parser.parse(request(*headers))
    assert (done.status, done.takes_gzip) == (200, takes)


@pytest.mark.parametrize(
    ("tags", "matches"),
    [
        (b'"abc"', True),
        (b'W/"abc"', True),
        (b'"x", "abc"', True),
        (b'"x" ,W/"y",\t"abc"', True),
        (b"*", True),
        (b'"abcd"', False),
        (b'"ab"', False),
        (b"abc", False),
        (b'"abc', False),
        (b'"x,"abc"', False),
        (b"", False),
    ],
)
def test_entity_tags(parser: Parser, tags: bytes, matches: bool) -> None:
    assert parser.lib.http_etag_matches(tags, b'"abc"') == matches


def test_an_entity_tag_comes_with_the_request(parser: Parser) -> None:
    assert parser.parse(request(b'If-None-Match: "abc" \t')).if_none_match == '"abc"'


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        (b"/a?b=c", (b"/a", b"b=c")),
        (b"/a", (b"/a", b"")),
        (b"/%61%2Fb?%61", (b"/a/b", b"%61")),
        (b"/a%", None),
        (b"/a%4", None),
        (b"/a%4g", None),
        (b"/a%00", None),
    ],
)
def test_paths_and_queries(
    parser: Parser, target: bytes, parts: tuple[bytes, bytes] | None
) -> None:
    assert parser.split_target(target) == parts


@pytest.mark.parametrize(
    ("query", "number"),
    [
        (b"since=5", 5),
        (b"a=1&since=4294967295&b", 4294967295),
        (b"since=4294967296", 7),
        (b"since=99999999999999999999999999", 7),
        (b"since=", 7),
        (b"since=5x", 7),
        (b"since=-5", 7),
        (b"sincere=5", 7),
        (b"", 7),
    ],
)
def test_a_number_in_a_query(parser: Parser, query: bytes, number: int) -> None:
    assert parser.lib.http_query_number(query, b"since", 7) == number


def test_every_status_of_the_parser_has_its_phrase(parser: Parser) -> None:
    for status in (400, 411, 413, 414, 417, 431, 501, 505):
        assert parser.ffi.string(parser.lib.http_reason(status)) != b"Internal Server Error"


PIECES = st.sampled_from(
    [
        *(b"GET ", b"POST ", b"/", b"/a?b", b" HTTP/1.1\r\n", b" HTTP/1.0\r\n"),
        *(b"\r\n", b"\r", b"\n", b": ", b"%41", b"abc", b"a" * 300, b"\0", b"\xff"),
        *(b"Host: board\r\n", b"Connection: close\r\n", b"Content-Length: 3\r\n"),
        *(b"Transfer-Encoding: chunked\r\n", b"Expect: 100-continue\r\n"),
        *(b'If-None-Match: "x"\r\n', b"Accept-Encoding: gzip;q=0\r\n"),
    ]
)
STREAMS = st.one_of(
    st.binary(max_size=200),
    st.lists(PIECES, max_size=20).map(b"".join),
    st.lists(PIECES, max_size=6).map(lambda more: request(*more)),
)


@settings(max_examples=1000, deadline=None)
@given(data=STREAMS, cuts=st.lists(st.integers(0, 400), max_size=8))
def test_however_it_is_split_the_result_is_the_same(
    parser: Parser, data: bytes, cuts: list[int]
) -> None:
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    pieces = [data[low:high] for low, high in itertools.pairwise(edges)]
    assert parser.parse(*pieces) == parser.parse(data)


@settings(max_examples=300, deadline=None)
@given(data=STREAMS)
def test_what_is_taken_is_enough_to_say_the_same_again(parser: Parser, data: bytes) -> None:
    done = parser.parse(data)
    assert parser.parse(data[: done.taken]) == done
    if done.status:
        assert parser.parse(data[: done.taken - 1]).status == 0
