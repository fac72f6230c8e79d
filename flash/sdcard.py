# SPDX-License-Identifier: BSD-3-Clause
"""An SD card in a reader of this machine: written where there is data, read back, keys last."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from uk_board.desk.benchcard import CardToCome, card_in
from uk_board.desk.benchfile import Place
from uk_board.disk import facts, guard
from uk_board.disk.facts import Disk, Machine
from uk_board.disk.target import Target, opened
from uk_board.disk.writer import Source, write
from uk_board.errors import MissingError
from uk_board.flasher import Job, Option, Plan, Trait

CAPTION = "an SD card in a reader of this machine"
VERIFIED = "qemu: what was written to loop devices boots; the guard on made-up machines"
TRAITS = frozenset({Trait.WRITES_CARD, Trait.BOOTS_MEDIUM, Trait.TAKES_MEDIUM, Trait.AT_BOARD})


def _on_bench(place: Place) -> Path | CardToCome | None:
    return card_in(place, Machine()) if place.has_reader else None


OPTIONS = (
    Option("device", "The card.", "/dev/sdX", Path, needed=True, bench=_on_bench),
    Option("force", "Write to DEV in spite of what speaks against it.", "DEV", Path),
    Option("delta", "Write only what differs from what is there."),
)


@dataclass(frozen=True)
class Found:
    """The card as it was when the user was asked."""

    path: Path
    disk: Disk


def plan(job: Job) -> Plan:
    """Look at the device, refuse whatever may be somebody's disk."""
    machine = Machine(job.root)
    path: Path | CardToCome = job.option("device")
    if isinstance(path, CardToCome):
        return _plan_unseen(path, job)
    disk = facts.disk_at(path, machine)
    with _reader(path) as read:
        found = guard.objections(disk, machine, read)
    if read is None and not any(item.final for item in found):
        unknown = "cannot be read, so nobody knows what is on it (root, or the group disk, can)"
        found.append(guard.Objection(unknown, final=True))
    guard.permit(disk, found, job.option("force"))
    warning = tuple(guard.describe(disk, machine))
    warning += tuple(f"  in spite of: it {item.reason}" for item in found)
    return Plan(_steps(path, job), warning, Found(path, disk))


def _plan_unseen(card: CardToCome, job: Job) -> Plan:
    """Say what would be done with a card that only a switched mux shows."""
    look = f"look at {card}, and refuse what may be somebody's disk"
    unknown = f"{card} is with the board; what it is, is known when the mux is switched"
    return Plan((look, *_steps(card, job)), (unknown,))


def _steps(card: Path | CardToCome, job: Job) -> tuple[str, ...]:
    how = "what differs" if job.option("delta") else "all data, no holes"
    return (
        f"wipe what would boot from {card}",
        f"write to {card}: {how}",
        f"read {card} back past the page cache and compare every block",
        f"make {card} bootable, and read that back",
    )


@contextmanager
def _reader(path: Path) -> Iterator[Callable[[int, int], bytes] | None]:
    """Yield what reads the device; None where one may not, or nothing is in it."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield None
        return
    try:
        yield lambda offset, size: os.pread(fd, size, offset)
    finally:
        os.close(fd)


def run(job: Job, plan: Plan) -> str:
    """Write the card."""
    card: Found | None = plan.found
    if card is None:
        raise MissingError(str(job.option("device")), "is not here; its mux must be switched first")
    image = job.medium()
    if not image.is_file():
        raise MissingError(str(image), "no such image")
    machine = Machine(job.root)
    guard.check_same(card.disk, machine)

    def check(target: Target) -> None:
        guard.check_same(card.disk, machine, target.state)

    source = Source(image)
    try:
        # Exclusive: the kernel refuses what is mounted, or used by RAID, LVM and the like.
        with opened(card.path, job.option("block_file")) as target:
            check(target)
            report = write(
                source,
                target,
                on_progress=job.on_progress,
                delta=bool(job.option("delta")),
                written=check,
            )
    finally:
        source.close()
    same = f", {report.same:,} were there already" if report.same else ""
    return f"{card.path}: {report.written:,} bytes written and read back{same}"
