# SPDX-License-Identifier: BSD-3-Clause
"""What a modelled chip is made of: errors of its bus, memory, dirty caches, identities."""

from __future__ import annotations

from dataclasses import dataclass, field

PAGE = 4096


class FaultError(Exception):
    """The bus answers with an error."""


class AbortError(Exception):
    """What the core executes ends in an exception."""


class Memory:
    """RAM from `base` on; elsewhere is nothing."""

    def __init__(self, base: int, size: int) -> None:
        self.base, self.size = base, size
        self.pages: dict[int, bytearray] = {}
        self.broken: dict[int, int] = {}  # address of a word: bits that stay 0

    def _page(self, address: int) -> bytearray:
        if not self.base <= address < self.base + self.size:
            raise AbortError(f"nothing at {address:#x}")
        return self.pages.setdefault(address // PAGE, bytearray(b"\xa5" * PAGE))

    def load(self, address: int) -> int:
        at = address % PAGE
        return int.from_bytes(self._page(address)[at : at + 4], "little")

    def store(self, address: int, word: int) -> None:
        word &= ~self.broken.get(address, 0)
        at = address % PAGE
        self._page(address)[at : at + 4] = word.to_bytes(4, "little")

    def bytes(self, address: int, size: int) -> bytes:
        words = range(address & ~3, address + size, 4)
        data = b"".join(self.load(each).to_bytes(4, "little") for each in words)
        return data[address & 3 :][:size]


@dataclass
class Cache:
    """A level of data cache; what is dirty in it, by set and way."""

    sets: int
    ways: int
    line: int = 64
    dirty: dict[tuple[int, int], tuple[int, bytes]] = field(default_factory=dict)

    def spoil(self, address: int, way: int, data: bytes) -> None:
        """An earlier program wrote `data`, which has not reached memory."""
        self.dirty[address // self.line % self.sets, way] = (address, data)

    @property
    def ccsidr(self) -> int:
        return (self.sets - 1) << 13 | (self.ways - 1) << 3 | (self.line.bit_length() - 5)


def identity(part: int, kind: int = 0x9) -> dict[int, int]:
    """Return the identification registers of a component of Arm's (Arm IHI 0029)."""
    pidr = [part & 0xFF, 0xB0 | part >> 8, 0x0B, 0x00]
    cidr = [0x0D, kind << 4, 0x05, 0xB1]
    values = {0xFD0: 0x04, 0xFD4: 0, 0xFD8: 0, 0xFDC: 0}
    values |= {0xFE0 + 4 * n: value for n, value in enumerate(pidr)}
    return values | {0xFF0 + 4 * n: value for n, value in enumerate(cidr)}
