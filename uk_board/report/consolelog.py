# SPDX-License-Identifier: BSD-3-Clause
"""The console of one test as text: each line with its time, what was done in between."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from uk_board.console import Console, Line, LineSplitter
from uk_board.report.record import Event

# A board that never stops printing shall not fill the disk; head and tail of it are kept.
HEAD_LINES = 2_000
TAIL_LINES = 6_000
LINE_CHARACTERS = 2_000
_TRIES = 5

# Signs of failure in what a board prints, the clearest first, and what they are called.
_SIGNS = (
    (re.compile(r"\*\*\* CRASH\b"), "the image crashed"),
    (re.compile(r"^CASE \S+ .*\bFAIL\b|:FAIL(?:$|:)"), "a case failed on the board"),
    (re.compile(r"\bfreertos: \S+: .* \(called from 0x"), "a wrong call of the FreeRTOS API"),
)


@dataclass(frozen=True)
class Entry:
    """A line of a log: what the board printed, or an event; `at_s` from the begin of the test."""

    at_s: float
    text: str
    event: bool = False


def since(console: Console, begin_bytes: int) -> tuple[int, list[Line]]:
    """Return the end of the output so far, and its lines from position `begin_bytes` on.

    The console counts bytes and keeps lines; both end alike, so lines are counted from there.
    """
    for _ in range(_TRIES):
        end_bytes = console.size_bytes
        lines = console.lines()
        data = console.raw(begin_bytes)
        if console.size_bytes == end_bytes:
            break
    splitter = LineSplitter()
    count = len(splitter.feed(data, 0.0)) + len(splitter.partial())
    return end_bytes, lines[-count:] if count else []


def entries(lines: Sequence[Line], events: Sequence[Event], begin_s: float) -> list[Entry]:
    """Return what was printed and what was done, in the order of time."""
    printed = [Entry(max(0.0, line.time_s - begin_s), _cut(line.text)) for line in lines]
    done = [Entry(event.at_s, event.text, event=True) for event in events]
    # Of one time the events come first: what was done is why something is printed.
    return sorted([*done, *printed], key=lambda entry: entry.at_s)


def failing_entry(
    found: Sequence[Entry], until_s: float, reason: str = ""
) -> tuple[int, str] | None:
    """Return the index of the entry to blame for a failure at `until_s`, and why that one."""
    for at, entry in enumerate(found):
        if reason and not entry.event and entry.text.strip() == reason:
            return at, "the test failed for this line"
    for sign, why in _SIGNS:
        for at, entry in enumerate(found):
            if not entry.event and sign.search(entry.text):
                return at, why
    before = [
        at
        for at, entry in enumerate(found)
        if not entry.event and entry.text.strip() and entry.at_s <= until_s
    ]
    return (before[-1], "the last line before the test failed") if before else None


def shortened(found: Sequence[Entry], failing: int | None) -> tuple[list[Entry], int | None]:
    """Return the entries without the middle of a very long log, and where `failing` is then."""
    if len(found) <= HEAD_LINES + TAIL_LINES:
        return list(found), failing
    tail = len(found) - TAIL_LINES
    if failing is not None and HEAD_LINES <= failing < tail:
        # What matters stays: the window ends behind it.
        tail = max(HEAD_LINES, failing - TAIL_LINES // 2)
    end = tail + TAIL_LINES
    gap = Entry(found[tail].at_s, f"{tail - HEAD_LINES} lines are left out here", event=True)
    after = [Entry(found[-1].at_s, f"{len(found) - end} lines are left out here", event=True)]
    kept = [*found[:HEAD_LINES], gap, *found[tail:end], *(after if end < len(found) else [])]
    if failing is not None and failing >= tail:
        failing += 1 + HEAD_LINES - tail
    return kept, failing


def text_of(found: Sequence[Entry]) -> str:
    """Return the file: `[ seconds] text`, events as `[ seconds] --- text`."""
    return "".join(f"[{entry.at_s:10.4f}] {_shown(entry)}\n" for entry in found)


def _shown(entry: Entry) -> str:
    return f"--- {visible(entry.text)}" if entry.event else visible(entry.text)


def _cut(text: str) -> str:
    more = len(text) - LINE_CHARACTERS
    return f"{text[:LINE_CHARACTERS]}... and {more} characters more" if more > 0 else text


_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[@-Z\\^_])")
# What no text file, XML or page should contain as it is.
_CONTROL = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def visible(text: str) -> str:
    r"""Return one line of text without colours; other control characters become `\x07`."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], _ESCAPE_SEQUENCE.sub("", text))


def visible_lines(text: str) -> str:
    """Return several lines as `visible` does each."""
    return "\n".join(map(visible, text.replace("\r\n", "\n").split("\n")))
