# SPDX-License-Identifier: BSD-3-Clause
"""Which addresses of an image belong to which lines of the tree's own sources."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elftools.common.exceptions import DWARFError, ELFError
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile

from uk_board.errors import BenchError


@dataclass(frozen=True)
class Code:
    """What an image has of the tree's sources.

    `rows`: (address, file, line) wherever a statement begins. `functions`: (address, file,
    line, name). Files are as in the tree.
    """

    rows: tuple[tuple[int, str, int], ...]
    functions: tuple[tuple[int, str, int, str], ...]


def read_code(elf: Path, root: Path) -> Code:
    """Return the code of an ELF file. Raises: BenchError."""
    try:
        with elf.open("rb") as stream:
            image = ELFFile(stream)
            spans = list(_code_spans(image))
            rows = [row for row in _rows(image, _Names(root)) if _within(row[0], spans)]
            starts = _function_starts(image)
    except (ELFError, DWARFError, OSError) as error:
        raise BenchError(str(elf), f"cannot be read: {error}; an ELF image is expected") from error
    first: dict[
        int, tuple[int, str, int]
    ] = {}  # of the rows at a function's address the first is its opening line
    for row in rows:
        first.setdefault(row[0], row)
    functions = [(*first[address], name) for address, name in starts if address in first]
    return Code(tuple(rows), tuple(functions))


class _Names:
    """Says what a file of a line table is called in the tree; others than its files are None."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, str | None] = {}

    def of(self, name: str) -> str | None:
        """Return the name in the tree, if it is a file of it."""
        if name not in self._known:
            path = posixpath.normpath(name)
            if path.startswith(f"{self._root}/"):
                path = path.removeprefix(f"{self._root}/")
            # The build maps the tree to nothing; what begins so still is of somewhere else.
            own = not path.startswith(("/", "..")) and (self._root / path).is_file()
            self._known[name] = path if own else None
        return self._known[name]


def _code_spans(image: Any) -> Iterator[tuple[int, int]]:
    """Yield where code is; the line tables of what the linker left out lead elsewhere."""
    for section in image.iter_sections():
        flags = section["sh_flags"]
        if flags & SH_FLAGS.SHF_ALLOC and flags & SH_FLAGS.SHF_EXECINSTR:
            yield section["sh_addr"], section["sh_addr"] + section["sh_size"]


def _within(address: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= address < end for start, end in spans)


def _rows(image: Any, names: _Names) -> Iterator[tuple[int, str, int]]:
    dwarf = image.get_dwarf_info()
    for unit in dwarf.iter_CUs():
        # Units of third parties are long, and of ours they have a few lines of headers only.
        program = dwarf.line_program_for_CU(unit) if names.of(_source(unit)) else None
        if program is None:
            continue
        files = [names.of(name) for name in _file_names(program, _folder(unit))]
        first = 0 if program["version"] >= 5 else 1
        for entry in program.get_entries():
            state = entry.state
            if state is None or state.end_sequence or not state.is_stmt or not state.line:
                continue
            name = files[state.file - first]
            if name is not None:
                yield state.address, name, state.line


def _source(unit: Any) -> str:
    """Return the path of what was compiled."""
    return posixpath.join(_folder(unit), _attribute(unit, "DW_AT_name"))


def _folder(unit: Any) -> str:
    """Return the folder that a unit was compiled in."""
    return _attribute(unit, "DW_AT_comp_dir")


def _attribute(unit: Any, name: str) -> str:
    found = unit.get_top_DIE().attributes.get(name)
    return found.value.decode("utf-8", "replace") if found else ""


def _file_names(program: Any, compiled_in: str) -> Iterator[str]:
    """Yield the path of each file of a line program."""
    folders = [name.decode("utf-8", "replace") for name in program["include_directory"]]
    if program["version"] < 5:
        folders.insert(0, compiled_in)
    for entry in program["file_entry"]:
        folder = folders[entry.dir_index] if entry.dir_index < len(folders) else ""
        yield posixpath.join(compiled_in, folder, entry.name.decode("utf-8", "replace"))


def _function_starts(image: Any) -> list[tuple[int, str]]:
    table = image.get_section_by_name(".symtab")
    symbols = table.iter_symbols() if table else ()
    return sorted(
        # What the compiler made of a function, such as f.part.0, is that function.
        (symbol["st_value"], symbol.name.partition(".")[0])
        for symbol in symbols
        if symbol["st_info"]["type"] == "STT_FUNC"
    )
