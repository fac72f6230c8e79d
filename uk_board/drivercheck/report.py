# SPDX-License-Identifier: BSD-3-Clause
"""What a check of drivers found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["freertos", "tcp", "vendor", "libc", "unikraft", "other"]
# "unknown": declared by something that the check was not given; nothing can be said of it.
State = Literal["provided", "differs", "missing", "unknown"]


@dataclass(frozen=True)
class Finding:
    """A name that a file uses and does not define."""

    name: str
    kind: Kind
    state: State
    lines: tuple[int, ...]
    words: str = ""  # what differs, why it is missing, or what an old name stands for
    todo: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the form that scripts read."""
        texts = {"words": self.words, "try": self.todo}
        return {
            "name": self.name,
            "kind": self.kind,
            "state": self.state,
            "lines": list(self.lines),
            **{key: text for key, text in texts.items() if text},
        }


@dataclass(frozen=True)
class Included:
    """An #include: "ours" of shim, core or compiler, "found" beside the file, or "unknown"."""

    name: str
    line: int
    state: Literal["ours", "found", "unknown"]


@dataclass(frozen=True)
class FileReport:
    """One file: its names and includes."""

    path: Path
    dialect: Literal["FreeRTOS", "ESP-IDF", ""]  # "": uses nothing of FreeRTOS
    findings: tuple[Finding, ...]
    includes: tuple[Included, ...]

    def of(self, state: State, *kinds: Kind) -> list[Finding]:
        """Return the findings of a state, of some kinds or of all."""
        return [
            one
            for one in self.findings
            if one.state == state and one.kind in (kinds or (one.kind,))
        ]

    @property
    def headline(self) -> str:
        """The file in one line."""
        counts = {state: len(self.of(state, "freertos")) for state in _COUNTED}
        text = f"{self.path}: {_counted(counts)}"
        others = Counter(one.kind for one in self.of("missing") if one.kind != "freertos")
        for kind, number in sorted(others.items()):
            text += f"; {number} of {_TITLES[kind]} missing"
        return text + ("; ESP-IDF dialect" if self.dialect == "ESP-IDF" else "")

    def as_json(self) -> dict[str, object]:
        """Return the form that scripts read."""
        return {
            "file": str(self.path),
            "dialect": self.dialect,
            "names": [one.as_json() for one in self.findings],
            "includes": [vars(one) for one in self.includes],
        }


@dataclass(frozen=True)
class CheckReport:
    """All files together."""

    files: tuple[FileReport, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not any(file.of("missing") for file in self.files)

    def states(self, kind: Kind) -> dict[str, State]:
        """Return every name of a kind with its state, each once."""
        return {one.name: one.state for f in self.files for one in f.findings if one.kind == kind}

    def counts(self, kind: Kind) -> dict[State, int]:
        """Return how many names of a kind are provided, differ, are missing."""
        found = Counter(self.states(kind).values())
        return {state: found[state] for state in _COUNTED}

    def summary(self) -> list[str]:
        """Return the end of a report: a line for the files, one for each kind."""
        using = sum(bool(file.dialect) for file in self.files)
        whole = sum(bool(file.dialect) and not file.of("missing") for file in self.files)
        lines = [
            f"{len(self.files)} files, {using} of them use FreeRTOS: {whole} find everything, "
            f"{using - whole} do not",
            f"together: {_counted(self.counts('freertos'))}",
        ]
        for kind, title in _TITLES.items():
            missing = sorted(
                name for name, state in self.states(kind).items() if state == "missing"
            )
            if missing:
                lines.append(f"missing of {title}: {_some(missing, kind)}")
        unknown = {one.name for f in self.files for one in f.includes if one.state == "unknown"}
        if unknown:
            lines.append(f"includes not found: {_some(sorted(unknown), 'other')}")
        return lines

    def as_json(self) -> dict[str, object]:
        """Return the form that scripts read."""
        kinds: tuple[Kind, ...] = ("freertos", "tcp", "vendor", "libc", "unikraft")
        return {
            "complete": self.complete,
            "conditions_evaluated": False,
            "counts": {kind: self.counts(kind) for kind in kinds},
            "files": [file.as_json() for file in self.files],
        }


_COUNTED: tuple[State, ...] = ("provided", "differs", "missing")
_SHOWN = 12
_TITLES: dict[Kind, str] = {
    "freertos": "FreeRTOS",
    "tcp": "FreeRTOS+TCP",
    "vendor": "vendors",
    "libc": "the C library",
    "unikraft": "Unikraft",
}


def _some(names: list[str], kind: Kind) -> str:
    """List names; of what is not FreeRTOS's only the first, for there may be hundreds."""
    if kind == "freertos" or len(names) <= _SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"


def _counted(counts: dict[State, int]) -> str:
    number = sum(counts.values())
    return (
        f"{number} FreeRTOS name{'' if number == 1 else 's'}: {counts['provided']} provided, "
        f"{counts['differs']} differ{'s' if counts['differs'] == 1 else ''}, "
        f"{counts['missing']} missing"
    )
