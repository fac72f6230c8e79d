# SPDX-License-Identifier: BSD-3-Clause
"""What uk-board on the board's machine answers: one JSON object a line, with one key.

{"hello": "0.1.0"}                          first: its version
{"plan": {"steps": [...], "warning": [...]}}
{"took": 26214400}                          the image is there, bytes of data; flashing begins
{"progress": ["write", 1048576, 26214400]}
{"note": "..."}                             for a person
{"ready": true}                             the board may be switched on now
{"done": "..."}                             last, or
{"error": {"kind": "BenchError", "where": "...", "problem": "...", "hint": "..."}}
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any, BinaryIO

from uk_board.disk.writer import Progress
from uk_board.errors import BenchError, DescriptorError, MissingError, UkBoardError, UsageError

HELLO, PLAN, TOOK, PROGRESS = "hello", "plan", "took", "progress"
NOTE, READY, DONE, ERROR = "note", "ready", "done", "error"
_KEYS = {HELLO, PLAN, TOOK, PROGRESS, NOTE, READY, DONE, ERROR}
_KINDS: dict[str, type[UkBoardError]] = {
    kind.__name__: kind
    for kind in (UkBoardError, BenchError, DescriptorError, MissingError, UsageError)
}
# Progress is told at most so often.
_PERIOD_S = 0.1


def parse(line: bytes) -> tuple[str, Any] | None:
    """Return key and value of a line; None for one that is none of ours, such as a greeting."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    if not isinstance(said, dict) or len(said) != 1:
        return None
    [(key, value)] = said.items()
    return (key, value) if key in _KEYS else None


def error_of(value: Any, where: str) -> UkBoardError:
    """Return the error that happened at `where`, as it was told."""
    said = value if isinstance(value, dict) else {}
    kind = _KINDS.get(str(said.get("kind")), UkBoardError)
    place = f"{where}: {said.get('where')}" if said.get("where") else where
    return kind(place, str(said.get("problem", value)), hint=str(said.get("hint") or ""))


class Answers:
    """The side that answers. What it says is on its way at once; OSError: nobody hears it."""

    def __init__(self, out: BinaryIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock = clock
        self._lock = threading.Lock()
        self._told_s = float("-inf")
        self._phase = ""

    def say(self, key: str, value: Any) -> None:
        """Write a line."""
        with self._lock:
            self._out.write(json.dumps({key: value}).encode() + b"\n")
            self._out.flush()

    def progress(self, progress: Progress) -> None:
        """Tell progress: the first of a phase, the last, and now and then."""
        now_s = self._clock()
        last = progress.done >= progress.total
        if progress.phase == self._phase and not last and now_s - self._told_s < _PERIOD_S:
            return
        self._told_s, self._phase = now_s, progress.phase
        self.say(PROGRESS, [progress.phase, progress.done, progress.total])

    def error(self, error: UkBoardError) -> None:
        """Tell of an error."""
        kind = next(each.__name__ for each in type(error).__mro__ if each.__name__ in _KINDS)
        said = {"kind": kind, "where": error.where, "problem": error.problem, "hint": error.hint}
        self.say(ERROR, said)
