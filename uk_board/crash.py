# SPDX-License-Identifier: BSD-3-Clause
"""Crash reports and broken rules: find them in console output, and say where in the source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from uk_board.errors import UkBoardError
from uk_board.symbols import Frame, find_tool, resolve, shown

END_MARK = "*** END CRASH"
_INSTRUCTION_BYTES = 4

_CAUSE = re.compile(r"\*\*\* CRASH: *(.*)")
_THREAD = re.compile(r"\*\*\* thread: *(.*)")
_BACKTRACE = re.compile(r"\*\*\* backtrace:(.*)")
# What the shim prints when a call breaks a rule of FreeRTOS's API.
_BROKEN_RULE = re.compile(r"\bfreertos: (\S+: .*) \(called from (0x[0-9a-fA-F]+)\)")
_REGISTER = re.compile(r"\b(pc|lr|sp|esr|far|spsr|x\d+) +(0x[0-9a-fA-F]+)")


@dataclass(frozen=True)
class CrashReport:
    """What a crashed image printed; `complete` if the report came to its end.

    `line` is the number of console lines before it.
    """

    line: int
    cause: str
    thread: str
    registers: dict[str, int]
    backtrace: tuple[int, ...]
    complete: bool


@dataclass(frozen=True)
class Place:
    """One address of a crash report, with the frames there, innermost first."""

    label: str
    address: int
    frames: tuple[Frame, ...]


@dataclass(frozen=True)
class BrokenRule:
    """A wrong call of the FreeRTOS API: "api: rule", and the address to which it returns."""

    what: str
    caller: int


def find_broken_rules(lines: Sequence[str]) -> list[BrokenRule]:
    """Return the wrong calls that console lines tell of, each once."""
    found = (_BROKEN_RULE.search(line) for line in lines)
    rules = (BrokenRule(match[1], int(match[2], 16)) for match in found if match)
    return list(dict.fromkeys(rules))


def describe_rules(lines: Sequence[str], elf: Path | None) -> list[str]:
    """Return lines for the user: each wrong call in console lines with its source line.

    Never fails: where the callers cannot be resolved, the lines have their addresses.
    """
    rules = find_broken_rules(lines)
    try:
        places = _callers(rules, elf)
    except UkBoardError as error:
        places = [f"{rule.caller:#x}, which is not resolved: {error}" for rule in rules]
    return [
        f"freertos: {rule.what}; called from {place}"
        for rule, place in zip(rules, places, strict=True)
    ]


def _callers(rules: Sequence[BrokenRule], elf: Path | None) -> list[str]:
    if elf is None:
        return [f"{rule.caller:#x}" for rule in rules]
    calls = [max(0, rule.caller - _INSTRUCTION_BYTES) for rule in rules]
    frames = resolve(elf, calls, find_tool())
    return [", inlined into ".join(map(shown, there or [Frame()])) for there in frames]


def find_crash(lines: Sequence[str]) -> CrashReport | None:
    """Return the first crash report in console lines, or None; later ones follow from it."""
    start = next((at for at, line in enumerate(lines) if _CAUSE.search(line)), None)
    if start is None:
        return None
    end = next((at for at, line in enumerate(lines) if at > start and END_MARK in line), None)
    return _parse(start, lines[start:end], complete=end is not None)


def _parse(start: int, lines: Sequence[str], *, complete: bool) -> CrashReport:
    registers: dict[str, int] = {}
    for line in lines[1:]:
        if line.lstrip().startswith("*** "):
            registers |= {name: int(value, 16) for name, value in _REGISTER.findall(line)}
    addresses = re.findall(r"0x[0-9a-fA-F]+", _last(_BACKTRACE, lines))
    return CrashReport(
        line=start,
        cause=_last(_CAUSE, lines[:1]).strip(),
        thread=_last(_THREAD, lines).strip(),
        registers=registers,
        backtrace=tuple(int(address, 16) for address in addresses),
        complete=complete,
    )


def _last(pattern: re.Pattern[str], lines: Sequence[str]) -> str:
    return next((found[1] for line in lines if (found := pattern.search(line))), "")


def places(report: CrashReport, elf: Path, tool: str | None) -> list[Place]:
    """Return pc, lr and the backtrace with their source lines. Raises: UkBoardError."""
    named: list[str] = ["pc", "lr"]
    wanted = [(name, report.registers[name]) for name in named if report.registers.get(name)]
    wanted += [(f"#{depth}", address) for depth, address in enumerate(report.backtrace)]
    # All but the pc of an exception are return addresses: the call is the instruction before.
    # Where the software itself gave up (no exception, ESR 0), the pc is one too.
    exact = report.registers.get("pc") if report.registers.get("esr") != 0 else None
    looked_up = [
        address
        if address == exact and label in ("pc", "#0")
        else max(0, address - _INSTRUCTION_BYTES)
        for label, address in wanted
    ]
    frames = resolve(elf, looked_up, tool)
    return [
        Place(label, address, tuple(there))
        for (label, address), there in zip(wanted, frames, strict=True)
    ]


def describe(report: CrashReport, elf: Path | None) -> list[str]:
    """Return lines for the user: the thread, and every address with its source line.

    Never fails: where the addresses cannot be resolved, the lines say why.
    """
    lines = [f"thread: {report.thread}"] if report.thread else []
    if not report.complete:
        lines.append("the report is not complete: the image stopped while it printed it")
    if elf is None:
        return [*lines, "addresses are not resolved: the ELF file of this image is not known"]
    try:
        found = places(report, elf, find_tool())
    except UkBoardError as error:
        return [*lines, f"addresses are not resolved: {error}"]
    for _, same in groupby(found, key=lambda place: (place.label in ("pc", "lr"), place.address)):
        first, *others = same
        lines += _place_lines(first)
        if others:  # recursion
            lines.append(f"  {others[0].label} to {others[-1].label}: the same again")
    return lines


def _place_lines(place: Place) -> list[str]:
    first, *outer = place.frames or (Frame(),)
    lines = [f"  {place.label:<4} {place.address:#x}  {shown(first)}"]
    return lines + [f"         inlined into  {shown(frame)}" for frame in outer]
