# SPDX-License-Identifier: BSD-3-Clause
"""What is kept of a test on a board, for those that report it: where it ran, what was said."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from uk_board.console import Console
from uk_board.emulation.runner import Image
from uk_board.facts.board import Board


@dataclass(frozen=True)
class Event:
    """Something that was done to the board: power, reset, flash, stimulus, retry."""

    monotonic_s: float
    text: str


@dataclass
class Evidence:
    """What a test ran on; the console goes on while the image stays booted.

    `on` is "emulator", "bench" or "place", `where` says which, such as "bench.toml: desk-4".
    `begin_bytes` is the position in the console where this test began; `log` has the bytes
    since then, as they came.
    """

    board: Board
    image: Image
    console: Console
    on: str
    where: str
    begin_bytes: int
    log: Path
    events: list[Event] = field(default_factory=list)
    # Nothing but instructions took time
    virtual_time: bool = False

    def note(self, text: str) -> None:
        """Add an event of now."""
        self.events.append(Event(time.monotonic(), text))


# Stored in the `stash` of the pytest.Item, from the moment the board is switched on for it.
EVIDENCE = pytest.StashKey[Evidence]()
# Where a test's board stands, as `on` and `where` of Evidence; known before it is switched on,
# which may be what fails, or is left undone.
STANDS = pytest.StashKey[tuple[str, str]]()
# What the tries before this one failed for, where a test may be tried again.
TRIES = pytest.StashKey[list[str]]()
