# SPDX-License-Identifier: BSD-3-Clause
"""From the map and the contract to C: reads, checks, emits; pure and deterministic."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from uk_board.shimgen import emit
from uk_board.shimgen.check import Checker, Macro, Thunk
from uk_board.shimgen.contract import (
    FOLDER as CONTRACT,
)
from uk_board.shimgen.contract import (
    LIBRARY_FOLDERS,
    Contract,
    check_text,
    read_contract,
)
from uk_board.shimgen.declare import Declarations
from uk_board.shimgen.model import Row, ShimMap
from uk_board.shimgen.reader import FOLDER, read_map

# Types of one dialect a file; FreeRTOS's own come first, for the others use them.
_FIRST_TYPES = "freertos_types.h"
_TYPES = "*_types.h"
# The configuration chooses these types; FreeRTOS's defaults stand in for the checks.
_CONFIGURED = (
    "typedef uint64_t configSTACK_DEPTH_TYPE; typedef uint32_t configRUN_TIME_COUNTER_TYPE;"
)

# The memory of objects that the application allocates: its size is the compiler's to say.
_STATIC = re.compile(r"typedef struct (xSTATIC_\w+) \w+;")


@dataclass(frozen=True)
class Checked:
    """A map that fits its contract."""

    shim_map: ShimMap
    contract: Contract
    parts: dict[str, Thunk | Macro]  # by the name of the API

    def thunks(self) -> list[Thunk]:
        """All rows that become functions."""
        return [part for part in self.parts.values() if isinstance(part, Thunk)]


def load_checked(tree: Path) -> Checked:
    """Read and check the map below `tree`. Raises: DescriptorError, MissingError."""
    shim_map = read_map(tree)
    declarations = Declarations()
    declarations.add(_CONFIGURED, _FIRST_TYPES)
    for file in _type_files(tree):
        declarations.add(file.read_text(encoding="utf-8"), str(file))
    contract = read_contract(tree / CONTRACT, declarations)
    checker = Checker(shim_map, contract, declarations)
    checker.declare()
    parts = {row.name: _checked(checker, row) for row in shim_map.rows()}
    return Checked(shim_map, contract, parts)


def _checked(checker: Checker, row: Row) -> Thunk | Macro:
    if row.macro:
        return checker.macro(row)
    return checker.inline(row) if row.text else checker.thunk(row)


def _type_files(tree: Path) -> list[Path]:
    folder = tree / FOLDER / "include"
    return sorted(folder.glob(_TYPES), key=lambda file: (file.name != _FIRST_TYPES, file.name))


def generate(tree: Path) -> dict[str, str]:
    """Return the generated files of the shim: name -> text. Raises: DescriptorError."""
    return _files(load_checked(tree))


def library_checks(tree: Path) -> dict[str, str]:
    """Return the checks of what single libraries of the shim use: <library>/<file> -> text."""
    files = {}
    for folder in sorted(tree.glob(LIBRARY_FOLDERS)):
        declarations = Declarations()
        read_contract(tree / CONTRACT, declarations)
        contract = read_contract(folder, declarations)
        text = check_text(contract, folder.relative_to(tree))
        files[f"{folder.parent.name}/contract_check.c"] = text
    return files


def _files(checked: Checked, notes: Mapping[str, int] | None = None) -> dict[str, str]:
    only_checks = {thunk.row.name for thunk in emit.themselves(checked.thunks())}
    files = {
        "shim_by_hand.h": emit.helper_header(checked.thunks()),
        "shim_contract_check.c": check_text(checked.contract),
    }
    for file in checked.shim_map.files:
        parts = [checked.parts[name] for name in file.api]
        if parts:
            files[emit.api_header_name(file.path)] = emit.api_header(file, parts)
        thunks = [part for part in parts if isinstance(part, Thunk)]
        if thunks:
            files[f"thunks_{file.path.stem}.c"] = emit.thunk_source(
                file, thunks, only_checks, notes
            )
    return files


def host_sources(tree: Path) -> dict[str, str]:
    """Return what `generate` does, where each API notes that it was called, and more.

    For cffi: cdef.h, and api.h with all headers. names.txt: the APIs in the order in which
    host_called has them. Raises: DescriptorError, MissingError.
    """
    checked = load_checked(tree)
    files = checked.shim_map.files
    types = "".join(file.read_text(encoding="utf-8") for file in _type_files(tree))
    plain = "\n".join(line for line in types.splitlines() if not line.startswith("#"))
    static = dict.fromkeys(_STATIC.findall(types))
    sizes = "\n".join(f"struct {name} {{ ...; }};" for name in static)
    headers = dict.fromkeys(["FreeRTOS.h", *filter(None, (f.header for f in files))])
    called = f"unsigned char host_called[{len(checked.parts)}];\n"
    declared = emit.host_declarations(checked.parts.values())
    return {
        **_files(checked, {name: number for number, name in enumerate(checked.parts)}),
        "host_called.c": called,
        "names.txt": "\n".join(checked.parts),
        # As the shim itself: an application must not call what its configuration leaves out.
        "api.h": '#include "shim.h"\n'
        + "".join(f"#include <{header}>\n" for header in headers)
        + f"extern {called}",
        "cdef.h": "\n".join([_CONFIGURED, plain, sizes, declared, f"extern {called}"]),
    }
