# SPDX-License-Identifier: BSD-3-Clause
"""Tests on several boards at once: a pytest for each, one line of progress, one report."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from uk_board.emulator import dies_with_us
from uk_board.harness.progress import FILE
from uk_board.report.merge import merge, write_logs
from uk_board.report.output import read_logs, write_outputs
from uk_board.report.record import Run
from uk_board.report.store import JOURNAL, RUN, load_run
from uk_board.tree import tree

_LOOK_S = 0.5
# Interrupted runs give back their places and write their reports within this time.
_END_S = 8.0
# pytest's status when no test was chosen
NO_TESTS = 5
_BY_SIGNAL = 128


@dataclass
class BoardRun:
    """The run of one board."""

    board: str
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    begin_s: float = 0.0
    span_s: float = 0.0
    planned: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    last: str = ""
    status: int | None = None

    @property
    def log(self) -> Path:
        """What its pytest says."""
        return self.folder.with_suffix(".log")

    @property
    def progress(self) -> Path:
        """Where it tells how far it is."""
        return self.folder.with_suffix(".progress")

    def look(self) -> None:
        """Take note of how far it is."""
        if self.process is None or self.status is not None:
            return
        code = self.process.poll()
        self.span_s = time.monotonic() - self.begin_s
        if self.progress.is_file():
            self._read(self.progress.read_text(encoding="utf-8").splitlines())
        if code is not None:
            self.status = code if code >= 0 else _BY_SIGNAL - code

    def _read(self, lines: Sequence[str]) -> None:
        words = [line.partition(" ") for line in lines]
        self.planned = sum(int(rest) for word, _, rest in words if word == "planned")
        self.counts = Counter(word for word, _, _ in words if word != "planned")
        self.last = words[-1][2] if words and words[-1][0] != "planned" else ""

    def __str__(self) -> str:
        done = f"{sum(self.counts.values())}/{self.planned or '?'}"
        counts = ", ".join(f"{count} {word}" for word, count in sorted(self.counts.items()))
        state = "waits" if self.process is None else "runs"
        if self.status is not None:
            state = {0: "ok", 1: "FAILED", 2: "interrupted", NO_TESTS: "no tests"}.get(
                self.status, f"status {self.status}"
            )
        return f"{self.board:<12} {state:<11} {done:>9} {self.span_s:5.0f} s  {counts}"


class Matrix:
    """The runs of all boards; leaving the `with` ends those that still run."""

    def __init__(
        self,
        boards: Sequence[str],
        out: Path,
        arguments: Sequence[str],
        *,
        jobs: int,
        environ: Mapping[str, str],
    ) -> None:
        """`arguments` are pytest's, the same for each board; reports go below `out`."""
        self.runs = [BoardRun(board, out / board) for board in boards]
        self._out = out
        self._arguments = arguments
        self._jobs = jobs
        self._environ = environ

    def __enter__(self) -> Matrix:
        self._out.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def run(self, on_change: Callable[[Sequence[BoardRun]], None]) -> None:
        """Run all, so many at once; `on_change` is called when there is something new."""
        waiting = deque(self.runs)
        shown = ""
        while waiting or any(run.status is None for run in self.runs):
            active = sum(run.process is not None and run.status is None for run in self.runs)
            for _ in range(min(self._jobs - active, len(waiting))):
                self._start(waiting.popleft())
            for run in self.runs:
                run.look()
            if shown != (shown := "\n".join(map(str, self.runs))):
                on_change(self.runs)
            time.sleep(_LOOK_S)

    def _start(self, run: BoardRun) -> None:
        run.progress.unlink(missing_ok=True)
        command = [sys.executable, "-m", "pytest", "--board", run.board]
        command += ["--report", str(run.folder), "-p", "uk_board.harness.progress"]
        with run.log.open("wb") as log:
            run.process = subprocess.Popen(
                [*dies_with_us(), *command, *self._arguments],
                env={**self._environ, FILE: str(run.progress)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C is ours to pass on: once, and to all.
                start_new_session=True,
            )
        run.begin_s = time.monotonic()

    def end(self) -> None:
        """End what still runs: asked first, so that places are given back; then forced."""
        still = [run for run in self.runs if run.process is not None and run.status is None]
        for run in still:
            _signal(run, signal.SIGINT)
        deadline_s = time.monotonic() + _END_S
        for run in still:
            assert run.process is not None, "those that run have one"
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.process.wait(max(0.0, deadline_s - time.monotonic()))
            _signal(run, signal.SIGKILL)
            run.process.wait()
            run.look()

    @property
    def status(self) -> int:
        """The worst of all; a board without a chosen test does not count if another has one."""
        ended = [run.status for run in self.runs if run.status is not None]
        counted = [status for status in ended if status != NO_TESTS] or ended
        return max(counted, default=0)

    def merged(self) -> Run | None:
        """Merge what there is into one report in `out`; None if no board has any."""
        there = [run.folder for run in self.runs if _has_record(run.folder)]
        if not there:
            return None
        runs = [load_run(folder) for folder in there]
        merged = [(run, read_logs(folder, run)) for folder, run in zip(there, runs, strict=True)]
        run, logs = merge(merged)
        write_logs(self._out, logs)
        write_outputs(self._out, run, tree())
        return run


def _has_record(folder: Path) -> bool:
    return (folder / RUN).is_file() or (folder / JOURNAL).is_file()


def _signal(run: BoardRun, number: int) -> None:
    if run.process is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(run.process.pid, number)
