# SPDX-License-Identifier: BSD-3-Clause
"""The timing charts, as SVG in the page: boot times, where time went, slowest tests, numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from statistics import median

from uk_board.report.page.html import Html, count_of, element, joined, span_of
from uk_board.report.record import Attempt, Measurement, Run, Test

_SLOWEST = 12
_MOST_FILES = 8
_ARROWS = {"lower": "lower is better", "higher": "higher is better", "neither": ""}


def charts(run: Run) -> Html:
    """Return the section of charts; each only where there is something to show."""
    found = (_pile(_boots(run), _time(run)), _files(run), _slowest(run))
    shown = [chart for chart in found if chart]
    shown += _measurements(run)
    if not shown:
        return Html()
    heading = element("h2", "Times and measurements", id="times")
    cards = element("div", *shown, class_="cards")
    return element("section", heading, cards, aria_labelledby="times")


def _pile(*cards: Html) -> Html:
    """Return cards that stand on each other in one column."""
    return element("div", *cards, class_="pile") if any(cards) else Html()


def stack(parts: Sequence[tuple[str, float]], most: float) -> Html:
    """Return a bar of parts, each with its name, on a scale up to `most`."""
    at, drawn = 0.0, []
    for number, (name, value) in enumerate(parts):
        if not value:
            continue
        width = 100 * value / most if most else 0.0
        title = element("title", name)
        rect = f'<rect class="s{number}" x="{at:.2f}%" width="{width:.2f}%" height="100%">'
        drawn.append(Html(f"{rect}{title}</rect>"))
        at += width
    label = ", ".join(name for name, value in parts if value) or "nothing"
    return element("svg", *drawn, role="img", aria_label=label, class_="stack")


def _card(heading: str, note: str, *rows: Html, wide: bool = False) -> Html:
    said = element("p", note, class_="quiet") if note else ""
    caption = element("figcaption", element("h3", heading), said)
    return element("figure", caption, *rows, class_="whole" if wide else None)


def _row(name: str, drawing: Html, value: str) -> Html:
    return element("div", element("span", name), drawing, element("b", value), class_="bar-row")


def _boots(run: Run) -> Html:
    """Return a dot for each boot, a line at each board's median."""
    times: dict[str, list[float]] = defaultdict(list)
    for test in run.tests:
        for attempt in test.attempts:
            if attempt.boot_s is not None:
                times[test.board].append(attempt.boot_s)
    if not times:
        return Html()
    most = max(max(values) for values in times.values()) or 1.0
    rows = []
    for board, values in times.items():
        middle = median(values)
        dots = [
            element("circle", cx=f"{2 + 96 * value / most:.2f}%", cy="50%", r=4, class_="dot")
            for value in values
        ]
        at = f"{2 + 96 * middle / most:.2f}%"
        line = element("line", x1=at, x2=at, y1="8%", y2="92%", class_="median")
        label = (
            f"{board}: median {span_of(middle)}, {span_of(min(values))} to {span_of(max(values))}, "
            f"{count_of(len(values), 'boot')}"
        )
        drawing = element("svg", *dots, line, role="img", aria_label=label, class_="strip")
        rows.append(_row(board, drawing, span_of(middle)))
    scale = [element("small", span_of(part * most)) for part in (0, 0.5, 1)]
    rows.append(_row("", element("div", *scale, class_="scale"), ""))
    note = "From power-on to the banner; a dot each boot, the line is the median."
    return _card("Boot time", note, *rows)


def _time(run: Run) -> Html:
    """Return where the time of each board went."""
    return _phase_card("Time on each board", _sums((test.board, test) for test in run.tests))


def _files(run: Run) -> Html:
    """Return in which files the time went, on all boards together."""
    sums = _sums((_stem(test.file), test) for test in run.tests)
    if len(sums) < 2:
        return Html()
    most = sorted(sums.items(), key=lambda item: -sum(item[1]))[:_MOST_FILES]
    return _phase_card("Time by file, all boards", dict(most))


def _stem(file: str) -> str:
    return PurePosixPath(file).stem.removeprefix("test_").replace("_", " ")


def _sums(tests: Iterable[tuple[str, Test]]) -> dict[str, list[float]]:
    """Return the time of each phase by name."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for name, test in tests:
        for attempt in test.attempts:
            for number, value in enumerate(_phases(attempt)):
                sums[name][number] += value
    return sums


def _phase_card(heading: str, sums: Mapping[str, Sequence[float]]) -> Html:
    if not sums:
        return Html()
    most = max(map(sum, sums.values()))
    rows = [
        _row(name, _phase_stack(parts, most), span_of(sum(parts))) for name, parts in sums.items()
    ]
    return _card(heading, "", *rows, _phase_key())


def _phases(attempt: Attempt) -> tuple[float, float, float]:
    return (attempt.setup_s, attempt.call_s, attempt.teardown_s)


def _phase_stack(parts: Sequence[float], most: float) -> Html:
    names = ("setup", "test", "teardown")
    return stack([(f"{n} {span_of(p)}", p) for n, p in zip(names, parts, strict=True)], most)


def _phase_key() -> Html:
    items = [
        element("li", name, class_=f"s{number}")
        for number, name in enumerate(("setup: build, power on, boot", "test", "teardown"))
    ]
    return element("ul", *items, class_="key")


def _slowest(run: Run) -> Html:
    slow = sorted(enumerate(run.tests), key=lambda item: -item[1].duration_s)[:_SLOWEST]
    if not slow:
        return Html()
    most = slow[0][1].duration_s
    rows = [_slow(number, test, most) for number, test in slow]
    return _card("Slowest tests", "", *rows, _phase_key(), wide=True)


def _slow(number: int, test: Test, most: float) -> Html:
    parts = [sum(column) for column in zip(*map(_phases, test.attempts), strict=True)]
    name = test.name.removeprefix("test_").replace("_", " ")
    button = element("button", name, data_t=number, title=test.id)
    return element(
        "div",
        element("span", element("small", test.board), " ", button),
        _phase_stack(parts, most),
        element("b", span_of(test.duration_s)),
        class_="bar-row wide",
    )


def _measurements(run: Run) -> list[Html]:
    """Return one card with a group of bars for each measured name."""
    found: dict[str, list[tuple[str, Measurement]]] = defaultdict(list)
    for test in run.tests:
        for one in test.last.measurements:
            found[one.name].append((test.board, one))
    groups = [_group(name, values) for name, values in found.items()]
    return [_card("Measurements", "", joined(*groups))] if groups else []


def _group(name: str, values: list[tuple[str, Measurement]]) -> Html:
    most = max(abs(one.value) for _, one in values) or 1.0
    note = _ARROWS[values[0][1].better]
    heading = element("h4", name, " ", element("small", note))
    rows = [
        _row(board, stack([(f"{one.value:g}", abs(one.value))], most), f"{one.value:,g} {one.unit}")
        for board, one in values
    ]
    return joined(heading, *rows)
