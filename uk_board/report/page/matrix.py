# SPDX-License-Identifier: BSD-3-Clause
"""The table of tests by boards, in groups that open: each cell opens its console log."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from uk_board.report.page.head import SIGNS, legend, tally, tests_of
from uk_board.report.page.html import Html, count_of, element, joined, span_of
from uk_board.report.record import Run, Test

# So many tests are seen at a glance; where there are more, groups without a failure are closed.
_MOST_OPEN = 60
# A test with more sets of parameters than this is grouped by their first word.
_MOST_PARAMETERS = 12
# Where there are more boards than this the table scrolls sideways.
_MOST_BOARDS = 6
_BAD = ("failed", "error", "flaky")


@dataclass
class _Group:
    """Rows that open together: a file, or a part of a test's many parameters.

    Of each test by board its number in the record, too.
    """

    file: str
    test: str = ""
    part: str = ""
    rows: dict[str, dict[str, tuple[int, Test]]] = field(default_factory=dict)

    @property
    def is_bad(self) -> bool:
        """Whether a reader looks for it."""
        found = (test for row in self.rows.values() for _, test in row.values())
        return any(test.outcome in _BAD for test in found)

    def on(self, board: str) -> list[Test]:
        """The tests on a board."""
        return [row[board][1] for row in self.rows.values() if board in row]


def matrix(run: Run) -> Html:
    """Return the section with the filter and the table."""
    boards = [board.name for board in run.boards]
    groups = _groups(run)
    few = sum(len(group.rows) for group in groups) <= _MOST_OPEN
    heads = [element("th", board, scope="col") for board in boards]
    table = element(
        "table",
        element("thead", element("tr", element("th", "Test", scope="col"), *heads)),
        *(_rows(group, boards, is_open=few or group.is_bad) for group in groups),
        id="matrix",
    )
    find = element(
        "input", type="search", id="find", placeholder="Find a test   ( / )", aria_label="Find"
    )
    bar = element("div", legend(run), Html(find.removesuffix("</input>")), class_="bar")
    none = element("p", "No test fits.", id="none", class_="quiet", hidden="")
    heading = element("h2", tests_of(run), id="tests")
    class_ = "box" if len(boards) <= _MOST_BOARDS else "box scroll"
    tabindex = None if len(boards) <= _MOST_BOARDS else 0
    box = element("div", table, class_=class_, tabindex=tabindex)
    return element("section", heading, bar, box, none, aria_labelledby="tests")


def _groups(run: Run) -> list[_Group]:
    """Return all tests in the order they ran in; workers may have run a group's in turn."""
    parameters: dict[tuple[str, str], set[str]] = defaultdict(set)
    for test in run.tests:
        words, _, rest = test.name.partition("[")
        parameters[test.file, words].add(rest)
    groups: dict[tuple[str, str, str], _Group] = {}
    for number, test in enumerate(run.tests):
        words, _, rest = test.name.partition("[")
        first, dot, _ = rest.partition(".")
        many = len(parameters[test.file, words]) > _MOST_PARAMETERS
        key = (_spoken(words), first) if many and dot else ("", "")
        group = groups.setdefault((test.file, *key), _Group(test.file, *key))
        group.rows.setdefault(test.name, {})[test.board] = (number, test)
    files = list(dict.fromkeys(test.file for test in run.tests))
    return sorted(groups.values(), key=lambda group: files.index(group.file))


def _rows(group: _Group, boards: list[str], *, is_open: bool) -> Html:
    quiet, slash, name = group.file.rpartition("/")
    quiet += slash
    if group.part:
        quiet += f"{name} {group.test}: "
        name = group.part
    count = element("small", count_of(len(group.rows), "test"))
    head = element("th", element("i", quiet), name, " ", count, scope="rowgroup")
    sums = [element("td", _sum(group.on(board))) for board in boards]
    rows = [element("tr", head, *sums, class_="file")]
    for test, row in group.rows.items():
        cells = [_cell(row.get(board)) for board in boards]
        rows.append(element("tr", element("th", _named(test), scope="row"), *cells))
    return element("tbody", *rows, class_=None if is_open else "closed")


def _sum(tests: list[Test]) -> Html:
    took = element("small", span_of(sum(test.duration_s for test in tests)))
    ran = any(test.outcome != "skipped" for test in tests)
    return joined(tally(tests), took if ran else "") if tests else Html()


def _named(name: str) -> Html:
    """Return the name of a test as the sentence that it is, its parameters behind it."""
    words, _, parameters = name.partition("[")
    more = element("code", parameters.removesuffix("]")) if parameters else ""
    return joined(_spoken(words), " " if more else "", more)


def _spoken(words: str) -> str:
    return words.removeprefix("test_").replace("_", " ").replace("::", ": ")


def _cell(found: tuple[int, Test] | None) -> Html:
    if found is None:
        return element("td", element("span", "\u00b7", class_="quiet"))
    number, test = found
    took = "" if test.outcome == "skipped" else element("small", span_of(test.duration_s))
    button = element("button", SIGNS[test.outcome], took, data_t=number, class_=test.outcome)
    return element("td", button)
