# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board flash --via jtag` and `uk-board probes`, with modelled chips on modelled probes."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from debug.probedesk import Desk

from uk_board.debug.probe import module
from uk_board.emulation.runner import planned_image
from uk_board.facts.boards import board_folders, load_board

RPI4 = {"serial": "E660", "chip": "rpi4"}
RPI3 = {"serial": "B837", "chip": "rpi3"}


@pytest.mark.parametrize("name", ["rpi4", "rpi3", "pine64"])
def test_hello_is_loaded_and_runs(desk: Desk, name: str) -> None:
    desk.plug_in({"serial": "E660", "chip": name})
    run = desk.run_outside if name == "rpi4" else desk.run
    done = run("flash", name, "--via", "jtag")
    assert done.status == 0, done.err
    board = load_board(name, board_folders())
    image = planned_image(board, "hello").file.read_bytes()
    at = board.load_address
    assert done.out == (
        f"{len(image):,} bytes at 0x{at:x}, read back, started at EL2 with X0 = 0x0\n"
    )
    assert desk.memory("E660", at, len(image)) == image
    became = desk.became("E660")
    assert became["halted"] == [False] * 4
    assert (became["pc"], became["level"], became["masked"]) == (at, 2, 0x3C0)
    assert became["x"][:4] == [0, 0, 0, 0]
    assert not became["stale_code"]


def test_a_device_tree_lies_behind_the_image_and_x0_points_to_it(desk: Desk) -> None:
    desk.plug_in(RPI4)
    tree = b"\xd0\x0d\xfe\xed" + bytes(range(200))
    (desk.folder / "board.dtb").write_bytes(tree)
    done = desk.flash("rpi4", "--dtb", "board.dtb")
    assert done.status == 0, done.err
    x0 = desk.became("E660")["x"][0]
    assert x0 % 8 == 0
    assert x0 > 0x80000
    assert desk.memory("E660", x0, len(tree)) == tree
    assert f"X0 = 0x{x0:x}" in done.out


def test_a_dry_run_says_which_probe_and_touches_nothing(desk: Desk) -> None:
    desk.plug_in(RPI4)
    done = desk.flash("rpi4", "--dry-run")
    first, *steps = done.out.splitlines()
    assert first.startswith("1. build hello for rpi4: ")
    assert steps == [
        "2. open probe E660 (uk-board model probe) by JTAG",
        "3. find the first core, a Cortex-A72 (part 0xd08), and halt it",
        "4. switch its MMU and caches off, write back what they hold",
        "5. load kernel8.img to 0x80000, read it back and compare",
        "6. start it at 0x80000 with X0 = 0: no device tree (--dtb FILE gives one)",
    ]
    assert not desk.scenario.with_suffix(".E660").exists()


def test_probes_are_listed_with_their_boards(desk: Desk) -> None:
    desk.plug_in(RPI4, RPI3)
    desk.bench('[boards.shelf-4]\nboard = "rpi4"\nprobe = "e660"\n')
    assert desk.run("probes").out.split("\n")[1:3] == [
        "B837    uk-board model probe  -         ",
        "E660    uk-board model probe  shelf-4   ",
    ]
    assert json.loads(desk.run("probes", "--json").out)[1] == {
        "serial": "E660",
        "product": "uk-board model probe",
        "belongs to": ["shelf-4"],
    }


def test_what_is_behind_a_probe_is_told_with_the_board_that_it_must_be(desk: Desk) -> None:
    a64 = {"serial": "A64", "chip": "pine64"}
    swd = {**RPI4, "serial": "SWD", "protocols": ["SWD"]}
    off = {**RPI4, "serial": "OFF", "trouble": "no ack", "at": 1}
    desk.plug_in(RPI4, RPI3, a64, swd, off)
    rows = {row["serial"]: row for row in json.loads(desk.run("probes", "--look", "--json").out)}
    assert {name: row["as has"] for name, row in rows.items()} == {
        "A64": ["pine64"],
        "B837": ["rpi3"],
        "E660": ["rpi4"],
        "OFF": [],
        "SWD": [],
    }
    assert rows["E660"]["behind it"] == (
        "debug port 0x1ba01477: 4x Cortex-A72 (part 0xd08), the first at 0x80410000"
    )
    assert rows["SWD"]["behind it"] == "does not speak JTAG; it speaks SWD, the board JTAG"
    assert rows["OFF"]["behind it"].startswith("no debug port answers (")
    assert desk.became("E660")["halted"] == [False] * 4
    assert "Cortex-A72" in desk.run("probes", "--look").out


