# SPDX-License-Identifier: BSD-3-Clause
"""Network tests on a desk whose board hangs on a network of this machine: real addresses, a DHCP
server, and a cable and an adapter that are plugged by commands of the bench file.

The whole of hil-tests on such a desk: tests/hil/whole_on_bench.py
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from deskboard import EmulatedDesk
from desklan import Cable, Lan

from uk_board.facts.boards import board_folders, load_board
from uk_board.tree import tree

pytestmark = pytest.mark.skipif(bool(Lan.lacks()), reason=Lan.lacks() or "it lacks nothing")

HIL_TESTS = tree() / "hil-tests"
Inner = Callable[..., pytest.RunResult]
MakeBench = Callable[[str], tuple[EmulatedDesk, Path]]


@pytest.fixture
def lan() -> Iterator[Lan]:
    with closing(Lan(os.getpid() % 256)) as made:
        yield made


@pytest.fixture
def bench(tmp_path: Path, lan: Lan) -> Iterator[MakeBench]:
    """Make a desk with a board on the network, and the bench file of it."""
    desks: list[EmulatedDesk] = []

    def make(name: str) -> tuple[EmulatedDesk, Path]:
        desk = EmulatedDesk(
            tmp_path, load_board(name, board_folders(())), "sensors", Cable(tap=lan.tap)
        )
        desks.append(desk)
        offers = ", ".join(f'"{one}"' for one in desk.offers)
        more = f'address = "{lan.board}"\noffers = [{offers}]'
        file = tmp_path / "bench.toml"
        file.write_text(desk.bench("left", name, more))
        return desk, file

    yield make
    for desk in desks:
        desk.close()


def test_a_board_on_the_network_passes_one_boot_for_all(inner: Inner, bench: MakeBench) -> None:
    desk, file = bench("qemu-virt")
    chosen = "dhcp or renewed or every_size or several or gateway or link_that or long_stream"
    run = ["--board", "left", "--on", "bench", "--bench", file, "-k", chosen]
    result = inner("", *run, HIL_TESTS / "test_network.py")
    result.assert_outcomes(passed=6, deselected=14)
    # One test unplugs the cable, and plugs it in again.
    assert [desk.commands.count(f"network link {value}") for value in (0, 1)] == [1, 1]
    assert desk.commands.count("on") == 1


def test_an_adapter_is_plugged_out_before_the_test_and_in_by_it(
    inner: Inner, bench: MakeBench
) -> None:
    desk, file = bench("rpi4")
    run = ["--board", "left", "--on", "bench", "--bench", file]
    result = inner("", *run, HIL_TESTS / "test_usb_hotplug.py")
    result.assert_outcomes(passed=1)
    of_usb = [command for command in desk.commands if "usb" in command or command == "on"]
    assert of_usb == ["network usb 0", "on", "network usb 1"]


def test_what_a_desk_cannot_have_is_skipped_with_a_reason_that_says_so(
    inner: Inner, bench: MakeBench
) -> None:
    _, file = bench("qemu-virt")
    run = ["--board", "left", "--on", "bench", "--bench", file, "-k", "server_that or addresses"]
    files = [HIL_TESTS / "test_network.py", HIL_TESTS / "test_storage.py"]
    result = inner("", *run, *files, "-k", "server_that or on_request")
    result.assert_outcomes(skipped=2, deselected=27)
    result.stdout.fnmatch_lines_random(
        [
            '*"lonely-network": others are on its network, and a DHCP server may be one of them',
            '*"card": its card is what it boots from, and no test can look at it meanwhile',
        ]
    )
