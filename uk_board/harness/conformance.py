# SPDX-License-Identifier: BSD-3-Clause
"""What the conformance program (apps/conformance) says of a board: its result lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from uk_board.errors import BenchError

APP = "conformance"

_GROUPS_FILE = Path("apps/conformance/groups.c")
_GROUP = re.compile(r'^\t\{ "(\w+)", \w+ \},$', re.MULTILINE)
_CASE = re.compile(
    r"T,(?P<group>\w+)\.(?P<case>\w+),(?P<verdict>pass|fail|skip)(?:,(?P<detail>.*))?"
)
_DONE = re.compile(r"T,done,(\d+),(\d+),(\d+)")


@dataclass(frozen=True)
class Result:
    """What came of one case: pass, fail or skip; `detail` says what does not hold, or why."""

    group: str
    case: str
    verdict: str
    detail: str
    line: str


@dataclass(frozen=True)
class Report:
    """A whole run; `last_lines` are those of the console."""

    results: tuple[Result, ...]
    last_lines: tuple[str, ...] = ()

    def of(self, group: str) -> tuple[Result, ...]:
        """Return the results of a group."""
        return tuple(result for result in self.results if result.group == group)

    def bad(self, group: str) -> list[str]:
        """Return the lines of the cases of a group that fail."""
        return [result.line for result in self.of(group) if result.verdict == "fail"]


def group_names(root: Path) -> list[str]:
    """Return the groups of the program in the tree `root`, in the order in which they run."""
    return _GROUP.findall((root / _GROUPS_FILE).read_text(encoding="utf-8"))


def report_of(lines: Iterable[str], last_count: int = 20) -> Report:
    """Return what a run printed that came to its end.

    Raises:
        BenchError: the last line is missing, or its counts are not those of the cases.
    """
    lines = list(lines)
    last = tuple(line for line in lines if line)[-last_count:]
    results = tuple(_results(lines))
    ends = [match for line in lines if (match := _DONE.fullmatch(line))]
    if not ends:
        begun = next((line for line in reversed(lines) if line.startswith("T,")), "no case")
        raise BenchError(APP, f'the run did not end; last: "{begun}"', last_lines=last)
    counts = [
        sum(result.verdict == verdict for result in results) for verdict in ("pass", "fail", "skip")
    ]
    said = [int(count) for count in ends[-1].groups()]
    if counts != said:
        problem = f"the program counts {said} passed, failed, skipped; its lines say {counts}"
        raise BenchError(APP, problem, last_lines=last)
    return Report(results, last)


def _results(lines: Iterable[str]) -> Iterable[Result]:
    for line in lines:
        if match := _CASE.fullmatch(line):
            group, case, verdict, detail = match.groups()
            yield Result(group, case, verdict, detail or "", line)
