# SPDX-License-Identifier: BSD-3-Clause
"""Pieces of C text: strings, and functions that call a driver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from uk_board.build.plan import BuiltDevice

Pieces = Iterator[str]


def c_string(text: str) -> str:
    """Return a C string literal; TOML text may hold anything."""
    return '"' + "".join(map(_character, text.encode())) + '"'


def _character(byte: int) -> str:
    char = chr(byte)
    if char in '"\\':
        return "\\" + char
    # Octal escapes end after three digits, whatever follows.
    return char if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def c_function(result: str, name: str, parameters: str, statements: Sequence[str]) -> Pieces:
    """Yield a function of this file alone."""
    yield f"static {result} {name}({parameters})"
    yield "{"
    yield from (f"\t{statement}" for statement in statements)
    yield "}"
    yield ""


def c_call(
    result: str,
    name: str,
    built: BuiltDevice,
    function: str,
    parameters: Sequence[tuple[str, str]] = (),
) -> Pieces:
    """Yield a function that calls `function` of a device's driver, with the device first."""
    declared = ", ".join(kind + argument for kind, argument in parameters) or "void"
    passed = "".join(f", {argument}" for _, argument in parameters)
    statement = f"{built.driver.name}_{function}(&{built.variable}{passed});"
    if result != "void":
        statement = f"return {statement}"
    yield from c_function(result, name, declared, [statement])
