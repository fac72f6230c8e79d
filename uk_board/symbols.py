# SPDX-License-Identifier: BSD-3-Clause
"""From addresses to functions and source lines, by addr2line or by reading the ELF file."""

from __future__ import annotations

import os.path
import shutil
import subprocess
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uk_board.build.toolchain import cross_prefix
from uk_board.errors import BenchError, MissingError

_OTHER_TOOLS = ("llvm-addr2line", "addr2line")
_TIMEOUT_S = 60


@dataclass(frozen=True)
class Frame:
    """A place in the source; empty function or file, or line 0: not known."""

    function: str = ""
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        """Return `function file:line` with what is known."""
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        return " ".join(part for part in (self.function or "?", place) if part)


def shown(frame: Frame) -> str:
    """Return the frame with its file relative to the current folder where that is shorter."""
    file = os.path.normpath(frame.file) if frame.file else ""
    if file.startswith("/"):
        file = min(os.path.relpath(file), file, key=len)
    return str(Frame(frame.function, file, frame.line))


def find_tool() -> str | None:
    """Return the path of an addr2line for AArch64, if there is one."""
    tools = (f"{cross_prefix()}addr2line", *_OTHER_TOOLS)
    return next((path for tool in tools if (path := shutil.which(tool))), None)


def resolve(elf: Path, addresses: Sequence[int], tool: str | None) -> list[list[Frame]]:
    """Return the frames at each address, innermost inlined one first.

    Without a `tool` the ELF file is read directly; inlined frames are not found then.

    Raises:
        MissingError: there is no such file.
        BenchError: the file cannot be read.
    """
    if not elf.is_file():
        raise MissingError(str(elf), "no such file; it has the symbols of the image")
    if not addresses:
        return []
    found = _by_tool(elf, addresses, tool) if tool else None
    return _by_reading(elf, addresses) if found is None else found


def _by_tool(elf: Path, addresses: Sequence[int], tool: str) -> list[list[Frame]] | None:
    """Ask addr2line; None if this one cannot read the file (a host's without AArch64)."""
    command = [tool, "-a", "-f", "-i", "-C", "-e", str(elf), *map(hex, addresses)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    frames = parse_addr2line(done.stdout)
    return frames if done.returncode == 0 and len(frames) == len(addresses) else None


def parse_addr2line(text: str) -> list[list[Frame]]:
    """Return the frames of each address from the output of `addr2line -a -f -i`."""
    results: list[list[Frame]] = []
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith("0x"):
            results.append([])
        elif results:
            results[-1].append(_frame(line, next(lines, "??:0")))
    return results


def _frame(function: str, place: str) -> Frame:
    file, _, number = place.partition(" (discriminator")[0].rpartition(":")
    return Frame(
        "" if function == "??" else function,
        "" if file in ("", "??") else file,
        int(number) if number.isdigit() else 0,
    )


def _by_reading(elf: Path, addresses: Sequence[int]) -> list[list[Frame]]:
    # Only here: nearly all who import this never get here.
    from elftools.common.exceptions import DWARFError, ELFError
    from elftools.elf.elffile import ELFFile

    try:
        with elf.open("rb") as stream:
            image = ELFFile(stream)
            functions, lines = _functions(image), _line_rows(image)
    except (ELFError, DWARFError, OSError) as error:
        raise BenchError(str(elf), f"cannot be read: {error}; an ELF image is expected") from error
    return [[_look_up(functions, lines, address)] for address in addresses]


def _look_up(
    functions: list[tuple[int, int, str]], lines: list[tuple[int, str, int]], address: int
) -> Frame:
    name, file, number = "", "", 0
    at = bisect_right(functions, address, key=lambda row: row[0]) - 1
    if at >= 0 and address < functions[at][1]:
        name = functions[at][2]
        at = bisect_right(lines, address, key=lambda row: row[0]) - 1
        _, file, number = lines[at] if at >= 0 else (0, "", 0)
    return Frame(name, file, number)


def _functions(image: Any) -> list[tuple[int, int, str]]:
    """Return (start, end, name) of every function, by address."""
    table = image.get_section_by_name(".symtab")
    symbols = table.iter_symbols() if table else ()
    return sorted(
        (symbol["st_value"], symbol["st_value"] + max(4, symbol["st_size"]), symbol.name)
        for symbol in symbols
        if symbol["st_info"]["type"] == "STT_FUNC"
    )


def _line_rows(image: Any) -> list[tuple[int, str, int]]:
    """Return (address, file, line) from the line tables, by address."""
    if not image.has_dwarf_info():
        return []
    dwarf = image.get_dwarf_info()
    rows: list[tuple[int, str, int]] = []
    for unit in dwarf.iter_CUs():
        program = dwarf.line_program_for_CU(unit)
        if program is None:
            continue
        names = program["file_entry"]
        first = 0 if program["version"] >= 5 else 1
        for entry in program.get_entries():
            state = entry.state
            if state is not None and not state.end_sequence:
                name = names[state.file - first].name.decode("utf-8", "replace")
                rows.append((state.address, name, state.line))
    return sorted(rows, key=lambda row: row[0])  # of rows at one address the last one holds
