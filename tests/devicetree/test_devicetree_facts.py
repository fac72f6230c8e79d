# SPDX-License-Identifier: BSD-3-Clause
"""A descriptor against device-tree blobs: each fact, and what QEMU says of its own board."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from madeuptree import ARMCTRL, GIC, LOCAL, OTHER, States, Value, blob_of, tree_of

from uk_board.facts.board import Board, Region
from uk_board.facts.boards import board_folders, load_board
from uk_board.facts.devicetree import check_board


def _only(states: dict[str, str], state: str) -> list[str]:
    return [item for item, found in states.items() if found == state]


def test_what_agrees_is_ok_and_what_the_tree_lacks_is_only_here(states: States) -> None:
    found = states(tree_of())
    assert _only(found, "differs") == []
    assert _only(found, "only here") == ["uart1", "uart1.base"]
    assert {"model", "cores", "core", "timer_interrupt", "ram[0]", "gic.dist", "gic.cpu"} < set(
        _only(found, "ok")
    )
    assert {"uart0.base", "uart0.interrupt", "uart0.clock_hz", "psci.conduit"} < set(found)


@pytest.mark.parametrize(
    ("changes", "item"),
    [
        ({"compatible": "ns16550"}, "uart0"),
        ({"reg": [0x11000, 0x1000]}, "uart0.base"),
        ({"reg": [0x10000, 0x200]}, "uart0.base"),
        ({"interrupts": [0, 2, 4]}, "uart0.interrupt"),
        ({"interrupts": [1, 1, 4]}, "uart0.interrupt"),
        ({"clocks": [], "clock-frequency": 48_000_000}, "uart0.clock_hz"),
    ],
)
def test_each_fact_of_a_device_is_compared(
    states: States, changes: dict[str, Value], item: str
) -> None:
    assert _only(states(tree_of(**changes)), "differs") == [item]


@pytest.mark.parametrize(
    ("key", "value", "item"),
    [
        ("model", "Another", "model"),
        ("psci", {"compatible": "arm,psci-1.0", "method": "hvc"}, "psci.conduit"),
        ("memory@0", {"device_type": "memory", "reg": [0, 0, 0x8000000]}, "ram[0]"),
        (
            "timer",
            {"compatible": "arm,armv8-timer", "interrupts": [1, 13, 4, 1, 11, 4, 1, 14, 4]},
            "timer_interrupt",
        ),
    ],
)
def test_each_fact_of_the_board_is_compared(
    states: States, key: str, value: Value, item: str
) -> None:
    assert _only(states({**tree_of(), key: value}), "differs") == [item]


def test_cores_and_their_spin_table_are_compared(states: States) -> None:
    cpu = {"device_type": "cpu", "compatible": "arm,cortex-a72", "reg": 0}
    spinning = {**cpu, "reg": 1, "cpu-release-addr": [0, 0xE0]}
    cpus = {"#address-cells": 1, "#size-cells": 0, "cpu@0": cpu, "cpu@1": spinning}
    found = states({**tree_of(), "cpus": cpus})
    assert _only(found, "differs") == ["cores", "core", "spin_table, core 1"]


def test_memory_without_a_size_is_left_to_the_firmware(states: States) -> None:
    memory = {"device_type": "memory", "reg": [0, 0, 0]}
    assert states({**tree_of(), "memory@0": memory})["ram[0]"] == "only here"


@pytest.mark.parametrize(
    ("place", "state"),
    [
        ((0x0, 0x1000), "ok"),
        ((0x800, 0x100), "ok"),
        ((0x0, 0x2000), "differs"),
        ((0x8000000, 0x1000), "differs"),
        ((0x40000000, 0x1000), None),
    ],
)
def test_ram_that_the_tree_reserves_is_reserved_here(
    states: States, place: tuple[int, int], state: str | None
) -> None:
    assert states(blob_of(tree_of(), place)).get("reserved") == state


def test_a_node_that_is_not_there_differs(states: States) -> None:
    found = states(tree_of(), node="/soc/serial@20000")
    assert _only(found, "differs") == ["uart0"]


def test_a_region_may_have_a_node_of_its_own(states: States) -> None:
    regions = {"dist": Region(0x20000000, 0x1000), "base": Region(0x20010000, 0x1000)}
    nodes = {"dist": "/intc@20000000"}
    found = states(tree_of(), regions=regions, region_nodes=nodes)
    assert found["uart0.dist"] == found["uart0.base"] == "ok"
    assert states(tree_of(), regions=regions)["uart0.base"] == "only here"
    assert (
        states(tree_of(), regions=regions, region_nodes={"dist": "/x"})["uart0.dist"] == "differs"
    )


def test_regions_are_compared_in_their_order(states: States) -> None:
    swapped = {"cpu": Region(0x20001000, 0x1000), "dist": Region(0x20000000, 0x1000)}
    found = states(tree_of(), regions=swapped, node="/intc@20000000", interrupt=None)
    assert found["uart0.cpu"] == found["uart0.dist"] == "differs"


@pytest.mark.parametrize(
    ("parent", "cells", "number"),
    [
        (GIC, [0, 1, 4], 33),
        (GIC, [1, 11, 4], 27),
        (LOCAL, [3, 4], 3),
        (ARMCTRL, [0, 1], 97),
        (ARMCTRL, [1, 29], 61),
        (ARMCTRL, [2, 25], 89),
        (OTHER, [5], None),
        (GIC, [7, 1, 4], None),
    ],
)
@pytest.mark.parametrize("extended", [False, True])
def test_interrupts_become_our_numbers(
    states: States, parent: int, cells: list[int], number: int | None, extended: bool
) -> None:
    if extended:
        tree = tree_of(**{"interrupts-extended": [GIC, 0, 99, 4, parent, *cells]})
    else:
        tree = tree_of(**{"interrupt-parent": parent, "interrupts": cells})
    state = states(tree, interrupt=number or 1)["uart0.interrupt"]
    if number is not None:
        assert state == "ok"
    else:
        # The first of the two is known, and is another one.
        assert state == ("differs" if extended else "only here")


def test_any_interrupt_of_a_node_will_do(states: States) -> None:
    tree = tree_of(interrupts=[0, 64, 4, 0, 65, 4])
    assert [states(tree, interrupt=n)["uart0.interrupt"] for n in (96, 97, 98)] == [
        "ok",
        "ok",
        "differs",
    ]


def test_the_speed_of_an_i2c_bus_is_not_its_clock(states: States, board: Board) -> None:
    tree = tree_of()
    tree["i2c@1000"] = {"compatible": "arm,pl011", "clock-frequency": 100_000}
    assert states(tree, node="/i2c@1000")["uart0.clock_hz"] == "only here"


@pytest.mark.parametrize(
    ("ranges", "state"),
    [
        ([0x10000, 0, 0x20010000, 0x1000], "ok"),
        ([0x0, 0, 0x20000000, 0x10FFF, 0x10FFF, 0, 0x0, 0x1000], "ok"),
        ([0x10000, 1, 0x20010000, 0x1000], "differs"),
        ([0x20000, 0, 0x20010000, 0x1000], "only here"),
        ([], "differs"),
        (None, "only here"),
    ],
)
def test_addresses_go_through_ranges(states: States, ranges: list[int] | None, state: str) -> None:
    tree = tree_of()
    soc = dict(tree["soc"])
    del soc["ranges"]
    tree["soc"] = soc if ranges is None else {"ranges": ranges, **soc}
    assert states(tree)["uart0.base"] == state


def test_addresses_go_through_all_buses(states: States) -> None:
    tree = tree_of()
    inner = {
        "#address-cells": 2,
        "#size-cells": 2,
        "ranges": [1, 0, 0x8000, 0, 0x10000],
        "serial@1": {"compatible": "arm,pl011", "reg": [1, 0x8000, 0, 0x1000]},
    }
    tree["soc"] = {**tree["soc"], "bus@8000": inner}
    found = states(tree, node="/soc/bus@8000/serial@1")
    assert found["uart0.base"] == "ok"


@pytest.fixture(scope="module")
def virt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree of QEMU's virt, as QEMU itself writes it."""
    qemu = shutil.which("qemu-system-aarch64")
    if qemu is None:
        pytest.skip("qemu-system-aarch64 is not installed")
    file = tmp_path_factory.mktemp("virt") / "virt.dtb"
    machine = load_board("qemu-virt", board_folders()).emulator
    assert machine is not None
    options = f"-cpu {machine.cpu} -m {machine.memory} -smp {machine.smp} -nic none".split()
    command = [qemu, "-M", f"{machine.machine},dumpdtb={file}", *options]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return file


def test_the_board_virt_is_what_qemu_says_it_is(virt: Path) -> None:
    findings = check_board(load_board("qemu-virt", board_folders()), virt)
    different = [(one.item, one.state) for one in findings if one.state != "ok"]
    # The tree has the slots of virtio, not what is in them.
    assert different == [("rng", "only here")]
    assert len(findings) > 20


def test_the_tree_of_another_board_differs(virt: Path) -> None:
    findings = check_board(load_board("rpi4", board_folders()), virt)
    differ = {finding.item for finding in findings if finding.differs}
    assert {"model", "core", "ram[0]", "gic", "uart0"} <= differ
