# SPDX-License-Identifier: BSD-3-Clause
"""Stacks on a machine: what they take, how deep they are used, what happens below them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from uk_board.build.build import build
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch
from uk_board.facts.board import Board
from uk_board.tree import tree

DEADLINE_S = 240.0
STACKS = Path(__file__).parent.parent / "apps" / "stacks"
STACK_BYTES = 2048
OPTION = "#define configCHECK_FOR_STACK_OVERFLOW	"
# `uk-board bench` has the exact number; this image's tasks can be pinned to cores, too.
FREERTOS_TASK_BYTES = 2224
AFFINITY_BYTES = 16

Boot = Callable[..., "contextmanager[Emulator]"]


@pytest.fixture
def boot(tmp_path: Path, board: Callable[[str], Board]) -> Callable[[int, str], Iterator[Emulator]]:
    """Build the application with a check for overflows and boot it to show a scene."""
    app = Path(shutil.copytree(STACKS, tmp_path / "stacks"))
    config = app / "FreeRTOSConfig.h"
    target = board("qemu-virt")

    @contextmanager
    def booted(check: int, scene: str) -> Iterator[Emulator]:
        text = config.read_text()
        assert OPTION in text
        config.write_text(re.sub(re.escape(OPTION) + r"\d", f"{OPTION}{check}", text))
        image = build(target, app, out=tmp_path / "out").image
        launch = Launch(image, icount_shift=0, append=scene)
        with Emulator(target, launch) as emulator:
            yield emulator

    return booted


def said(emulator: Emulator, pattern: str) -> re.Match[str]:
    line = emulator.console.expect(pattern, DEADLINE_S)[0].decode()
    found = re.search(pattern, line)
    assert found
    return found


def test_a_task_without_a_check_takes_what_freertos_takes(boot: Boot) -> None:
    with boot(0, "memory") as emulator:
        took, left = map(int, said(emulator, r"task (\d+), left (\d+)\r?\n").groups())
        assert STACK_BYTES < took <= FREERTOS_TASK_BYTES + AFFINITY_BYTES
        assert left == 0
        assert emulator.wait(DEADLINE_S) == 0


def test_the_smallest_stack_suffices_for_a_call_and_an_interrupt_that_switches(boot: Boot) -> None:
    port = (tree() / "shim/freertos/port_core.h").read_text()
    least = int(re.findall(r"SHIM_STACK_MIN_BYTES\t(\d+)", port)[0])
    with boot(0, "depth") as emulator:
        text = said(emulator, r"(?s)depth delay.*depth of all").group(0)
    depths = {name: int(depth) for name, depth in re.findall(r"depth (\w+) (\d+)", text)}
    assert len(depths) == 12
    assert max(depths.values()) <= least
    assert min(depths.values()) > 288  # an interrupt's frame alone


@pytest.mark.parametrize("check", [1, 2])
def test_an_overflow_hits_the_page_below(boot: Boot, check: int) -> None:
    with boot(check, "overflow") as emulator:
        said(emulator, r'CRASH: stack overflow in thread "deep": guard page')


@pytest.mark.parametrize("check", [1, 2])
def test_the_hook_is_told_of_a_stack_of_the_application_s(boot: Boot, check: int) -> None:
    with boot(check, "hook") as emulator:
        said(emulator, r"overflow in spills")
        assert emulator.wait(DEADLINE_S) == 0


def test_without_a_check_nobody_is_told(boot: Boot) -> None:
    with boot(0, "hook") as emulator:
        said(emulator, r"no overflow seen")
        assert emulator.wait(DEADLINE_S) == 0
