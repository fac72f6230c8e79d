# SPDX-License-Identifier: BSD-3-Clause
"""The wrong disk cannot be wiped: every reason against writing to one, each a small check."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from uk_board.disk import facts, members
from uk_board.disk.facts import Disk, Machine
from uk_board.disk.target import UNTOUCHED
from uk_board.errors import BenchError, UsageError

# No card for these boards is larger; disks with somebody's life on them are.
LARGEST_BYTES = 256 << 30
# Where the system is that this program runs on.
_SYSTEM = ("/", "/boot", "/boot/efi", "/boot/firmware", "/usr", "/var", "/home", "/etc", "/opt")


@dataclass(frozen=True)
class Objection:
    """A reason not to write to a disk; `final` ones hold even if it is named with --force."""

    reason: str
    final: bool = False


Check = Callable[[Disk, Machine, members.ReadAt | None], Iterator[Objection]]


def _all_names(disk: Disk, machine: Machine) -> list[str]:
    return [disk.name, *(name for name, _ in facts.built_on(disk, machine))]


def holds_the_running_system(
    disk: Disk, machine: Machine, read: members.ReadAt | None
) -> Iterator[Objection]:
    """The system's own file systems and swap, on it or on anything that is built on it."""
    for name, places in _mounted(disk, machine):
        for place in places:
            if place in _SYSTEM:
                yield Objection(f"holds the running system: {place} is on {name}", final=True)
    for name in sorted(facts.swaps(machine) & set(_all_names(disk, machine))):
        yield Objection(f"is swapped to: {name}", final=True)


def is_mounted(disk: Disk, machine: Machine, read: members.ReadAt | None) -> Iterator[Objection]:
    """Any file system on it, at any depth."""
    for name, places in _mounted(disk, machine):
        for place in places:
            if place not in _SYSTEM:
                yield Objection(f"is mounted: {name} at {place}")


def _mounted(disk: Disk, machine: Machine) -> Iterator[tuple[str, list[str]]]:
    by_number, by_name = facts.mounts(machine), facts.mounted_sources(machine)
    for name in _all_names(disk, machine):
        number = facts.look_at(name, machine).number
        places = dict.fromkeys([*by_number.get(number, []), *by_name.get(name, [])])
        if places:
            yield name, list(places)


def is_held(disk: Disk, machine: Machine, read: members.ReadAt | None) -> Iterator[Objection]:
    """RAID, LVM and the like that are running on it."""
    for name, below in facts.built_on(disk, machine):
        if below != disk.name or name not in disk.parts:
            yield Objection(f"is in use: {name} lies on {below}")


def is_member(disk: Disk, machine: Machine, read: members.ReadAt | None) -> Iterator[Objection]:
    """RAID, LVM, ZFS or LUKS on it that is not running."""
    if read is None:
        return
    if kind := members.member_of(read, disk.size_bytes):
        yield Objection(f"is a member of {kind}")
    for part, size in zip(disk.parts, disk.part_bytes, strict=True):
        start = _start(disk, part)

        def within(offset: int, count: int, start: int = start) -> bytes:
            return read(start + offset, count)

        if kind := members.member_of(within, size):
            yield Objection(f"{part} on it is a member of {kind}")


def _start(disk: Disk, part: str) -> int:
    text = (disk.folder / part / "start").read_text(encoding="ascii").strip()
    return int(text) * 512


def is_not_removable(
    disk: Disk, machine: Machine, read: members.ReadAt | None
) -> Iterator[Objection]:
    """A disk that is built in."""
    if not disk.removable:
        yield Objection("is not removable")


def is_too_large(disk: Disk, machine: Machine, read: members.ReadAt | None) -> Iterator[Objection]:
    """Larger than any card for these boards."""
    if disk.size_bytes > LARGEST_BYTES:
        yield Objection(f"has {disk.size_bytes / 2**30:.0f} GiB; a card has at most 256")


def is_read_only(disk: Disk, machine: Machine, read: members.ReadAt | None) -> Iterator[Objection]:
    """A card with its lock on."""
    if disk.read_only:
        yield Objection("is read-only; SD cards have a lock at their side", final=True)


def is_partition(disk: Disk, machine: Machine, read: members.ReadAt | None) -> Iterator[Objection]:
    """A medium is a whole disk."""
    if disk.is_partition:
        whole = disk.folder.parent.name
        yield Objection(f"is a partition; the whole disk is /dev/{whole}", final=True)


def is_empty(disk: Disk, machine: Machine, read: members.ReadAt | None) -> Iterator[Objection]:
    """A reader without a card."""
    if not disk.size_bytes:
        yield Objection("has no medium in it", final=True)


def is_open(disk: Disk, machine: Machine, read: members.ReadAt | None) -> Iterator[Objection]:
    """A program that reads or writes it at this moment."""
    for name in _all_names(disk, machine):
        for process, program in facts.openers(facts.look_at(name, machine).number, machine):
            yield Objection(f"is opened by someone else: {name} by {program} ({process})")


CHECKS: Sequence[Check] = (
    is_partition,
    is_empty,
    is_read_only,
    holds_the_running_system,
    is_mounted,
    is_held,
    is_member,
    is_open,
    is_not_removable,
    is_too_large,
)


def objections(disk: Disk, machine: Machine, read: members.ReadAt | None = None) -> list[Objection]:
    """Return every reason not to write to `disk`; `read` gives what is on it."""
    return [found for check in CHECKS for found in check(disk, machine, read)]


def permit(disk: Disk, found: Sequence[Objection], forced: Path | None) -> None:
    """Raise unless `disk` may be written to.

    `forced` is the device that the user named beside --force; it must be this one.

    Raises:
        UsageError: `forced` is another device.
        BenchError: there are objections that are not, or cannot be, overridden.
    """
    device = f"/dev/{disk.name}"
    if forced is not None and os.path.normpath(forced) != device:
        raise UsageError("--force", f"names {forced}; the device that is written is {device}")
    standing = [item for item in found if item.final or forced is None]
    if not standing:
        return
    reasons = "; ".join(item.reason for item in standing)
    final = any(item.final for item in standing)
    raise BenchError(
        f"{device} ({disk.title}, {disk.size_bytes / 1e9:.1f} GB)",
        f"is not written: {reasons}",
        hint="another device" if final else f"if it is the right one: --force {device}",
    )


def check_same(planned: Disk, machine: Machine, state: str = UNTOUCHED) -> None:
    """Raise BenchError, with what `state` things are in, unless the device is the planned one."""
    device = f"/dev/{planned.name}"
    if not (machine.block / planned.name).exists():
        raise BenchError(device, f"has gone since it was looked at; {state}")
    now = facts.look_at(planned.name, machine)
    if now.identity != planned.identity:
        raise BenchError(
            device,
            f"is another device or medium than before: it was {planned.title},"
            f" {planned.size_bytes} bytes, and is {now.title}, {now.size_bytes} bytes; {state}",
        )


def describe(disk: Disk, machine: Machine) -> list[str]:
    """Return what a person must see before a disk is overwritten."""
    by_number = facts.mounts(machine)
    lines = [f"/dev/{disk.name}: {disk.title}, {disk.size_bytes:,} bytes"]
    for part, size in zip(disk.parts, disk.part_bytes, strict=True):
        places = by_number.get(facts.look_at(part, machine).number, [])
        where = f", mounted at {', '.join(places)}" if places else ""
        lines.append(f"  {part}: {size:,} bytes{where}")
    return lines
