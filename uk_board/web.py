# SPDX-License-Identifier: BSD-3-Clause
"""The web server of an emulated board: where it is on this machine, and what it answers."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from uk_board.emulation.network import Forward, host_port
from uk_board.errors import BenchError

# Where it is looked for when nobody says another port, as with other servers on a desk.
USUAL_PORT = 8080
_REQUEST_TIMEOUT_S = 10.0
_PAUSE_S = 0.05


def with_web(forwards: tuple[Forward, ...], web_port: int | None) -> tuple[Forward, ...]:
    """Return `forwards` and, if none leads to `web_port`, one from the usual port or a free one."""
    if web_port is None or any((one.guest, one.protocol) == (web_port, "tcp") for one in forwards):
        return forwards
    taken = {one.host for one in forwards}
    usual = USUAL_PORT not in taken and _is_free(USUAL_PORT)
    return (*forwards, Forward(USUAL_PORT if usual else 0, web_port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def web_url(forwards: list[Forward], web_port: int, where: str) -> str:
    """Return the page's address on this machine. Raises: BenchError when nothing leads there."""
    return f"http://localhost:{host_port(forwards, web_port, 'tcp', where)}/"


class WebClient:
    """Asks the web server at `url`. `is_over` tells when nobody can answer any more."""

    def __init__(self, url: str, where: str, is_over: Callable[[], bool]) -> None:
        self.url = url
        self._where = where
        self._is_over = is_over

    def get(self, path: str = "", deadline_s: float = 60.0) -> bytes:
        """Return what is at `path`, asking again while no answer comes. Raises: BenchError."""
        end_s = time.monotonic() + deadline_s
        while True:
            try:
                return self._ask(path)
            except (OSError, http.client.HTTPException) as error:
                problem = f"{self.url}{path} does not answer: {error}"
            if self._is_over():
                raise BenchError(self._where, f"{problem}; the board has ended")
            if time.monotonic() > end_s:
                raise BenchError(self._where, f"{problem}; asked for {deadline_s:g} s")
            time.sleep(_PAUSE_S)

    def _ask(self, path: str) -> bytes:
        request = urllib.request.Request(self.url + path, headers={"Accept-Encoding": "gzip"})
        try:
            with urllib.request.urlopen(request, timeout=_REQUEST_TIMEOUT_S) as answer:
                body: bytes = answer.read()
                packed = answer.headers.get("Content-Encoding") == "gzip"
        except urllib.error.HTTPError as error:
            raise BenchError(
                self._where, f"{self.url}{path}: {error.code} {error.reason}"
            ) from error
        return gzip.decompress(body) if packed else body

    def sensors(self) -> dict[str, Any]:
        """Return what the board says of itself and its sensors."""
        said: dict[str, Any] = json.loads(self.get("api/v1/sensors"))
        return said

    def value(self, part: str, quantity: str) -> float | None:
        """Return the last reading of a sensor, None before the first or when it fails."""
        for sensor in self.sensors()["sensors"]:
            if (sensor["name"], sensor["quantity"]) == (part, quantity):
                return float(sensor["value"]) if sensor["state"] == "ok" else None
        raise BenchError(self._where, f'{self.url} has no sensor "{part}" of {quantity}')

    def await_value(self, part: str, quantity: str, wanted: float, deadline_s: float) -> float:
        """Wait for a reading, exact to a hundredth; return it. Raises: BenchError."""
        end_s = time.monotonic() + deadline_s
        while (value := self.value(part, quantity)) is None or abs(value - wanted) > 0.01:
            if time.monotonic() > end_s:
                shown = "no reading" if value is None else f"{value:g}"
                raise BenchError(
                    self._where, f"{part} was set to {wanted:g}, {self.url} shows {shown}"
                )
            time.sleep(_PAUSE_S)
        return value
