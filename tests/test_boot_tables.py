# SPDX-License-Identifier: BSD-3-Clause
"""The MMU's tables that are set aside for boot: enough for every board, and not many more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from uk_board.facts.board import Board, Region
from uk_board.facts.boards import board_folders, board_names, load_board

PAGING = Path(__file__).parent.parent / "unikraft-port/core/paging.c"
GIB, MIB2 = 1 << 30, 1 << 21
# The image's rights split the 2 MiB that it begins in, and those behind where it is longer.
FOR_THE_IMAGE = 2


def tables(regions: list[Region]) -> int:
    """Return how many tables map these with blocks of 1 GiB, 2 MiB and pages."""
    split: set[tuple[int, int]] = set()
    for region in regions:
        end = region.base + region.size
        for size in (GIB, MIB2):
            # What does not fill a block from its begin to its end is split.
            edges = {region.base // size} if region.base % size else set()
            edges |= {end // size} if end % size else set()
            split |= {(size, edge) for edge in edges}
    return 1 + len(split)


def needed(board: Board) -> int:
    return tables([*board.ram, *board.mmio]) + FOR_THE_IMAGE


def test_the_count_is_that_of_the_hardware() -> None:
    assert tables([Region(0, GIB)]) == 1
    assert tables([Region(0, 2 * MIB2)]) == 2
    assert tables([Region(0, MIB2 + 4096)]) == 3
    assert tables([Region(4096, 2 * GIB)]) == 1 + 2 + 2


@pytest.mark.parametrize("name", board_names(board_folders()))
def test_every_board_boots_with_the_tables_set_aside(name: str) -> None:
    set_aside = re.search(r"#define BOOT_TABLES\s+(\d+)", PAGING.read_text())
    assert set_aside is not None
    assert needed(load_board(name, board_folders())) <= int(set_aside[1]) <= 12
