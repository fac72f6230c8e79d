# SPDX-License-Identifier: BSD-3-Clause
"""The numbers and results of many runs in one SQLite file; several may write to it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from itertools import groupby
from pathlib import Path
from statistics import median

from uk_board.errors import UsageError, known_names
from uk_board.report.historyfile import opened, version_of
from uk_board.report.numbers import Numbers
from uk_board.report.outcomes import Result
from uk_board.report.values import Key, Value

DEFAULT_FILE = Path("build/history.sqlite")
# What repeats exactly is as it was last; of what does not, so many runs tell.
_BASELINE_RUNS = 10
_BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"


@dataclass(frozen=True)
class Point:
    """A number of one run."""

    started: str
    revision: str
    dirty: bool
    host: str
    value: float
    unit: str


def add(file: Path, found: Numbers) -> bool:
    """Add a run; False if it is there already. Raises: BenchError."""
    origin = found.origin
    numbers = [
        (origin.id, board, name, one.value, one.unit, one.better, one.exact, one.slack)
        for (board, name), one in found.values.items()
    ]
    with opened(file, write=True) as base:
        done = base.execute(
            "INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", astuple(origin)
        )
        if not done.rowcount:
            return False
        base.executemany("INSERT INTO numbers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", numbers)
        base.executemany(
            "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(origin.id, *astuple(result)) for result in found.results],
        )
    return True


def baseline(file: Path, without: str = "") -> dict[Key, Value]:
    """Return what each number was before now; `without`: the id of a run that does not count.

    Of a number that repeats exactly it is the newest, of others the median of the last runs.

    Raises: MissingError, BenchError: there is no such file, or it cannot be read.
    """
    with opened(file) as base:
        slack = "slack" if version_of(base) >= 2 else "0.0"
        rows = base.execute(
            f"SELECT board, name, value, unit, better, exact, {slack} FROM numbers"
            " JOIN runs ON run = id WHERE id <> ? ORDER BY board, name, started DESC, id DESC",
            (without,),
        ).fetchall()
    found = {}
    for key, group in groupby(rows, key=lambda row: (row[0], row[1])):
        last = list(group)[:_BASELINE_RUNS]
        _, _, value, unit, better, exact, slack = last[0]
        value = value if exact else median(row[2] for row in last)
        found[key] = Value(value, unit, better, bool(exact), slack)
    return found


def last_results(
    file: Path, board: str | None = None, on: str | None = None, where: str | None = None
) -> list[Result]:
    """Return how the last run on each board and place ended, the newest first.

    `on` and `where` are as a report has them: "place" and the place's name, "emulator" and
    "QEMU 10.0.2 virt", "bench" and "bench.toml: desk-4". Nothing that matches: an empty list.

    Raises: MissingError, BenchError: there is no such file, or it cannot be read.
    """
    with opened(file) as base:
        if version_of(base) < 2:  # results are kept since version 2
            return []
        # SQLite takes the other columns from the row that has the maximum.
        rows = base.execute(
            "SELECT board, kind, place, max(ended), passed, failed, flaky, skipped, cause"
            " FROM results WHERE (?1 IS NULL OR board = ?1) AND (?2 IS NULL OR kind = ?2)"
            " AND (?3 IS NULL OR place = ?3) GROUP BY board, kind, place"
            " ORDER BY max(ended) DESC, board, place",
            (board, on, where),
        )
        return [Result(*row) for row in rows]


def series(file: Path, name: str, board: str | None = None) -> dict[str, list[Point]]:
    """Return the values of a number by board, oldest first.

    Raises:
        MissingError, BenchError: there is no such file, or it cannot be read.
        UsageError: no run has such a number.
    """
    with opened(file) as base:
        rows = base.execute(
            "SELECT board, started, revision, dirty, host, value, unit FROM numbers"
            " JOIN runs ON run = id WHERE name = ? AND (? IS NULL OR board = ?)"
            " ORDER BY board, started, id",
            (name, board, board),
        ).fetchall()
        if not rows:
            known = [found for (found,) in base.execute("SELECT DISTINCT name FROM numbers")]
            boards = [found for (found,) in base.execute("SELECT DISTINCT board FROM numbers")]
    if not rows and name in known:
        raise UsageError(str(file), f'no {name} of "{board}"; {known_names(board or "", boards)}')
    if not rows:
        raise UsageError(str(file), f'no number "{name}"; {known_names(name, known)}')
    found: dict[str, list[Point]] = {}
    for of, started, revision, dirty, host, value, unit in rows:
        point = Point(started, revision, bool(dirty), host, value, unit)
        found.setdefault(of, []).append(point)
    return found


def names(file: Path) -> list[str]:
    """Return the names of all numbers. Raises: MissingError, BenchError."""
    with opened(file) as base:
        found = base.execute("SELECT DISTINCT name FROM numbers ORDER BY name")
        return [name for (name,) in found]


def sparkline(values: Sequence[float]) -> str:
    """Return a small chart of one character a value, from the least to the most."""
    least, most = min(values), max(values)
    if least == most:
        return _BARS[3] * len(values)
    step = (most - least) / (len(_BARS) - 1)
    return "".join(_BARS[round((value - least) / step)] for value in values)
