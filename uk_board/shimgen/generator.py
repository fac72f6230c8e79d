# SPDX-License-Identifier: BSD-3-Clause
"""From the map and the contract to C: reads, checks, emits; pure and deterministic."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from uk_board.shimgen import emit
from uk_board.shimgen.check import Checker, Macro, Thunk
from uk_board.shimgen.contract import Contract, check_text, read_contract
from uk_board.shimgen.declare import Declarations
from uk_board.shimgen.model import Row, ShimMap
from uk_board.shimgen.reader import FOLDER, read_map

TYPES = FOLDER / "include" / "freertos_types.h"
# The configuration chooses these types; FreeRTOS's defaults stand in for the checks.
_CONFIGURED = (
    "typedef uint64_t configSTACK_DEPTH_TYPE; typedef uint32_t configRUN_TIME_COUNTER_TYPE;"
)


@dataclass(frozen=True)
class Checked:
    """A map that fits its contract."""

    shim_map: ShimMap
    contract: Contract
    parts: dict[str, Thunk | Macro]  # by the name of the API

    def thunks(self) -> list[Thunk]:
        """All rows that become functions."""
        return [part for part in self.parts.values() if isinstance(part, Thunk)]

    def calls_of(self, row: Row) -> tuple[str, ...]:
        """Return what a row calls: contract calls with headers, or its C function."""
        part = self.parts[row.name]
        if isinstance(part, Macro):
            return (row.text,) if row.text else ()
        if part.helper:
            return (part.helper,)
        return tuple(
            f"{self.contract.functions()[name].text}  <{self.contract.header_of(name)}>"
            for name in part.contract_calls
        )


def load_checked(tree: Path) -> Checked:
    """Read and check the map below `tree`. Raises: DescriptorError, MissingError."""
    shim_map = read_map(tree)
    declarations = Declarations()
    types = tree / TYPES
    declarations.add(_CONFIGURED, str(types))
    declarations.add(types.read_text(encoding="utf-8"), str(types))
    contract = read_contract(tree, declarations)
    checker = Checker(shim_map, contract, declarations)
    checker.declare()
    parts = {
        row.name: checker.macro(row) if row.macro else checker.thunk(row) for row in shim_map.rows()
    }
    return Checked(shim_map, contract, parts)


def generate(tree: Path) -> dict[str, str]:
    """Return the generated files of the shim: name -> text. Raises: DescriptorError."""
    checked = load_checked(tree)
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
            files[f"thunks_{file.path.stem}.c"] = emit.thunk_source(file, thunks)
    return files


def host_sources(tree: Path) -> tuple[dict[str, str], str]:
    """Return what the shim needs on the host beside its own C: files, and cffi declarations."""
    checked = load_checked(tree)
    wrappers, cdef = emit.host_wrappers(checked.parts.values())
    types = (tree / TYPES).read_text(encoding="utf-8")
    plain = "\n".join(line for line in types.splitlines() if not line.startswith("#"))
    return {**generate(tree), "host_wrappers.c": wrappers}, f"{_CONFIGURED}\n{plain}\n{cdef}"
