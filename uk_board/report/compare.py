# SPDX-License-Identifier: BSD-3-Clause
"""Two sets of numbers side by side: what got better, what got worse, what is new or gone."""

from __future__ import annotations

from collections import Counter
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


def has_common(rows: Sequence[Row]) -> bool:
    """Whether there is anything to compare."""
    return any(row.before is not None and row.after is not None for row in rows)


def absences(rows: Sequence[Row]) -> list[str]:
    """Return in words what is new and what is gone: of an image how many numbers."""
    told = []
    for change in (Change.NEW, Change.GONE):
        names = Counter(_stem(row) for row in rows if row.change is change)
        said = [f"{name} ({count})" if count > 1 else name for name, count in names.items()]
        if said:
            told.append(f"{change.value}: {', '.join(said)}")
    return told


def _stem(row: Row) -> str:
    """Return the name of a number; all sizes of an image have one."""
    parts = row.name.split(".")
    return f"{row.board} {'.'.join(parts[:2]) if parts[0] == 'size' else row.name}"


def shown(rows: Sequence[Row], *, every: bool = False) -> list[Row]:
    """Return what a table shows: what is new or gone is told in words."""
    quiet = () if every else (Change.SAME, Change.WITHIN)
    return [row for row in rows if row.change not in (*quiet, Change.NEW, Change.GONE)]


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
    found = shown(rows)
    if found:
        lines += ["| | board | what | before | after | change |", "|---|---|---|---:|---:|---:|"]
        lines += [_markdown_row(row) for row in found]
        lines.append("")
    lines += [f"{told[:1].upper()}{told[1:]}.\n" for told in absences(rows)]
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
