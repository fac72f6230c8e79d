# SPDX-License-Identifier: BSD-3-Clause
"""The chips of our boards, as far as their debug ports go.

Addresses: OpenOCD, tcl/target/bcm2711.cfg and bcm2837.cfg. The A64's are made up: no public
source has them, which is why its ROM table is asked.
"""

from __future__ import annotations

from collections.abc import Callable

from debug.chipmodel import Chip, DebugPort
from debug.memorymodel import Memory
from debug.picomodel import Pico, pico_port

# Arm's technical reference manuals, MIDR_EL1
CORTEX_A53, CORTEX_A72 = 0x410FD034, 0x410FD083
GIB = 1 << 30


def bcm2711() -> Chip:
    places = [(0x80410000 + n * 0x100000, 0x80420000 + n * 0x100000) for n in range(4)]
    return Chip(Memory(0, GIB), 0x80000000, places, CORTEX_A72)


def bcm2837() -> Chip:
    places = [(0x80010000 + n * 0x2000, 0x80018000 + n * 0x1000) for n in range(4)]
    return Chip(Memory(0, GIB), 0x80000000, places, CORTEX_A53)


def a64() -> Chip:
    places = [(0x90010000 + n * 0x2000, 0x90018000 + n * 0x1000) for n in range(4)]
    return Chip(Memory(GIB, GIB), 0x90000000, places, CORTEX_A53)


BOARDS: dict[str, Callable[[], Chip]] = {"rpi4": bcm2711, "rpi3": bcm2837, "pine64": a64}


def port_of(name: str) -> DebugPort:
    """Return the debug port of a board, or of a bench's microcontroller."""
    return pico_port(Pico()) if name == "pico" else DebugPort(BOARDS[name]())
