# SPDX-License-Identifier: BSD-3-Clause
"""What a failed test on a board shows: the last lines, wrong calls, the crash, where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from uk_board.crash import describe, describe_rules, find_crash
from uk_board.harness.evidence import Evidence
from uk_board.harness.station import Station

_LAST_LINES = 30


def at_the_deadline(station: Station | None, took_s: float) -> Iterator[tuple[str, str]]:
    """Yield what the board of a test that did not end does now; it is switched off then."""
    if station is not None:
        yield f"{station.board.name} at the deadline", station.standing(round(took_s, 1)).problem


def sections(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield what a failed test shows: title and text."""
    board, image, console = evidence.board, evidence.image, evidence.console
    last = console.last_lines(_LAST_LINES) or ["(nothing was ever printed)"]
    yield f"last console lines of {board.name}", "\n".join(last)
    printed = [line.text for line in console.lines()]
    if rules := describe_rules(printed, image.elf):
        yield f"wrong calls on {board.name}", "\n".join(rules)
    crash = find_crash(printed)
    if crash is not None:
        lines = [crash.cause, *describe(crash, image.elf)]
        yield f"crash of {image.name} on {board.name}", "\n".join(lines)
