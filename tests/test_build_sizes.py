# SPDX-License-Identifier: BSD-3-Clause
"""The size table: every byte of the image belongs to one row."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from uk_board.build.sizes import OTHER, Sizes, SizeTable, measure
from uk_board.build.toolchain import find_toolchain

# What each source puts where: text, rodata, data, bss.
CORE = ".text\n.space 40\n.data\n.space 24\n.bss\n.space 400\n"
APP = '.text\n.space 8\n.section .rodata\n.space 16\n.section .text.unused,"ax"\n.space 512\n'
SCRIPT = """\
ENTRY(start)
SECTIONS {
  . = 0x80000;
  start = .;
  .text : { *(.text) . = ALIGN(64); }
  .rodata : { *(.rodata) }
  .data : { *(.data) }
  .bss (NOLOAD) : { *(.bss) . += 1000; }
  /DISCARD/ : { *(.text.unused) }
}
"""


@pytest.fixture
def table(tmp_path: Path) -> SizeTable:
    """The size table of two libraries whose sizes are known."""
    for name, source in (("core", CORE), ("a_name_so_long_that_ld_breaks_the_line", APP)):
        (tmp_path / "obj" / name).mkdir(parents=True)
        (tmp_path / f"obj/{name}/x.S").write_text(source)
        run(tmp_path, "-c", f"obj/{name}/x.S", "-o", f"obj/{name}/x.o")
    (tmp_path / "image.ld").write_text(SCRIPT)
    objects = [str(file.relative_to(tmp_path)) for file in sorted(tmp_path.glob("obj/*/x.o"))]
    options = [
        "-nostdlib",
        "-static",
        "-Wl,--build-id=none",
        "-T",
        "image.ld",
        "-Wl,-Map=image.map",
    ]
    run(tmp_path, *options, "-Wl,-Map=image.map", "-o", "image.elf", *objects)
    return measure(tmp_path / "image.elf", tmp_path / "image.map", 128)


def run(folder: Path, *arguments: str) -> None:
    subprocess.run([find_toolchain().gcc, *arguments], cwd=folder, check=True, timeout=60)


def test_each_library_has_its_bytes_by_kind(table: SizeTable) -> None:
    assert table.libraries["core"] == Sizes(text=40, data=24, bss=400)
    app = table.libraries["a_name_so_long_that_ld_breaks_the_line"]
    assert app == Sizes(text=8, rodata=16)


def test_padding_and_the_linker_scripts_own_space_are_a_row_too(table: SizeTable) -> None:
    assert table.libraries[OTHER] == Sizes(text=16, bss=1000)


def test_the_total_is_what_the_sections_take(table: SizeTable) -> None:
    assert table.total == Sizes(text=64, rodata=16, data=24, bss=1400)
    assert table.total.total == 1504


def test_the_largest_comes_first(table: SizeTable) -> None:
    totals = [sizes.total for sizes in table.libraries.values()]
    assert totals == sorted(totals, reverse=True)


def test_json_brings_the_same_table_back(table: SizeTable) -> None:
    assert SizeTable.from_json(table.as_json()) == table
