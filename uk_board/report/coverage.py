# SPDX-License-Identifier: BSD-3-Clause
"""Coverage of the C code from emulated runs, of images as they are: nothing is built in.

QEMU translates a piece of code when it is about to run for the first time, and can log which
instructions that were. Their addresses and the line table of the ELF file give the lines. So
the image and its timing stay what they are, and a run takes no longer. What is not told: how
often a line ran; and of a piece that an exception ended, the few instructions behind it are
counted too.
"""

from __future__ import annotations

import contextlib
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from uk_board.errors import UkBoardError
from uk_board.report.lcov import numbers, ranges
from uk_board.report.linetable import Code, read_code
from uk_board.report.record import Covered, Function


class Coverage:
    """Gathers what ran in one session; emulators write their logs where `trace_for` says."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.warnings: tuple[str, ...] = ()
        self._folder = folder
        self._root = root
        # By owner: the log that its emulator may still write to, and the ELF file of its image.
        self._live: dict[str, tuple[Path, Path]] = {}
        self._ran: dict[Path, set[int]] = defaultdict(set)
        self._count = 0

    def trace_for(self, owner: str, elf: Path | None) -> Path | None:
        """Return the file for the log of the owner's next launch; its last one has ended.

        None for an image without symbols.
        """
        self._take(owner)
        if elf is None:
            return None
        self._folder.mkdir(parents=True, exist_ok=True)
        self._count += 1
        trace = self._folder / f"{self._count:04}.log"
        self._live[owner] = (trace, elf)
        return trace

    def _take(self, owner: str) -> None:
        trace, elf = self._live.pop(owner, (None, None))
        if trace is None or elf is None:
            return
        try:
            self._ran[elf] |= executed(trace.read_bytes())
            trace.unlink()
        except OSError as error:
            self.warnings += (f"coverage of one run is lost: {trace}: {error.strerror}",)

    def finish(self) -> dict[str, Covered]:
        """Return the coverage of each source file of the tree; all emulators have ended."""
        for owner in tuple(self._live):
            self._take(owner)
        shutil.rmtree(self._folder, ignore_errors=True)
        tally = Tally()
        for elf, addresses in self._ran.items():
            try:
                tally.add(read_code(elf, self._root), addresses)
            except UkBoardError as error:
                self.warnings += (f"no coverage of one image: {error}",)
        return tally.covered()


def executed(log: bytes) -> set[int]:
    """Return the addresses in a log of QEMU's `-d in_asm`: `0xADDRESS:  bytes  instruction`."""
    addresses = set()
    for line in log.split(b"\n"):
        if line.startswith(b"0x"):
            with contextlib.suppress(ValueError):  # the last line of an emulator that was ended
                addresses.add(int(line.partition(b":")[0], 16))
    return addresses


@dataclass
class _File:
    ran: set[int] = field(default_factory=set)
    there: set[int] = field(default_factory=set)
    functions: dict[tuple[int, str], bool] = field(default_factory=dict)


class Tally:
    """Adds up what ran of each file, over images and boards: one run of a line is enough."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = defaultdict(_File)

    def add(self, code: Code, addresses: set[int]) -> None:
        """Add the addresses that ran in one image."""
        for address, name, line in code.rows:
            file = self._files[name]
            file.there.add(line)
            if address in addresses:
                file.ran.add(line)
        for address, name, line, function in code.functions:
            self._add_function(name, line, function, ran=address in addresses)

    def add_covered(self, name: str, covered: Covered) -> None:
        """Add what another record says of a file."""
        file = self._files[name]
        ran = set(numbers(covered.ran))
        file.ran |= ran
        file.there |= ran | set(numbers(covered.missed))
        for function in covered.functions:
            self._add_function(name, function.line, function.name, ran=function.ran)

    def _add_function(self, file: str, line: int, name: str, *, ran: bool) -> None:
        known = self._files[file].functions
        known[line, name] = known.get((line, name), False) or ran

    def covered(self) -> dict[str, Covered]:
        """Return the sums by file."""
        return {
            name: Covered(
                ran=ranges(file.ran),
                missed=ranges(file.there - file.ran),
                functions=tuple(
                    Function(function, line, ran)
                    for (line, function), ran in sorted(file.functions.items())
                ),
            )
            for name, file in sorted(self._files.items())
        }
