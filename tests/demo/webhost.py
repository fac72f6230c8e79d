# SPDX-License-Identifier: BSD-3-Clause
"""The demo's web server, compiled for this machine."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cffi
from prometheus_client.parser import text_string_to_metric_families

from uk_board.build import embed
from uk_board.build.component import App

HERE = Path(__file__).parent
WEB = HERE.parents[1] / "apps" / "demo"
# What is only for a board.
_ON_BOARD = {"main.c", "sampling.c", "station.c"}
PARSER = tuple(WEB / name for name in ("http_parser.c", "http_header.c"))

# No wait is longer; all of them end sooner by what is waited for.
TIMEOUT_S = 60.0

CFLAGS = ("-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Werror")
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")

_CDEF = """
struct http_request {
    int method;
    uint8_t minor;
    bool close;
    bool takes_gzip;
    char target[256];
    char if_none_match[256];
};
struct http_parser {
    uint16_t status;
    uint8_t state;
    uint8_t header;
    uint8_t seen;
    uint8_t headers;
    uint16_t head_bytes;
    uint16_t fill;
    bool overflow;
    uint32_t body_left;
    char word[256];
    struct http_request request;
};
void http_parser_reset(struct http_parser *p);
size_t http_parse(struct http_parser *p, const void *data, size_t len);
const char *http_reason(unsigned int status);
const char *http_split_target(char *target);
uint32_t http_query_number(const char *query, const char *name, uint32_t fallback);
bool http_etag_matches(const char *list, const char *etag);
"""

METHODS = ("GET", "HEAD", "other")


def compile_c(output: Path, sources: Sequence[Path], *flags: str) -> Path:
    """Compile and link `sources` into `output`."""
    command = ["gcc", *CFLAGS, f"-I{WEB}", *flags, *map(str, sources), "-o", str(output)]
    subprocess.run(command, check=True, timeout=200)
    return output


@dataclass(frozen=True)
class Parsed:
    """What the parser made of some bytes."""

    status: int
    taken: int
    method: str = ""
    target: str = ""
    close: bool = False
    takes_gzip: bool = False
    if_none_match: str = ""


class Parser:
    """The parser in a shared library."""

    def __init__(self, library: Path) -> None:
        self.ffi: Any = cffi.FFI()
        self.ffi.cdef(_CDEF)
        self.lib: Any = self.ffi.dlopen(str(library))

    def parse(self, *pieces: bytes) -> Parsed:
        """Give the parser these pieces, until it is done; return what it says."""
        parser = self.ffi.new("struct http_parser *")
        self.lib.http_parser_reset(parser)
        taken = sum(self.lib.http_parse(parser, piece, len(piece)) for piece in pieces)
        if parser.status != 200:
            return Parsed(parser.status, taken)
        request = parser.request
        return Parsed(
            parser.status,
            taken,
            METHODS[request.method],
            self.ffi.string(request.target).decode("latin-1"),
            request.close,
            request.takes_gzip,
            self.ffi.string(request.if_none_match).decode("latin-1"),
        )

    def split_target(self, target: bytes) -> tuple[bytes, bytes] | None:
        """Return path and query of a target, or None when it is wrong."""
        buffer = self.ffi.new("char[]", target)
        query = self.lib.http_split_target(buffer)
        if query == self.ffi.NULL:
            return None
        return self.ffi.string(buffer), self.ffi.string(query)


def web_sources(folder: Path) -> tuple[list[Path], list[str]]:
    """Return what of the server is for any machine, its page in `folder`, and their flags."""
    app = App(name="demo", folder=WEB, caption="", embed=("page.html",))
    for name, text in embed.generate(app).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    shared = [file for file in sorted(WEB.glob("*.c")) if file.name not in _ON_BOARD]
    return [folder / embed.SOURCE, *shared], ["-DWEB_ON_HOST", f"-I{folder / 'include'}"]


def compile_web(folder: Path) -> Path:
    """Compile the server with its page for this machine, with sanitizers."""
    sources, flags = web_sources(folder)
    return compile_c(folder / "web", [HERE / "host.c", *sources], *flags, *SANITIZERS)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for something; fails when it does not come."""
    end_s = time.monotonic() + TIMEOUT_S
    while not is_so():
        assert time.monotonic() < end_s
        time.sleep(0.02)


@dataclass(frozen=True)
class Response:
    """What came back: status, headers by lower-case name, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Web:
    """The server as a process; what it prints on stderr is a failure."""

    def __init__(self, program: Path, port: int = 0) -> None:
        self.program = program
        self._process = subprocess.Popen(
            [program, str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline().split()[1])

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://localhost:{self.port}/"

    def tell(self, line: str) -> None:
        """Have it obey a line of those that host.c lists."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"

    def end(self) -> str:
        """End it; return what it had to say on stderr."""
        try:
            return self._process.communicate("quit\n", timeout=TIMEOUT_S)[1]
        finally:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """End it at once, as power loss does."""
        self._process.kill()
        self._process.wait()

    def connect(self) -> socket.socket:
        """Return a connection."""
        return socket.create_connection(("127.0.0.1", self.port), TIMEOUT_S)

    def ask(self, target: str = "/healthz", method: str = "GET", **headers: str) -> Response:
        """Send a request on a connection of its own; return the response."""
        with self.connect() as connection:
            lines = "".join(
                f"{name.replace('_', '-')}: {text}\r\n" for name, text in headers.items()
            )
            text = f"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n"
            connection.sendall(text.encode())
            return read_response(connection, method)

    def sensors(self, query: str = "") -> Any:
        """Return what the API says."""
        return json.loads(self.ask("/api/v1/sensors" + query).body)

    def metrics(self) -> dict[str, float]:
        """Return the metrics that have no labels, by name without the prefix."""
        text = self.ask("/metrics").body.decode()
        return {
            sample.name.removeprefix("ukboard_"): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if not sample.labels
        }


def read_response(connection: socket.socket, method: str = "GET") -> Response:
    """Return the next response on a connection; nothing behind it may have come yet."""
    response = http.client.HTTPResponse(connection, method=method)
    response.begin()
    headers = {name.lower(): text for name, text in response.getheaders()}
    return Response(response.status, headers, response.read())


def read_all(connection: socket.socket) -> bytes:
    """Return what comes until the other side closes."""
    pieces = []
    while piece := connection.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)
