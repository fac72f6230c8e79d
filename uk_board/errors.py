# SPDX-License-Identifier: BSD-3-Clause
"""The errors that users see: one grammar, one exit status each.

Every message reads `<where>: <what is wrong>; <what is known or expected>`,
and where there is a next step a second line `try: ...`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class UkBoardError(Exception):
    """Anything that went wrong outside uk-board's own code.

    `hint` is the next step, shown as a second line `try: ...`.
    """

    exit_status = 1

    def __init__(self, where: str, problem: str, *, hint: str = "") -> None:
        self.where = where
        self.problem = problem
        self.hint = hint
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.where}: {self.problem}" if self.where else self.problem
        return f"{text}\ntry: {self.hint}" if self.hint else text


class DescriptorError(UkBoardError):
    """A file of the user is wrong: board, driver, library, application or map."""


class BenchError(UkBoardError):
    """A tool, port, emulator or board misbehaved; carries its last console lines."""

    def __init__(
        self, where: str, problem: str, *, hint: str = "", last_lines: Sequence[str] = ()
    ) -> None:
        self.last_lines = tuple(last_lines)
        super().__init__(where, problem, hint=hint)

    def __str__(self) -> str:
        text = super().__str__()
        if not self.last_lines:
            return text
        shown = "\n".join(f"  | {line}" for line in self.last_lines)
        return f"{text}\nlast console lines:\n{shown}"


class UsageError(UkBoardError):
    """The command line asks for something that does not exist."""

    exit_status = 2


class MissingError(UkBoardError):
    """A tool or a file that the work needs is not there."""

    exit_status = 3


def known_names(name: str, known: Iterable[str]) -> str:
    """List the known names, those nearest to `name` first."""
    names = sorted(known)
    if not names:
        return "none are known"
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    return "known: " + ", ".join(near + [other for other in names if other not in near])
