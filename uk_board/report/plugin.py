# SPDX-License-Identifier: BSD-3-Clause
"""The pytest part of the reports: watches tests on boards, and the fixture `measure`.

def test_x(dut, measure):
    measure("udp_rx", 4.1, unit="MB/s", better="higher")
"""

from __future__ import annotations

import functools
import math
import secrets
import time
from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from uk_board.errors import UsageError
from uk_board.harness.evidence import EVIDENCE, STANDS, Evidence
from uk_board.harness.station import EmulatedStation
from uk_board.harness.targets import Target
from uk_board.report import facts
from uk_board.report.coverage import Coverage
from uk_board.report.ending import Ending, folder_of
from uk_board.report.record import Better, Measurement, Outcome, Source
from uk_board.report.recorder import Phase, Recorder, Try
from uk_board.report.workers import Gatherer, folder_of_worker, is_first
from uk_board.tree import tree

PLUGIN = "uk_board.report"
# By the user, or by an error of pytest's own.
_STOPPED = (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR)
_TAKEN = pytest.StashKey[list[Measurement]]()


class Measure(Protocol):
    """What the fixture `measure` is."""

    def __call__(
        self,
        name: str,
        value: float,
        *,
        unit: str = "",
        better: Better = "lower",
        exact: bool = False,
    ) -> None:
        """Keep a number in the report. `exact`: it is the same in each run, as under icount.

        Raises: UsageError when it is no number.
        """


@pytest.fixture
def measure(request: pytest.FixtureRequest) -> Measure:
    """Keep numbers in the report: `measure("udp_rx", 4.1, unit="MB/s", better="higher")`."""
    taken: list[Measurement] = []
    request.node.stash[_TAKEN] = taken

    def keep(
        name: str,
        value: float,
        *,
        unit: str = "",
        better: Better = "lower",
        exact: bool = False,
    ) -> None:
        if not math.isfinite(value):
            raise UsageError(f'measure("{name}")', f"{value} is no number to compare")
        taken.append(Measurement(name, float(value), unit, better, exact))

    return keep


