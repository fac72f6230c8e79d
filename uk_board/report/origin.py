# SPDX-License-Identifier: BSD-3-Clause
"""Of which run numbers are: when, of which revision, on which machine."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from uk_board.errors import MissingError
from uk_board.report.record import Commit, Run

_DIGITS = 8


@dataclass(frozen=True)
class Origin:
    """One run. `started` is a date (UTC, ISO 8601); `tests` and `bad` count, 0 where none ran."""

    id: str
    started: str
    revision: str
    dirty: bool
    host: str
    tests: int = 0
    bad: int = 0


def origin_of_run(run: Run) -> Origin:
    """Return the origin of a report."""
    source = run.sources[0]
    commit, host = source.commit, source.machine.host
    bad = run.count("failed") + run.count("error")
    return Origin(run.id, run.started, commit.hash, commit.dirty, host, len(run.tests), bad)


def origin_of_file(file: Path, commit: Commit) -> Origin:
    """Return the origin of a file that a command has written here: it says none itself.

    It is known by its time and contents: two runs may well give the same numbers.

    Raises: MissingError.
    """
    try:
        data, made_s = file.read_bytes(), file.stat().st_mtime
    except OSError as error:
        raise MissingError(str(file), f"cannot be read: {error.strerror}") from error
    at = datetime.fromtimestamp(made_s, UTC)
    digest = hashlib.sha256(data).hexdigest()[:_DIGITS]
    name = f"{at:%Y%m%d-%H%M%S-%f}-{file.stem}-{digest}"
    return Origin(name, f"{at:%Y-%m-%dT%H:%M:%SZ}", commit.hash, commit.dirty, platform.node())
