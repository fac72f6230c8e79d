# SPDX-License-Identifier: BSD-3-Clause
"""What a thunk checks where configASSERT is on: from the row, and from the types it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from uk_board.errors import DescriptorError, known_names
from uk_board.shimgen.declare import Function
from uk_board.shimgen.model import Kind, Row, Rule


def rules_of(row: Row, function: Function, kinds: Mapping[str, Kind]) -> tuple[Rule, ...]:
    """Return the rules in the order in which they are checked: each may rely on those before.

    Raises: DescriptorError when the row names a kind or a parameter that is not there.
    """
    return tuple(_rules(row, function, kinds))


def _rules(row: Row, function: Function, kinds: Mapping[str, Kind]) -> Iterator[Rule]:
    if not row.isr:
        yield Rule("!shim_in_isr()", "called from an interrupt handler")
    for name in row.not_null:
        yield Rule(f"{name} != NULL", f"{name} is NULL")
    for name, kind in _kinds_of(row, function, kinds).items():
        alive = f"{kind.check}({name})"
        check = alive if name in row.not_null else f"!{name} || {alive}"
        yield Rule(check, f"{name} {kind.says}")
    if row.waits:
        yield Rule(f"shim_may_wait({row.waits})", "would wait while the scheduler is suspended")
    yield from row.rules


def _kinds_of(row: Row, function: Function, kinds: Mapping[str, Kind]) -> dict[str, Kind]:
    """Return what each handle must be: what the row says, else what its type says."""
    types = {one.name: one.type_text for one in function.parameters}
    for name, kind in row.kinds.items():
        if name not in types:
            known = known_names(name, types)
            raise DescriptorError(f"{row.where}.kinds", f'no parameter "{name}"; {known}')
        if kind not in kinds:
            known = known_names(kind, kinds)
            raise DescriptorError(f"{row.where}.kinds.{name}", f'no kind "{kind}"; {known}')
    wanted = {name: row.kinds.get(name, text) for name, text in types.items()}
    return {name: kinds[kind] for name, kind in wanted.items() if kind in kinds}
