# SPDX-License-Identifier: BSD-3-Clause
"""The numbers of many runs in one SQLite file; several may write to it at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from uk_board.errors import BenchError, MissingError, UsageError, known_names
from uk_board.report.record import Run
from uk_board.report.values import Key, Value

DEFAULT_FILE = Path("build/history.sqlite")
VERSION = 1
BUSY_TIMEOUT_S = 30.0

_SCHEMA = """
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
"""
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
    return True


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
            # Readers and a writer at once, where the file system can.
            base.execute("PRAGMA journal_mode = WAL")
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


def _check_version(base: sqlite3.Connection, file: Path, *, create: bool) -> None:
    [version] = base.execute("PRAGMA user_version").fetchone()
    if version == VERSION:
        return
    [tables] = base.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if version == 0 and tables == 0 and create:
        for statement in filter(str.strip, _SCHEMA.split(";")):
            base.execute(statement)
        base.execute(f"PRAGMA user_version = {VERSION}")
        return
    what = f"is of version {version}" if version else "is a database of something else"
    raise BenchError(str(file), f"{what}; a history of version {VERSION} is expected")
