# SPDX-License-Identifier: BSD-3-Clause
"""Device trees that are made up, as blobs that libfdt builds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import libfdt

Value = int | str | list[int] | list[str] | None
Tree = Mapping[str, "Value | Tree"]
States = Callable[..., dict[str, str]]

GIC, LOCAL, ARMCTRL, OTHER = 1, 2, 3, 4


def _cells(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(4, "big") for number in numbers)


def _bytes(value: Value) -> bytes:
    if value is None:
        return b""
    if isinstance(value, int):
        return _cells(value)
    items = [value] if isinstance(value, str) else value
    return b"".join(
        item.encode() + b"\0" if isinstance(item, str) else _cells(item) for item in items
    )


def _write(blob: libfdt.FdtSw, name: str, tree: Tree) -> None:
    blob.begin_node(name)
    for key, value in tree.items():
        if isinstance(value, dict):
            _write(blob, key, value)
        else:
            blob.property(key, _bytes(value))
    blob.end_node()


def blob_of(tree: Tree, reserved: tuple[int, int] | None = None) -> bytes:
    blob = libfdt.FdtSw()
    if reserved:
        blob.add_reservemap_entry(*reserved)
    blob.finish_reservemap()
    _write(blob, "", tree)
    whole = bytes(blob.as_fdt().as_bytearray())
    return whole[: int.from_bytes(whole[4:8], "big")]


def tree_of(**changes: Value | Tree) -> dict[str, Value | Tree]:
    """Return the tree of the board below; `changes` are made to its UART."""
    return {
        "#address-cells": 2,
        "#size-cells": 1,
        "interrupt-parent": GIC,
        "model": "Made up",
        "aliases": {"serial0": "/soc/serial@10000"},
        "cpus": {
            "#address-cells": 1,
            "#size-cells": 0,
            "cpu@0": {"device_type": "cpu", "compatible": "arm,cortex-a53", "reg": 0},
        },
        "memory@0": {"device_type": "memory", "reg": [0, 0, 0x20000000]},
        "timer": {
            "compatible": ["arm,armv8-timer"],
            "interrupts": [1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4],
        },
        "psci": {"compatible": ["arm,psci-1.0", "arm,psci"], "method": "smc"},
        "clock": {"compatible": "fixed-clock", "clock-frequency": 24_000_000, "phandle": 9},
        "intc@20000000": {
            "compatible": "arm,gic-400",
            "phandle": GIC,
            "#interrupt-cells": 3,
            "reg": [0, 0x20000000, 0x1000, 0, 0x20001000, 0x1000],
        },
        "local": {"compatible": "brcm,bcm2836-l1-intc", "phandle": LOCAL, "#interrupt-cells": 2},
        "armctrl": {
            "compatible": "brcm,bcm2836-armctrl-ic",
            "phandle": ARMCTRL,
            "#interrupt-cells": 2,
        },
        "other": {"compatible": "made,up", "phandle": OTHER, "#interrupt-cells": 1},
        "soc": {
            "#address-cells": 1,
            "#size-cells": 1,
            # Two windows; the peripherals are in the second.
            "ranges": [0x70000000, 0, 0x30000000, 0x1000, 0, 0, 0x20000000, 0x100000],
            "serial@10000": {
                "compatible": ["arm,pl011", "arm,primecell"],
                "reg": [0x10000, 0x1000],
                "interrupts": [0, 1, 4],
                "clocks": 9,
                **changes,
            },
        },
    }
