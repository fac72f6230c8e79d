# SPDX-License-Identifier: BSD-3-Clause
"""What a SoC's file says of FEL, the USB mode of Allwinner's boot ROM."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated

# FEL addresses 32 bits.
Address = Annotated[int, range(1 << 32)]
Size = Annotated[int, range(4, 1 << 20)]

# A check's finding: the key below `fel`, and what is wrong.
Finding = tuple[tuple[str | int, ...], str]


@dataclass(frozen=True)
class Kept:
    """SRAM that the boot ROM needs after a first loader has run, and where it is kept meanwhile."""

    base: Address
    copy: Address
    size: Size

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.base + self.size


@dataclass(frozen=True)
class FelFacts:
    """Where what goes in a chip that its boot ROM has just started.

    `chip` is the number in FEL's version answer. SRAM reaches from `loader` (where the first
    loader runs) to `sram_end`; in it, a few of our instructions fit at `scratch` while no loader
    is there, and `thunk_size` bytes of them at `thunk` while one is. `kept` ascends.
    `reset_vector` is the register with core 0's address after a warm reset. The word at `secure`
    reads as 0 while FEL may not reach the secure part of the chip.
    """

    chip: Annotated[int, range(1, 1 << 16)]
    loader: Address
    sram_end: Address
    scratch: Address
    scratch_size: Size
    thunk: Address
    thunk_size: Size
    kept: tuple[Kept, ...]
    reset_vector: Address
    secure: Address


def findings(facts: FelFacts) -> Iterator[Finding]:
    """Yield what cannot be true of a chip's FEL facts."""
    places: dict[tuple[str, ...], range] = {}
    places["thunk",] = range(facts.thunk, facts.thunk + facts.thunk_size)
    for number, kept in enumerate(facts.kept):
        places["kept", str(number)] = range(kept.base, kept.end)
        places["kept", str(number), "copy"] = range(kept.copy, kept.copy + kept.size)
    places["scratch",] = range(facts.scratch, facts.scratch + facts.scratch_size)
    for name, place in places.items():
        if place.start < facts.loader or place.stop > facts.sram_end or place.start % 4:
            yield _key(name), f"0x{place.start:x}-0x{place.stop:x} is not in SRAM, at a whole word"
    for (name, one), (other, two) in combinations(places.items(), 2):
        if one.start < two.stop and two.start < one.stop:
            yield _key(name), f"overlaps fel.{'.'.join(other)}"
    bases = [kept.base for kept in facts.kept]
    if bases != sorted(bases):
        yield ("kept",), "does not ascend"


def _key(name: tuple[str, ...]) -> tuple[str | int, ...]:
    return tuple(int(step) if step.isdecimal() else step for step in name)
