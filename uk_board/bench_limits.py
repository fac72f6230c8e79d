# SPDX-License-Identifier: BSD-3-Clause
"""What measured rows are held against: limits, rivals, and the values recorded before."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Annotated

from uk_board.facts.descriptor import GIVEN, load

LIMITS_FILE = Path("apps/bench/limits.toml")
BASELINE_FILE = Path("apps/bench/baseline.toml")
MEAN_ROW = "mean.freertos_permille"
BASE = "freertos"  # the rival that `ratio` and the mean are about

_WORSE_PERCENT = 3
WAITING_INSTRUCTIONS = 25


@dataclass(frozen=True)
class Limit:
    """What one row may be at most, where that comes from, and what others reach."""

    name: Annotated[str, GIVEN]
    what: str
    source: str
    limit: int | None = None
    in_mean: bool = False
    waits: bool = False
    rivals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Machine:
    """How an emulated machine is set up so that its numbers can be compared."""

    options: str = ""
    smp: int | None = None
    memory: str | None = None
    device_tree: bool = False


@dataclass(frozen=True)
class Limits:
    """The whole file: limits hold on the reference machine."""

    reference: str
    machines: Mapping[str, Machine]
    rows: Mapping[str, Limit]


@dataclass(frozen=True)
class Baseline:
    """What was measured when it was recorded, with that compiler.

    `above_limit` and `not_measured` are the rows that were no good then: known, not excused.
    """

    compiler: str
    not_measured: tuple[str, ...] = ()
    above_limit: Mapping[str, int] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)


class Verdict(Enum):
    """How a row stands; the value is what is shown."""

    NONE = ""
    OK = "ok"
    OVER = "over"
    KNOWN = "over, known"
    GOOD_NOW = "good now"
    WORSE = "worse"
    MISSING = "missing"
    NOT_YET = "not yet"

    @property
    def fails(self) -> bool:
        """Whether the row makes the whole fail."""
        return self in (Verdict.OVER, Verdict.WORSE, Verdict.MISSING, Verdict.GOOD_NOW)

    @property
    def known(self) -> bool:
        """Whether the row is no good, and the baseline says so."""
        return self in (Verdict.KNOWN, Verdict.NOT_YET)


@dataclass(frozen=True)
class Row:
    """One row, measured or missing (None), beside what it is held against."""

    name: str
    measured: int | None
    limit: Limit | None
    recorded: int | None
    verdict: Verdict

    @property
    def ratio(self) -> float | None:
        """Measured to what FreeRTOS needs."""
        base = self.limit.rivals.get(BASE) if self.limit else None
        return None if base is None or self.measured is None else self.measured / base


def load_limits(root: Path) -> Limits:
    """Return the limits of the tree `root`. Raises: DescriptorError, MissingError."""
    return load(Limits, root / LIMITS_FILE)


def load_baseline(root: Path) -> Baseline:
    """Return what was recorded in the tree `root`. Raises: DescriptorError, MissingError."""
    return load(Baseline, root / BASELINE_FILE)


def with_mean(rows: Mapping[str, int], limits: Limits) -> dict[str, int]:
    """Return the rows and their geometric mean against FreeRTOS, in thousandths."""
    ratios = [
        measured / limits.rows[name].rivals[BASE]
        for name, measured in rows.items()
        if name in limits.rows and limits.rows[name].in_mean
    ]
    if not ratios:
        return dict(rows)
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    return {**rows, MEAN_ROW: round(mean * 1000)}


def judge(rows: Mapping[str, int], limits: Limits, baseline: Baseline, compiler: str) -> list[Row]:
    """Hold rows of the reference machine against limits and baseline; missing ones come last.

    What was recorded with another compiler is not compared: its instructions are others.
    """
    same = compiler == baseline.compiler
    recorded = baseline.rows if same else {}
    missing = [name for name in limits.rows if name not in rows]
    judged = []
    for name in [*rows, *missing]:
        limit, measured, before = limits.rows.get(name), rows.get(name), recorded.get(name)
        verdict = _verdict(name, measured, limit, before, baseline, same)
        judged.append(Row(name, measured, limit, before, verdict))
    return judged


def _verdict(
    name: str,
    measured: int | None,
    limit: Limit | None,
    before: int | None,
    baseline: Baseline,
    same: bool,
) -> Verdict:
    if measured is None:
        return Verdict.NOT_YET if name in baseline.not_measured else Verdict.MISSING
    if before is not None and measured > _most(before, waits=limit is not None and limit.waits):
        return Verdict.WORSE
    if name in baseline.not_measured:
        return Verdict.GOOD_NOW
    if limit is None or limit.limit is None:
        return Verdict.NONE
    known = name in baseline.above_limit
    if measured > limit.limit:
        return Verdict.KNOWN if known else Verdict.OVER
    return Verdict.GOOD_NOW if known and same else Verdict.OK


def _most(before: int, *, waits: bool) -> int:
    """Return what a row may reach that was `before`."""
    if waits:
        return before + WAITING_INSTRUCTIONS
    return before * (100 + _WORSE_PERCENT) // 100


def without_limits(rows: Mapping[str, int]) -> list[Row]:
    """Return rows of a machine that no limit holds for."""
    return [Row(name, measured, None, None, Verdict.NONE) for name, measured in rows.items()]


def baseline_text(rows: Mapping[str, int], limits: Limits, compiler: str) -> str:
    """Return the file that records these rows, with those that are no good on top."""
    above = {
        name: measured
        for name, measured in rows.items()
        if name in limits.rows and (most := limits.rows[name].limit) is not None and measured > most
    }
    missing = [name for name in limits.rows if name not in rows]
    lines = ["# SPDX-License-Identifier: BSD-3-Clause"]
    lines += ["# Written by `uk-board bench BOARD --record`: what this revision measures."]
    lines += [f"# A row that gets more than {_WORSE_PERCENT} % worse is an error."]
    lines += [f'compiler = "{compiler}"', "", "# Rows of limits.toml that nothing measures yet."]
    lines += ["not_measured = [", *(f'    "{name}",' for name in missing), "]", ""]
    lines += ["# Known to be over their limit in limits.toml, with what they are now."]
    lines += ["[above_limit]", *_entries(above), "", "[rows]", *_entries(rows)]
    return "\n".join(lines) + "\n"


def _entries(rows: Mapping[str, int]) -> list[str]:
    return [f'"{name}" = {measured:_}' for name, measured in rows.items()]
