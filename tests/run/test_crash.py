# SPDX-License-Identifier: BSD-3-Clause
"""Crash reports: found in console text, resolved by addr2line or from the ELF file alone."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from hypothesis import given
from hypothesis import strategies as st

from uk_board.crash import describe, describe_rules, find_broken_rules, find_crash
from uk_board.errors import BenchError, MissingError
from uk_board.symbols import Frame, find_tool, parse_addr2line, resolve

REPORT = """\
hello
*** CRASH: data abort, write to 0x0000000000001000: permission fault, level 3
*** thread: worker
*** pc 0x0000000000081234 lr 0x0000000000081300 sp 0x1 esr 0x2 far 0x1000 spsr 0x3
*** x0  0x0000000000000010 x1  0x0000000000000011 x2  0x12 x3  0x13
*** backtrace: 0x81234 0x81300 0x80f10
*** END CRASH
*** CRASH: a second one
""".splitlines()


def test_a_report_is_read_whole() -> None:
    report = find_crash(REPORT)
    assert report is not None
    assert report.cause == "data abort, write to 0x0000000000001000: permission fault, level 3"
    assert (report.line, report.thread, report.complete) == (1, "worker", True)
    assert report.registers["pc"] == 0x81234
    assert report.registers["far"] == 0x1000
    assert report.registers["x3"] == 0x13
    assert report.backtrace == (0x81234, 0x81300, 0x80F10)


def test_no_report_is_none() -> None:
    assert find_crash(["hello", "*** END CRASH"]) is None


@pytest.mark.parametrize("length", range(2, 7))
def test_a_report_that_stops_half_way_is_still_one(length: int) -> None:
    report = find_crash(REPORT[:length])
    assert report is not None
    assert not report.complete
    assert report.cause.startswith("data abort")
    assert any("not complete" in line for line in describe(report, None))


@given(st.lists(st.sampled_from([*REPORT, "*** pc 0x", "*** backtrace: zz", "*** CRASH:"])))
def test_garbled_reports_are_no_crash_of_ours(lines: list[str]) -> None:
    report = find_crash(lines)
    assert (report is not None) == any("*** CRASH:" in line for line in lines)
    if report is not None:
        assert describe(report, None)


def test_addresses_without_an_elf_file_say_so() -> None:
    report = find_crash(REPORT)
    assert report is not None
    assert describe(report, None)[-1].startswith("addresses are not resolved: the ELF file")
    missing = describe(report, Path("gone.elf"))
    assert missing[-1].startswith("addresses are not resolved: gone.elf: no such file")


RULE = "[    0.06] crit: freertos: xQueueReceive: xQueue is NULL (called from 0x8000c)"


def test_a_broken_rule_is_found_once_however_often_it_is_told() -> None:
    [rule] = find_broken_rules(["hello", RULE, "freertos: configASSERT failed at a.c:1", RULE])
    assert (rule.what, rule.caller) == ("xQueueReceive: xQueue is NULL", 0x8000C)
    assert find_broken_rules(["freertos: x (called from 0xg)", "called from 0x1"]) == []


def test_the_caller_of_a_broken_rule_is_resolved_or_why_not_is_told(tmp_path: Path) -> None:
    told = "freertos: xQueueReceive: xQueue is NULL; called from "
    [line] = describe_rules([RULE], compile_inlined(tmp_path))
    assert line.startswith(f"{told}inner ")
    assert "inlined.c:4, inlined into _start " in line
    assert describe_rules([RULE], None) == [f"{told}0x8000c"]
    [line] = describe_rules([RULE], Path("gone.elf"))
    assert line.startswith(f"{told}0x8000c, which is not resolved: gone.elf: no such file")
    assert describe_rules(["hello"], Path("gone.elf")) == []


def compile_inlined(folder: Path) -> Path:
    source = folder / "inlined.c"
    source.write_text(
        "int out;\n"
        "static inline __attribute__((always_inline)) void inner(int n)\n"
        "{\n"
        "\tout = n;\n"
        "}\n"
        "void _start(void)\n"
        "{\n"
        "\tinner(1);\n"
        "}\n"
    )
    elf = folder / "inlined.elf"
    gcc = shutil.which("aarch64-linux-gnu-gcc")
    assert gcc
    command = [gcc, "-O2", "-g", "-nostdlib", "-static", "-ffreestanding", "-Wl,-Ttext=0x80000"]
    subprocess.run([*command, str(source), "-o", str(elf)], check=True)
    return elf


def test_inlined_frames_come_innermost_first(tmp_path: Path) -> None:
    elf = compile_inlined(tmp_path)
    [frames] = resolve(elf, [0x80008], find_tool())
    assert [(frame.function, frame.line) for frame in frames] == [("inner", 4), ("_start", 8)]
    report = find_crash(["*** CRASH: x", "*** pc 0x80008"])
    assert report is not None
    assert "inlined into  _start" in describe(report, elf)[-1]


def test_without_addr2line_the_elf_file_itself_is_read(tmp_path: Path) -> None:
    elf = compile_inlined(tmp_path)
    [[frame], [outside]] = resolve(elf, [0x80008, 0x10], None)
    assert (frame.function, frame.file, frame.line) == ("_start", "inlined.c", 4)
    assert outside == Frame()
    assert str(outside) == "?"


def test_an_addr2line_that_cannot_read_the_file_is_no_obstacle(tmp_path: Path) -> None:
    tool = tmp_path / "addr2line"
    tool.write_text("#!/bin/sh\necho 'file format not recognized' >&2\nexit 1\n")
    tool.chmod(0o755)
    [[frame]] = resolve(compile_inlined(tmp_path), [0x80008], str(tool))
    assert frame.function == "_start"


def test_what_is_no_elf_file_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "no.elf"
    file.write_text("not an image")
    with pytest.raises(BenchError, match=r"no\.elf: cannot be read: .*an ELF image is expected"):
        resolve(file, [0x80000], None)
    with pytest.raises(MissingError, match="no such file; it has the symbols"):
        resolve(tmp_path / "gone.elf", [0x80000], None)


def test_addr2line_output_is_read_with_its_oddities() -> None:
    text = (
        "0x0000000000000010\nmain\n/src/a.c:7 (discriminator 2)\n"
        "0x0000000000000020\n??\n??:0\n"
        "0x0000000000000030\ninner\na.c:1\nouter\na.c:?\n"
    )
    assert parse_addr2line(text) == [
        [Frame("main", "/src/a.c", 7)],
        [Frame()],
        [Frame("inner", "a.c", 1), Frame("outer", "a.c", 0)],
    ]


def test_the_caller_is_shown_and_not_what_follows_the_call(make_image: Callable[..., Path]) -> None:
    elf = make_image("bad/images/crashes.S").with_suffix(".elf")
    with elf.open("rb") as stream:
        table = ELFFile(stream).get_section_by_name(".symtab")
        [after] = table.get_symbol_by_name("after_the_caller")
    address = hex(after["st_value"])
    as_pc = find_crash(["*** CRASH: x", f"*** pc {address}", "*** END CRASH"])
    called = find_crash(["*** CRASH: x", f"*** backtrace: {address}", "*** END CRASH"])
    assert as_pc is not None
    assert called is not None
    assert "after_the_caller" in describe(as_pc, elf)[0]
    assert "crash_caller" in describe(called, elf)[0]


def test_the_pc_of_an_assertion_is_the_caller_of_what_never_returns(
    make_image: Callable[..., Path],
) -> None:
    elf = make_image("bad/images/crashes.S").with_suffix(".elf")
    with elf.open("rb") as stream:
        [after] = (
            ELFFile(stream).get_section_by_name(".symtab").get_symbol_by_name("after_the_caller")
        )
    line = f"*** pc {after['st_value']:#x} lr 0x0 esr 0x0"
    report = find_crash(["*** CRASH: assertion failed: x", line, "*** END CRASH"])
    assert report is not None
    [only] = describe(report, elf)
    assert "crash_caller" in only
