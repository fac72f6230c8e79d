# SPDX-License-Identifier: BSD-3-Clause
"""Keeps the record of a run while it goes on: what each test did, in the journal at once.

The tests come first: a disk that is full or a folder that cannot be written to ends the
writing, not the run, and is told at the end.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from uk_board.console import Console, Line
from uk_board.harness.evidence import Evidence
from uk_board.report import consolelog, facts, record
from uk_board.report.consolelog import Entry
from uk_board.report.record import Attempt, Event, Log, Measurement, Outcome, Run, Source, Test
from uk_board.report.store import Journal, clear

CONSOLE = "console"
POWER_ON = "power on"
_SLUG = re.compile(r"[^\w.-]+")
_SLUG_CHARACTERS = 80


@dataclass(frozen=True)
class _Part:
    """Which part of which console a log is."""

    console: Console
    begin_bytes: int
    end_bytes: int


@dataclass
class Phase:
    """How setup, call or teardown of a test went."""

    name: str
    outcome: Outcome
    begin_s: float
    duration_s: float
    text: str = ""


@dataclass
class Try:
    """One attempt at a test while it goes on; times are monotonic. `on`, `where`: its place."""

    begin_s: float
    on: str = ""
    where: str = ""
    phases: list[Phase] = field(default_factory=list)

    @property
    def failed(self) -> Phase | None:
        """The first phase that went wrong, or was skipped."""
        return next((phase for phase in self.phases if phase.outcome != "passed"), None)

    @property
    def outcome(self) -> Outcome:
        """How the attempt ended: a broken teardown is an error, whatever came before."""
        return self.failed.outcome if self.failed else "passed"


class Recorder:
    """The record of one process. All methods are cheap; none raises OSError."""

    def __init__(self, folder: Path, run_id: str, source: Source, begin_s: float) -> None:
        self.folder = folder
        self.problem = ""
        self._begin_s = begin_s
        self._run = Run(record.VERSION, run_id, (source,))
        self._journal: Journal | None = None
        self._tests: list[Test] = []
        self._attempts: list[Attempt] = []
        self._boards: dict[str, record.Board] = {}
        self._images: dict[str, record.Image] = {}
        self._begun = ""
        # The log that was written last of each board: others may share it.
        self._written: dict[str, tuple[_Part, str, list[Entry]]] = {}
        self._guard(self._open)

    def _open(self) -> None:
        clear(self.folder)
        (self.folder / CONSOLE).mkdir(parents=True, exist_ok=True)
        self._journal = Journal(self.folder, self._run)

    def _guard(self, write: Callable[[], None]) -> None:
        """Write, unless writing has failed before."""
        if self.problem:
            return
        try:
            write()
        except OSError as error:
            where = error.filename or self.folder
            self.problem = f"{where}: {error.strerror or error}"

    def _add(self, kind: str, entry: object) -> None:
        def write() -> None:
            if self._journal is not None:
                self._journal.add(kind, entry)

        self._guard(write)

    def begin(self, node_id: str) -> None:
        """Note that a test begins, so that a killed run tells in which one."""
        self._begun = node_id
        self._attempts = []
        self._add("begin", node_id)

    def add_board(self, board: record.Board) -> None:
        """Take in a board that tests run on."""
        self._boards[board.name] = board
        self._add("board", board)

    def add_attempt(
        self,
        tried: Try,
        evidence: Evidence | None,
        measurements: tuple[Measurement, ...],
        *,
        virtual_time: bool = False,
    ) -> None:
        """Take in one try of the test that has begun, with what its board said."""
        took = {phase.name: phase.duration_s for phase in tried.phases}
        failed = tried.failed
        attempt = Attempt(
            outcome=tried.outcome,
            begin_s=tried.begin_s - self._begin_s,
            setup_s=took.get("setup", 0.0),
            call_s=took.get("call", 0.0),
            teardown_s=took.get("teardown", 0.0),
            on=tried.on,
            where=consolelog.visible(tried.where),
            virtual_time=virtual_time,
            message=consolelog.visible_lines(failed.text) if failed else "",
            measurements=measurements,
        )
        if evidence is not None:
            attempt = self._with_evidence(attempt, tried, evidence)
        self._attempts.append(attempt)

    def _with_evidence(self, attempt: Attempt, tried: Try, evidence: Evidence) -> Attempt:
        end_bytes, lines = consolelog.since(evidence.console, evidence.begin_bytes)
        events = tuple(
            Event(event.monotonic_s - tried.begin_s, event.text)
            for event in evidence.events
            if event.monotonic_s >= tried.begin_s
        )
        part = _Part(evidence.console, evidence.begin_bytes, end_bytes)
        written = self._written.get(evidence.board.name)
        is_shared = written is not None and written[0] == part
        if written is None or not is_shared:
            entries = consolelog.entries(lines, events, tried.begin_s)
            written = (part, self._log_name(evidence.board.name), entries)
            self._written[evidence.board.name] = written
        return replace(
            attempt,
            boot_s=_boot_time(lines, events, tried.begin_s, evidence),
            on=evidence.on,
            where=consolelog.visible(evidence.where),
            image=self._image_of(evidence),
            log=self._log(tried, *written, is_shared=is_shared),
            events=events,
        )

    def _log(
        self, tried: Try, part: _Part, file: str, found: list[Entry], *, is_shared: bool
    ) -> Log:
        """Return the log of a try with its line to blame; write it unless that has been done.

        Tests that judge what one boot printed share its log.
        """
        failed = tried.failed if tried.outcome in ("failed", "error") else None
        blamed = None
        if failed is not None:
            until_s = failed.begin_s + failed.duration_s - tried.begin_s
            until_s = math.inf if is_shared else until_s
            blamed = consolelog.failing_entry(found, until_s, _first_line(failed.text))
        # All that share a log must agree on what is left out of it.
        kept, failing = consolelog.shortened(found, blamed[0] if blamed else None)
        if is_shared and len(kept) < len(found):
            failing = None
        if not is_shared:
            text = consolelog.text_of(kept)
            self._guard(lambda: _write(self.folder / file, text))
        return Log(
            file=file,
            begin_bytes=part.begin_bytes,
            end_bytes=part.end_bytes,
            failing_line=None if failing is None else failing + 1,
            why=blamed[1] if blamed and failing is not None else "",
        )

    def _log_name(self, board: str) -> str:
        """Return a name that sorts by time and tells the test: a number, the board, the test."""
        test = self._begun.rpartition("::")[2].replace(board, "").replace("[]", "")
        slug = _SLUG.sub("-", test.removeprefix("test_"))[:_SLUG_CHARACTERS].strip("-.")
        tries = f".{len(self._attempts) + 1}" if self._attempts else ""
        number = f"{len(self._tests) + 1:04}{tries}"
        return f"{CONSOLE}/{number}-{_SLUG.sub('-', board)}-{slug}.log"

    def _image_of(self, evidence: Evidence) -> str:
        """Return the key of the image that was booted; each is read once."""
        key = f"{evidence.board.name}/{evidence.image.name}"
        if key not in self._images:
            try:
                self._images[key] = facts.image(evidence.board.name, evidence.image)
            except OSError:  # it is gone; that it ran is known nevertheless
                self._images[key] = record.Image(
                    evidence.board.name, evidence.image.name, str(evidence.image.file), "", 0
                )
            self._add("image", self._images[key])
        return key

    def end(self, board: str, file: str, name: str) -> None:
        """Note that the test has ended."""
        if not self._attempts:
            return
        outcome, reason = _verdict(self._attempts)
        test = Test(self._begun, board, file, name, outcome, tuple(self._attempts), reason=reason)
        self._tests.append(test)
        self._begun, self._attempts = "", []
        self._add("test", test)

    def finish(
        self,
        end_s: float,
        interrupted: str,
        coverage: Mapping[str, record.Covered],
        warnings: tuple[str, ...] = (),
    ) -> Run:
        """Return the whole record; `end_s` is monotonic."""
        if interrupted and self._begun:
            interrupted = f"{interrupted} in {self._begun}"
        [source] = self._run.sources
        source = replace(
            source,
            duration_s=end_s - self._begin_s,
            interrupted=interrupted,
            warnings=warnings,
        )
        self._guard(self._close)
        return replace(
            self._run,
            sources=(source,),
            boards=tuple(self._boards.values()),
            images=self._images,
            tests=tuple(self._tests),
            coverage=coverage,
        )

    def _close(self) -> None:
        if self._journal is not None:
            self._journal.close()


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", errors="replace")


def _verdict(attempts: list[Attempt]) -> tuple[Outcome, str]:
    """Return how a test ended, and why: a pass after a failure is never plain green."""
    last = attempts[-1]
    if last.outcome == "passed" and len(attempts) > 1:
        first = next((one for one in attempts if one.outcome != "passed"), last)
        number = len(attempts)
        return "flaky", f"passed at try {number}; before: {_first_line(first.message)}"
    return last.outcome, _first_line(last.message) if last.outcome != "passed" else ""


# What only says in which module an exception is; and where the log is, which the record has.
_NOISE = re.compile(r"^(?:\w+\.)+(?=\w+: )|^Failed: |; all output: \S+$")


def _first_line(text: str) -> str:
    """Return what says most in an error text: pytest's lines of it, else the first one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = [line[1:].strip() for line in lines if line.startswith("E  ")]
    return _NOISE.sub("", next(iter(said or lines), ""))


def _boot_time(
    lines: list[Line], events: tuple[Event, ...], begin_s: float, evidence: Evidence
) -> float | None:
    """Return the time from power-on to the core's banner, if both are in this test."""
    on_s = next((event.at_s for event in events if event.text == POWER_ON), None)
    sign = f"uk-board: {evidence.board.name} "
    banner = next((line for line in lines if sign in line.text), None)
    if on_s is None or banner is None:
        return None
    return max(0.0, banner.time_s - begin_s - on_s)
