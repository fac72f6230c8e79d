# SPDX-License-Identifier: BSD-3-Clause
"""The fixtures `board`, `station`, `dut`, `stimulus`, and what a failed test shows."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from uk_board.board import Board, board_folders, board_names, load_board
from uk_board.crash import describe, describe_rules, find_crash
from uk_board.errors import UkBoardError
from uk_board.harness.evidence import EVIDENCE, Evidence
from uk_board.harness.station import EmulatedStation, Station
from uk_board.launch import machine_of
from uk_board.network import Network, parse_forward
from uk_board.runner import CrashWatch, Image, built_image
from uk_board.terminal import LogFile

if TYPE_CHECKING:
    from uk_board.harness.dut import BoardDut

DEFAULT_APP = "hello"
_LAST_LINES = 30


@dataclass
class _Session:
    """What tests of one run share: built images, and boards that did not boot."""

    images: dict[tuple[str, str], Image | UkBoardError] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)


_BOARDS = pytest.StashKey[list[Board]]()
_SESSION = pytest.StashKey[_Session]()


def pytest_configure(config: pytest.Config) -> None:
    """Load the boards before anything runs. Raises: pytest.UsageError."""
    folders = board_folders(config.getoption("board_folder"))
    wanted = config.getoption("board")
    try:
        boards = [load_board(name, folders) for name in wanted or board_names(folders)]
        if wanted:
            for board in boards:
                machine_of(board)
    except UkBoardError as error:
        raise pytest.UsageError(str(error)) from error
    emulated = {board.name: board for board in boards if board.emulator is not None}
    config.stash[_BOARDS] = list(emulated.values())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that uses our `board` once on each; others' are not our business."""
    if "board_under_test" in metafunc.fixturenames:
        boards = metafunc.config.stash[_BOARDS]
        names = [board.name for board in boards]
        metafunc.parametrize("board_under_test", boards, ids=names, indirect=True, scope="session")


@pytest.fixture(scope="session")
def board_under_test(request: pytest.FixtureRequest) -> Board:
    """One of the boards of this run."""
    chosen = request.param
    assert isinstance(chosen, Board)
    return chosen


@pytest.fixture(scope="session")
def board(board_under_test: Board) -> Board:
    """The board that the test runs on, as its descriptor has it."""
    return board_under_test


@pytest.fixture
def station(request: pytest.FixtureRequest, board: Board) -> Iterator[Station]:
    """The place where the board stands; it offers what the test needs, and is left off."""
    place = EmulatedStation(board)
    for mark in request.node.iter_markers("needs"):
        for need in mark.args:
            if reason := _unless_error(place.lacks, need):
                pytest.skip(f'{board.name} does not offer "{need}": {reason}')
    yield place
    place.power_off()


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
    board: Board,
    station: Station,
    card: Path | None,
    tmp_path: Path,
) -> Iterator[BoardDut]:
    """The board, booted with the app and the boot arguments of the test's marks."""
    from uk_board.harness.dut import BoardDut  # only here: it takes pytest-embedded

    session = request.config.stash.setdefault(_SESSION, _Session())
    if board.name in session.broken:
        pytest.fail(session.broken[board.name], pytrace=False)
    image = _image(session, board, _mark(request, "app", DEFAULT_APP))
    virtual = request.node.get_closest_marker("virtual_time")
    virtual = None if station.lacks("virtual-time") else virtual
    arguments = [_mark(request, "boot_arguments", ""), *(virtual.args if virtual else ())]
    station.load(
        image,
        " ".join(filter(None, arguments)),
        virtual_time=virtual is not None,
        network=_network(request, image),
        card=card,
    )
    crash = CrashWatch()
    with LogFile(tmp_path / "console.log") as log:

        def listen(data: bytes) -> None:
            log(data)
            crash(data)

        _unless_error(station.power_on, listen)
        request.node.stash[EVIDENCE] = Evidence(
            board=board,
            image=image,
            console=station.console,
            on=station.on,
            where=station.where,
            begin_bytes=0,
            log=tmp_path / "console.log",
            events=station.events,
        )
        made = BoardDut(station, image, crash, tmp_path / "console.log")
        if cause := _boot(made, board, request.config.getoption("boot_timeout")):
            first = f"{board.name} did not boot in {request.node.nodeid}, so no test runs on it"
            session.broken[board.name] = f"{first}; the first cause:\n{cause}"
            pytest.fail(cause, pytrace=False)
        yield made
        made.close()
        station.power_off()


def _boot(dut: BoardDut, board: Board, timeout_s: float) -> str:
    """Wait for the banner of the core; return why it did not come, or nothing."""
    try:
        dut.boot(f"uk-board: {board.name} ", timeout_s)
    except UkBoardError as error:
        return str(error)
    return ""


class Stimulus:
    """What surrounds the board, set by the test."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def set(self, part: str, **quantities: float) -> None:
        """Let the attached part named `part` (in app.toml) sense, say, `temperature_c`.

        What a part senses stands in its driver.toml.
        """
        for quantity, value in quantities.items():
            self._station.stimulate(part, quantity, value)


@pytest.fixture
def stimulus(station: Station) -> Stimulus:
    """What surrounds the board: `stimulus.set("t0", temperature_c=21.5)`."""
    return Stimulus(station)


def _mark(request: pytest.FixtureRequest, name: str, default: str) -> str:
    mark = request.node.get_closest_marker(name)
    return str(mark.args[0]) if mark else default


def _network(request: pytest.FixtureRequest, image: Image) -> Network | None:
    """Return what the test's mark says of the network; only images that use one have it."""
    if not image.network:
        return None
    mark = request.node.get_closest_marker("network")
    ports = mark.kwargs.get("ports", ()) if mark else ()
    forwards = tuple(parse_forward(f"0:{port}") for port in ports)
    return Network(forwards, server=mark.kwargs.get("server", True) if mark else True)


def _image(session: _Session, board: Board, app: str) -> Image:
    """Build an app once for a board; what failed once fails again without another try."""
    key = (board.name, app)
    if key not in session.images:
        try:
            session.images[key] = built_image(board, app)
        except UkBoardError as error:
            session.images[key] = error
    image = session.images[key]
    if isinstance(image, UkBoardError):
        pytest.fail(str(image), pytrace=False)
    return image


def _unless_error(call: Any, argument: Any) -> Any:
    """Call; an error of ours fails the test with its text instead of a traceback."""
    try:
        return call(argument)
    except UkBoardError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test whose board reported failed Unity cases, as pytest-embedded does."""
    yield
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
    if report.failed and EVIDENCE in item.stash:
        evidence = item.stash[EVIDENCE]
        board, image, console = evidence.board, evidence.image, evidence.console
        last = console.last_lines(_LAST_LINES) or ["(nothing was ever printed)"]
        report.sections.append((f"last console lines of {board.name}", "\n".join(last)))
        printed = [line.text for line in console.lines()]
        rules = describe_rules(printed, image.elf)
        if rules:
            report.sections.append((f"wrong calls on {board.name}", "\n".join(rules)))
        crash = find_crash(printed)
        if crash is not None:
            lines = [crash.cause, *describe(crash, image.elf)]
            report.sections.append((f"crash of {image.name} on {board.name}", "\n".join(lines)))
    return report
