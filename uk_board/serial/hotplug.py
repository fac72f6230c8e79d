# SPDX-License-Identifier: BSD-3-Clause
"""Wait until something is plugged in: by the kernel's events, and by looking now and then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Events may be missed, and network ports and ptys have none: look at least so often.
PERIOD_S = 0.2


class Hotplug:
    """Something may have come: `wait` returns at each event, and after a short while."""

    def __init__(self, stop: threading.Event, period_s: float = PERIOD_S) -> None:
        self._stop = stop
        self._period_s = period_s
        self._poll = _events()

    def wait(self) -> bool:
        """Wait for an event, at most one period; False once `stop` is set."""
        if self._poll is None:
            return not self._stop.wait(self._period_s)
        self._poll(self._period_s)
        return not self._stop.is_set()


def _events() -> Callable[[float], Any] | None:
    """Return what waits for an event of a tty, or None where that cannot be known."""
    try:
        import pyudev

        # Where no udev runs nobody sends its events; the kernel's own are always there.
        source = "udev" if Path("/run/udev/control").exists() else "kernel"
        monitor = pyudev.Monitor.from_netlink(pyudev.Context(), source=source)
        monitor.filter_by("tty")
        monitor.start()
    except (ImportError, OSError):
        return None  # no pyudev, no libudev, or a container without these events
    return lambda timeout_s: monitor.poll(timeout=timeout_s)
