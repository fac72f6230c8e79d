# SPDX-License-Identifier: BSD-3-Clause
"""What ran on what: boards, places, machines, and how the runs were started."""

from __future__ import annotations

from collections import Counter

from uk_board.report.page.html import Html, count_of, element, span_of, table
from uk_board.report.record import Commit, Machine, Run, Source


def places(run: Run) -> Html:
    """Return what the tests of each board ran on, and what they were started on."""
    counts = Counter[tuple[str, str, str]]()
    took = Counter[tuple[str, str, str]]()
    for test in run.tests:
        if test.last.on and test.outcome != "skipped":
            key = (test.board, test.last.on, test.last.where)
            counts[key] += 1
            took[key] += round(test.duration_s * 1000)
    titles = {board.name: f"{board.title}, {board.core}" for board in run.boards}
    rows = [
        (board, titles.get(board, ""), on, where, f"{counts[key]:,}", span_of(took[key] / 1000))
        for key in sorted(counts)
        for board, on, where in [key]
    ]
    heads = ("Board", "What it is", "Ran on", "Which", "Tests", "Took")
    starts: dict[tuple[Machine, Commit], list[Source]] = {}
    for source in run.sources:
        starts.setdefault((source.machine, source.commit), []).append(source)
    return element(
        "section",
        element("h2", "What ran on what", id="places"),
        table(heads, rows),
        *(_started(*what, sources) for what, sources in starts.items()),
        aria_labelledby="places",
    )


def _started(machine: Machine, commit: Commit, sources: list[Source]) -> Html:
    """Return on what machine and from which revision runs were started, and how."""
    revision = f"{commit.hash[:10]} \u201c{commit.subject}\u201d" if commit.hash else "no git"
    said = (
        f"Started on {machine.host} ({machine.system}, {count_of(machine.cores, 'core')}; "
        f"Python {machine.python}, uk-board {machine.uk_board}, QEMU {machine.qemu or 'none'}) "
        f"from {revision}{' with changes' if commit.dirty else ''}:"
    )
    commands = [
        element(
            "li",
            element("code", " ".join(source.command)),
            f" at {source.started.partition('T')[2].removesuffix('Z')}, "
            f"{span_of(source.duration_s)}",
        )
        for source in sources
    ]
    return element("div", element("p", said), element("ul", *commands), class_="quiet started")
