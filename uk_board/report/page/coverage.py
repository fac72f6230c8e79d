# SPDX-License-Identifier: BSD-3-Clause
"""Coverage of the C code: a row each file, by folder; each opens its source."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePosixPath

from uk_board.report.lcov import numbers
from uk_board.report.page.html import Html, element
from uk_board.report.record import Covered, Run

_FOLDER_PARTS = 2
# Where there are more files than this, their folders begin closed.
_MOST_OPEN = 30


def coverage(run: Run) -> Html:
    """Return the section of coverage, if any was measured."""
    if not run.coverage:
        return Html()
    folders: dict[str, list[tuple[str, Covered]]] = defaultdict(list)
    for name, covered in sorted(run.coverage.items()):
        folders[_folder(name)].append((name, covered))
    every = list(run.coverage.values())
    is_open = len(every) <= _MOST_OPEN
    bodies = [_folder_rows(*folder, is_open=is_open) for folder in folders.items()]
    heads = ("File", "Share", "Lines", "Functions")
    table = element(
        "table",
        element("thead", element("tr", *(element("th", one, scope="col") for one in heads))),
        *bodies,
        element("tfoot", element("tr", element("th", "All", scope="row"), *_numbers(every))),
        class_="coverage",
    )
    note = (
        "Lines that ran at least once on an emulated board, of those that are in an image: "
        "unused code that the linker leaves out does not count. Image and timing are unchanged."
    )
    return element(
        "section",
        element("h2", "Coverage of the C code", id="coverage"),
        element("p", note, class_="quiet"),
        element("div", table, class_="scroll"),
        aria_labelledby="coverage",
    )


def _folder(name: str) -> str:
    parts = PurePosixPath(name).parent.parts
    return "/".join(parts[:_FOLDER_PARTS]) or "."


def _folder_rows(folder: str, files: list[tuple[str, Covered]], *, is_open: bool) -> Html:
    head = element("th", element("span", folder), scope="rowgroup")
    rows = [element("tr", head, *_numbers([covered for _, covered in files]), class_="file")]
    for name, covered in files:
        label = name.removeprefix(f"{folder}/")
        button = element("button", label, data_f=name)
        rows.append(element("tr", element("th", button, scope="row"), *_numbers([covered])))
    return element("tbody", *rows, class_=None if is_open else "closed")


def _numbers(files: list[Covered]) -> tuple[Html, ...]:
    ran = sum(len(list(numbers(one.ran))) for one in files)
    missed = sum(len(list(numbers(one.missed))) for one in files)
    functions = [function for one in files for function in one.functions]
    entered = sum(function.ran for function in functions)
    percent = 100 * ran / (ran + missed) if ran + missed else 100.0
    bar = Html(
        f'<svg class="cover" role="img" aria-label="{percent:.1f} percent">'
        '<rect width="100%" height="100%"/>'
        f'<rect class="ran" width="{percent:.1f}%" height="100%"/>'
        "</svg>"
    )
    return (
        element("td", f"{percent:.1f} %", class_="number"),
        element("td", element("div", bar, element("small", f"{ran:,} of {ran + missed:,}"))),
        element("td", f"{entered:,} of {len(functions):,}", class_="number"),
    )
