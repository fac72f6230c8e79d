# SPDX-License-Identifier: BSD-3-Clause
"""The whole API as a page: a table for each header, from the rows and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from uk_board.shimgen.coverage import NOT_MAPPED
from uk_board.shimgen.model import Row, ShimMap
from uk_board.shimgen.reader import read_map

_HEAD = ("name", "what it becomes", "from an ISR", "differs from FreeRTOS", "tests")


def api_page(tree: Path) -> str:
    """Return Markdown about every row and every public name that has none.

    Raises: DescriptorError, MissingError.
    """
    found = read_map(tree)
    rows = {row.name: row for row in found.rows()}
    offered = sum(name in rows for name in found.public.names())
    lines = [
        "<!-- Generated from shim/freertos/*.toml by uk-board shim docs. -->",
        "# The FreeRTOS API, name by name",
        "",
        f"FreeRTOS {found.public.version}: {offered} of {len(found.public.names())} public names "
        f"are offered, and {len(rows) - offered} others that drivers use.",
    ]
    for header, names in _by_header(found).items():
        lines += ["", f"## {header}", "", _row(_HEAD), _row(["---"] * len(_HEAD))]
        lines += [_row(_cells(name, rows, found)) for name in names]
    return "\n".join(lines) + "\n"


def _by_header(found: ShimMap) -> dict[str, list[str]]:
    """Return all names, public ones first under FreeRTOS's own headers, each once."""
    names = {header: list(listed) for header, listed in found.public.public.items()}
    public = set(found.public.names())
    for file in found.files:
        for name in file.api:
            if name not in public:
                names.setdefault(file.header, []).append(name)
    return names


def _cells(name: str, rows: dict[str, Row], found: ShimMap) -> Iterator[str]:
    yield _code(name)
    row = rows.get(name)
    if row is None:
        yield f"missing: {found.missing().get(name, NOT_MAPPED)}"
        yield from ("-", "-", "-")
        return
    yield _code(row.becomes or row.by_hand or row.text)
    yield {True: "yes", False: "no", None: "-"}[_isr(row, rows)]
    yield row.differs or "-"
    yield ", ".join(map(_code, row.tests)) or "none"


def _isr(row: Row, rows: dict[str, Row]) -> bool | None:
    """Return what a row, or what a macro becomes, says of interrupt handlers."""
    seen: set[str] = set()
    while row.macro and row.name not in seen:
        seen.add(row.name)
        callee = (row.becomes or row.text).partition("(")[0]
        if callee not in rows:
            return None
        row = rows[callee]
    return row.isr


def _code(text: str) -> str:
    return f"`{text}`"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
