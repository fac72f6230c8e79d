# SPDX-License-Identifier: BSD-3-Clause
"""How much of FreeRTOS's API there is: provided, differing, missing; and one API explained."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from uk_board.errors import UsageError
from uk_board.shimgen.check import Thunk
from uk_board.shimgen.generator import load_checked
from uk_board.shimgen.model import Row, ShimMap, nearest
from uk_board.shimgen.reach import read_reach
from uk_board.shimgen.reader import read_map

NOT_MAPPED = "not mapped yet"


@dataclass(frozen=True)
class Coverage:
    """The public names of FreeRTOS and what became of them."""

    version: str
    by_header: dict[str, tuple[int, int]]  # header -> provided, public
    provided: tuple[str, ...]
    differs: dict[str, str]
    missing: dict[str, str]

    @property
    def public(self) -> int:
        """How many public names there are."""
        return sum(public for _, public in self.by_header.values())

    def missing_by_reason(self) -> dict[str, list[str]]:
        """The missing names, those of one reason together."""
        reasons: dict[str, list[str]] = {}
        for name, reason in self.missing.items():
            reasons.setdefault(reason, []).append(name)
        return reasons

    def as_json(self) -> dict[str, object]:
        """Return the form that scripts read."""
        return {
            "public": self.public,
            "provided": len(self.provided),
            "differs": self.differs,
            "missing": self.missing,
        }


def coverage(tree: Path) -> Coverage:
    """Count the map below `tree`. Raises: DescriptorError, MissingError."""
    found = read_map(tree)
    rows = {row.name: row for row in found.rows()}
    reasons = found.missing()
    names = found.public.names()
    return Coverage(
        found.public.version,
        {
            header: (sum(name in rows for name in listed), len(listed))
            for header, listed in found.public.public.items()
        },
        tuple(name for name in names if name in rows),
        {name: rows[name].differs for name in names if name in rows and rows[name].differs},
        {name: reasons.get(name, NOT_MAPPED) for name in names if name not in rows},
    )


@dataclass(frozen=True)
class Explanation:
    """One row: what it is on Unikraft, and what proves it."""

    row: Row
    through: tuple[str, ...]  # the rows a macro goes through
    function: str  # the C function, "" for an expression
    place: str  # where that is
    calls: tuple[str, ...]  # contract calls with their headers, reached in the end
    isr: bool | None  # may be called from an interrupt handler; None: not known


def explain(tree: Path, name: str) -> Explanation:
    """Explain the API `name`. Raises: UsageError when there is no such row."""
    checked = load_checked(tree)
    rows = {row.name: row for row in checked.shim_map.rows()}
    if name not in rows:
        raise _not_offered(checked.shim_map, name)
    row, through = rows[name], []
    while row.macro and (callee := row.becomes.partition("(")[0]) in rows:
        row = rows[callee]
        through.append(callee)
    part = checked.parts[row.name]
    reach = read_reach(tree, checked.parts, set(checked.contract.functions()))
    function = part.helper if isinstance(part, Thunk) else ""
    found = reach.find(row.by_hand.partition("(")[0]) if function else None
    return Explanation(
        rows[name],
        tuple(through),
        function,
        found.place if found else "",
        tuple(checked.contract.described(call) for call in reach.ends_of(row.name)),
        row.isr,
    )


def _not_offered(shim_map: ShimMap, name: str) -> UsageError:
    names = shim_map.public.names()
    reason = shim_map.missing().get(name) or (NOT_MAPPED if name in names else "")
    if reason:
        return UsageError(name, f"is not offered: {reason}")
    known = {*names, *(row.name for row in shim_map.rows())}
    problem = f"is not an API of FreeRTOS; {nearest(name, known)}"
    return UsageError(name, problem, hint="uk-board shim coverage")
