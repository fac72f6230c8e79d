# SPDX-License-Identifier: BSD-3-Clause
"""The heap under random programs: blocks stay apart, whole, and all come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from coreonhost import Core
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

_ARENA = 1 << 20
_SIZES = st.one_of(st.integers(0, 300), st.integers(300, 40_000))


class Heap(RuleBasedStateMachine):
    """Blocks in use, each filled with a byte of its own."""

    core: Any
    arena: Any

    def __init__(self) -> None:
        super().__init__()
        self.blocks: dict[int, tuple[int, int]] = {}
        self.fill = 0
        self.before = self.core.lib.host_available()

    def keep(self, pointer: Any, size: int, align: int) -> None:
        address = int(self.core.ffi.cast("uint64_t", pointer))
        if not address:
            return
        assert address % align == 0
        assert self.arena[0] <= address
        assert address + size <= self.arena[1]
        for other, (other_size, _) in self.blocks.items():
            assert address + max(size, 1) <= other or other + max(other_size, 1) <= address
        self.fill = self.fill % 255 + 1
        self.core.ffi.memmove(pointer, bytes([self.fill]) * size, size)
        self.blocks[address] = (size, self.fill)

    def check(self, address: int) -> None:
        size, fill = self.blocks[address]
        pointer = self.core.ffi.cast("char *", address)
        assert bytes(self.core.ffi.buffer(pointer, size)) == bytes([fill]) * size

    @rule(size=_SIZES)
    def malloc(self, size: int) -> None:
        self.keep(self.core.lib.host_malloc(size), size, 16)

    @rule(size=_SIZES, align=st.sampled_from([16, 64, 256, 4096]))
    def memalign(self, size: int, align: int) -> None:
        self.keep(self.core.lib.host_memalign(align, size), size, align)

    @precondition(lambda self: self.blocks)
    @rule(data=st.data())
    def free(self, data: Any) -> None:
        address = data.draw(st.sampled_from(sorted(self.blocks)))
        self.check(address)
        self.core.lib.host_free(self.core.ffi.cast("void *", address))
        del self.blocks[address]

    @precondition(lambda self: self.blocks)
    @rule(data=st.data(), size=st.integers(1, 5000))
    def realloc(self, data: Any, size: int) -> None:
        address = data.draw(st.sampled_from(sorted(self.blocks)))
        old_size, fill = self.blocks[address]
        pointer = self.core.lib.host_realloc(self.core.ffi.cast("void *", address), size)
        if not int(self.core.ffi.cast("uint64_t", pointer)):
            return
        kept = min(old_size, size)
        assert bytes(self.core.ffi.buffer(pointer, kept)) == bytes([fill]) * kept
        del self.blocks[address]
        self.keep(pointer, size, 16)

    @invariant()
    def the_largest_request_succeeds(self) -> None:
        largest = self.core.lib.host_maxalloc()
        if largest > 0:
            pointer = self.core.lib.host_malloc(largest)
            assert pointer != self.core.ffi.NULL
            self.core.lib.host_free(pointer)

    def teardown(self) -> None:
        for address in self.blocks:
            self.check(address)
            self.core.lib.host_free(self.core.ffi.cast("void *", address))
        assert self.core.lib.host_available() == self.before


def test_random_programs(core_library: Path) -> None:
    core = Core(core_library)
    memory = core.ffi.new("char[]", _ARENA)
    assert core.lib.host_heap(memory, _ARENA) != core.ffi.NULL
    start = int(core.ffi.cast("uint64_t", memory))

    class WithArena(Heap):
        pass

    WithArena.core = core
    WithArena.arena = (start, start + _ARENA)
    case: Any = WithArena.TestCase
    case.settings = settings(
        max_examples=60,
        stateful_step_count=60,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    case().runTest()
