# SPDX-License-Identifier: BSD-3-Clause
"""The numbers and results of many runs in one SQLite file; several may write to it at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from uk_board.errors import BenchError, MissingError, UsageError, known_names
from uk_board.report.outcomes import Result, results_of
from uk_board.report.record import Run
from uk_board.report.values import Key, Value

DEFAULT_FILE = Path("build/history.sqlite")
VERSION = 2
BUSY_TIMEOUT_S = 30.0

# What each version adds to the one before it. A file is brought up to date when a run is added.
_SCHEMA = {
    1: """
CREATE TABLE runs (
    id TEXT PRIMARY KEY, started TEXT NOT NULL, revision TEXT NOT NULL, dirty INTEGER NOT NULL,
    host TEXT NOT NULL, tests INTEGER NOT NULL, bad INTEGER NOT NULL
) STRICT;
CREATE TABLE numbers (
    run TEXT NOT NULL REFERENCES runs(id), board TEXT NOT NULL, name TEXT NOT NULL,
    value REAL NOT NULL, unit TEXT NOT NULL, better TEXT NOT NULL, exact INTEGER NOT NULL,
    PRIMARY KEY (run, board, name)
) STRICT;
CREATE INDEX numbers_by_name ON numbers (name, board);
""",
    2: """
CREATE TABLE results (
    run TEXT NOT NULL REFERENCES runs(id), board TEXT NOT NULL, kind TEXT NOT NULL,
    place TEXT NOT NULL, ended TEXT NOT NULL, passed INTEGER NOT NULL, failed INTEGER NOT NULL,
    flaky INTEGER NOT NULL, skipped INTEGER NOT NULL, cause TEXT NOT NULL,
    PRIMARY KEY (run, board, kind, place)
) STRICT;
CREATE INDEX results_by_place ON results (kind, place, board, ended);
""",
}
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


def add(file: Path, run: Run, values: Mapping[Key, Value]) -> bool:
    """Add a run; False if it is there already. Raises: BenchError."""
    source = run.sources[0]
    bad = run.count("failed") + run.count("error")
    facts = (source.commit.hash, source.commit.dirty, source.machine.host, len(run.tests), bad)
    numbers = [
        (run.id, board, name, one.value, one.unit, one.better, one.exact)
        for (board, name), one in values.items()
    ]
    with _opened(file, create=True) as base:
        done = base.execute(
            "INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", (run.id, run.started, *facts)
        )
        if not done.rowcount:
            return False
        base.executemany("INSERT INTO numbers VALUES (?, ?, ?, ?, ?, ?, ?)", numbers)
        base.executemany(
            "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(run.id, *astuple(result)) for result in results_of(run)],
        )
    return True


def last_results(
    file: Path, board: str | None = None, on: str | None = None, where: str | None = None
) -> list[Result]:
    """Return how the last run on each board and place ended, the newest first.

    `on` and `where` are as a report has them: "place" and the place's name, "emulator" and
    "QEMU 10.0.2 virt", "bench" and "bench.toml: desk-4". Nothing that matches: an empty list.

    Raises: MissingError, BenchError: there is no such file, or it cannot be read.
    """
    with _opened(file) as base:
        if _version(base) < 2:  # results are kept since version 2
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
    with _opened(file) as base:
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
    with _opened(file) as base:
        found = base.execute("SELECT DISTINCT name FROM numbers ORDER BY name")
        return [name for (name,) in found]


def sparkline(values: Sequence[float]) -> str:
    """Return a small chart of one character a value, from the least to the most."""
    least, most = min(values), max(values)
    if least == most:
        return _BARS[3] * len(values)
    step = (most - least) / (len(_BARS) - 1)
    return "".join(_BARS[round((value - least) / step)] for value in values)


@contextmanager
def _opened(file: Path, *, create: bool = False) -> Iterator[sqlite3.Connection]:
    """Yield a connection in one transaction, which is undone if something goes wrong."""
    if not create and not file.is_file():
        raise MissingError(str(file), "no such file", hint="uk-board report history add DIR")
    try:
        if create:
            file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, BUSY_TIMEOUT_S, isolation_level=None)) as base:
            base.execute("BEGIN IMMEDIATE" if create else "BEGIN")
            try:
                _check_version(base, file, create=create)
                yield base
            except BaseException:
                base.execute("ROLLBACK")
                raise
            base.execute("COMMIT")
    except (sqlite3.Error, OSError) as error:
        hint = "another --history FILE; or move this one away, and add the reports again"
        raise BenchError(
            str(file), f"is no history that can be used: {error}", hint=hint
        ) from error


def _version(base: sqlite3.Connection) -> int:
    [version] = base.execute("PRAGMA user_version").fetchone()
    return int(version)


def _check_version(base: sqlite3.Connection, file: Path, *, create: bool) -> None:
    """Refuse what is none, or newer than this; `create`: bring what is older up to date."""
    version = _version(base)
    [tables] = base.execute("SELECT count(*) FROM sqlite_master").fetchone()
    is_new = version == 0 and tables == 0 and create
    if not is_new and not 0 < version <= VERSION:
        what = f"is of version {version}" if version else "is a database of something else"
        raise BenchError(str(file), f"{what}; a history of version {VERSION} is expected")
    if create and version < VERSION:
        for number in range(version + 1, VERSION + 1):
            for statement in filter(str.strip, _SCHEMA[number].split(";")):
                base.execute(statement)
        base.execute(f"PRAGMA user_version = {VERSION}")
