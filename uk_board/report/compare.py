# SPDX-License-Identifier: BSD-3-Clause
"""Two sets of numbers side by side: what got better, what got worse, what is new or gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from uk_board.report.values import Key, Value

THRESHOLD_PERCENT = 3.0
# What is measured in real time on a machine that does other things as well.
NOISE_PERCENT = 25.0


class Change(Enum):
    """What became of a number; the value is what is shown."""

    WORSE = "worse"
    BETTER = "better"
    CHANGED = "changed"
    WITHIN = "within limits"
    SAME = "same"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True)
class Row:
    """One number before and after; None where it is not there."""

    board: str
    name: str
    before: Value | None
    after: Value | None
    change: Change

    @property
    def percent(self) -> float | None:
        """By how much it changed; None if there is nothing to compare, or it was 0."""
        if self.before is None or self.after is None or not self.before.value:
            return None
        return 100 * (self.after.value - self.before.value) / abs(self.before.value)

    @property
    def unit(self) -> str:
        """The unit, of whichever is there."""
        there = self.after or self.before
        return there.unit if there else ""


def compare(
    before: Mapping[Key, Value],
    after: Mapping[Key, Value],
    threshold_percent: float = THRESHOLD_PERCENT,
    noise_percent: float = NOISE_PERCENT,
) -> list[Row]:
    """Return a row for each number of either, the worst first.

    A number is worse or better if it changed by more than `threshold_percent`; one that does
    not repeat exactly, by more than `noise_percent` if that is higher.
    """
    rows = []
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        change = _change(old, new, threshold_percent, noise_percent)
        rows.append(Row(*key, old, new, change))
    order = list(Change)
    rows.sort(key=lambda row: (order.index(row.change), -abs(row.percent or 0.0)))
    return rows


def _change(old: Value | None, new: Value | None, threshold: float, noise: float) -> Change:
    if old is None or new is None:
        return Change.NEW if old is None else Change.GONE
    by = new.value - old.value
    if by == 0:
        return Change.SAME
    if new.better == "neither":
        return Change.CHANGED
    exact = old.exact and new.exact
    limit = threshold if exact else max(threshold, noise)
    if abs(by) <= max(new.slack, abs(old.value) * limit / 100):
        return Change.WITHIN
    return Change.WORSE if (by > 0) == (new.better == "lower") else Change.BETTER


def counts(rows: Sequence[Row]) -> str:
    """Return how many rows there are of each kind, in words."""
    found = {change: sum(row.change is change for row in rows) for change in Change}
    return ", ".join(f"{count} {change.value}" for change, count in found.items() if count)


def shown_value(value: Value | None) -> str:
    """Return a number as it is shown: whole ones without a point."""
    if value is None:
        return ""
    return f"{value.value:,.0f}" if value.value == int(value.value) else f"{value.value:,.4g}"


def shown_percent(row: Row) -> str:
    """Return by how much a row changed, with its sign."""
    return "" if row.percent is None else f"{row.percent:+.1f} %"


_SIGNS = {Change.WORSE: "\u2717 ", Change.BETTER: "\u2713 "}


def markdown(rows: Sequence[Row], threshold_percent: float) -> str:
    """Return a comment for a pull request."""
    worse = sum(row.change is Change.WORSE for row in rows)
    verdict = f"{worse} worse by more than {threshold_percent:g} %" if worse else "nothing is worse"
    lines = [f"### Performance and size: {verdict}", ""]
    shown = [row for row in rows if row.change not in (Change.SAME, Change.WITHIN)]
    if shown:
        lines += ["| | board | what | before | after | change |", "|---|---|---|---:|---:|---:|"]
        lines += [_markdown_row(row) for row in shown]
        lines.append("")
    lines.append(f"{counts(rows) or 'no numbers'}.")
    return "\n".join(lines) + "\n"


def _markdown_row(row: Row) -> str:
    change = _SIGNS.get(row.change, "") + row.change.value
    unit = f" {row.unit}" if row.unit else ""
    cells = [
        change,
        row.board,
        f"`{row.name}`",
        shown_value(row.before) + (unit if row.before else ""),
        shown_value(row.after) + (unit if row.after else ""),
        shown_percent(row),
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def as_json(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Return the rows for scripts."""
    return [
        {
            "board": row.board,
            "name": row.name,
            "before": row.before.value if row.before else None,
            "after": row.after.value if row.after else None,
            "unit": row.unit,
            "percent": row.percent,
            "change": row.change.value,
        }
        for row in rows
    ]
