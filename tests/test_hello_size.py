# SPDX-License-Identifier: BSD-3-Clause
"""The smallest image stays small, on every board."""

from __future__ import annotations

from pathlib import Path

import pytest

from uk_board.build.build import build
from uk_board.facts.boards import board_folders, board_names, load_board
from uk_board.tree import tree

# The goal of the first release: scheduler, console, heap and crash reports in 24 KiB.
LIMIT_BYTES = 24 * 1024


@pytest.mark.parametrize("name", board_names(board_folders()))
def test_hello_fits_into_24_kib(name: str, tmp_path: Path) -> None:
    board = load_board(name, board_folders())
    result = build(board, "hello", root=tree(), out=tmp_path)
    assert result.image.stat().st_size <= LIMIT_BYTES
