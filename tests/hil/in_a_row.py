# SPDX-License-Identifier: BSD-3-Clause
"""The whole emulated suite many times in a row, on a machine that has other work as well.

    tests/hil/in_a_row.py 50 --load 4 -o build/in-a-row     again: goes on where it was ended
    tests/hil/in_a_row.py 2 -o /tmp/few -- -k sensor        with arguments for pytest

Each run is `uk-board test --all`. All must have the outcomes of the first green one, test by
test: what differs is told at once, and that run's report is kept. The last line is
JSON; the exit status is 1 if any run differed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from uk_board.report.record import Run
from uk_board.report.store import load_run

JOURNAL = "runs.jsonl"
FIRST = "first"
UK_BOARD = [sys.executable, "-c", "from uk_board.cli import main; main()"]


@dataclass(frozen=True)
class Told:
    """One line of the journal: what one run was, and what was not as in the first."""

    number: int
    span_s: float
    load: float
    status: int
    counts: dict[str, int]
    differs: list[str]


@contextmanager
def other_work(processes: int) -> Iterator[None]:
    """Let so many processes compete for the cores."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def outcomes(run: Run) -> dict[str, str]:
    """Return how each test ended, on each board."""
    return {f"{test.name}[{test.board}]": test.outcome for test in run.tests}


def differences(first: dict[str, str], now: dict[str, str]) -> list[str]:
    """Return in words what is not as in the first green run."""
    names = [name for name in {**first, **now} if first.get(name) != now.get(name)]
    return [
        f"{name}: {first.get(name, 'not run')}, now {now.get(name, 'not run')}" for name in names
    ]


def run_once(number: int, out: Path, arguments: Sequence[str]) -> Told:
    """Run all once, compare with the first run; keep the report if it is of use."""
    folder = out / f"{number:03}"
    shutil.rmtree(folder, ignore_errors=True)
    begin_s = time.monotonic()
    command = [*UK_BOARD, "test", "--all", *arguments, "--report", str(folder)]
    status = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
    span_s = time.monotonic() - begin_s
    run = load_run(folder)
    if not (out / FIRST).is_dir() and status == 0:
        shutil.copytree(folder, out / FIRST)
    first = outcomes(load_run(out / FIRST)) if (out / FIRST).is_dir() else {}
    differs = differences(first, outcomes(run))
    if status == 0 and not differs:
        shutil.rmtree(folder)
    counts = {outcome: run.count(outcome) for outcome in ("passed", "skipped", "failed", "error")}
    return Told(number, round(span_s, 1), os.getloadavg()[0], status, counts, differs)


def told_before(journal: Path) -> list[Told]:
    """Return the runs of earlier calls."""
    lines = journal.read_text().splitlines() if journal.is_file() else []
    return [Told(**json.loads(line)) for line in lines]


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, help="runs, those of earlier calls among them")
    parser.add_argument("--load", type=int, default=0, help="processes that only compute")
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("arguments", nargs="*", help="after --: pytest's")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    journal = asked.out / JOURNAL
    told = told_before(journal)
    with other_work(asked.load), journal.open("a", encoding="utf-8", buffering=1) as file:
        while len(told) < asked.count:
            told.append(run_once(len(told) + 1, asked.out, asked.arguments))
            line = json.dumps(asdict(told[-1]))
            file.write(line + "\n")
            click.echo(line)
    bad = [one.number for one in told if one.status or one.differs]
    spans = sorted(one.span_s for one in told)
    loads = sorted(one.load for one in told)
    totals = {"runs": len(told), "bad": bad, "span_s": [spans[0], spans[-1]]}
    click.echo(json.dumps({**totals, "load": [loads[0], loads[-1]]}))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