def test_the_bench_file_chooses_between_probes(desk: Desk) -> None:
    desk.plug_in(RPI3, RPI4)
    desk.bench('[boards.rpi4]\nprobe = "E660"\nflash = "jtag"\n')
    done = desk.run("flash", "rpi4", "--dry-run")
    assert "open probe E660 (uk-board model probe)" in done.out


@pytest.mark.parametrize(
    ("probes", "arguments", "status", "said"),
    [
        ([], [], 1, "debug probe: none is plugged in; pyOCD knows CMSIS-DAP, J-Link"),
        (
            [RPI3, RPI4],
            [],
            2,
            "--probe: is missing, and 2 debug probes are there: B837 (uk-board model probe),"
            " E660 (uk-board model probe)",
        ),
        ([RPI4], ["--probe", "X"], 1, "--probe: no debug probe X; there: E660 (uk-board model"),
        (
            [RPI3],
            [],
            1,
            "rpi4: another chip is on this probe: its cores are at 0x80010000, 0x80012000,"
            " 0x80014000, 0x80016000 of the debug bus, that of rpi4 at 0x80410000",
        ),
        (
            [{**RPI4, "protocols": ["SWD"]}],
            [],
            1,
            "E660 (uk-board model probe): does not speak JTAG; it speaks SWD, the board JTAG",
        ),
        ([RPI4], ["--dtb", "probes.json"], 2, "probes.json: is no device tree: "),
        ([RPI4], ["--dtb", "none.dtb"], 3, "none.dtb: cannot be read: No such file"),
        (
            [{**RPI4, "trouble": "gone", "at": 9_000}],
            [],
            1,
            "it was pulled out, or hangs; it is halted with ",
        ),
    ],
)
def test_what_is_wrong_is_told(
    desk: Desk, probes: list[dict[str, Any]], arguments: list[str], status: int, said: str
) -> None:
    desk.plug_in(*probes)
    done = desk.flash("rpi4", *arguments)
    assert done.status == status, done.err
    assert said in done.err
    assert done.out == ""


def test_another_core_than_the_boards_is_told_by_its_part_number(desk: Desk) -> None:
    desk.plug_in(RPI4)
    said = desk.flash("pine64").err
    assert (
        "pine64: another board is on this probe: its core is a Cortex-A72 (part 0xd08),"
        " that of pine64 a Cortex-A53 (part 0xd03)\n"
    ) in said
    assert desk.became("E660")["pages"] == {}


def test_pyocd_is_asked_for_where_it_is_not_installed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyocd.probe.aggregator", None)
    module.cache_clear()
    done = desk.run("probes")
    module.cache_clear()
    assert done.status == 3
    assert done.err == (
        "uk-board: pyocd: this Python package is not installed; it reaches debug probes\n"
        "try: pip install 'uk-board[desk]'\n"
    )


def test_a_board_without_debug_facts_is_told(desk: Desk) -> None:
    desk.plug_in(RPI4)
    said = desk.flash("qemu-virt").err
    assert "qemu-virt: nothing is known of its debug port; [debug] in the file of its SoC" in said


def test_an_image_that_does_not_fit_is_refused_before_anything_is_touched(desk: Desk) -> None:
    desk.plug_in(RPI4)
    boards = desk.folder / "boards"
    boards.mkdir()
    text = (
        '# SPDX-License-Identifier: BSD-3-Clause\ntitle = "Tight"\nmodels = ["Tight"]\n'
        'soc = "bcm2711"\nconsole = "uart0"\nbaud = 115200\nload_address = 0x80000\n'
        '[[ram]]\nbase = 0\nsize = 0x82000\n[verified]\nboot = "model"\n'
    )
    (boards / "tight.toml").write_text(text)
    done = desk.run("--boards", str(boards), "flash", "tight", "--via", "jtag")
    assert done.status == 1
    assert "is not all RAM of tight; RAM: 0x0-0x82000" in done.err
    assert not desk.scenario.with_suffix(".E660").exists()
