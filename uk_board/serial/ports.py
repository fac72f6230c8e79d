# SPDX-License-Identifier: BSD-3-Clause
"""The port of a board's console: found by what it is, opened, and found again when it is back."""

from __future__ import annotations

import getpass
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from uk_board.desk.benchfile import Port
from uk_board.disk.facts import Machine
from uk_board.errors import BenchError, MissingError, UkBoardError
from uk_board.serial.adapters import adapters, listed
from uk_board.serial.hotplug import Hotplug
from uk_board.serial.netport import Rfc2217Port, TcpPort
from uk_board.serial.portlock import lock_folder
from uk_board.serial.stream import ByteStream
from uk_board.serial.tty import TtyPort

Opener = Callable[[], "SerialStream"]
Tell = Callable[[str], None]


class SerialStream(ByteStream, Protocol):
    """A byte stream with what a serial line has besides bytes."""

    def set_baud(self, baud: int) -> None:
        """Change the rate in both directions. Raises: BenchError."""

    def send_break(self, duration_s: float = 0.25) -> None:
        """Hold the line low for so long. Raises: BenchError."""


def node_of(port: Port, machine: Machine) -> Path:
    """Return the device node that a port has now.

    Raises:
        MissingError: it is not there.
        BenchError: several fit.
    """
    if port.device is not None:
        return Path(port.device)
    there = adapters(machine)
    fitting = [adapter for adapter in there if port.wanted.fits_port(adapter)]
    if not fitting:
        raise MissingError("console", f"no adapter {port}; {listed(there)}")
    if len(fitting) > 1:
        hint = "add serial, path or interface to the bench file"
        problem = f"{len(fitting)} adapters are {port}; {listed(fitting)}"
        raise BenchError("console", problem, hint=hint)
    return fitting[0].node


def has_rate(port: Port) -> bool:
    """Whether a port's baud rate is ours to set: bare TCP has none."""
    return port.url is None or not port.url.startswith("socket:")


def open_port(port: Port, baud: int, machine: Machine, locks: Path | None = None) -> SerialStream:
    """Find and open a port. Raises: MissingError, BenchError."""
    if port.url is not None:
        return Rfc2217Port(port.url, baud) if has_rate(port) else TcpPort(port.url)
    node = node_of(port, machine)
    return TtyPort(node, baud, owner=_user(), locks=locks or lock_folder())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


class LastingStream:
    """A stream that outlives its port: when that vanishes, it waits for it to be back.

    `tell` is called with what happens to the port, in the reader's thread.
    """

    def __init__(
        self,
        opener: Opener,
        tell: Tell,
        *,
        may_wait: bool = False,
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        """Open the port; `may_wait`: it need not be there yet. Raises: UkBoardError.

        `is_over` is asked when the port is gone: whether that is the end, and not waited for.
        """
        self._opener = opener
        self._tell = tell
        self._is_over = is_over
        self._stop = threading.Event()
        self._change = threading.Lock()
        self._stream: SerialStream | None = None
        self.losses = 0
        try:
            self._stream = opener()
        except UkBoardError as error:
            if not may_wait:
                raise
            tell(f"{error}; waiting for it")

    @property
    def is_gone(self) -> bool:
        """Whether the port is gone, or not there yet."""
        return self._stream is None

    def read(self, timeout_s: float | None) -> bytes | None:
        """Return what has come; see ByteStream. b"" only after `close`, or when it is over."""
        deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._stop.is_set():
            left_s = None if deadline_s is None else max(0.0, deadline_s - time.monotonic())
            if self._stream is None and not self._found_again(deadline_s):
                return b"" if self._stop.is_set() else None
            stream = self._stream
            data = stream.read(left_s) if stream is not None else b""
            if data != b"":
                return data
            if stream is not None and not self._stop.is_set():
                if self._is_over():
                    break
                self._lost(stream)
        return b""

    def _lost(self, stream: SerialStream) -> None:
        with self._change:
            self._stream = None
        stream.close()
        self.losses += 1
        self._tell("the port is gone; waiting for it")

    def _found_again(self, deadline_s: float | None) -> bool:
        """Wait for the port; False when the stream is closed, or the time is over."""
        hotplug = Hotplug(self._stop)
        said = ""
        while True:
            try:
                return self._keep(self._opener())
            except MissingError:
                pass  # not there yet
            except BenchError as error:  # taken, or not ready: told once
                if str(error) != said:
                    said = str(error)
                    self._tell(said)
            late = deadline_s is not None and time.monotonic() >= deadline_s
            if late or not hotplug.wait():
                return False

    def _keep(self, stream: SerialStream) -> bool:
        with self._change:
            if not self._stop.is_set():
                self._stream = stream
        if self._stream is not stream:
            stream.close()
            return False
        self._tell("the port is back")
        return True

    def write(self, data: bytes, timeout_s: float = 10.0) -> None:
        """Send all of `data`; see ByteStream."""
        self._there(f"{len(data)} bytes were not sent").write(data, timeout_s)

    def send_break(self, duration_s: float = 0.25) -> None:
        """Hold the line low for so long. Raises: BenchError."""
        self._there("no break was sent").send_break(duration_s)

    def set_baud(self, baud: int) -> None:
        """Change the rate, until the port is opened again. Raises: BenchError."""
        self._there("its rate was not changed").set_baud(baud)

    def _there(self, otherwise: str) -> SerialStream:
        stream = self._stream
        if stream is None:
            raise BenchError("console", f"the port is gone; {otherwise}")
        return stream

    def close(self) -> None:
        """End it, and the wait for the port; see ByteStream."""
        with self._change:
            self._stop.set()
            stream = self._stream
        if stream is not None:
            stream.close()
