# SPDX-License-Identifier: BSD-3-Clause
"""What several tests use: the checkout, and a small tree that builds in a moment."""

from __future__ import annotations

from pathlib import Path

import pytest
from smalltree import SMALL_TREE, driver, write_tree

from uk_board.facts.board import Board, Device, Emulator, Region


@pytest.fixture
def small_tree(tmp_path: Path) -> Path:
    """A tree with a small core, three drivers and the app `small`."""
    files = dict(SMALL_TREE)
    files |= driver("uart", "serial", "init", "flush")
    files |= driver("intc", "interrupt-controller", "init", fields="dist cpu")
    files |= driver("pm", "power", "power_off", "reset")
    return write_tree(tmp_path / "tree", files)


@pytest.fixture
def small_board() -> Board:
    """A board for the small tree, with facts that can be found again in an image."""
    return Board(
        name="made-up",
        path=Path("boards/made-up.toml"),
        title="A made-up board",
        models=("one",),
        soc="none",
        core="cortex-a53",
        cores=4,
        ram=(Region(0x4000_0000, 0x1000_0000),),
        mmio=(Region(0x1234_5000, 0x1000),),
        load_address=0x4008_0000,
        interrupt_controller="gic",
        timer_interrupt=27,
        console="uart0",
        baud=115200,
        power="pm",
        devices={
            "uart0": Device(
                "uart0", "test,uart", {"base": Region(0x1234_5000, 0x100)}, 33, clock_hz=48_000_000
            ),
            "gic": Device(
                "gic",
                "test,intc",
                {"dist": Region(0x800_0000, 0x1000), "cpu": Region(0x801_0000, 0x1000)},
            ),
            "pm": Device("pm", "test,pm", {"base": Region(0x900_0000, 0x1000)}),
        },
        emulator=Emulator("none"),
        verified={"boot": "qemu"},
    )
