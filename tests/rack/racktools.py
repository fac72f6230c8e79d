# SPDX-License-Identifier: BSD-3-Clause
"""What tests of racks share: a port that is free, a wait that ends, a bench with two boards."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

# Generous: a wait that reaches it hangs.
DEADLINE_S = 200.0

BENCH = """
[boards.rpi4]
console = { usb = "0403:6001", serial = "A50285BI", interface = 1 }
power = { on = "relay 1 on", off = "relay 1 off" }
reader = { path = "1-1.3" }
sd_mux = { kind = "usbsdmux", serial = "00012.00123" }
probe = "E660"

[boards.left]
board = "rpi4"
console = { url = "rfc2217://[fd00::1]:3001" }
baud = 3_000_000
power = { cycle = "relay 4 pulse" }
reset = "relay 5 pulse"
flash = "uart"
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], object], what: str, look_s: float = 0.1) -> None:
    """Wait until something is so."""
    deadline_s = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline_s, f"never came: {what}"
        time.sleep(look_s)
