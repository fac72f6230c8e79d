# SPDX-License-Identifier: BSD-3-Clause
"""What is on a medium, or in a boot file, in words: for people, and as JSON for scripts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from uk_board.build.image import read_header
from uk_board.errors import UkBoardError
from uk_board.media import egon, fdt, fit, uimage
from uk_board.media.fatread import FileEntry, Volume
from uk_board.media.medium import Medium, open_medium

_MOST_BYTES = 64 << 20
_TEXTS = (".txt", ".md", ".cfg")
_MOST_LINES = 40


@dataclass
class Finding:
    """One thing that was found: where, what it is, facts of it, and what lies in it.

    `problem` is what is wrong with it, if anything.
    """

    place: str
    what: str
    facts: dict[str, str | int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    inside: list[Finding] = field(default_factory=list)
    problem: str = ""

    def as_json(self) -> dict[str, object]:
        """Return what scripts are told; empty parts are left out."""
        said: dict[str, object] = {"place": self.place, "what": self.what, **self.facts}
        if self.lines:
            said["text"] = self.lines
        if self.problem:
            said["problem"] = self.problem
        if self.inside:
            said["inside"] = [finding.as_json() for finding in self.inside]
        return said

    def problems(self) -> Iterator[str]:
        """Yield everything that is wrong, with its place."""
        if self.problem:
            yield f"{self.place}: {self.problem}"
        for finding in self.inside:
            yield from finding.problems()


def inspect(path: Path) -> Finding:
    """Return what is in a file or device: a medium, or a single boot file.

    What is wrong inside is in the findings. Raises: MissingError, BenchError, UkBoardError
    when it is nothing that is known.
    """
    with open_medium(path) as medium:
        head = medium.read(0, min(medium.size_bytes, 512))
        if head[510:512] == b"\x55\xaa":
            return _medium(medium)
        data = medium.read(0, min(medium.size_bytes, _MOST_BYTES))
    found = describe(str(path), data)
    if found.what == _DATA:
        raise UkBoardError(
            str(path),
            "is no medium and no boot file; an MBR, an arm64 Image, an eGON boot loader,"
            " a FIT, a device tree or a legacy image are known",
        )
    return found


def _medium(medium: Medium) -> Finding:
    found = Finding(str(medium.path), "medium with an MBR", {"bytes": medium.size_bytes})
    loader = _checked(f"0x{egon.CARD_OFFSET:x}", "boot loader", lambda: _card_loader(medium))
    found.inside += [loader] if loader.what else []
    try:
        partitions = medium.partitions
    except UkBoardError as error:
        found.problem = error.problem
        return found
    for number, part in enumerate(partitions, 1):
        facts: dict[str, str | int] = {"offset": part.offset, "bytes": part.size_bytes}
        entry = Finding(f"partition {number}", part.name, facts)
        if part.bootable:
            entry.facts["boot"] = "active"
        found.inside.append(entry)
        if part.name == "FAT32":
            try:
                entry.inside += _files(medium, number - 1)
            except UkBoardError as error:
                entry.problem = error.problem
    return found


def _card_loader(medium: Medium) -> Finding:
    """Return the Allwinner boot loader at 8 KiB; one without `what` when there is none."""
    space = min(medium.size_bytes, 4 << 20) - egon.CARD_OFFSET
    data = medium.read(egon.CARD_OFFSET, max(space, 0)) if space > 0 else b""
    if data[4:12] != b"eGON.BT0":
        return Finding("", "")
    # What lies behind the loader and its FIT is no part of them.
    found = describe(f"0x{egon.CARD_OFFSET:x}", data)
    del found.facts["bytes"], found.facts["sha256"]
    return found


def _files(medium: Medium, number: int) -> Iterator[Finding]:
    volume = medium.volume(medium.partitions[number])
    for entry in volume.walk():
        if entry.is_folder:
            yield Finding(entry.path, "folder")
        elif entry.size_bytes > _MOST_BYTES:
            yield Finding(entry.path, _DATA, {"bytes": entry.size_bytes})
        else:
            yield _file(volume, entry)


def _file(volume: Volume, entry: FileEntry) -> Finding:
    return _checked(entry.path, "file", lambda: describe(entry.path, volume.read_file(entry)))


def _checked(place: str, what: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except UkBoardError as error:
        return Finding(place, what, problem=error.problem)


_DATA = "data"


def describe(place: str, data: bytes) -> Finding:
    """Return what the content of a file is. Raises: UkBoardError when it is corrupt."""
    digest = hashlib.sha256(data).hexdigest()
    facts: dict[str, str | int] = {"bytes": len(data), "sha256": digest}
    finding = Finding(place, _DATA, facts)
    for fits, tell in _KINDS:
        if fits(data):
            tell(finding, data)
            return finding
    if place.lower().endswith(_TEXTS):
        finding.what = "text"
        finding.lines = data.decode("utf-8", "replace").splitlines()[:_MOST_LINES]
    return finding


def _image(finding: Finding, data: bytes) -> None:
    header = read_header(data, finding.place)
    finding.what = "arm64 Image"
    finding.facts |= {"text_offset": header.text_offset, "memory_bytes": header.image_size}


def _boot_loader(finding: Finding, data: bytes) -> None:
    loader = egon.parse(data, finding.place)
    finding.what = "Allwinner boot loader (eGON.BT0)"
    finding.facts |= {"loader_bytes": loader.length_bytes, "checksum": f"0x{loader.checksum:08x}"}
    if loader.device_tree:
        finding.facts["device_tree"] = loader.device_tree
    behind = data[loader.length_bytes :]
    if behind.startswith(fdt.MAGIC):
        place = f"{finding.place}+0x{loader.length_bytes:x}"
        size = fdt.size_of(behind, place)
        finding.inside.append(_checked(place, "FIT", lambda: describe(place, behind[:size])))


def _tree(finding: Finding, data: bytes) -> None:
    root = fdt.parse(data, finding.place)
    if "images" in root.nodes:
        _fit(finding, data)
        return
    finding.what = "device tree"
    if model := root.text("model"):
        finding.facts["model"] = model


def _fit(finding: Finding, data: bytes) -> None:
    parsed = fit.parse(data, finding.place)
    finding.what = "FIT"
    finding.facts["description"] = parsed.description
    for part in parsed.parts:
        facts: dict[str, str | int] = {"bytes": len(part.data)}
        if part.load is not None:
            facts["load"] = f"0x{part.load:x}"
        if part.sums:
            facts["sums"] = ", ".join(part.sums)
        finding.inside.append(Finding(part.name, part.kind, facts, [part.description]))
    for item in parsed.configurations:
        default = {"default": "yes"} if item.name == parsed.default else {}
        lines = [f"{item.description}: {', '.join(item.parts)}"]
        finding.inside.append(Finding(item.name, "configuration", {**default}, lines))


def _legacy(finding: Finding, data: bytes) -> None:
    image = uimage.parse(data, finding.place)
    kind = uimage.KINDS.get(image.kind, f"type {image.kind}")
    finding.what = f"U-Boot {kind}"
    finding.facts["name"] = image.name
    if image.kind == uimage.SCRIPT:
        finding.lines = uimage.script_text(image, finding.place).splitlines()[:_MOST_LINES]


def _elf(finding: Finding, data: bytes) -> None:
    finding.what = "ELF"


_KINDS: tuple[tuple[Callable[[bytes], bool], Callable[[Finding, bytes], None]], ...] = (
    (lambda data: data[0x38:0x3C] == b"ARM\x64", _image),
    (lambda data: data[4:12] == b"eGON.BT0", _boot_loader),
    (lambda data: data.startswith(fdt.MAGIC), _tree),
    (lambda data: data.startswith(b"\x27\x05\x19\x56"), _legacy),
    (lambda data: data.startswith(b"\x7fELF"), _elf),
)
