# SPDX-License-Identifier: BSD-3-Clause
"""What the shim's C reaches: from a function along its calls to the contract.

Read from the source with uk_board/csource/csource.py, so inline functions and macros
are followed like any other; a function that is only handed on by its name counts
as called. All branches of a condition count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from uk_board.csource.csource import Body, CSource, read_c
from uk_board.shimgen.check import Macro, Thunk
from uk_board.shimgen.reader import FOLDER


@dataclass(frozen=True)
class Function:
    """A function or macro of the shim's C, and the names in it."""

    file: Path  # below the tree
    body: Body

    @property
    def place(self) -> str:
        """Where it is: "shim/freertos/queue.c:42"."""
        return f"{self.file}:{self.body.line}"


class Reach:
    """The calls of the shim's C, and of the rows between them."""

    def __init__(
        self, files: Mapping[Path, CSource], parts: Mapping[str, Thunk | Macro], ends: set[str]
    ) -> None:
        """Take the C of `files`, the rows `parts`, and the names at which a way ends."""
        self._parts = parts
        self._ends = ends
        self._own: dict[tuple[Path, str], Function] = {}
        self._shared: dict[str, Function] = {}
        for file, source in files.items():
            for name, body in (*source.macros.items(), *source.functions.items()):
                function = Function(file, body)
                self._own[file, name] = function
                self._shared.setdefault(name, function)

    def find(self, name: str) -> Function | None:
        """Return the function or macro `name` of the shim."""
        return self._shared.get(name)

    def ends_of(self, name: str) -> tuple[str, ...]:
        """Return the ends that `name` reaches, in alphabetical order."""
        return tuple(sorted(self._follow(name, None)))

    def ends_of_file(self, file: Path) -> set[str]:
        """Return what the functions of one file reach without leaving for another .c file."""
        found: set[str] = set()
        for where, name in self._own:
            if where == file:
                found |= self._follow(name, file, stay=True)
        return found

    def _follow(self, start: str, file: Path | None, *, stay: bool = False) -> set[str]:
        ends: set[str] = set()
        seen: set[tuple[Path | None, str]] = set()
        pending: list[tuple[Path | None, str]] = [(file, start)]
        while pending:
            step = pending.pop()
            if step in seen:
                continue
            seen.add(step)
            if step[1] in self._ends:
                ends.add(step[1])
            else:
                pending += self._next(*step, stay=stay)
        return ends

    def _next(self, file: Path | None, name: str, *, stay: bool) -> Iterator[tuple[Path, str]]:
        """Yield the names in `name`, each with the file in which it is looked up first."""
        function = self._own.get((file, name)) if file else None
        function = function or self._shared.get(name)
        if function is not None:
            if not stay or function.file in (file, *self._headers()):
                yield from ((function.file, use.name) for use in function.body.uses)
        elif name in self._parts and not stay:
            yield from self._of_row(self._parts[name])

    def _of_row(self, part: Thunk | Macro) -> Iterator[tuple[Path, str]]:
        text = part.call if isinstance(part, Thunk) else part.definition.partition("\\\n")[2]
        uses = read_c(f"void row(void) {{ {text}; }}").uses
        yield from ((Path(), use.name) for use in uses)

    def _headers(self) -> set[Path]:
        return {file for file, _ in self._own if file.suffix == ".h"}


def read_reach(tree: Path, parts: Mapping[str, Thunk | Macro], ends: set[str]) -> Reach:
    """Read the shim's C below `tree`."""
    folder = tree / FOLDER
    files = sorted([*folder.glob("*.[ch]"), *folder.glob("include/*.h")])
    sources = {
        file.relative_to(tree): read_c(file.read_text(encoding="utf-8", errors="replace"))
        for file in files
    }
    return Reach(sources, parts, ends)
