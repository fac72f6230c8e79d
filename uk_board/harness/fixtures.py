# SPDX-License-Identifier: BSD-3-Clause
"""The fixtures `board`, `station`, `dut`, `stimulus`, and what a failed test shows."""

from __future__ import annotations

import contextlib
import os
import time
import warnings
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from uk_board.errors import UkBoardError
from uk_board.facts.board import Board
from uk_board.harness.boot import Boot
from uk_board.harness.evidence import EVIDENCE, STANDS, TRIES, Event, Evidence
from uk_board.harness.failing import at_the_deadline, sections
from uk_board.harness.marks import app_of, lacking, ready_of, setup_of, shares_boot
from uk_board.harness.rackside import rack_side
from uk_board.harness.session import Session
from uk_board.harness.station import NobodyError, Setup, Station
from uk_board.harness.targets import Target, targets_of
from uk_board.harness.watch import BoardLog
from uk_board.hil import TEST_TIMEOUT_S

if TYPE_CHECKING:
    from uk_board.harness.dut import BoardDut

T = TypeVar("T")

_TARGETS = pytest.StashKey[list[Target]]()
_SESSION = pytest.StashKey[Session]()
_NOT_CLOSED = pytest.StashKey[str]()
_PASSED = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Load the boards before anything runs. Raises: pytest.UsageError."""
    try:
        config.stash[_TARGETS] = targets_of(
            config.getoption("board"),
            config.getoption("board_on"),
            config.getoption("bench_file"),
            config.getoption("board_folder"),
            os.environ,
            Path.cwd(),
        )
    except UkBoardError as error:
        raise pytest.UsageError(str(error)) from error
    ask_s = float(config.getoption("ask_s"))
    config.stash[_SESSION] = Session(rack=rack_side(config), ask_s=ask_s)


def session_of(config: pytest.Config) -> Session:
    """Return what the tests of a run share."""
    return config.stash[_SESSION]


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say on what the tests run."""
    return [f"uk-board: {target}" for target in config.stash[_TARGETS]]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave every board off, and give back what was taken."""
    try:
        session.config.stash[_SESSION].close()
    except UkBoardError as error:
        session.config.stash[_NOT_CLOSED] = str(error)
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell of a board that is not off, or a place that was not given back."""
    if _NOT_CLOSED in terminalreporter.config.stash:
        terminalreporter.section("not everything is off or given back", red=True)
        terminalreporter.line(terminalreporter.config.stash[_NOT_CLOSED])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give each board test a deadline: its own mark's, else the option's, else pytest's."""
    if not config.pluginmanager.hasplugin("timeout"):
        return
    asked = config.getoption("board_test_timeout")
    others = config.getoption("timeout", None) or config.getini("timeout")
    deadline_s = asked or (None if others else TEST_TIMEOUT_S)
    for item in items:
        is_ours = "board_under_test" in getattr(item, "fixturenames", ())
        if is_ours and deadline_s and item.get_closest_marker("timeout") is None:
            # In this thread, so that the board is switched off.
            item.add_marker(pytest.mark.timeout(deadline_s, method="signal"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that uses our `board` once on each; others' are not our business."""
    if "board_under_test" in metafunc.fixturenames:
        targets = metafunc.config.stash[_TARGETS]
        names = [target.name for target in targets]
        metafunc.parametrize("board_under_test", targets, ids=names, indirect=True, scope="session")


@pytest.fixture(scope="session", autouse=True)
def _mp_manager() -> None:
    """Nothing, in place of pytest-embedded's process for queues, which our `dut` does not use.

    It is forked, and the fork of a program whose other threads are in gRPC, as with --on place,
    may crash: 4 of 8 did (grpcio 1.85.3).
    """


@pytest.fixture(scope="session")
def board_under_test(request: pytest.FixtureRequest) -> Target:
    """One of the boards of this run, and where it stands."""
    chosen = request.param
    assert isinstance(chosen, Target)
    return chosen


@pytest.fixture(scope="session")
def board(board_under_test: Target) -> Board:
    """The board that the test runs on, as its descriptor has it."""
    return board_under_test.board


@pytest.fixture
def station(request: pytest.FixtureRequest, board_under_test: Target) -> Iterator[Station]:
    """The place where the board stands; it offers what the test needs.

    It is left off, unless the next test may go on with what is booted.
    """
    session = request.config.stash[_SESSION]
    if request.node.stash.get(TRIES, []):
        # A try before this one may be what broke it.
        session.forget(board_under_test)
    if board_under_test.name in session.broken:
        pytest.fail(session.broken[board_under_test.name], pytrace=False)
    place = _first_cause(request, board_under_test, lambda: session.station(board_under_test))
    request.node.stash[STANDS] = (place.on, place.where)
    if reason := _unless_error(partial(lacking, request.node, place)):
        pytest.skip(f"{board_under_test.name} does not offer {reason}")
    yield place
    if shares_boot(request.node) and request.node.stash.get(_PASSED, False):
        return
    try:
        session.power_off(board_under_test)
    except UkBoardError as error:
        if board_under_test.name not in session.broken:  # else its first cause is told
            raise pytest.fail.Exception(str(error), pytrace=False) from None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Build what a test boots before its deadline begins to run; errors are told in the test."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    target = parameters.get("board_under_test")
    if isinstance(target, Target) and "dut" in getattr(item, "fixturenames", ()):
        session = item.config.stash[_SESSION]
        with contextlib.suppress(UkBoardError):
            if target.name not in session.broken and not lacking(item, session.station(target)):
                session.image(target.board, app_of(item))
    return (yield)


@pytest.fixture
def card(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    """The file that is the card of the test's mark, before anything is written to it."""
    mark = request.node.get_closest_marker("card")
    if mark is None:
        return None
    file = tmp_path / "card.img"
    with file.open("wb") as made:
        made.truncate(mark.kwargs["size_bytes"])
    return file


@pytest.fixture
def dut(
    request: pytest.FixtureRequest,
    board_under_test: Target,
    station: Station,
    card: Path | None,
    tmp_path: Path,
) -> Iterator[BoardDut]:
    """The board, booted with the app and the boot arguments of the test's marks."""
    from uk_board.harness.dut import BoardDut  # only here: it takes pytest-embedded

    session = request.config.stash[_SESSION]
    setup = _unless_error(lambda: setup_of(request.node, session, station, card))
    log = BoardLog(tmp_path / "console.log")
    boot, begin_bytes = _boot(request, session, board_under_test, setup, log)
    made = BoardDut(boot, log, begin_bytes)
    yield made
    made.close()
    boot.watch.log = None
    log.close()
    if log.problem:
        warnings.warn(pytest.PytestWarning(log.problem), stacklevel=1)
    if shares_boot(request.node) and request.node.stash.get(_PASSED, False):
        session.keep(board_under_test, boot)


def _boot(
    request: pytest.FixtureRequest, session: Session, target: Target, setup: Setup, log: BoardLog
) -> tuple[Boot, int]:
    """Boot a board, or go on with what is; return where in its console the test begins."""
    station = session.station(target)
    station.events = []
    boot = session.take(target, setup) if shares_boot(request.node) else None
    if boot is not None:
        begin_bytes = boot.lend(log)
        _leave_evidence(request.node, boot, log, begin_bytes)
        return boot, begin_bytes
    _unless_error(lambda: session.check_ready(target, setup))
    boot = _first_cause(request, target, lambda: session.switch_on(target, setup, log))
    _leave_evidence(request.node, boot, log, 0)
    timeout_s = request.config.getoption("boot_timeout")
    _first_cause(request, target, lambda: boot.wait(timeout_s))
    ready = ready_of(request.node)
    return boot, _unless_error(lambda: session.await_ready(target, boot, ready, timeout_s))


def _leave_evidence(item: pytest.Item, boot: Boot, log: BoardLog, begin_bytes: int) -> None:
    station = boot.station
    causes = item.stash.setdefault(TRIES, [])
    for number, cause in enumerate(causes, 1):
        station.events.insert(0, Event(time.monotonic(), f"try {number} failed: {cause}"))
    item.stash[EVIDENCE] = Evidence(
        board=station.board,
        image=boot.setup.image,
        console=boot.console,
        on=station.on,
        where=station.where,
        begin_bytes=begin_bytes,
        log=log.file,
        events=station.events,
        virtual_time=boot.setup.virtual_time,
    )


class Stimulus:
    """What surrounds the board, set by the test."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def set(self, part: str, **quantities: float) -> None:
        """Let the attached part named `part` (in app.toml) sense, say, `temperature_c`.

        What a part senses stands in its driver.toml. Where that cannot be had, as when nobody
        is at the bench, the test is skipped.
        """
        for quantity, value in quantities.items():
            self._station.stimulate(part, quantity, value)


@pytest.fixture
def stimulus(station: Station) -> Stimulus:
    """What surrounds the board: `stimulus.set("t0", temperature_c=21.5)`."""
    return Stimulus(station)


def _unless_error(call: Callable[[], T]) -> T:
    """Call; an error of ours fails the test with its text instead of a traceback."""
    try:
        return call()
    except UkBoardError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def _first_cause(request: pytest.FixtureRequest, target: Target, call: Callable[[], T]) -> T:
    """Call; what fails here fails all later tests on that board at once, with this cause."""
    try:
        return call()
    except NobodyError as error:
        pytest.skip(str(error))
    except UkBoardError as error:
        first = f"{target.name} did not boot in {request.node.nodeid}, so no test runs on it"
        broken = request.config.stash[_SESSION].broken
        broken[target.name] = f"{first}; the first cause:\n{error}"
        raise pytest.fail.Exception(str(error), pytrace=False) from None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test whose board reported failed Unity cases, as pytest-embedded does.

    What nobody was there to do is no failure: the test is skipped.
    """
    try:
        yield
    except NobodyError as error:
        pytest.skip(str(error))
    made = getattr(item, "funcargs", {}).get("dut")
    failed = made.testsuite.failed_cases if made is not None and hasattr(made, "testsuite") else ()
    if failed:
        pytest.fail("failed on the board: " + ", ".join(case.name for case in failed))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what a failed test's board printed last, and where it crashed."""
    report = yield
    if call.when == "call":
        item.stash[_PASSED] = report.passed
    if report.failed and EVIDENCE in item.stash:
        report.sections += sections(item.stash[EVIDENCE])
        if "from pytest-timeout" in str(call.excinfo and call.excinfo.value):
            station = getattr(item, "funcargs", {}).get("station")
            report.sections += at_the_deadline(station, call.duration)
    return report
