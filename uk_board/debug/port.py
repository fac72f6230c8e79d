# SPDX-License-Identifier: BSD-3-Clause
"""Words on a chip's debug bus: what all above it needs, whatever carries it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


class MemoryPort(Protocol):
    """A memory access port. Every call raises BenchError when the probe or the chip refuses."""

    @property
    def title(self) -> str:
        """The probe and the port, for people."""

    def read(self, address: int) -> int:
        """Return the word at `address`."""

    def write(self, address: int, value: int) -> None:
        """Write a word. That it failed may be told by the next read."""

    def write_all(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Write words to addresses in this order; quickest within 16 aligned bytes."""

    def write_stream(self, address: int, words: Sequence[int]) -> None:
        """Write words to one address, one after the other."""

    def read_stream(self, address: int, count: int) -> list[int]:
        """Read one address `count` times."""


@dataclass(frozen=True)
class Component:
    """A CoreSight component of the chip's ROM table: where it is, what its registers say.

    `part` is the part number of its designer's, `device_type` EDDEVTYPE or CTIDEVTYPE.
    """

    base: int
    designer: int
    part: int
    device_type: int
    architecture: int

    def __str__(self) -> str:
        return f"part 0x{self.part:03x} at 0x{self.base:08x}"
