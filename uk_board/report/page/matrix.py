# SPDX-License-Identifier: BSD-3-Clause
"""The table of tests by boards: a sign and a colour each; each opens its console log."""

from __future__ import annotations

from itertools import groupby

from uk_board.report.page.head import SIGNS, legend, tests_of
from uk_board.report.page.html import Html, element, joined, span_of
from uk_board.report.record import Run, Test


def matrix(run: Run) -> Html:
    """Return the section with the filter and the table."""
    boards = [board.name for board in run.boards]
    cells = {
        (test.file, test.name, test.board): (number, test) for number, test in enumerate(run.tests)
    }
    rows = list(dict.fromkeys((test.file, test.name) for test in run.tests))
    # A file's tests stand together even when workers ran them in turn.
    files = list(dict.fromkeys(file for file, _ in rows))
    rows.sort(key=lambda row: files.index(row[0]))
    bodies = [
        _file_rows(file, [name for _, name in group], boards, cells)
        for file, group in groupby(rows, key=lambda row: row[0])
    ]
    heads = [element("th", board, scope="col") for board in boards]
    table = element(
        "table",
        element("thead", element("tr", element("th", "Test", scope="col"), *heads)),
        *bodies,
        id="matrix",
    )
    find = element(
        "input", type="search", id="find", placeholder="Find a test   ( / )", aria_label="Find"
    )
    bar = element("div", legend(run), Html(find.removesuffix("</input>")), class_="bar")
    none = element("p", "No test fits.", id="none", class_="quiet", hidden="")
    heading = element("h2", tests_of(run), id="tests")
    scroll = element("div", table, class_="scroll")
    return element("section", heading, bar, scroll, none, aria_labelledby="tests")


def _file_rows(
    file: str,
    names: list[str],
    boards: list[str],
    cells: dict[tuple[str, str, str], tuple[int, Test]],
) -> Html:
    head = element("th", file, scope="rowgroup", colspan=len(boards) + 1)
    rows = [element("tr", head, class_="file")]
    for name in names:
        row = [_cell(cells.get((file, name, board))) for board in boards]
        rows.append(element("tr", element("th", _spoken(name), scope="row"), *row))
    return element("tbody", *rows)


def _spoken(name: str) -> Html:
    """Return the name of a test as the sentence that it is, its parameters behind it."""
    words, _, parameters = name.partition("[")
    said = words.removeprefix("test_").replace("_", " ").replace("::", ": ")
    more = element("code", parameters.removesuffix("]")) if parameters else ""
    return joined(said, " " if more else "", more)


def _cell(found: tuple[int, Test] | None) -> Html:
    if found is None:
        return element("td", element("span", "\u00b7", class_="quiet"))
    number, test = found
    took = "" if test.outcome == "skipped" else element("small", span_of(test.duration_s))
    button = element("button", SIGNS[test.outcome], took, data_t=number, class_=test.outcome)
    return element("td", button)
