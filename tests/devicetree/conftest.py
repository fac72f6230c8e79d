# SPDX-License-Identifier: BSD-3-Clause
"""A board whose tree is made up, and the state of each of its facts against a blob."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from madeuptree import States, Tree, blob_of

from uk_board.facts.board import Board
from uk_board.facts.boards import load_board
from uk_board.facts.devicetree import check_board

BAD = Path(__file__).parents[1] / "bad" / "boards"
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
        file.write_bytes(blob if isinstance(blob, bytes) else blob_of(blob))
        uart = replace(board.devices["uart0"], **changes)
        changed = replace(board, devices={**board.devices, "uart0": uart})
        return {finding.item: finding.state for finding in check_board(changed, file)}

    return check
