# SPDX-License-Identifier: BSD-3-Clause
"""A seeded search: random programs under random schedules, and failures made small."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeVar

from uk_board.shimhost.generate import IRQ, random_program
from uk_board.shimhost.model import predict
from uk_board.shimhost.program import SLICE, Injection, Run, run_program
from uk_board.shimhost.text import Actor, Program, parse

# Schedules tried for each program, beside the one in which nothing comes between.
SCHEDULES = 4
T = TypeVar("T")
_AT = re.compile(r"^at (\d+) (slice|irq (\d+))\n?", re.M)


@dataclass(frozen=True)
class Case:
    """A program and what comes between its calls."""

    program: Program
    injections: tuple[Injection, ...] = ()

    def __str__(self) -> str:
        """Return it as `read_case` reads it back."""
        lines = [
            f"at {one.point} {'slice' if one.irq == SLICE else f'irq {one.irq}'}\n"
            for one in self.injections
        ]
        return str(self.program) + "".join(lines)


@dataclass(frozen=True)
class Failure:
    """A case that does what must not be."""

    seed: int
    case: Case
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Explored:
    """What a search saw."""

    runs: int
    failure: Failure | None


def read_case(text: str) -> Case:
    """Read a file that `uk-board shim explore` wrote, or a plain program."""
    plain = "".join(line for line in text.splitlines(True) if not line.startswith("#"))
    injections = [
        Injection(int(found[1]), int(found[3]) if found[3] else SLICE)
        for found in _AT.finditer(plain)
    ]
    return Case(parse(_AT.sub("", plain)), tuple(sorted(injections)))


def run_case(library: Path, case: Case) -> Run:
    """Run it on the host; in `wrong` also how it is not what the model says.

    The model knows nothing of points: with injections only what must hold always is looked at.
    """
    run = run_program(library, str(case.program), case.injections)
    if case.injections or run.wrong:
        return run
    expected = predict(case.program)
    pairs = zip((*run.trace, "nothing more"), (*expected, "nothing more"), strict=False)
    found = next((pair for pair in pairs if pair[0] != pair[1]), None)
    if found is None:
        return run
    wrong = (f"did: {found[0]}", f"FreeRTOS does: {found[1]}")
    return dataclasses.replace(run, wrong=wrong)


def explore(
    library: Path,
    *,
    seed: int,
    runs: int,
    on_run: Callable[[int], None] = lambda _: None,
) -> Explored:
    """Run up to `runs` cases, each following from `seed`; stop at the first failure."""
    done = 0
    for number in range(seed, seed + runs):
        for case in _cases(library, number):
            if done >= runs:
                return Explored(done, None)
            run = run_case(library, case)
            done += 1
            on_run(done)
            if run.wrong:
                return Explored(done, shrink(library, Failure(number, case, run.wrong)))
    return Explored(done, None)


def _cases(library: Path, seed: int) -> Iterator[Case]:
    chance = Random(seed)
    program = random_program(chance)
    yield Case(program)
    points = run_program(library, str(program)).points
    for _ in range(SCHEDULES):
        yield Case(program, _schedule(chance, points))


def _schedule(chance: Random, points: int) -> tuple[Injection, ...]:
    """Choose up to four points, most of them for an interrupt."""
    count = min(points, chance.randint(1, 4))
    chosen = sorted(chance.sample(range(1, points + 1), count))
    return tuple(Injection(point, chance.choice((IRQ, IRQ, SLICE))) for point in chosen)


# ---- Making it small ----


def shrink(library: Path, failure: Failure) -> Failure:
    """Return the smallest case near `failure` that still fails."""
    best, changed = failure, True
    while changed:
        changed = False
        for case in _smaller(best.case):
            found = _still_fails(library, case)
            if found:
                best, changed = dataclasses.replace(failure, case=found[0], wrong=found[1]), True
                break
    return best


def _still_fails(library: Path, case: Case) -> tuple[Case, tuple[str, ...]] | None:
    """Run a smaller case; when it does not fail as it stands, move a single injection about."""
    run = run_case(library, case)
    if run.wrong:
        return case, run.wrong
    if len(case.injections) == 1:
        for point in range(1, run.points + 1):
            moved = Case(case.program, (Injection(point, case.injections[0].irq),))
            if wrong := run_case(library, moved).wrong:
                return moved, wrong
    return None


def _smaller(case: Case) -> Iterator[Case]:
    """Yield the case with one thing less: injections, then tasks, calls, objects."""
    program = case.program
    for less in _without_one(case.injections):
        yield Case(program, less)
    for gone in program.actors:
        actors = tuple(_without_calls_of(gone.name, one) for one in program.actors if one != gone)
        yield Case(dataclasses.replace(program, actors=actors), case.injections)
    for number, actor in enumerate(program.actors):
        for calls in _fewer_calls(actor.calls):
            fewer = dataclasses.replace(actor, calls=calls)
            actors = (*program.actors[:number], fewer, *program.actors[number + 1 :])
            yield Case(dataclasses.replace(program, actors=actors), case.injections)
    used = {word for actor in program.actors for call in actor.calls for word in call.split()}
    kept = tuple(one for one in program.objects if one.name in used)
    if kept != program.objects:
        yield Case(dataclasses.replace(program, objects=kept), case.injections)


def _fewer_calls(calls: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the calls without one; a lock goes with its unlock, a mask with its unmask."""
    for number, call in enumerate(calls):
        if call in ("lock", "mask"):
            end = calls.index(f"un{call}", number)
            yield (*calls[:number], *calls[number + 1 : end], *calls[end + 1 :])
        elif call not in ("unlock", "unmask"):
            yield (*calls[:number], *calls[number + 1 :])


def _without_calls_of(name: str, actor: Actor) -> Actor:
    calls = tuple(call for call in actor.calls if name not in call.split())
    return dataclasses.replace(actor, calls=calls)


def _without_one(things: Sequence[T]) -> Iterator[tuple[T, ...]]:
    for number in range(len(things)):
        yield (*things[:number], *things[number + 1 :])
