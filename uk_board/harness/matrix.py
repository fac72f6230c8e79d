# SPDX-License-Identifier: BSD-3-Clause
"""Tests on several boards at once: runs of pytest that share them, one line a board, one report."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from pathlib import Path

from uk_board.emulation.emulator import dies_with_us
from uk_board.harness.shares import Folder, Planned, Unit
from uk_board.harness.undone import with_planned, with_undone
from uk_board.report.merge import merge, write_logs
from uk_board.report.output import read_logs, write_outputs
from uk_board.report.record import Run
from uk_board.report.store import JOURNAL, RUN, load_run
from uk_board.tree import tree

_LOOK_S = 0.5
# Interrupted runs give back their places and write their reports within this time.
_END_S = 8.0
# pytest's statuses: a test failed; interrupted; no test was chosen
FAILED, INTERRUPTED, NO_TESTS = 1, 2, 5
_BY_SIGNAL = 128
_WORDS = {0: "ok", FAILED: "FAILED", INTERRUPTED: "interrupted", NO_TESTS: "no tests"}


@dataclass(frozen=True)
class Lane:
    """Boards whose tests `runs` runs share: all emulated ones, or one that has so many places."""

    boards: tuple[str, ...]
    runs: int = 1

    def names(self) -> Iterator[str]:
        """Yield what its runs are called."""
        stem = self.boards[0] if len(self.boards) == 1 else "boards"
        yield from (
            f"{stem}-{number}" if number > 1 else stem for number in range(1, self.runs + 1)
        )


@dataclass
class Worker:
    """One run of pytest."""

    name: str
    boards: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    status: int | None = None

    @property
    def runs(self) -> bool:
        """Whether it has begun and not ended."""
        return self.process is not None and self.status is None

    def look(self) -> None:
        """Take note of its end."""
        code = self.process.poll() if self.process is not None else None
        if code is not None:
            self.status = code if code >= 0 else _BY_SIGNAL - code


@dataclass
class Row:
    """How far the tests on one board are."""

    board: str
    workers: list[Worker]
    planned: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    last: str = ""
    begin_s: float = 0.0
    span_s: float = 0.0

    @property
    def status(self) -> int | None:
        """How it ended, as pytest has it; None while tests run, or wait."""
        if any(worker.status is None for worker in self.workers):
            return None
        if self.counts["failed"] or len(self.planned) != sum(self.counts.values()):
            return max([FAILED, *(worker.status or 0 for worker in self.workers)])
        if self.planned:
            return 0
        return max(worker.status or NO_TESTS for worker in self.workers)

    def __str__(self) -> str:
        done = f"{sum(self.counts.values())}/{len(self.planned) or '?'}"
        counts = ", ".join(f"{count} {word}" for word, count in sorted(self.counts.items()))
        state = "runs" if any(worker.runs for worker in self.workers) else "waits"
        if self.status is not None:
            state = _WORDS.get(self.status, f"status {self.status}")
        return f"{self.board:<12} {state:<11} {done:>9} {self.span_s:5.0f} s  {counts}"


class Matrix:
    """The runs on all boards; leaving the `with` ends those that still go on."""

    def __init__(
        self,
        lanes: Sequence[Lane],
        out: Path,
        arguments: Sequence[str],
        *,
        jobs: int,
        environ: Mapping[str, str],
        durations: Mapping[Unit, float] | None = None,
    ) -> None:
        """`arguments` are pytest's, the same for all; reports go below `out`.

        So many `jobs` run at once. `durations` is what files of tests took before, in s.
        """
        self.out = out
        # Each lane's first run comes before any lane's second.
        made = [[Worker(name, lane.boards) for name in lane.names()] for lane in lanes]
        self.workers = [one for one in chain(*zip_longest(*made)) if one is not None]
        boards = dict.fromkeys(board for lane in lanes for board in lane.boards)
        self.rows = [Row(board, [w for w in self.workers if board in w.boards]) for board in boards]
        self._arguments = arguments
        self._jobs = jobs
        self._environ = environ
        self._durations = dict(durations or {})
        self._folder = Folder(out / "shares")
        self._told = {worker.name: self._folder.told(worker.name) for worker in self.workers}
        self._planned: dict[str, Planned] = {}
        self._over: dict[str, str] = {}
        # Why runs took no more of a board, by board and run
        self.causes: dict[str, dict[str, str]] = {}
        self._done = False

    def __enter__(self) -> Matrix:
        (self.out / "shares").mkdir(parents=True, exist_ok=True)
        self._folder.write_durations(self._durations)
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def run(self, on_change: Callable[[Sequence[Row]], None]) -> None:
        """Run all, so many at once; `on_change` is called when there is something new."""
        waiting = deque(self.workers)
        shown = ""
        while waiting or any(worker.status is None for worker in self.workers):
            for _ in range(min(self._jobs - sum(w.runs for w in self.workers), len(waiting))):
                self._start(waiting.popleft())
            for worker in self.workers:
                worker.look()
            self._look()
            if shown != (shown := "\n".join(map(str, self.rows))):
                on_change(self.rows)
            time.sleep(_LOOK_S)
        self._done = True

    def log(self, worker: Worker) -> Path:
        """Return what a run's pytest says."""
        return self.out / f"{worker.name}.log"

    def _start(self, worker: Worker) -> None:
        command = [sys.executable, "-m", "pytest", "-p", "uk_board.harness.shares"]
        command += [part for board in worker.boards for part in ("--board", board)]
        command += ["--share", str((self.out / "shares").resolve()), "--share-as", worker.name]
        command += ["--report", str((self.out / worker.name).resolve())]
        with self.log(worker).open("wb") as log:
            worker.process = subprocess.Popen(
                [*dies_with_us(), *command, *self._arguments],
                env=dict(self._environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C is ours to pass on: once, and to all.
                start_new_session=True,
            )
        for row in self.rows:
            if worker in row.workers and not row.begin_s:
                row.begin_s = time.monotonic()

    def _look(self) -> None:
        """Take note of what the runs have told."""
        for name, told in self._told.items():
            for kind, facts in told.read():
                self._take(name, kind, facts)
        for row in self.rows:
            if row.begin_s and row.status is None:
                row.span_s = time.monotonic() - row.begin_s
            done = [one for one in row.planned if one in self._over]
            row.counts = Counter(self._over[one] for one in done)

    def _take(self, name: str, kind: str, facts: Mapping[str, str]) -> None:
        if kind == "planned":
            planned = Planned(**facts)
            self._planned[planned.id] = planned
            for row in self.rows:
                if row.board == planned.board:
                    row.planned.add(planned.id)
        elif kind == "over":
            failed = "failed" in (facts["outcome"], self._over.get(facts["id"]))
            self._over[facts["id"]] = "failed" if failed else facts["outcome"]
            for row in self.rows:
                if facts["id"] in row.planned:
                    row.last = facts["id"]
        else:
            self.causes.setdefault(facts["board"], {})[name] = facts["cause"]

    def end(self) -> None:
        """End what still runs: asked first, so that places are given back; then forced."""
        still = [worker for worker in self.workers if worker.runs]
        for worker in still:
            _signal(worker, signal.SIGINT)
        deadline_s = time.monotonic() + _END_S
        for worker in still:
            assert worker.process is not None, "those that run have one"
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.process.wait(max(0.0, deadline_s - time.monotonic()))
            _signal(worker, signal.SIGKILL)
            worker.process.wait()
            worker.look()
        self._look()

    def _why_undone(self, test: Planned) -> str:
        """Return why no run came to a test."""
        owner = self._folder.owner(test.unit)
        if owner:
            status = next(w.status for w in self.workers if w.name == owner)
            return f"the run that had it ended before: {owner}, status {status}"
        causes = self.causes.get(test.board, {})
        told = "\n".join(f"{name}: {cause}" for name, cause in causes.items())
        return f"no run was left for it\n{told}" if told else "no run was left for it"

    @property
    def status(self) -> int:
        """The worst of all; a board without a chosen test does not count if another has one."""
        ended = [row.status for row in self.rows] + [worker.status for worker in self.workers]
        known = [status for status in ended if status is not None]
        counted = [status for status in known if status != NO_TESTS] or known
        return max(counted, default=0)

    def merged(self) -> Run | None:
        """Merge what there is into one report in `out`; None if no run has any.

        What no run came to is in it, too, unless all were ended from outside.
        """
        there = [part for worker in self.workers if _has_record(part := self.out / worker.name)]
        if not there:
            return None
        runs = [load_run(folder) for folder in there]
        run, logs = merge(
            [(run, read_logs(folder, run)) for folder, run in zip(there, runs, strict=True)]
        )
        run = with_planned(run, self._planned.values())
        if self._done:
            run = with_undone(run, self._planned.values(), self._why_undone)
        write_logs(self.out, logs)
        write_outputs(self.out, run, tree())
        for folder in (*there, self.out / "shares"):
            shutil.rmtree(folder, ignore_errors=True)
        return run


def _has_record(folder: Path) -> bool:
    return (folder / RUN).is_file() or (folder / JOURNAL).is_file()


def _signal(worker: Worker, number: int) -> None:
    if worker.process is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.process.pid, number)
