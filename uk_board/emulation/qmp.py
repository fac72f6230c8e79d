# SPDX-License-Identifier: BSD-3-Clause
"""QEMU's control channel (QMP) in plain calls with deadlines, over the package qemu.qmp."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Coroutine
from typing import TypeVar

from qemu.qmp import QMPClient, QMPError

from uk_board.errors import BenchError

_T = TypeVar("_T")
# Failures are raised here; without a handler the package would also write them to stderr.
logging.getLogger("qemu.qmp").addHandler(logging.NullHandler())


class Qmp:
    """One connection to a running QEMU. Not to be shared between threads."""

    def __init__(self, connected: socket.socket, *, where: str, timeout_s: float = 30.0) -> None:
        """Negotiate over `connected`. Raises: BenchError."""
        self._where = where
        self._timeout_s = timeout_s
        self._loop = asyncio.new_event_loop()
        self._client = QMPClient("uk-board")
        try:
            self._run("connect", self._client.connect(connected))
        except BenchError:
            self._loop.close()
            raise

    def execute(self, command: str, **arguments: object) -> object:
        """Run a QMP command and return its result. Raises: BenchError."""
        return self._run(command, self._client.execute(command, arguments or None))

    def set_property(self, device: str, name: str, value: object) -> None:
        """Set a property of a device that was attached with the id `device`."""
        path = f"/machine/peripheral/{device}"
        self.execute("qom-set", path=path, property=name, value=value)

    def get_property(self, device: str, name: str) -> object:
        """Return a property of a device that was attached with the id `device`."""
        return self.execute("qom-get", path=f"/machine/peripheral/{device}", property=name)

    def registers(self) -> str:
        """Return the registers of the first core, as QEMU's monitor prints them."""
        return str(self.execute("human-monitor-command", **{"command-line": "info registers"}))

    def close(self) -> None:
        """Leave QEMU running and close the connection."""
        if not self._loop.is_closed():
            with contextlib.suppress(BenchError):  # QEMU may be gone already
                self._run("disconnect", self._client.disconnect())
            self._loop.close()

    def _run(self, what: str, work: Coroutine[object, object, _T]) -> _T:
        try:
            return self._loop.run_until_complete(asyncio.wait_for(work, self._timeout_s))
        except TimeoutError as error:
            problem = f'no answer to "{what}" within {self._timeout_s:g} s'
            raise BenchError(self._where, problem) from error
        except (QMPError, EOFError, OSError) as error:
            raise BenchError(self._where, f'"{what}" failed: {error}') from error
