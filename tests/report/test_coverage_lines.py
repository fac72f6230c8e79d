# SPDX-License-Identifier: BSD-3-Clause
"""Coverage: from QEMU's log of what ran to lines, on an image of assembly and C."""

from __future__ import annotations

import subprocess
from pathlib import Path

import madeup
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uk_board.build.toolchain import find_toolchain
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch, command_line
from uk_board.errors import BenchError
from uk_board.facts.boards import board_folders, load_board
from uk_board.report.coverage import Coverage, executed
from uk_board.report.lcov import lcov, numbers, ranges
from uk_board.report.linetable import read_code

SOURCE = """\
asm(".globl _start\\n_start: ldr x0, =0x40100000\\n\\tmov sp, x0\\n\\tb start");

static volatile int sink;

__attribute__((noinline)) static void never(void)
{
\tsink = 1;
}

__attribute__((noinline)) static int twice(int x)
{
\tif (x > 100)
\t\tnever();
\treturn sink + 2 * x;
}

static void off(void)
{
\tstatic const unsigned long why[2] = {0x20026, 0};
\tregister long call asm("x0") = 0x18;
\tregister const unsigned long *what asm("x1") = why;
\tasm volatile("hlt #0xf000" : : "r"(call), "r"(what) : "memory");
}

void start(void)
{
\tsink = twice(sink);
\toff();
\tfor (;;)
\t\t;
}
"""
SCRIPT = "ENTRY(_start) SECTIONS { . = 0x40080000; .text : { *(.text) } .bss : { *(.bss*) } }"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree of one file, with its image beside it."""
    root = tmp_path_factory.mktemp("tree")
    (root / "core").mkdir()
    (root / "core" / "main.c").write_text(SOURCE)
    (root / "image.ld").write_text(SCRIPT)
    flags = "-g -O1 -ffreestanding -nostdlib -static -mgeneral-regs-only"
    command = [find_toolchain().gcc, *flags.split(), f"-ffile-prefix-map={root}/="]
    command += [
        "-Wl,--build-id=none,--no-warn-rwx-segments",
        "-T",
        root / "image.ld",
        root / "core" / "main.c",
    ]
    subprocess.run([*command, "-o", root / "image.elf"], cwd=root, check=True, timeout=60)
    return root


def line_of(text: str) -> int:
    return SOURCE.splitlines().index(text) + 1


def test_only_what_ran_is_covered_and_the_image_is_as_it_was(tree: Path, tmp_path: Path) -> None:
    board = load_board("qemu-virt", board_folders())
    coverage = Coverage(tmp_path / "executed", tree)
    elf = tree / "image.elf"
    for _ in range(2):
        launch = Launch(elf, executed=coverage.trace_for("one", elf))
        with Emulator(board, launch) as emulator:
            assert emulator.wait(60) is not None
    covered = coverage.finish()
    assert coverage.warnings == ()
    assert list(covered) == ["core/main.c"]
    main = covered["core/main.c"]
    ran, missed = set(numbers(main.ran)), set(numbers(main.missed))
    assert {line_of("\tif (x > 100)"), line_of("\tsink = twice(sink);")} <= ran
    assert {line_of("\t\tnever();"), line_of("\tsink = 1;")} <= missed
    functions = {one.name: one.ran for one in covered["core/main.c"].functions}
    assert functions == {"never": False, "twice": True, "start": True}
    assert not (tmp_path / "executed").exists()


def test_a_log_is_asked_for_only_when_it_is_wanted() -> None:
    board = load_board("qemu-virt", board_folders())
    assert "-d" not in command_line(board, Launch(Path("k")))
    command = command_line(board, Launch(Path("k"), executed=Path("ran.log")))
    at = command.index("-d")
    assert command[at : at + 4] == ["-d", "in_asm", "-D", "ran.log"]


def test_a_log_that_was_cut_off_counts_up_to_there() -> None:
    log = b"----\nIN: main\n0x40080000:  d53800a1  mrs x1, mpidr_el1\n0x40080004:  ret\n\n0x4008"
    assert executed(log) == {0x40080000, 0x40080004, 0x4008}
    assert executed(b"0xzz: what\n\xff\xfe") == set()


def test_code_of_others_does_not_count(tree: Path, tmp_path: Path) -> None:
    assert read_code(tree / "image.elf", tmp_path).rows == ()


def test_what_is_no_image_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.elf").write_text("no")
    with pytest.raises(BenchError, match="an ELF image is expected"):
        read_code(tmp_path / "x.elf", tmp_path)


def test_an_image_that_is_gone_costs_its_own_coverage_only(tree: Path, tmp_path: Path) -> None:
    coverage = Coverage(tmp_path / "executed", tree)
    trace = coverage.trace_for("one", tmp_path / "gone.elf")
    assert trace is not None
    trace.write_text("0x40080000: ret\n")
    assert coverage.finish() == {}
    assert "no coverage of one image" in coverage.warnings[0]


@given(st.sets(st.integers(1, 10_000)))
def test_line_numbers_survive_as_ranges(lines: set[int]) -> None:
    assert set(numbers(ranges(lines))) == lines


def test_lcov_has_every_line_and_function() -> None:
    assert lcov(madeup.run()) == (
        "TN:uk_board\nSF:core/main.c\nFN:1,main\nFN:3,no\nFNDA:1,main\nFNDA:0,no\nFNF:2\nFNH:1\n"
        "DA:1,1\nDA:2,1\nDA:3,0\nDA:4,1\nLF:4\nLH:3\nend_of_record\n"
    )
