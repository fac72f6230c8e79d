# SPDX-License-Identifier: BSD-3-Clause
"""A descriptor against device-tree blobs, which are built here with libfdt."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import libfdt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uk_board.board import Board, Region, board_folders, load_board
from uk_board.devicetree import check_board
from uk_board.dtb import read_tree
from uk_board.errors import DescriptorError, MissingError

Value = int | str | list[int] | list[str] | None
Tree = Mapping[str, "Value | Tree"]
States = Callable[..., dict[str, str]]

BAD = Path(__file__).parent / "bad" / "boards"
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


def _blob(tree: Tree, reserved: tuple[int, int] | None = None) -> bytes:
    blob = libfdt.FdtSw()
    if reserved:
        blob.add_reservemap_entry(*reserved)
    blob.finish_reservemap()
    _write(blob, "", tree)
    whole = bytes(blob.as_fdt().as_bytearray())
    return whole[: int.from_bytes(whole[4:8], "big")]


def _tree(**changes: Value | Tree) -> dict[str, Value | Tree]:
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


_BOARD = """soc = "made-up"
[devices.gic]
node = "/intc@20000000"
[devices.uart0]
node = "serial0"
[devices.psci]
node = "/psci"
"""


@pytest.fixture
def board(tmp_path: Path) -> Board:
    """The board that the bad ones spoil, with nodes for all devices but uart1."""
    (tmp_path / "good.toml").write_text(_BOARD)
    return load_board("good", [tmp_path, BAD])


@pytest.fixture
def states(board: Board, tmp_path: Path) -> States:
    """Return a function: a blob (and changes to uart0) -> the state of each item."""

    def check(blob: bytes | Tree, **changes: object) -> dict[str, str]:
        file = tmp_path / "tree.dtb"
        file.write_bytes(blob if isinstance(blob, bytes) else _blob(blob))
        uart = replace(board.devices["uart0"], **changes)
        changed = replace(board, devices={**board.devices, "uart0": uart})
        return {finding.item: finding.state for finding in check_board(changed, file)}

    return check


def _only(states: dict[str, str], state: str) -> list[str]:
    return [item for item, found in states.items() if found == state]


def test_what_agrees_is_ok_and_what_the_tree_lacks_is_only_here(states: States) -> None:
    found = states(_tree())
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
    assert _only(states(_tree(**changes)), "differs") == [item]


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
    assert _only(states({**_tree(), key: value}), "differs") == [item]


def test_cores_and_their_spin_table_are_compared(states: States) -> None:
    cpu = {"device_type": "cpu", "compatible": "arm,cortex-a72", "reg": 0}
    spinning = {**cpu, "reg": 1, "cpu-release-addr": [0, 0xE0]}
    cpus = {"#address-cells": 1, "#size-cells": 0, "cpu@0": cpu, "cpu@1": spinning}
    found = states({**_tree(), "cpus": cpus})
    assert _only(found, "differs") == ["cores", "core", "spin_table, core 1"]


def test_memory_without_a_size_is_left_to_the_firmware(states: States) -> None:
    memory = {"device_type": "memory", "reg": [0, 0, 0]}
    assert states({**_tree(), "memory@0": memory})["ram[0]"] == "only here"


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
    assert states(_blob(_tree(), place)).get("reserved") == state


def test_a_node_that_is_not_there_differs(states: States) -> None:
    found = states(_tree(), node="/soc/serial@20000")
    assert _only(found, "differs") == ["uart0"]


def test_a_region_may_have_a_node_of_its_own(states: States) -> None:
    regions = {"dist": Region(0x20000000, 0x1000), "base": Region(0x20010000, 0x1000)}
    nodes = {"dist": "/intc@20000000"}
    found = states(_tree(), regions=regions, region_nodes=nodes)
    assert found["uart0.dist"] == found["uart0.base"] == "ok"
    assert states(_tree(), regions=regions)["uart0.base"] == "only here"
    assert states(_tree(), regions=regions, region_nodes={"dist": "/x"})["uart0.dist"] == "differs"


def test_regions_are_compared_in_their_order(states: States) -> None:
    swapped = {"cpu": Region(0x20001000, 0x1000), "dist": Region(0x20000000, 0x1000)}
    found = states(_tree(), regions=swapped, node="/intc@20000000", interrupt=None)
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
        tree = _tree(**{"interrupts-extended": [GIC, 0, 99, 4, parent, *cells]})
    else:
        tree = _tree(**{"interrupt-parent": parent, "interrupts": cells})
    state = states(tree, interrupt=number or 1)["uart0.interrupt"]
    if number is not None:
        assert state == "ok"
    else:
        # The first of the two is known, and is another one.
        assert state == ("differs" if extended else "only here")


def test_any_interrupt_of_a_node_will_do(states: States) -> None:
    tree = _tree(interrupts=[0, 64, 4, 0, 65, 4])
    assert [states(tree, interrupt=n)["uart0.interrupt"] for n in (96, 97, 98)] == [
        "ok",
        "ok",
        "differs",
    ]


def test_the_speed_of_an_i2c_bus_is_not_its_clock(states: States, board: Board) -> None:
    tree = _tree()
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
    tree = _tree()
    soc = dict(tree["soc"])
    del soc["ranges"]
    tree["soc"] = soc if ranges is None else {"ranges": ranges, **soc}
    assert states(tree)["uart0.base"] == state


def test_addresses_go_through_all_buses(states: States) -> None:
    tree = _tree()
    inner = {
        "#address-cells": 2,
        "#size-cells": 2,
        "ranges": [1, 0, 0x8000, 0, 0x10000],
        "serial@1": {"compatible": "arm,pl011", "reg": [1, 0x8000, 0, 0x1000]},
    }
    tree["soc"] = {**tree["soc"], "bus@8000": inner}
    found = states(tree, node="/soc/bus@8000/serial@1")
    assert found["uart0.base"] == "ok"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"reg": [0x10000]}, "reg has 1 cells; a multiple of 2 is expected"),
        ({"reg": "abcdef"}, "reg has 7 bytes; a multiple of 4 is expected"),
        ({"interrupts": [0, 1]}, "interrupts has 2 cells; a multiple of 3 is expected"),
        ({"interrupts-extended": [77, 1]}, "interrupts-extended names no node; phandle 77"),
        ({"interrupts-extended": [GIC, 1]}, "interrupts-extended is cut off"),
    ],
)
def test_a_property_of_a_wrong_form_is_a_clear_error(
    states: States, changes: dict[str, Value], problem: str
) -> None:
    with pytest.raises(DescriptorError) as caught:
        states(_tree(**changes))
    assert str(caught.value).endswith(f"tree.dtb: /soc/serial@10000: {problem}")


def test_billions_of_cells_are_refused(states: States) -> None:
    tree = _tree()
    tree["#address-cells"] = 0xFFFFFFFF
    with pytest.raises(DescriptorError, match="#address-cells is 4294967295; at most 16"):
        states(tree)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is no device-tree blob; the first word is not 0xd00dfeed"),
        (b"/dts-v1/;\n/ { };\n", "is no device-tree blob; the first word is not 0xd00dfeed"),
        (b"\xd0\x0d\xfe\xed", "is cut off: 4 bytes are there; 40 are expected"),
        (_blob(_tree())[:-1], "is cut off: "),
        (_blob(_tree())[:20], "is cut off: 20 bytes are there; "),
        (b"\xd0\x0d\xfe\xed" + bytes(100), "is a corrupt device tree: libfdt says "),
    ],
)
def test_what_is_no_whole_blob_is_a_clear_error(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    file = tmp_path / "tree.dtb"
    file.write_bytes(content)
    with pytest.raises(DescriptorError) as caught:
        read_tree(file)
    assert str(caught.value).startswith(f"{file}: {problem}")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(data=st.data())
def test_a_damaged_blob_is_compared_or_a_clear_error(
    board: Board, tmp_path: Path, data: st.DataObject
) -> None:
    blob = bytearray(_blob(_tree()))
    for _ in range(data.draw(st.integers(1, 4))):
        blob[data.draw(st.integers(0, len(blob) - 1))] = data.draw(st.integers(0, 255))
    file = tmp_path / "tree.dtb"
    file.write_bytes(blob[: data.draw(st.integers(0, len(blob)) | st.just(len(blob)))])
    try:
        complaint = f"{file}: {len(check_board(board, file))} findings"
    except DescriptorError as error:
        complaint = str(error)
    assert complaint.startswith(str(file))


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no such file"):
        read_tree(tmp_path / "none.dtb")


def test_without_libfdt_the_cure_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "libfdt", None)
    with pytest.raises(MissingError, match=r"(?s)libfdt: .*\ntry: .*pip install") as caught:
        read_tree(tmp_path / "tree.dtb")
    assert caught.value.exit_status == 3


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
