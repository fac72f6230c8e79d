# SPDX-License-Identifier: BSD-3-Clause
"""The C that the map becomes: API headers, thunks, prototypes of by-hand functions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from uk_board.shimgen.check import Macro, Thunk
from uk_board.shimgen.model import MapFile

_WIDTH = 80
_C_NAME = re.compile(r"\b[A-Za-z_]\w*\b")


def api_header_name(path: Path) -> str:
    """Return the name of the header that a map file's prototypes go to."""
    return f"freertos_{path.stem}_api.h"


def api_header(file: MapFile, parts: Iterable[Thunk | Macro]) -> str:
    """Return the prototypes and macros of one map file."""
    guard = f"FREERTOS_{file.path.stem.upper()}_API_H"
    parts = list(parts)
    thunks = [part for part in parts if isinstance(part, Thunk)]
    macros = [part for part in parts if isinstance(part, Macro)]
    lines = [
        _origin(file),
        f"/* {file.caption}: what {file.header} offers. */",
        f"#ifndef {guard}",
        f"#define {guard}",
    ]
    if thunks:
        lines += ["", "#ifdef __cplusplus", 'extern "C" {', "#endif", ""]
        lines += [f"{prototype(thunk)};" for thunk in thunks]
        lines += ["", "#ifdef __cplusplus", "}", "#endif"]
    for macro in macros:
        lines += ["", macro.definition]
    return "\n".join([*lines, "", f"#endif /* {guard} */"]) + "\n"


def helper_header(thunks: Iterable[Thunk]) -> str:
    """Return the prototypes of all by-hand functions."""
    thunks = list(thunks)
    helpers = sorted({thunk.helper for thunk in thunks if thunk.helper}, key=_name_in)
    return "\n".join(
        [
            "/* Generated from the map in shim/freertos by uk-board build. */",
            "/* The functions that rows name in by_hand. */",
            "#ifndef SHIM_BY_HAND_H",
            "#define SHIM_BY_HAND_H",
            "",
            "#if !configASSERT_DEFINED",
            "/* Without rules to check, these are the APIs themselves. */",
            *(f"#define {_name_in(one.helper)}\t{one.row.name}" for one in themselves(thunks)),
            "#endif",
            "",
            *(f"{_wrap(helper)};" for helper in helpers),
            "",
            "#endif /* SHIM_BY_HAND_H */",
            "",
        ]
    )


def themselves(thunks: Iterable[Thunk]) -> list[Thunk]:
    """Return the thunks that only pass their arguments on: one for each by-hand function."""
    found: dict[str, Thunk] = {}
    for thunk in thunks:
        names = ", ".join(one.name for one in thunk.function.parameters)
        if thunk.helper and thunk.call == f"{_name_in(thunk.helper)}({names})":
            found.setdefault(_name_in(thunk.helper), thunk)
    return list(found.values())


def thunk_source(file: MapFile, thunks: Iterable[Thunk], only_checks: Collection[str] = ()) -> str:
    """Return the functions of one map file; those in `only_checks` only when rules are checked."""
    lines = [_origin(file), f"/* {file.caption}: from the rows to what they become. */"]
    lines += ['#include "shim.h"']
    for thunk in thunks:
        function = list(_function(thunk))
        if thunk.row.name in only_checks:
            function = ["#if configASSERT_DEFINED", *function, "#endif"]
        lines += ["", *function]
    return "\n".join(lines) + "\n"


def prototype(thunk: Thunk) -> str:
    """Return a prototype as FreeRTOS has it, in lines that fit."""
    parameters = ", ".join(one.text for one in thunk.function.parameters) or "void"
    result = thunk.function.result_text
    space = "" if result.endswith("*") else " "
    return _wrap(f"{result}{space}{thunk.function.name}({parameters})")


def _function(thunk: Thunk) -> Iterator[str]:
    yield prototype(thunk)
    yield "{"
    for check, says in _rules(thunk):
        yield f'\tSHIM_RULE({check}, "{thunk.row.name}",\n\t\t  "{says}");'
    used = set(_C_NAME.findall(thunk.call))
    for parameter in thunk.function.parameters:
        if parameter.name not in used:
            yield f"\t(void){parameter.name};"
    result = "" if thunk.function.result_text == "void" else "return "
    yield f"\t{result}{thunk.call};"
    yield "}"


def _rules(thunk: Thunk) -> Iterator[tuple[str, str]]:
    row = thunk.row
    if not row.isr:
        yield "!shim_in_isr()", "called from an interrupt handler"
    for name in row.not_null:
        yield f"{name} != NULL", f"{name} is NULL"
    if row.waits:
        yield f"shim_may_wait({row.waits})", "would wait while the scheduler is suspended"
    for rule in row.rules:
        yield rule.check, rule.says


def _origin(file: MapFile) -> str:
    return f"/* Generated from shim/freertos/{file.path.name} by uk-board build. */"


def _name_in(helper: str) -> str:
    return helper.partition("(")[0].split()[-1].lstrip("*")


def _wrap(declaration: str) -> str:
    """Break a declaration after commas, with continuation lines indented."""
    lines = [""]
    for word in declaration.split(", "):
        if len(lines[-1]) + len(word) + 2 > _WIDTH and lines[-1]:
            lines.append("\t")
        joint = ", " if lines[-1].strip() else ""
        if joint and len(lines) > 1 and lines[-1] == "\t":
            joint = ""
        lines[-1] += f"{joint}{word}"
    return ",\n".join(lines)


def host_declarations(parts: Iterable[Thunk | Macro]) -> str:
    """Return every API as a prototype: cffi compiles a call of it, macro or function."""
    lines = []
    for part in parts:
        if isinstance(part, Thunk):
            lines.append(f"{prototype(part)};")
        elif part.head is not None:
            parameters = ", ".join(part.parameters) or "void"
            lines.append(f"{part.head} {part.row.name}({parameters});")
    return "\n".join(lines) + "\n"
