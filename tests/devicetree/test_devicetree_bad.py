# SPDX-License-Identifier: BSD-3-Clause
"""Device-tree blobs that are damaged, cut off, of a wrong form, or none at all."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from madeuptree import GIC, States, Value, blob_of, tree_of

from uk_board.errors import DescriptorError, MissingError
from uk_board.facts.board import Board
from uk_board.facts.devicetree import check_board
from uk_board.facts.dtb import read_tree


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
        states(tree_of(**changes))
    assert str(caught.value).endswith(f"tree.dtb: /soc/serial@10000: {problem}")


def test_billions_of_cells_are_refused(states: States) -> None:
    tree = tree_of()
    tree["#address-cells"] = 0xFFFFFFFF
    with pytest.raises(DescriptorError, match="#address-cells is 4294967295; at most 16"):
        states(tree)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is no device-tree blob; the first word is not 0xd00dfeed"),
        (b"/dts-v1/;\n/ { };\n", "is no device-tree blob; the first word is not 0xd00dfeed"),
        (b"\xd0\x0d\xfe\xed", "is cut off: 4 bytes are there; 40 are expected"),
        (blob_of(tree_of())[:-1], "is cut off: "),
        (blob_of(tree_of())[:20], "is cut off: 20 bytes are there; "),
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
    blob = bytearray(blob_of(tree_of()))
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
