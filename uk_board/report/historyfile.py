# SPDX-License-Identifier: BSD-3-Clause
"""The SQLite file of a history: its tables, and opening it, whoever else has it open.

There is no second file beside it, so that it can be kept as an artifact of a nightly run; and
reading it writes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from uk_board.errors import BenchError, MissingError

VERSION = 2
BUSY_TIMEOUT_S = 30.0
_MAGIC = b"SQLite format 3\0"

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
ALTER TABLE numbers ADD COLUMN slack REAL NOT NULL DEFAULT 0;
CREATE TABLE results (
    run TEXT NOT NULL REFERENCES runs(id), board TEXT NOT NULL, kind TEXT NOT NULL,
    place TEXT NOT NULL, ended TEXT NOT NULL, passed INTEGER NOT NULL, failed INTEGER NOT NULL,
    flaky INTEGER NOT NULL, skipped INTEGER NOT NULL, cause TEXT NOT NULL,
    PRIMARY KEY (run, board, kind, place)
) STRICT;
CREATE INDEX results_by_place ON results (kind, place, board, ended);
""",
}


def is_history(file: Path) -> bool:
    """Whether a file is a database, which may be a history."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def version_of(base: sqlite3.Connection) -> int:
    """Return the version of the schema; 0 of an empty file, and of what is no history."""
    [version] = base.execute("PRAGMA user_version").fetchone()
    return int(version)


@contextmanager
def opened(file: Path, *, write: bool = False) -> Iterator[sqlite3.Connection]:
    """Yield a connection in one transaction, which is undone if something goes wrong.

    `write`: the file is made if there is none. Raises: MissingError, BenchError.
    """
    if not write and not file.is_file():
        raise MissingError(str(file), "no such file", hint="uk-board report history add DIR")
    try:
        if write:
            file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, BUSY_TIMEOUT_S, isolation_level=None)) as base:
            base.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            try:
                _check_version(base, file, write=write)
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


def _check_version(base: sqlite3.Connection, file: Path, *, write: bool) -> None:
    """Refuse what is none, or newer than this; `write`: bring what is older up to date."""
    version = version_of(base)
    [tables] = base.execute("SELECT count(*) FROM sqlite_master").fetchone()
    is_new = version == 0 and tables == 0 and write
    if not is_new and not 0 < version <= VERSION:
        what = f"is of version {version}" if version else "is a database of something else"
        raise BenchError(str(file), f"{what}; a history of version {VERSION} is expected")
    if write and version < VERSION:
        for number in range(version + 1, VERSION + 1):
            for statement in filter(str.strip, _SCHEMA[number].split(";")):
                base.execute(statement)
        base.execute(f"PRAGMA user_version = {VERSION}")
