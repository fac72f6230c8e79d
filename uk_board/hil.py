# SPDX-License-Identifier: BSD-3-Clause
"""The pytest plugin: `pytest --board BOARD` runs tests on a board, emulated or real.

Registered for every pytest run of the environment, so it is small: without --board, or
`activate` from the conftest.py of a folder of board tests, it only adds its options.

    @pytest.mark.app("selftest")             what is built and booted for the test
    @pytest.mark.boot_arguments("a=1")       what it is told at boot
    @pytest.mark.virtual_time("exact")       where only instructions take time, say so
    @needs("i2c:tmp105", "stimulus")         else the test is skipped, with the reason
    def test_x(board, dut, stimulus): ...
"""

from __future__ import annotations

from pathlib import Path

import pytest

needs = pytest.mark.needs

# Generous: a test that reaches it hangs.
TEST_TIMEOUT_S = 600.0

PLUGIN = "uk_board.harness.fixtures"
REPORT = "uk_board.report.plugin"
_MARKERS = (
    "app(name): the app that is built and booted for the test; hello if not given",
    "boot_arguments(text): boot arguments of the image",
    "virtual_time(text): where time can be virtual, it is, and the image is told this too",
    "network(ports, server, plugged): ports of the board that are led to, as 7 or '7/udp'; "
    "server=False: nobody answers, DHCP neither; plugged=False: the adapter comes later",
    "card(size_bytes): an empty card of this size in the board's slot, the fixture `card`",
    "needs(*names): skip where a board or its place lacks one, such as network or i2c:tmp105",
    "retries(count): if the test fails, try it again so often; it is flaky if it passes then",
    "shared_boot(ready): go on with what an equal test left booted; `ready`: print this first",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("uk-board", "tests on boards, emulated or real")
    _add_places(group)
    _add_verdicts(group)
    _add_reports(group)


def _add_places(group: pytest.OptionGroup) -> None:
    """Which boards, and where they are."""
    group.addoption(
        "--board",
        action="append",
        default=[],
        metavar="BOARD",
        help="Test on BOARD; may be given several times.",
    )
    group.addoption(
        "--on",
        dest="board_on",
        choices=("bench", "place", "emulator"),
        help="Where BOARD is: on the bench, a place of the rack, or emulated "
        "(default: bench if the bench file has it, else emulator).",
    )
    group.addoption(
        "--bench",
        dest="bench_file",
        type=Path,
        metavar="FILE",
        help="What hangs where (default: ./bench.toml, or that of $XDG_CONFIG_HOME/uk-board).",
    )
    group.addoption(
        "--coordinator",
        dest="board_coordinator",
        metavar="HOST:PORT",
        help="The rack's, for --on place (default: $LG_COORDINATOR, or 127.0.0.1:20408).",
    )
    group.addoption(
        "--wait",
        dest="board_wait",
        type=float,
        default=0.0,
        metavar="S",
        help="Wait up to S seconds for a free place of the rack (default: %(default)g).",
    )
    group.addoption(
        "--board-folder",
        action="append",
        default=[],
        type=Path,
        metavar="DIR",
        help="Look for board descriptors in DIR first; may be given several times.",
    )


def _add_verdicts(group: pytest.OptionGroup) -> None:
    """When a test or a board has failed."""
    group.addoption(
        "--retries",
        dest="board_retries",
        type=int,
        default=0,
        metavar="N",
        help="Try a board test that fails again, up to N times; it is flaky if it passes then.",
    )
    group.addoption(
        "--flaky",
        dest="board_flaky",
        choices=("pass", "fail"),
        default="pass",
        help="Whether a run with flaky tests passes (default: %(default)s).",
    )
    group.addoption(
        "--test-timeout",
        dest="board_test_timeout",
        type=float,
        metavar="S",
        help="End a board test after S seconds, and switch its board off "
        f"(default: pytest's --timeout, else {TEST_TIMEOUT_S:g}).",
    )
    group.addoption(
        "--boot-timeout",
        type=float,
        default=60.0,
        metavar="S",
        help="Fail a board that has not booted after S seconds (default: %(default)g).",
    )
    group.addoption(
        "--ask",
        dest="ask_s",
        type=float,
        default=120.0,
        metavar="S",
        help="Wait S seconds for a person at the bench who is asked to do something; a test for "
        "which nobody does it is skipped. 0: ask nobody (default: %(default)g).",
    )


def _add_reports(group: pytest.OptionGroup) -> None:
    """What a run leaves."""
    group.addoption(
        "--report",
        type=Path,
        metavar="DIR",
        help="Write the report into DIR and not into build/reports/<time>-<boards>.",
    )
    group.addoption(
        "--history",
        type=Path,
        metavar="FILE",
        help="Add the results and numbers to FILE, see uk-board report history.",
    )
    group.addoption(
        "--coverage",
        action="store_true",
        help="Add to the report which lines of the C code ran on emulated boards.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Become active if boards are named."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    if config.getoption("board") or config.getoption("board_on"):
        activate(config)


def activate(config: pytest.Config) -> None:
    """Offer the fixtures; without --board, on every board that has an emulator."""
    manager = config.pluginmanager
    if not manager.hasplugin(PLUGIN):
        # Only here: other pytest runs need not load them.
        from uk_board.harness import besidelabgrid, fixtures, retries
        from uk_board.report import plugin as report

        manager.register(fixtures, PLUGIN)
        manager.register(report, REPORT)
        manager.register(retries, "uk_board.harness.retries")
        if besidelabgrid.is_needed(config):
            manager.register(besidelabgrid, besidelabgrid.PLUGIN)
