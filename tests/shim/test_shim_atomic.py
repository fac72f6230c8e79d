# SPDX-License-Identifier: BSD-3-Clause
"""Atomic operations: what they do, that interrupts cannot split them, and for which core."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uk_board.shimhost import Host
from uk_board.tree import tree

WORD = st.integers(0, 0xFFFFFFFF)
OPERATIONS = {
    "Atomic_Add_u32": lambda a, b: a + b,
    "Atomic_Subtract_u32": lambda a, b: a - b,
    "Atomic_OR_u32": lambda a, b: a | b,
    "Atomic_AND_u32": lambda a, b: a & b,
    "Atomic_NAND_u32": lambda a, b: ~(a & b),
    "Atomic_XOR_u32": lambda a, b: a ^ b,
    "Atomic_Increment_u32": lambda a, b: a + 1,
    "Atomic_Decrement_u32": lambda a, b: a - 1,
}


def inline(world: Host, name: str) -> Callable[..., Any]:
    """Return an inline function as Python can call it."""
    return cast(Callable[..., Any], getattr(world.lib, name))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=WORD, operand=WORD)
def test_an_operation_returns_what_was_there(world: Host, before: int, operand: int) -> None:
    for name, meaning in OPERATIONS.items():
        word = world.ffi.new("uint32_t[3]", [7, before, 7])
        operands = () if "crement" in name else (operand,)
        function = inline(world, name)
        assert function(word + 1, *operands) == before
        assert list(word) == [7, meaning(before, operand) & 0xFFFFFFFF, 7]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=WORD, other=WORD)
def test_compare_and_swap_only_swaps_what_it_expects(world: Host, before: int, other: int) -> None:
    word, swap = world.ffi.new("uint32_t *", before), inline(world, "Atomic_CompareAndSwap_u32")
    assert swap(word, 5, other) == (1 if other == before else 0)
    assert word[0] == (5 if other == before else before)
    word[0] = before
    assert (swap(word, 5, before), word[0]) == (1, 5)
    a, b, c = (world.ffi.cast("void *", value << 32 | 1) for value in (1, 2, 3))
    pointer = world.ffi.new("void **", a)
    swap = inline(world, "Atomic_CompareAndSwapPointers_p32")
    assert (swap(pointer, b, c), pointer[0]) == (0, a)  # the upper half counts too
    assert (swap(pointer, b, a), pointer[0]) == (1, b)


def test_pointers_are_swapped_whole(world: Host) -> None:
    a, b = (world.ffi.cast("void *", value << 32) for value in (1, 2))
    pointer = world.ffi.new("void **", a)
    assert inline(world, "Atomic_SwapPointers_p32")(pointer, b) == a
    assert pointer[0] == b


def test_an_atomic_section_is_a_critical_section(host: Host) -> None:
    task, irq = host.task("task", 3), host.interrupt(4)
    inside = irq.post("xPortIsInsideInterrupt")
    task.post("ATOMIC_ENTER_CRITICAL")
    task.post("host_raise", 4)
    masked = task.post("ukplat_lcpu_irqs_disabled")
    done = task.post("uxTaskPriorityGet", None)
    host.run()
    assert (masked.result, done.result, inside.done) == (1, 3, False)
    task.call("ATOMIC_EXIT_CRITICAL")
    assert inside.result == 1


@pytest.mark.skipif(not shutil.which("aarch64-linux-gnu-gcc"), reason="no cross compiler")
@pytest.mark.parametrize("core", ["cortex-a53", "cortex-a72"])
def test_the_cores_of_version_8_0_get_instructions_they_have(
    shim_library: Path, tmp_path: Path, core: str
) -> None:
    source = '#include "FreeRTOS.h"\n#include "atomic.h"\n'
    source += "uint32_t add(volatile uint32_t *p) { return Atomic_Add_u32(p, 3); }\n"
    source += "void *swap(void *volatile *p) { return Atomic_SwapPointers_p32(p, 0); }\n"
    (tmp_path / "use.c").write_text(source)
    include = (shim_library.parent, tree() / "shim/freertos/include")
    command = ["aarch64-linux-gnu-gcc", f"-mcpu={core}", "-O2", "-ffreestanding"]
    command += ["-mno-outline-atomics", "-S", "-o", "-", str(tmp_path / "use.c")]
    command += [f"-I{folder}" for folder in include]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "ldaxr" in made
    assert "stlxr" in made
    for absent in ("ldadd", "swpal", "__aarch64_"):
        assert absent not in made
