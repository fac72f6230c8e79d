# SPDX-License-Identifier: BSD-3-Clause
"""The structures that boot ROMs and loaders read: built, parsed again, refused when corrupt."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uk_board.errors import UkBoardError
from uk_board.media import egon, fdt, fit, mbr, uimage
from uk_board.media.bootfiles import parse_config
from uk_board.media.inspect import describe

PART = fit.Part("kernel-1", "kernel", "an image", b"code" * 9, 0x80000, 0x80000, "arm64")
TREE = fit.Part("fdt-1", "flat_dt", "a tree", b"\xd0\x0d\xfe\xed")
FIT = fit.Fit(
    "two parts", (PART, TREE), (fit.Configuration("conf", "both", ("kernel-1", "fdt-1")),), "conf"
)


def test_a_partition_table_is_read_as_it_was_written() -> None:
    parts = (mbr.Partition(mbr.FAT32_LBA, 2048, 4096, True), mbr.Partition(0x83, 8192, 100))
    assert mbr.parse(mbr.build(5, parts), 10_000, "card") == parts


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ([mbr.Partition(12, 0, 5)], "overlaps another or the table"),
        ([mbr.Partition(12, 5, 0)], "or is empty"),
        ([mbr.Partition(12, 5, 20), mbr.Partition(12, 10, 5)], "overlaps another"),
        ([mbr.Partition(12, 5, 2000)], "ends behind the medium, which has 1000 sectors"),
        ([mbr.Partition(0xEE, 1, 50)], "has a GPT"),
    ],
)
def test_an_impossible_partition_table_is_refused(parts: list[mbr.Partition], problem: str) -> None:
    with pytest.raises(UkBoardError, match=problem):
        mbr.parse(mbr.build(1, parts), 1000, "card")


def test_an_egon_loader_is_read_as_it_was_written_and_its_sum_is_checked() -> None:
    image = egon.build(b"\x12" * 5000)
    assert egon.parse(image, "spl").length_bytes == len(image) == 8192
    with pytest.raises(UkBoardError, match=r"is corrupt: its checksum is 0x\w+; 0x\w+ is expected"):
        egon.parse(image[:100] + b"!" + image[101:], "spl")
    with pytest.raises(UkBoardError, match="is cut off: 8191 bytes of 8192"):
        egon.parse(image[:-1], "spl")
    with pytest.raises(UkBoardError, match="40000 bytes of code"):
        egon.build(bytes(40_000))


def test_a_boot_script_is_read_as_it_was_written_and_its_sums_are_checked() -> None:
    raw = uimage.script("echo hello\n")
    assert uimage.script_text(uimage.parse(raw, "boot.scr"), "boot.scr") == "echo hello\n"
    with pytest.raises(UkBoardError, match="the CRC of its content"):
        uimage.parse(raw[:-1] + b"x", "boot.scr")
    with pytest.raises(UkBoardError, match="the CRC of its header"):
        uimage.parse(raw[:40] + b"x" + raw[41:], "boot.scr")
    with pytest.raises(UkBoardError, match="is cut off"):
        uimage.parse(raw[:-1], "boot.scr")
    with pytest.raises(UkBoardError, match="a script is expected"):
        uimage.script_text(uimage.parse(uimage.build(b"x", kind=2, name="k"), "k"), "k")


def test_a_fit_is_read_as_it_was_written_and_its_sums_are_checked() -> None:
    raw = fit.build(FIT, time=7)
    found = fit.parse(raw, "fit")
    assert [part.data for part in found.parts] == [PART.data, TREE.data]
    assert found.parts[0].sums == ("sha256",)
    assert (found.parts[0].load, found.configurations) == (0x80000, FIT.configurations)
    at = raw.index(PART.data)
    with pytest.raises(UkBoardError, match="/images/kernel-1: is corrupt: sha256"):
        fit.parse(raw[:at] + b"!" + raw[at + 1 :], "fit")
    with pytest.raises(UkBoardError, match="is a device tree but no FIT"):
        fit.parse(fdt.build(fdt.Node()), "fit")


NODES = st.recursive(
    st.builds(
        fdt.Node, st.dictionaries(st.sampled_from("abcdef"), st.binary(max_size=9), max_size=3)
    ),
    lambda below: st.builds(
        fdt.Node,
        st.dictionaries(st.sampled_from("abcdef"), st.binary(max_size=9), max_size=2),
        st.dictionaries(st.sampled_from(["x", "y@1", "z-long"]), below, max_size=3),
    ),
    max_leaves=6,
)


@given(NODES)
def test_every_tree_is_read_as_it_was_written(root: fdt.Node) -> None:
    assert fdt.parse(fdt.build(root), "tree") == root


GOOD = {
    "egon": egon.build(b"c" * 3000),
    "uimage": uimage.script("echo\n" * 9),
    "fit": fit.build(FIT),
    "fdt": fdt.build(fdt.Node({"model": b"x\0"}, {"a": fdt.Node({"b": b"1234"})})),
}
PARSERS: dict[str, Callable[[bytes, str], object]] = {
    "egon": egon.parse,
    "uimage": uimage.parse,
    "fit": fit.parse,
    "fdt": fdt.parse,
}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_a_corrupt_boot_file_is_read_or_refused_and_nothing_else(
    kind: str, data: st.DataObject
) -> None:
    raw = bytearray(GOOD[kind])
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, min(len(raw) - 1, 600)))] = data.draw(st.integers(0, 255))
    cut = bytes(raw[: data.draw(st.integers(0, len(raw)))])
    for bad in (bytes(raw), cut):
        for look in (PARSERS[kind], lambda content, where: describe(where, content)):
            with contextlib.suppress(UkBoardError):
                look(bad, "file")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["egon", "uimage"]), st.data())
def test_one_wrong_byte_is_always_found_where_there_is_a_sum(
    kind: str, data: st.DataObject
) -> None:
    raw = bytearray(GOOD[kind])
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(UkBoardError):
        PARSERS[kind](bytes(raw), "file")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=700))
def test_garbage_is_no_boot_file(garbage: bytes) -> None:
    for parse in PARSERS.values():
        with pytest.raises(UkBoardError):
            parse(garbage, "file")


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("a=1\n#a=2\nb = 3 # why\n", {"a": "1", "b": "3"}),
        ("a=1\n[pi3]\na=2\n[pi4]\na=4\n[all]\nc=5\n", {"a": "4", "c": "5"}),
        ("[pi5]\na=1\n[none]\nb=1\n[all]\n", {}),
        ("a=1\na=2\nno setting\n", {"a": "2"}),
    ],
)
def test_config_txt_holds_where_its_filters_say(text: str, settings: dict[str, str]) -> None:
    assert parse_config(text, ["pi4"]) == settings
