# SPDX-License-Identifier: BSD-3-Clause
"""What a debugger must know of a chip, as its descriptor says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

# The debug bus of ADIv5 has 32 address bits (Arm IHI 0031).
_BusAddress = Annotated[int, range(1 << 32)]


@dataclass(frozen=True)
class CorePlace:
    """Where the debug registers of a core and of its cross trigger are on the debug bus."""

    registers: _BusAddress
    cross_trigger: _BusAddress


@dataclass(frozen=True)
class DebugFacts:
    """The debug port of a chip.

    `part` is the cores' part number. `access_port` leads to the debug bus, `core` is that which
    starts an image; without them the chip's ROM tables are asked. `pins` says for people where
    each signal of JTAG is.
    """

    part: Annotated[int, range(1 << 12)]
    access_port: Annotated[int, range(256)] | None = None
    core: CorePlace | None = None
    pins: Mapping[str, str] = field(default_factory=dict)
