# SPDX-License-Identifier: BSD-3-Clause
"""The client of an emulated board's HTTP interface; the board is uk_board.rack.emulated."""

from __future__ import annotations

import hashlib
import json
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from uk_board.errors import BenchError, UsageError

_DEADLINE_S = 60.0


class BoardControl:
    """An emulated board by its URL."""

    def __init__(self, url: str) -> None:
        """Raises: UsageError."""
        parts = urlsplit(url)
        if parts.scheme != "http" or not re.fullmatch(r"[^:]+:\d+|\[.+\]:\d+", parts.netloc):
            raise UsageError("--control", f'"{url}" is no such URL; http://host:port is expected')
        self.url = url.rstrip("/")

    def state(self) -> dict[str, Any]:
        """Return what it says of itself. Raises: BenchError."""
        said = json.loads(self._ask("GET", "/"))
        if not isinstance(said, dict) or "board" not in said:
            raise BenchError(self.url, "is no emulated board; it says something else")
        return said

    def send_image(self, data: bytes) -> None:
        """Send an image, for the next power-on. Raises: BenchError."""
        theirs = self._ask("PUT", "/image", data)
        ours = hashlib.sha256(data).hexdigest()
        if theirs != ours:
            raise BenchError(self.url, f"got another image: SHA-256 {theirs}; {ours} was sent")

    def send_arguments(self, text: str) -> None:
        """Send the boot arguments, for the next power-on. Raises: BenchError."""
        self._ask("PUT", "/arguments", text.encode())

    def set_up(self, **setup: Any) -> None:
        """Send what is around the board; see emulated.Setup. Raises: BenchError."""
        self._ask("PUT", "/setup", json.dumps(setup).encode())

    def power(self, *, on: bool) -> None:
        """Switch. Raises: BenchError."""
        self._ask("PUT", "/power/0/value", b"1" if on else b"0")

    def reset(self) -> None:
        """Press the button. Raises: BenchError."""
        self._ask("POST", "/reset")

    def set_link(self, *, up: bool) -> None:
        """Plug the network cable in or out. Raises: BenchError."""
        self._ask("POST", "/link", b"1" if up else b"0")

    def plug_adapter(self) -> None:
        """Plug in the network adapter that was not there. Raises: BenchError."""
        self._ask("POST", "/adapter")

    def swap_card(self, file: Path | None) -> None:
        """Put a file into the slot as its card, or nothing. Raises: BenchError."""
        self._ask("POST", "/card", str(file or "").encode())

    def sense(self, part: str, quantity: str, value: float) -> None:
        """Set what a part senses. Raises: BenchError."""
        facts = {"part": part, "quantity": quantity, "value": value}
        self._ask("POST", "/sense", json.dumps(facts).encode())

    def _ask(self, method: str, path: str, data: bytes | None = None) -> str:
        request = urllib.request.Request(f"{self.url}{path}", data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=_DEADLINE_S) as answer:
                said: bytes = answer.read()
                return said.decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            why = error.read().decode("utf-8", "replace")
            raise BenchError(self.url, f"refuses {method} {path}: {why}") from error
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise BenchError(self.url, f"cannot be asked: {reason}") from error
