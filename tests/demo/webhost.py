# SPDX-License-Identifier: BSD-3-Clause
"""The demo's web server, compiled for this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cffi

HERE = Path(__file__).parent
WEB = HERE.parents[1] / "apps" / "demo" / "web"
PARSER = tuple(WEB / name for name in ("http_parser.c", "http_header.c"))

CFLAGS = ("-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Werror")
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")

_CDEF = """
struct http_request {
    int method;
    uint8_t minor;
    bool close;
    bool refuses_gzip;
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
    refuses_gzip: bool = False
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
            request.refuses_gzip,
            self.ffi.string(request.if_none_match).decode("latin-1"),
        )

    def split_target(self, target: bytes) -> tuple[bytes, bytes] | None:
        """Return path and query of a target, or None when it is wrong."""
        buffer = self.ffi.new("char[]", target)
        query = self.lib.http_split_target(buffer)
        if query == self.ffi.NULL:
            return None
        return self.ffi.string(buffer), self.ffi.string(query)
