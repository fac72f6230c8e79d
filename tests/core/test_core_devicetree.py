# SPDX-License-Identifier: BSD-3-Clause
"""The core's one-pass look at a device tree, against trees that libfdt writes."""

from __future__ import annotations

from typing import Any

import libfdt
from hypothesis import given
from hypothesis import strategies as st


def blob(memory: tuple[int, int] | None, bootargs: str | None, cells: int = 2) -> bytes:
    """Return a tree with what is given, between nodes that mean nothing."""
    fdt = libfdt.FdtSw()
    fdt.finish_reservemap()
    with fdt.add_node(""):
        fdt.property_u32("#address-cells", cells)
        fdt.property_u32("#size-cells", cells)
        with fdt.add_node("cpus"), fdt.add_node("cpu@0"):
            fdt.property_string("compatible", "arm,cortex-a53")
            fdt.property("reg", bytes(4))
        if memory:
            with fdt.add_node(f"memory@{memory[0]:x}"):
                fdt.property_string("device_type", "memory")
                fdt.property("reg", b"".join(n.to_bytes(4 * cells, "big") for n in memory))
        with fdt.add_node("chosen"):
            fdt.property_string("stdout-path", "serial0")
            if bootargs is not None:
                fdt.property_string("bootargs", bootargs)
    tree: bytes = bytes(fdt.as_fdt().as_bytearray())
    return tree[: int.from_bytes(tree[4:8], "big")]


def scanned(core: Any, data: bytes) -> Any:
    facts = core.ffi.new("struct devicetree_facts *")
    buffer = core.ffi.new("uint64_t[]", len(data) // 8 + 1)
    core.ffi.memmove(buffer, data, len(data))
    core.lib.devicetree_scan(buffer, facts)
    bootargs = core.ffi.string(facts.bootargs).decode("latin-1") if facts.bootargs else None
    return facts.memory_base, facts.memory_size, bootargs, facts.size


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 2**32 - 1),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
    st.sampled_from([1, 2]),
)
def test_memory_and_bootargs_are_found(
    core: Any, base: int, size: int, bootargs: str, cells: int
) -> None:
    data = blob((base, size), bootargs, cells)
    assert scanned(core, data) == (base, size, bootargs, len(data))


def test_what_is_not_there_is_not_found(core: Any) -> None:
    data = blob(None, None)
    assert scanned(core, data) == (0, 0, None, len(data))


def test_what_is_no_tree_is_left_alone(core: Any) -> None:
    assert scanned(core, bytes(64)) == (0, 0, None, 0)


@given(st.data())
def test_a_damaged_tree_ends_the_scan(core: Any, data: Any) -> None:
    tree = bytearray(blob((0x4000_0000, 0x800_0000), "root=none"))
    start = int.from_bytes(tree[8:12], "big")
    at = data.draw(st.integers(start // 4, len(tree) // 4 - 1)) * 4
    tree[at : at + 4] = data.draw(st.binary(min_size=4, max_size=4))
    assert scanned(core, bytes(tree))[3] == len(tree)
