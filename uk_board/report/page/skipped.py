# SPDX-License-Identifier: BSD-3-Clause
"""What was skipped and why: a line each reason, so that nothing is left out in silence."""

from __future__ import annotations

from collections import Counter, defaultdict

from uk_board.report.page.html import Html, element, table
from uk_board.report.record import Run


def skipped(run: Run) -> Html:
    """Return the section of reasons, if a test was skipped."""
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    for test in run.tests:
        if test.outcome == "skipped":
            # Boards of one reason stand together.
            reasons[test.reason.removeprefix(f"{test.board} ")][test.board] += 1
    if not reasons:
        return Html()
    rows = [
        (f"{counts.total():,}", ", ".join(counts), reason or "no reason was given")
        for reason, counts in sorted(reasons.items(), key=lambda item: -item[1].total())
    ]
    return element(
        "section",
        element("h2", "What was skipped", id="skipped"),
        table(("Tests", "On", "Why"), rows),
        aria_labelledby="skipped",
    )
