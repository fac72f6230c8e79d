# SPDX-License-Identifier: BSD-3-Clause
"""What did not go well: each failure once, with its cause and the console around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from uk_board.report.page.head import SIGNS
from uk_board.report.page.html import Html, count_of, element
from uk_board.report.record import Run, Test

_MOST_SHOWN = 40
# So many are shown whole, the others a line each that opens.
_WHOLE = 3
# So many tests that failed for one reason are one failure, such as a board that does not boot.
_ALIKE = 4
_LINES_BEFORE = 5

# Tests by their number in the record: the same one on several boards, or several of one cause.
Group = list[tuple[int, Test]]


def failures(run: Run, logs: Mapping[str, str]) -> Html:
    """Return each test that did not simply pass, with the lines around what failed."""
    groups = _groups(run)
    if not groups:
        return Html()
    whole = [_whole(group, logs) for group in groups[:_WHOLE]]
    folded = [_folded(group, logs) for group in groups[_WHOLE:_MOST_SHOWN]]
    more = len(groups) - len(whole) - len(folded)
    rest = element("p", f"{more} more are in the table below.", class_="quiet") if more else ""
    heading = element("h2", "What did not go well", id="failures")
    return element("section", heading, *whole, *folded, rest, aria_labelledby="failures")


def _groups(run: Run) -> list[Group]:
    """Return what belongs together; what passed at last comes last."""
    bad = [
        (number, test)
        for number, test in enumerate(run.tests)
        if test.outcome in ("failed", "error", "flaky")
    ]
    tests_of: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for _, test in bad:
        tests_of[test.outcome, test.reason].add((test.file, test.name))
    groups: dict[tuple[str, ...], Group] = defaultdict(list)
    for number, test in bad:
        key: tuple[str, ...] = (test.outcome, test.reason)
        if not test.reason or len(tests_of[test.outcome, test.reason]) < _ALIKE:
            key = (test.outcome, test.file, test.name)
        groups[key].append((number, test))
    return sorted(groups.values(), key=lambda group: group[0][1].outcome == "flaky")


def _whole(group: Group, logs: Mapping[str, str]) -> Html:
    test = group[0][1]
    name = element("div", element("h3", _name(group)), element("p", test.file, class_="quiet"))
    several = _has_several(group)
    return element(
        "article",
        element("div", name, _chip(test), "" if several else _openers(group), class_="row"),
        *_details(group, logs),
        _openers(group) if several else "",
        class_=test.outcome,
    )


def _folded(group: Group, logs: Mapping[str, str]) -> Html:
    test = group[0][1]
    boards = ", ".join(dict.fromkeys(one.board for _, one in group))
    where = element("small", f"{boards} \u00b7 {test.reason or test.file}")
    line = element("summary", _chip(test), " ", element("b", _name(group)), " ", where)
    class_ = f"article {test.outcome}"
    return element("details", line, *_details(group, logs), _openers(group), class_=class_)


def _name(group: Group) -> str:
    names = dict.fromkeys(test.name for _, test in group)
    first = next(iter(names))
    return first if len(names) == 1 else f"{first} and {count_of(len(names) - 1, 'other')}"


def _chip(test: Test) -> Html:
    said = f"{SIGNS[test.outcome]} {test.outcome}"
    return element("span", said, class_=f"chip {test.outcome}")


def _details(group: Group, logs: Mapping[str, str]) -> list[Html]:
    """Return the reason, and the console of the first one."""
    test = group[0][1]
    return [
        element("p", test.reason or "no reason was given", class_="reason"),
        _excerpt(test, logs),
    ]


def _has_several(group: Group) -> bool:
    return len({(test.file, test.name) for _, test in group}) > 1


def _openers(group: Group) -> Html:
    """Return a button for each test; where several have one cause they are a list that opens."""
    several = _has_several(group)
    buttons = [
        element(
            "button",
            f"{one.board}: {one.name}" if several else one.board,
            data_t=number,
            aria_label=f"Open {one.id}",
        )
        for number, one in group
    ]
    opened = element("div", *buttons, class_="do")
    if not several:
        return opened
    return element("details", element("summary", count_of(len(group), "test")), opened)


def _excerpt(test: Test, logs: Mapping[str, str]) -> Html:
    """Return the console around the line to blame."""
    attempt = next((one for one in test.attempts if one.outcome != "passed"), test.last)
    log = attempt.log
    if log is None or log.failing_line is None or log.file not in logs:
        return Html()
    lines = logs[log.file].splitlines()
    at = log.failing_line - 1
    if at >= len(lines):
        return Html()
    before = "".join(f"{line}\n" for line in lines[max(0, at - _LINES_BEFORE) : at])
    return element("pre", before, element("mark", lines[at]), tabindex=0, aria_label="Console")
