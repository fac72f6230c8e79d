# SPDX-License-Identifier: BSD-3-Clause
"""What a report, or a file of a bench or a build, has for comparisons and for the history."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from uk_board.bench_limits import Limits
from uk_board.report.origin import Origin, origin_of_file, origin_of_run
from uk_board.report.outcomes import Result, results_of
from uk_board.report.record import Commit, Run
from uk_board.report.store import JOURNAL, RUN, load_run, read_json
from uk_board.report.values import Key, Value, values_of_file, values_of_run


@dataclass(frozen=True)
class Numbers:
    """Numbers with where they are from; results are those of tests."""

    origin: Origin
    values: dict[Key, Value]
    results: tuple[Result, ...] = ()


def load_numbers(path: Path, limits: Limits, commit: Commit) -> Numbers:
    """Return what a report has, or what `bench --json` and `build --json` print.

    `commit` is what files were made of: they do not name it.

    Raises: MissingError, DescriptorError.
    """
    if path.is_dir() and ((path / RUN).exists() or (path / JOURNAL).exists()):
        return numbers_of_run(load_run(path))
    values = read_json(path / RUN if path.is_dir() else path)
    if "sources" in values:
        return numbers_of_run(load_run(path))
    return Numbers(origin_of_file(path, commit), values_of_file(path, values, limits))


def numbers_of_run(run: Run) -> Numbers:
    """Return what a record has."""
    return Numbers(origin_of_run(run), values_of_run(run), tuple(results_of(run)))
