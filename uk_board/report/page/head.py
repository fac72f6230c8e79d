# SPDX-License-Identifier: BSD-3-Clause
"""The top of the page: how it went, on each board, when and where it was started."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from uk_board.report.page.html import Html, count_of, element, joined, span_of, text
from uk_board.report.record import OUTCOMES, Outcome, Run, Test

# Colour is never the only difference: each outcome has its sign.
SIGNS: dict[Outcome, str] = {
    "passed": "\u2713",
    "failed": "\u2717",
    "flaky": "\u21bb",
    "skipped": "\u2013",
    "error": "!",
}
# What a reader looks for first.
_WORST_FIRST: tuple[Outcome, ...] = ("failed", "error", "flaky", "passed", "skipped")


def title(run: Run) -> Html:
    """Return the title of the window: how it went comes first."""
    return text(f"{verdict(run)} \u00b7 {', '.join(board.name for board in run.boards)}")


def verdict(run: Run) -> str:
    """Return in words how the run went; what was skipped is not passed."""
    counts = {outcome: run.count(outcome) for outcome in ("failed", "error", "flaky")}
    said = [f"{count} {_word(outcome, count)}" for outcome, count in counts.items() if count]
    if not said:
        said.append("All passed" if run.good else f"{run.count('passed')} passed")
    if skipped := run.count("skipped"):
        said.append(f"{skipped} skipped")
    if run.missing:
        said.append(f"{run.missing} not run")
    if run.interrupted:
        said.append("interrupted")
    return ", ".join(said)


def _word(outcome: str, count: int) -> str:
    return "errors" if outcome == "error" and count > 1 else outcome


def head(run: Run) -> Html:
    """Return the header: the verdict, each board's share of it, the facts."""
    state = "bad" if not run.good else "warn" if run.count("flaky") else "good"
    sign = {"good": SIGNS["passed"], "warn": SIGNS["flaky"], "bad": SIGNS["failed"]}[state]
    top = element(
        "header",
        element("p", "uk-board test report", class_="eyebrow"),
        element("h1", _badge(sign), verdict(run), class_=state),
    )
    problems = [*run.interrupted, *(text for one in run.sources for text in one.warnings)]
    alarms = [element("p", problem, class_="alarm", role="alert") for problem in problems]
    return joined(top, *alarms, _boards(run), _facts(run))


def _badge(sign: str) -> Html:
    return element("span", element("i", sign), aria_hidden="true")


def _boards(run: Run) -> Html:
    """Return how it went on each board, and where that was."""
    tests: dict[str, list[Test]] = {board.name: [] for board in run.boards}
    for test in run.tests:
        tests.setdefault(test.board, []).append(test)
    titles = {board.name: board.title for board in run.boards}
    items = [_board(name, titles.get(name, ""), found) for name, found in tests.items()]
    return element("ul", *items, class_="boards", aria_label="Boards") if items else Html()


def _board(name: str, title: str, tests: list[Test]) -> Html:
    spots = dict.fromkeys(f"{test.last.on}: {test.last.where}" for test in tests if test.last.on)
    took = span_of(sum(test.duration_s for test in tests))
    return element(
        "li",
        element("p", element("b", name), " ", element("small", title)),
        tally(tests, words=True),
        element("p", " \u00b7 ".join((*spots, took)), class_="quiet"),
        class_=next((one for one in _WORST_FIRST if any(t.outcome == one for t in tests)), ""),
    )


def tally(tests: Sequence[Test], *, words: bool = False) -> Html:
    """Return how many ended how, the worst first."""
    counts = Counter(test.outcome for test in tests)
    parts = [
        element(
            "span",
            f"{SIGNS[one]} {counts[one]:,}{f' {one}' if words else ''}",
            class_=one,
            title=one,
        )
        for one in _WORST_FIRST
        if counts[one]
    ]
    return element("p", *parts, class_="tally")


def _facts(run: Run) -> Html:
    planned = sum(source.planned for source in run.sources)
    tests = f"{len(run.tests):,}" + (f" of {planned:,}" if planned > len(run.tests) else "")
    facts = {
        "Started": run.started.replace("T", " ").replace("Z", " UTC"),
        "Took": span_of(run.duration_s),
        "Tests": tests,
        "Commit": _each(f"{one.commit.hash[:10]}{_dirty(one.commit.dirty)}" for one in run.sources),
        "QEMU": _each(one.machine.qemu for one in run.sources),
        "On": _each(one.machine.host for one in run.sources),
    }
    return element(
        "dl",
        *(
            element("div", element("dt", name), element("dd", value or "\u2013"))
            for name, value in facts.items()
        ),
        aria_label="The run",
    )


def _dirty(dirty: bool) -> str:
    return " + changes" if dirty else ""


def _each(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, values)))


def legend(run: Run) -> Html:
    """Return the filter: a button for each outcome that there is, with its number."""
    buttons = [_filter("all", f"All {len(run.tests):,}", pressed=True)]
    for outcome in OUTCOMES:
        if count := run.count(outcome):
            buttons.append(_filter(outcome, f"{SIGNS[outcome]} {outcome} {count:,}"))
    return element("div", *buttons, role="group", aria_label="Show only", class_="filter")


def _filter(outcome: str, label: str, *, pressed: bool = False) -> Html:
    state = "true" if pressed else "false"
    return element("button", label, data_show=outcome, aria_pressed=state, class_=outcome)


def tests_of(run: Run) -> str:
    """Return in words how many tests ran on how many boards."""
    boards = count_of(len(run.boards), "board")
    return f"{count_of(len(run.tests), 'test')} on {boards}"
