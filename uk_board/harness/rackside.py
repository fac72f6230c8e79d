# SPDX-License-Identifier: BSD-3-Clause
"""What a run of tests tells the rack: how long it waits, what it says meanwhile, how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class RackSide:
    """What `uk_board.rack.client.acquire` gets of a run; see there."""

    coordinator: str | None = None
    wait_s: float = 0.0
    tell: Callable[[str], None] = lambda text: None
    result: Callable[[], str] = lambda: ""


def rack_side(config: pytest.Config) -> RackSide:
    """Return what the options say, and what the terminal is told."""

    def tell(text: str) -> None:
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            reporter.write_line(f"rack: {text}")

    def result() -> str:
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        stats = reporter.stats if reporter is not None else {}
        bad = len(stats.get("failed", ())) + len(stats.get("error", ()))
        return f"{bad}_failed" if bad else f"{len(stats.get('passed', ()))}_passed"

    wait_s = float(config.getoption("board_wait"))
    return RackSide(config.getoption("board_coordinator"), wait_s, tell, result)
