# SPDX-License-Identifier: BSD-3-Clause
"""Emulated places of a rack: they offer what the emulator does, and share the tests of a run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from racktools import DEADLINE_S, free_port

pytest.importorskip("labgrid")

from uk_board.rack.up import Rack
from uk_board.report.store import load_run
from uk_board.tree import tree

HIL_TESTS = tree() / "hil-tests"
CLI = [sys.executable, "-c", "from uk_board.cli import main; main()"]
# Each waits for the other: they run at the same time, or not at all.
MEETS = """
import os, pathlib, time

import pytest

def test_meets_the_other(dut):
    dut.expect("uk-board: ")
    here = pathlib.Path(os.environ["MEETING"])
    (here / "{me}").touch()
    end_s = time.monotonic() + {deadline_s}
    while not (here / "{other}").exists():
        assert time.monotonic() < end_s
        time.sleep(0.05)

@pytest.mark.parametrize("number", range(3))
def test_more(dut, number):
    assert dut.expect_exit() == 0
"""


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    with Rack(tmp_path_factory.mktemp("rack"), f"127.0.0.1:{free_port()}") as rack:
        rack.start_boards({"rpi4": 1, "qemu-virt": 2})
        rack.start()
        yield rack


def run(rack: Rack, *arguments: object, **environ: str) -> str:
    command = [*CLI, "test", *map(str, arguments), "--on", "place", "--coordinator", rack.address]
    command += ["-p", "no:cacheprovider"]
    environ = {"PATH": "/usr/bin:/bin", "HOME": environ.get("MEETING", "/"), **environ}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=DEADLINE_S, check=False, env=environ
    )
    return done.stdout + done.stderr


def test_a_share_of_each_offer_passes_at_a_place(rack: Rack, tmp_path: Path) -> None:
    tests = [
        "test_boot.py::test_the_exit_status_is_the_programs",
        "test_boot.py::test_a_reset_boots_the_image_anew",
        "test_network.py::test_an_address_comes_by_dhcp",
        "test_network.py::test_datagrams_of_every_size_come_back_as_they_were",
        "test_sensor.py::test_the_reading_follows_the_temperature",
        "test_storage.py::test_a_card_that_is_taken_out_is_told_and_one_that_comes_back_is_used",
        "test_storage.py::TestWithoutACard",
        "test_timer.py::test_who_sleeps_wakes_in_time_to_the_microsecond",
        "test_usb_hotplug.py",
        "test_soc.py::test_the_watchdog_resets_the_board",
    ]
    paths = [HIL_TESTS / test for test in tests]
    said = run(rack, "rpi4", "--report", tmp_path / "out", *paths)
    record = load_run(tmp_path / "out")
    assert len(record.tests) == 13, said
    assert {test.outcome for test in record.tests} == {"passed"}, said
    assert {(test.last.on, test.last.where) for test in record.tests} == {("place", "place rpi4-1")}


def test_the_places_of_a_board_share_its_tests_at_the_same_time(rack: Rack, tmp_path: Path) -> None:
    for me, other in (("one", "two"), ("two", "one")):
        source = MEETS.format(me=me, other=other, deadline_s=DEADLINE_S / 2)
        (tmp_path / f"test_{me}.py").write_text(source)
    out = tmp_path / "out"
    options = ["--report", out, "--rootdir", tmp_path, tmp_path]
    said = run(rack, "--all", *options, "-k", "qemu-virt", MEETING=str(tmp_path))
    record = load_run(out)
    ids = [test.id for test in record.tests]
    assert len(ids) == len(set(ids)) == 8, said
    assert {test.outcome for test in record.tests} == {"passed"}, said
    # Each file stayed together, on a place of its own.
    assert {(test.file, test.board) for test in record.tests} == {
        ("test_one.py", "qemu-virt"),
        ("test_two.py", "qemu-virt"),
    }
    places = {test.file: {one.last.where for one in record.tests if one.file == test.file}
              for test in record.tests}  # fmt: skip
    assert sorted(map(sorted, places.values())) == [["place qemu-virt-1"], ["place qemu-virt-2"]]
