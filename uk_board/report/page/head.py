# SPDX-License-Identifier: BSD-3-Clause
"""The top of the page: how it went, when, on what; and each failure with its cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

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
_MOST_FAILURES = 40
_LINES_BEFORE = 5


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
    """Return the header: the verdict, the facts, what was interrupted."""
    state = "bad" if not run.good else "warn" if run.count("flaky") else "good"
    sign = {"good": SIGNS["passed"], "warn": SIGNS["flaky"], "bad": SIGNS["failed"]}[state]
    boards = ", ".join(board.title for board in run.boards)
    top = element(
        "header",
        element(
            "div",
            element("p", "uk-board test report", class_="eyebrow"),
            element("h1", boards or "No board"),
        ),
        element("p", _badge(sign), verdict(run), class_=state),
    )
    problems = [*run.interrupted, *(text for one in run.sources for text in one.warnings)]
    alarms = [element("p", problem, class_="alarm", role="alert") for problem in problems]
    return joined(top, *alarms, _facts(run))


def _badge(sign: str) -> Html:
    return element("span", element("i", sign), aria_hidden="true")


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


def failures(run: Run, logs: Mapping[str, str]) -> Html:
    """Return each test that did not simply pass, with the lines around what failed."""
    bad: dict[tuple[str, str, Outcome], list[tuple[int, Test]]] = defaultdict(list)
    for number, test in enumerate(run.tests):
        if test.outcome in ("failed", "error", "flaky"):
            bad[test.file, test.name, test.outcome].append((number, test))
    if not bad:
        return Html()
    # What passed at last comes last.
    groups = sorted(bad.values(), key=lambda group: group[0][1].outcome == "flaky")
    shown = [_failure(group, logs) for group in groups[:_MOST_FAILURES]]
    more = len(groups) - len(shown)
    rest = element("p", f"{more} more are in the table below.", class_="quiet") if more > 0 else ""
    heading = element("h2", "What did not go well", id="failures")
    return element("section", heading, *shown, rest, aria_labelledby="failures")


def _failure(group: list[tuple[int, Test]], logs: Mapping[str, str]) -> Html:
    """Return one test that went the same way on several boards; the first tells how."""
    test = group[0][1]
    chip = element("p", f"{SIGNS[test.outcome]} {test.outcome}", class_=f"chip {test.outcome}")
    buttons = [
        element("button", one.board, data_t=number, aria_label=f"Open {one.id}")
        for number, one in group
    ]
    name = element("div", element("h3", test.name), element("p", test.file, class_="quiet"))
    return element(
        "article",
        element("div", name, chip, element("div", *buttons, class_="do"), class_="row"),
        element("p", test.reason or "no reason was given", class_="reason"),
        _excerpt(test, logs),
        class_=test.outcome,
    )


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
