# SPDX-License-Identifier: BSD-3-Clause
"""What each library takes of an image, by kind of memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

OTHER = "(other)"


@dataclass(frozen=True)
class Sizes:
    """Bytes of one library in memory; `bss` takes none in the image file."""

    text: int = 0
    rodata: int = 0
    data: int = 0
    bss: int = 0

    def __add__(self, other: Sizes) -> Sizes:
        """Add kind by kind."""
        return Sizes(
            self.text + other.text,
            self.rodata + other.rodata,
            self.data + other.data,
            self.bss + other.bss,
        )

    @property
    def total(self) -> int:
        """All bytes in memory."""
        return self.text + self.rodata + self.data + self.bss


@dataclass(frozen=True)
class SizeTable:
    """What an image takes, by library, as the link map has it."""

    libraries: dict[str, Sizes]
    file_bytes: int

    @property
    def total(self) -> Sizes:
        """The whole image."""
        return sum(self.libraries.values(), Sizes())

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> SizeTable:
        """Return the table that `as_json` wrote."""
        rows = {name: Sizes(**sizes) for name, sizes in data["libraries"].items()}
        return cls(rows, data["file"])

    def as_json(self) -> dict[str, Any]:
        """Return what sizes.json holds; all values in bytes."""
        return {
            "file": self.file_bytes,
            "total": asdict(self.total),
            "libraries": {name: asdict(sizes) for name, sizes in self.libraries.items()},
        }


def measure(elf: Path, link_map: Path, file_bytes: int) -> SizeTable:
    """Return what each library takes, from the section headers and the link map.

    Objects lie in obj/<library>/; what no object accounts for (padding,
    stacks of the linker script) is counted under "(other)".
    """
    kinds = dict(_section_kinds(elf))
    libraries: dict[str, Sizes] = {}
    seen = dict.fromkeys(kinds, 0)
    text = link_map.read_text(encoding="utf-8", errors="replace")
    for section, library, size in _contributions(text.splitlines()):
        if section in kinds:
            seen[section] += size
            libraries[library] = libraries.get(library, Sizes()) + Sizes(
                **{kinds[section][0]: size}
            )
    rest = Sizes()
    for section, (kind, size) in kinds.items():
        rest += Sizes(**{kind: max(0, size - seen[section])})
    if rest.total:
        libraries[OTHER] = rest
    return SizeTable(
        dict(sorted(libraries.items(), key=lambda row: (-row[1].total, row[0]))), file_bytes
    )


def _section_kinds(elf: Path) -> Iterator[tuple[str, tuple[str, int]]]:
    """Yield each section that takes memory: its name, (kind, bytes)."""
    # Imported here: it takes longer than a build that has nothing to do.
    from elftools.elf.constants import SH_FLAGS
    from elftools.elf.elffile import ELFFile

    with elf.open("rb") as stream:
        for section in ELFFile(stream).iter_sections():
            flags, size = section["sh_flags"], section["sh_size"]
            if not flags & SH_FLAGS.SHF_ALLOC or not size:
                continue
            if section["sh_type"] == "SHT_NOBITS":
                # Thread-local zeros are a template: they take no place of their own.
                if flags & SH_FLAGS.SHF_TLS:
                    continue
                kind = "bss"
            elif flags & SH_FLAGS.SHF_EXECINSTR:
                kind = "text"
            else:
                kind = "data" if flags & SH_FLAGS.SHF_WRITE else "rodata"
            yield section.name, (kind, size)


_OUTPUT = re.compile(r"^(\S+)")
_INPUT = re.compile(r"^ (?:\S+)?\s+0x[0-9a-f]+\s+0x([0-9a-f]+)\s+(\S.*)$")
_OBJECT = re.compile(r"(?:^|/)obj/([^/]+)/")
_ARCHIVE = re.compile(r"([^/(]+)\.a\(")


def _contributions(lines: Iterable[str]) -> Iterator[tuple[str, str, int]]:
    """Yield (output section, library, bytes) for each input section of GNU ld's map."""
    section = ""
    started = False
    for line in lines:
        # Before this line the map lists what the link left out.
        started = started or line.startswith("Linker script and memory map")
        if not started:
            continue
        if output := _OUTPUT.match(line):
            section = output[1]
        elif found := _INPUT.match(line):
            origin = found[2]
            owner = _OBJECT.search(origin) or _ARCHIVE.search(origin)
            if owner:
                yield section, owner[1], int(found[1], 16)
