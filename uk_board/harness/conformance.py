# SPDX-License-Identifier: BSD-3-Clause
"""What the conformance program (apps/conformance) says of a board: its result lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from uk_board.errors import BenchError

APP = "conformance"

_GROUPS_FILE = Path("apps/conformance/groups.c")
_TABLE = re.compile(r"^const struct conformance_case (\w+)_cases\[\] = \{$(.*?)^\};$", re.M | re.S)
_ENTRY = re.compile(r"\b(CASE|BOTH|BOTH_INDEXES)\((\w+)\)")
# What the macros of conformance.h and notify_cases.c make of a function's name
_ENDINGS = {
    "CASE": ("",),
    "BOTH": ("_dynamic", "_static"),
    "BOTH_INDEXES": ("_at_0", "_at_last"),
}
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
    """A run: results by name, "group.case"; `problem` says why it is not whole, if it is not."""

    results: Mapping[str, Result]
    problem: str = ""


def group_names(root: Path) -> list[str]:
    """Return the groups of the program in the tree `root`, in the order in which they run."""
    return _GROUP.findall((root / _GROUPS_FILE).read_text(encoding="utf-8"))


def case_names(root: Path) -> list[str]:
    """Return all cases as "group.case", in the order in which they run."""
    found: dict[str, list[str]] = {}
    for file in (root / _GROUPS_FILE).parent.glob("*_cases.c"):
        for group, body in _TABLE.findall(file.read_text(encoding="utf-8")):
            found[group] = [
                f"{group}.{name}{ending}"
                for macro, name in _ENTRY.findall(body)
                for ending in _ENDINGS[macro]
            ]
    return [case for group in group_names(root) for case in found.get(group, ())]


def report_of(lines: Iterable[str], last_count: int = 20) -> Report:
    """Return what a run printed, as far as it came."""
    lines = list(lines)
    results = tuple(_results(lines))
    by_name = {f"{result.group}.{result.case}": result for result in results}
    try:
        _check_end(lines, results)
    except BenchError as error:
        last = [line for line in lines if line][-last_count:]
        told = BenchError(error.where, error.problem, last_lines=last)
        return Report(by_name, str(told))
    return Report(by_name)


def _check_end(lines: Sequence[str], results: Sequence[Result]) -> None:
    """Raise BenchError when the last line is missing, or its counts are not those of the cases."""
    ends = [match for line in lines if (match := _DONE.fullmatch(line))]
    if not ends:
        begun = next((line for line in reversed(lines) if line.startswith("T,")), "no case")
        raise BenchError(APP, f'the run did not end; last: "{begun}"')
    counts = [
        sum(result.verdict == verdict for result in results) for verdict in ("pass", "fail", "skip")
    ]
    said = [int(count) for count in ends[-1].groups()]
    if counts != said:
        problem = f"the program counts {said} passed, failed, skipped; its lines say {counts}"
        raise BenchError(APP, problem)


def _results(lines: Iterable[str]) -> Iterator[Result]:
    for line in lines:
        if match := _CASE.fullmatch(line):
            group, case, verdict, detail = match.groups()
            yield Result(group, case, verdict, detail or "", line)
