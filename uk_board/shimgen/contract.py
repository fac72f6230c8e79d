# SPDX-License-Identifier: BSD-3-Clause
"""The contract: what the shim may call of Unikraft, and the C that holds a core to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from uk_board.errors import MissingError
from uk_board.shimgen.declare import Declarations, Declared, Function

FOLDER = Path("shim", "contract")
# What a library of the shim may use beyond that.
LIBRARY_FOLDERS = "shim/*/contract"

# Headers of libraries that not every image has; they are checked where they are.
_OPTIONAL = ("uk/netbuf.h", "uk/netdev.h", "uk/netdev_driver.h")

# Files whose types the others use come first.
_FIRST = ("uk/arch/types.h", "uk/arch/time.h", "uk/arch/ctx.h", "uk/alloc.h", "uk/thread.h")


@dataclass(frozen=True)
class Contract:
    """What each header of Unikraft declares for the shim."""

    headers: Mapping[str, Declared]

    def functions(self) -> dict[str, Function]:
        """All functions by name."""
        return {
            function.name: function
            for declared in self.headers.values()
            for function in declared.functions
        }

    def described(self, function: str) -> str:
        """Return a function's prototype with its header."""
        return f"{self.functions()[function].text}  <{self.header_of(function)}>"

    def header_of(self, function: str) -> str:
        """Return the header that declares `function`."""
        return next(
            header
            for header, declared in self.headers.items()
            if any(one.name == function for one in declared.functions)
        )


def read_contract(folder: Path, declarations: Declarations) -> Contract:
    """Read the contract in `folder`. Raises: DescriptorError, MissingError."""
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.h"))]
    if not names:
        raise MissingError(str(folder), "no contract; *.h of Unikraft's names is expected")
    order = [name for name in _FIRST if name in names]
    order += [name for name in names if name not in order]
    headers = {}
    for name in order:
        file = folder / name
        headers[name] = declarations.add(file.read_text(encoding="utf-8"), str(file))
    return Contract(headers)


def check_text(contract: Contract, source: Path = FOLDER) -> str:
    """Return C that compiles only where the contract is kept."""
    lines = [
        f"/* Generated from {source} by uk-board build. */",
        "/* Every declaration of the contract, held against the headers of the core. */",
        *(line for header in contract.headers for line in _include(header)),
        "",
        "#define SAME(a, b, what) \\",
        "\t_Static_assert(__builtin_types_compatible_p(a, b), what)",
    ]
    for header, declared in contract.headers.items():
        checks = list(_checks(header, declared))
        if header in _OPTIONAL:
            checks = [f"#if {_is_there(header)}", *checks, "#endif"]
        lines += ["", f"/* {header} */", *checks]
    return "\n".join(lines) + "\n"


def _include(header: str) -> list[str]:
    include = f"#include <{header}>"
    return [f"#if {_is_there(header)}", include, "#endif"] if header in _OPTIONAL else [include]


def _is_there(header: str) -> str:
    return f"__has_include(<{header}>)"


def _checks(header: str, declared: Declared) -> Iterator[str]:
    for name, meaning in declared.typedefs:
        yield f'SAME({name}, {meaning},\n     "<{header}>: {name} is not {meaning}");'
    for field in declared.fields:
        yield f"SAME(__typeof__(((struct {field.struct} *)0)->{field.name}), {field.type_text},"
        yield f'     "<{header}>: {field.struct}.{field.name} is not {field.type_text}");'
    for function in declared.functions:
        yield f"SAME(__typeof__({function.name}),\n     {function.type_text},"
        yield f'     "<{header}>: not {function.text}");'
    for macro in declared.macros:
        yield f'#ifndef {macro}\n#error "<{header}>: no macro {macro}"\n#endif'
