# SPDX-License-Identifier: BSD-3-Clause
"""The arm64 Image header, and the memory that an ELF image takes."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uk_board.build.image import finish_image, load_extent, read_header
from uk_board.build.toolchain import find_toolchain
from uk_board.errors import UkBoardError

BRANCH = 0x14000010


def header(code0: int = BRANCH, text_offset: int = 0, magic: bytes = b"ARM\x64") -> bytes:
    """Return the 64 bytes as Linux's booting.rst lays them out, by hand."""
    return struct.pack("<II6Q4sI", code0, 0, text_offset, 0, 0, 0, 0, 0, magic, 0)


@given(
    st.integers(0, (1 << 40) >> 12).map(lambda page: page << 12),
    st.binary(max_size=200),
    st.integers(0, 1 << 30),
)
def test_a_finished_image_says_where_it_goes_and_what_it_takes(
    load_address: int, rest: bytes, bss_bytes: int
) -> None:
    raw = header() + rest
    memory_bytes = len(raw) + bss_bytes
    finished = finish_image(raw, load_address=load_address, memory_bytes=memory_bytes)
    assert len(finished) == len(raw)
    assert finished[64:] == rest
    code0, _, text_offset, image_size, flags = struct.unpack_from("<IIQQQ", finished)
    assert (code0, flags) == (BRANCH, 0xA)
    assert text_offset == load_address % 0x20_0000
    assert image_size == memory_bytes
    assert read_header(finished).image_size == memory_bytes


def test_a_header_that_contradicts_the_load_address_is_refused() -> None:
    with pytest.raises(UkBoardError, match="is 0x100000; load address 0x80000 is 0x80000"):
        finish_image(header(text_offset=0x10_0000), load_address=0x8_0000, memory_bytes=4096)


def test_less_memory_than_the_file_is_refused() -> None:
    with pytest.raises(UkBoardError, match="63 bytes of memory hold a file of 64"):
        finish_image(header(), load_address=0x8_0000, memory_bytes=63)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "0 bytes; an arm64 Image has a header of 64"),
        (header()[:63], "63 bytes; an arm64 Image has a header of 64"),
        (header(magic=b"MZ\0\0"), "no magic number at 0x38"),
        (header(code0=0xD503201F), "the first word 0xd503201f is no branch"),
    ],
)
def test_what_is_no_image_is_refused_by_name(raw: bytes, message: str) -> None:
    with pytest.raises(UkBoardError, match=message) as caught:
        read_header(raw, "kernel8.img")
    assert str(caught.value).startswith("kernel8.img: ")


def test_what_is_no_elf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.elf").write_bytes(b"no elf at all")
    with pytest.raises(UkBoardError, match="not an ELF file"):
        load_extent(tmp_path / "x.elf")


def link(tmp_path: Path, source: str, script: str) -> Path:
    (tmp_path / "x.S").write_text(source)
    (tmp_path / "x.ld").write_text(script)
    command = [find_toolchain().gcc, "-nostdlib", "-static", "-Wl,--build-id=none"]
    command += ["-T", tmp_path / "x.ld", "-o", tmp_path / "x.elf", tmp_path / "x.S"]
    subprocess.run(command, check=True, timeout=60)
    return tmp_path / "x.elf"


def test_memory_ends_where_data_ends_up_and_not_where_it_is_loaded(tmp_path: Path) -> None:
    elf = link(
        tmp_path,
        ".text\nnop\n.data\n.quad 1\n.bss\n.space 64\n",
        "SECTIONS { . = 0x80000; .text : { *(.text) } after = .;\n"
        ".data 0x90000 : AT(after) { *(.data) } .bss : { *(.bss) } }\n",
    )
    assert load_extent(elf) == (0x80000, 0x90000 + 8 + 64)