class Reporter:
    """Hands what pytest tells to the recorder, and lets the report be written at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._recorder: Recorder | None = None
        self._coverage: Coverage | None = None
        self._worker_folder = folder_of_worker(config)
        self._ending = Ending(config)
        self._tries: list[Try] = []
        self._item: pytest.Item | None = None
        self._seen: Evidence | None = None

    # ---- the session

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Begin the record once it is known which boards are tested."""
        targets = {one.name: one for item in session.items if (one := target_of(item))}
        if not targets or self._config.getoption("collectonly"):
            return
        names = "+".join(targets)
        now = datetime.now(UTC)
        tests = sum(target_of(item) is not None for item in session.items)
        source = Source(
            id=f"{now:%Y%m%d-%H%M%S}-{names}-{secrets.token_hex(4)}",
            started=f"{now:%Y-%m-%dT%H:%M:%SZ}",
            command=("pytest", *map(str, self._config.invocation_params.args)),
            machine=facts.machine(),
            commit=facts.commit(tree()),
            planned=tests if is_first(self._config) else 0,
        )
        folder = self._worker_folder or folder_of(self._config, names)
        self._recorder = Recorder(folder, source.id, source, time.monotonic())
        for target in targets.values():
            self._recorder.add_board(facts.board(target.name, target.board))
        if self._config.getoption("coverage"):
            self._coverage = Coverage(folder / "executed", tree())

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write what is made of the record; by now all emulators have ended."""
        recorder = self._recorder
        if recorder is None:
            return
        stopped = "interrupted" if exitstatus in _STOPPED else ""
        covered = self._coverage.finish() if self._coverage else {}
        warnings = self._coverage.warnings if self._coverage else ()
        run = recorder.finish(time.monotonic(), stopped, covered, warnings)
        if recorder.problem:
            self._ending.fail(recorder.problem)
        else:
            self._ending.write(recorder.folder, run, quiet=self._worker_folder is not None)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where the report is, or why it is not complete."""
        self._ending.tell(terminalreporter)

    # ---- a test

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, request: pytest.FixtureRequest) -> Generator[None, Any, Any]:
        """Let a test's emulator log what it runs, if that is asked for."""
        made = yield
        coverage = self._coverage
        if coverage is not None and isinstance(made, EmulatedStation):
            made.trace_for = functools.partial(coverage.trace_for, made.board.name)
        return made

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins."""
        self._tries, self._item, self._seen = [], None, None
        if self._recorder is not None:
            self._recorder.begin(nodeid)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Take in a phase of a test; a setup begins a new try."""
        report = yield
        if self._recorder is None or target_of(item) is None:
            return report
        self._item = item
        begin_s = time.monotonic() - (time.time() - call.start)
        if call.when == "setup":
            self._tries.append(Try(begin_s, *item.stash.get(STANDS, ("", ""))))
        if self._tries:
            phase = Phase(str(call.when), _outcome(report), begin_s, call.duration, _text(report))
            self._tries[-1].phases.append(phase)
            if call.when == "teardown":
                self._keep(item)
        return report

    def _keep(self, item: pytest.Item) -> None:
        """Hand over the try that has just ended."""
        assert self._recorder is not None
        found = item.stash.get(EVIDENCE, None)
        evidence = None if found is self._seen else found  # that of an earlier try
        self._seen = found
        taken: list[Measurement] = item.stash.get(_TAKEN, [])
        self._recorder.add_attempt(
            self._tries[-1],
            evidence,
            tuple(taken),
            virtual_time=evidence is not None and evidence.virtual_time,
        )
        item.stash[_TAKEN] = []

    def pytest_runtest_logfinish(self) -> None:
        """The test has ended, with all its tries."""
        item = self._item
        if self._recorder is None or item is None:
            return
        target = target_of(item)
        assert target is not None
        file = item.nodeid.partition("::")[0] or item.path.name
        self._recorder.end(target.name, file, name_without(item, target.name))


def pytest_configure(config: pytest.Config) -> None:
    """Watch the tests, or those who do."""
    if not config.pluginmanager.hasplugin(PLUGIN):
        has_workers = config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput")
        watcher = Gatherer(config) if has_workers else Reporter(config)
        config.pluginmanager.register(watcher, PLUGIN)


def target_of(item: pytest.Item) -> Target | None:
    """Return on what a test runs, if it runs on a board."""
    callspec = getattr(item, "callspec", None)
    target = callspec.params.get("board_under_test") if callspec else None
    return target if isinstance(target, Target) else None


def name_without(item: pytest.Item, board: str) -> str:
    """Return the name of a test without its board: `test_x[rx-BOARD]` is `test_x[rx]`."""
    path, _, parameters = item.nodeid.partition("::")[2].partition("[")
    rest = parameters.removesuffix("]")
    if rest == board:
        rest = ""
    elif rest.startswith(f"{board}-"):
        rest = rest.removeprefix(f"{board}-")
    else:
        rest = rest.removesuffix(f"-{board}")
    return f"{path}[{rest}]" if rest else path


def _outcome(report: pytest.TestReport) -> Outcome:
    if report.outcome == "passed":
        return "passed"
    if report.outcome == "skipped":
        return "skipped"
    return "failed" if report.when == "call" else "error"


def _text(report: pytest.TestReport) -> str:
    """Return why a phase did not pass: the error and what else was said of it."""
    if report.passed:
        return ""
    if hasattr(report, "wasxfail"):
        return f"expected to fail: {report.wasxfail}"
    if report.skipped and isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    shown = [section for section in report.sections if not section[0].startswith("last console")]
    parts = [report.longreprtext, *(f"---- {name}\n{text}" for name, text in shown)]
    return "\n".join(part for part in parts if part)
