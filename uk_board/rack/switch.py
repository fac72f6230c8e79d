# SPDX-License-Identifier: BSD-3-Clause
"""Power switches of a bench over HTTP, as labgrid's power model "rest" has them.

GET /switch/N      "1" or "0": what was asked for last; a bench's commands do not tell
PUT /switch/N      "1" or "0": runs the bench file's command of its Nth board, and no other
"""

from __future__ import annotations

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from uk_board.desk import power
from uk_board.desk.benchfile import Bench, Place
from uk_board.errors import BenchError, UkBoardError, UsageError

_PATH = re.compile(r"/switch/(\d{1,4})")
_REQUEST_S = 60.0


class Switches:
    """The boards of a bench by number, and what they were asked for last."""

    def __init__(self, bench: Bench, run: power.Run = power.run) -> None:
        self._places = list(bench.boards.values())
        self._run = run
        self._on: dict[int, bool] = {}

    def answer(self, method: str, path: str, body: bytes) -> str:
        """Do what a request asks for and return the answer. Raises: UkBoardError."""
        index, place = self._place(path)
        if method == "PUT":
            if body not in (b"0", b"1"):
                raise UsageError(path, f"{body[:20]!r} is no state; 0 or 1 is expected")
            self._switch(place, on=body == b"1")
            self._on[index] = body == b"1"
        return str(int(self._on.get(index, True)))

    def _place(self, path: str) -> tuple[int, Place]:
        found = _PATH.fullmatch(path)
        index = int(found[1]) if found else -1
        if not 0 <= index < len(self._places):
            last = len(self._places) - 1
            raise UsageError(path, f"is no switch; /switch/0 to /switch/{last} are")
        return index, self._places[index]

    def _switch(self, place: Place, *, on: bool) -> None:
        switch = place.power
        if switch is None:
            raise UsageError(place.name, "has no power in the bench file")
        if switch.on and switch.off:
            power.do(switch.on if on else switch.off, self._run)
        elif on:
            # It can only do both at once; off before it is nothing.
            power.do(switch.cycle, self._run)


class SwitchServer(ThreadingHTTPServer):
    """The server; its requests run at the same time, since a command may take long."""

    daemon_threads = True

    def __init__(self, switches: Switches, host: str, port: int) -> None:
        """Listen. Raises: BenchError."""
        self.switches = switches
        try:
            super().__init__((host, port), _Handler)
        except OSError as error:
            raise BenchError(f"{host}:{port}", f"cannot be used: {error.strerror}") from error


class _Handler(BaseHTTPRequestHandler):
    server: SwitchServer
    timeout = _REQUEST_S

    def do_GET(self) -> None:
        self._answer("GET", b"")

    def do_PUT(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        self._answer("PUT", self.rfile.read(min(size, 64)))

    def log_request(self, *_: object) -> None:
        """Say nothing."""

    def log_error(self, *_: object) -> None:
        """Say nothing: the client is told."""

    def _answer(self, method: str, body: bytes) -> None:
        try:
            status, text = 200, self.server.switches.answer(method, self.path, body)
        except UkBoardError as error:
            status, text = 409 if isinstance(error, BenchError) else 400, str(error)
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
