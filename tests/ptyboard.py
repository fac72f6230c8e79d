# SPDX-License-Identifier: BSD-3-Clause
"""A board's serial port that is a pty: a real port to whoever opens it."""

from __future__ import annotations

import os
import select
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

from madeusb import MadeUsb

# Generous: other work may hold up this machine.
DEADLINE_S = 60.0


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for something that will be."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.005)


class PtyBoard:
    """The far end of a serial port; it keeps what was sent to it."""

    def __init__(self) -> None:
        self.master, slave = os.openpty()
        tty.setraw(slave)
        self.node = Path(os.ttyname(slave))
        # Kept open: what is written before anybody listens shall wait for him.
        self._slave = slave
        self.received = bytearray()

    def say(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self.master, rest) :]

    def hear(self, count: int) -> bytes:
        """Return what came from the user, once it is so much."""
        deadline = time.monotonic() + DEADLINE_S
        while len(self.received) < count:
            assert select.select([self.master], [], [], deadline - time.monotonic())[0]
            self.received += os.read(self.master, 65536)
        return bytes(self.received)

    def vanish(self) -> None:
        os.close(self._slave)
        os.close(self.master)


class PluggedBoard:
    """A board behind a USB adapter of a made-up machine, with another number each time."""

    def __init__(self, usb: MadeUsb, serial: str = "A1") -> None:
        self.usb = usb
        self.device = usb.device("1-1", "0403:6001", serial=serial)
        self.count = 0
        self.board: PtyBoard | None = None

    def plug(self) -> PtyBoard:
        self.board = PtyBoard()
        name = f"ttyUSB{self.count}"
        self.count += 1
        (self.usb.root / "dev" / name).symlink_to(self.board.node)
        self.usb.tty(self.device, name, 0)
        return self.board

    def unplug(self) -> None:
        assert self.board is not None
        name = f"ttyUSB{self.count - 1}"
        (self.usb.root / "sys/class/tty" / name).unlink()
        (self.usb.root / "dev" / name).unlink()
        place = self.device / f"{self.device.name}:1.0"
        (place / "bInterfaceNumber").unlink()
        (place / name / "tty" / name).rmdir()
        (place / name / "tty").rmdir()
        (place / name).rmdir()
        place.rmdir()
        self.board.vanish()


class SlowScreen:
    """A terminal that shows so many bytes a second, and keeps them."""

    def __init__(self, bytes_per_s: float = float("inf")) -> None:
        self.shown = bytearray()
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self._bytes_per_s = bytes_per_s

    def __call__(self, data: bytes) -> None:
        self.may_go_on.wait(DEADLINE_S)
        time.sleep(len(data) / self._bytes_per_s)
        self.shown += data

    @property
    def text(self) -> str:
        return self.shown.decode("utf-8", "replace")
