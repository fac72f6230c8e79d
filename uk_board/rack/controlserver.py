# SPDX-License-Identifier: BSD-3-Clause
"""The HTTP interface of an emulated board; its client is uk_board.rack.control.

GET, PUT /power/0/value    "1" or "0", as labgrid's power model "rest" has it
PUT /image                 the image that the next power-on starts
PUT /arguments             its boot arguments, a text
PUT /setup                 JSON, see emulated.Setup: what is wired, the network, the card, time
POST /reset                press the button
POST /sense                JSON {part, quantity, value}: what a part senses
POST /link                 "1" or "0": plug the network cable in or out
POST /adapter              plug in the network adapter that the setup left out
POST /card                 the file that is the card from now on, or nothing: none
GET /                      JSON: all of it, with the ports that lead to the board
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer

from uk_board.errors import BenchError, UkBoardError, UsageError
from uk_board.rack.consoleline import LOCAL
from uk_board.rack.emulated import EmulatedBoard, Setup

MAX_IMAGE_BYTES = 256 << 20
_REQUEST_S = 60.0
_POWER = "/power/0/value"


class Control(HTTPServer):
    """The HTTP side. Its requests run one after the other in the thread of `serve_forever`.

    That thread starts QEMU, which the kernel ends with it.
    """

    def __init__(self, board: EmulatedBoard, port: int = 0) -> None:
        """Listen; 0 is any free port. Raises: BenchError."""
        self.emulated = board
        try:
            super().__init__((LOCAL, port), _Handler)
        except OSError as error:
            raise BenchError(f"{LOCAL}:{port}", f"cannot be used: {error.strerror}") from error

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{LOCAL}:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Control
    timeout = _REQUEST_S
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer("GET")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def do_POST(self) -> None:
        self._answer("POST")

    def log_request(self, *_: object) -> None:
        """Say nothing."""

    def log_error(self, *_: object) -> None:
        """Say nothing: the client is told."""

    def _answer(self, method: str) -> None:
        try:
            size = int(self.headers.get("Content-Length") or 0)
            if not 0 <= size <= MAX_IMAGE_BYTES:
                self.close_connection = True
                raise UsageError(self.path, f"{size} bytes are too many; {MAX_IMAGE_BYTES} fit")
            status, text = 200, answer(self.server.emulated, method, self.path, self._body(size))
        except UkBoardError as error:
            status, text = 409 if isinstance(error, BenchError) else 400, str(error)
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        # One client after the other is served: none may stay.
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = True

    def _body(self, size: int) -> bytes:
        data = self.rfile.read(size)
        if len(data) != size:
            raise UsageError(self.path, f"{len(data)} bytes came; {size} were announced")
        return data


def answer(board: EmulatedBoard, method: str, path: str, body: bytes) -> str:
    """Do what a request asks for and return the answer. Raises: UkBoardError."""
    actions: Mapping[tuple[str, str], Callable[[], str | None]] = {
        ("GET", "/"): lambda: json.dumps(board.state()),
        ("GET", _POWER): lambda: str(int(board.is_on)),
        ("PUT", _POWER): lambda: board.power(on=_bit(_POWER, body)),
        ("PUT", "/image"): lambda: board.take_image(body),
        ("PUT", "/arguments"): lambda: board.take_arguments(body),
        ("PUT", "/setup"): lambda: board.set_up(Setup.parse(body)),
        ("POST", "/reset"): board.reset,
        ("POST", "/sense"): lambda: _sense(board, body),
        ("POST", "/link"): lambda: board.set_link(up=_bit("/link", body)),
        ("POST", "/adapter"): board.plug_network,
        ("POST", "/card"): lambda: board.swap_card(body.decode(errors="replace")),
    }
    action = actions.get((method, path))
    if action is None:
        known = ", ".join(" ".join(known) for known in actions)
        raise UsageError(f"{method} {path}", f"is nothing here; known: {known}")
    return action() or ""


def _bit(path: str, body: bytes) -> bool:
    if body not in (b"0", b"1"):
        raise UsageError(path, f'"{body[:20]!r}" is no state; 0 or 1 is expected')
    return body == b"1"


def _sense(board: EmulatedBoard, body: bytes) -> None:
    try:
        facts = json.loads(body)
        part, quantity, value = facts["part"], facts["quantity"], float(facts["value"])
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError("/sense", f"is wrong: {error}; part, quantity and value are") from error
    board.sense(str(part), str(quantity), value)
