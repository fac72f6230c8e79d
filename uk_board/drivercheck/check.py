# SPDX-License-Identifier: BSD-3-Clause
"""Reads drivers and judges their names: files and folders in, a report out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from uk_board.csource.csource import CSource, Use, read_c
from uk_board.drivercheck.knowledge import Knowledge, Verdict
from uk_board.drivercheck.report import CheckReport, FileReport, Finding, Included
from uk_board.errors import MissingError

_SUFFIXES = (".c", ".h")
_CONFIG = "FreeRTOSConfig.h"
_ESP_NAMES = {"portMUX_TYPE", "portMUX_INITIALIZER_UNLOCKED", "portENTER_CRITICAL_SAFE"}


def check_drivers(tree: Path, places: Sequence[Path], include: Sequence[Path] = ()) -> CheckReport:
    """Check C files, and those in folders, against the shim in `tree`.

    Headers are looked for beside the file that includes them, in `include`
    and in the folders given.

    Raises:
        MissingError: a place is not there, or has no C.
        DescriptorError: the map of the shim is wrong.
    """
    files = list(dict.fromkeys(file for place in places for file in _c_files(place)))
    folders = [*include, *(place for place in places if place.is_dir())]
    sources = _Sources(folders, files)
    knowledge = Knowledge(tree)
    everywhere = {name for file in files for name in sources.read(file).defined()}
    checker = _Checker(knowledge, sources, everywhere)
    return CheckReport(tuple(checker.report(file) for file in files))


def _c_files(place: Path) -> Iterator[Path]:
    if place.is_dir():
        found = sorted(
            file for file in place.rglob("*") if file.suffix in _SUFFIXES and file.is_file()
        )
        if not found:
            raise MissingError(str(place), "no C files; *.c and *.h are read")
        yield from found
    elif place.is_file():
        yield place
    else:
        raise MissingError(str(place), "no such file or folder; C files and folders are checked")


class _Sources:
    """Files as they are read, each once; and where headers are."""

    def __init__(self, folders: Sequence[Path], files: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._read: dict[Path, CSource] = {}
        self._given: dict[str, list[Path]] = {}  # by their last name
        for file in files:
            self._given.setdefault(file.name, []).append(file)

    def read(self, file: Path) -> CSource:
        if file not in self._read:
            # What no text is has no names either: bytes that are not UTF-8 are in comments.
            self._read[file] = read_c(file.read_text(encoding="utf-8", errors="replace"))
        return self._read[file]

    def header(self, name: str, includer: Path) -> Path | None:
        """Return the file that `includer` includes by `name`."""
        for folder in (includer.parent, *self._folders):
            if (folder / name).is_file():
                return folder / name
        # Whoever builds the given folders tells the compiler where in them headers are.
        parts = Path(name).parts
        same = self._given.get(Path(name).name, [])
        return next((file for file in same if file.parts[-len(parts) :] == parts), None)

    def headers_of(self, file: Path, skip: Knowledge) -> dict[Path, CSource]:
        """Return the headers that `file` includes, and those that they do; none of ours."""
        found: dict[Path, CSource] = {}
        pending = [file]
        while pending:
            includer = pending.pop()
            for include in self.read(includer).includes:
                header = self.header(include.name, includer)
                is_ours = skip.has_header(include.name) and include.name != _CONFIG
                if header is not None and header not in found and not is_ours:
                    found[header] = self.read(header)
                    pending.append(header)
        return found


class _Checker:
    def __init__(self, knowledge: Knowledge, sources: _Sources, everywhere: set[str]) -> None:
        self._knowledge = knowledge
        self._sources = sources
        self._everywhere = everywhere  # defined by any of the files

    def report(self, file: Path) -> FileReport:
        source = self._sources.read(file)
        headers = self._sources.headers_of(file, self._knowledge)
        nearby = {name for header in headers.values() for name in header.defined()}
        findings = sorted(
            [*self._used(source, nearby), *self._defined(source)], key=lambda one: one.lines
        )
        includes = tuple(
            Included(one.name, one.line, self._include_state(one.name, file))
            for one in source.includes
        )
        return FileReport(file, _dialect(source, findings), tuple(findings), includes)

    def _used(self, source: CSource, nearby: set[str]) -> Iterator[Finding]:
        for name, uses in _by_name(source).items():
            if source.defines(name) and not self._is_call_of_ours(source, name):
                continue
            verdict = self._knowledge.of_use(
                name,
                is_call=any(use.is_call for use in uses),
                only_condition=all(use.in_condition for use in uses),
            )
            if verdict and not self._is_the_drivers(name, verdict, nearby):
                yield _finding(name, verdict, uses)

    def _is_call_of_ours(self, source: CSource, name: str) -> bool:
        """`portTASK_FUNCTION(f, p) {...}` looks like the definition of a function."""
        return name in source.functions and self._knowledge.is_macro(name)

    def _is_the_drivers(self, name: str, verdict: Verdict, nearby: set[str]) -> bool:
        """Whether the driver's own files say what a name is, and not FreeRTOS."""
        is_known = verdict.kind == "freertos" and verdict.state in ("provided", "differs")
        if is_known and not verdict.words.startswith("not set"):
            return False
        return name in nearby or name in self._everywhere

    def _defined(self, source: CSource) -> Iterator[Finding]:
        for name, body in source.functions.items():
            verdict = self._knowledge.of_definition(name)
            if verdict:
                yield _finding(name, verdict, [Use(name, body.line)])
            elif self._knowledge.is_macro(name) and name not in _by_name(source):
                used = self._knowledge.of_use(name, is_call=True, only_condition=False)
                if used:
                    yield _finding(name, used, [Use(name, body.line)])

    def _include_state(self, name: str, file: Path) -> Literal["ours", "found", "unknown"]:
        if self._knowledge.has_header(name):
            return "ours"
        return "found" if self._sources.header(name, file) else "unknown"


def _by_name(source: CSource) -> dict[str, list[Use]]:
    uses: dict[str, list[Use]] = {}
    for use in source.uses:
        uses.setdefault(use.name, []).append(use)
    return uses


def _finding(name: str, verdict: Verdict, uses: Sequence[Use]) -> Finding:
    lines = tuple(sorted({use.line for use in uses}))
    return Finding(name, verdict.kind, verdict.state, lines, verdict.words, verdict.todo)


def _dialect(source: CSource, findings: Sequence[Finding]) -> Literal["FreeRTOS", "ESP-IDF", ""]:
    names = {one.name for one in findings if one.kind == "freertos"}
    layout = any(include.name.startswith("freertos/") for include in source.includes)
    with_lock = any(
        use.arguments and use.name in ("portENTER_CRITICAL", "taskENTER_CRITICAL")
        for use in source.uses
    )
    if layout or with_lock or names & _ESP_NAMES:
        return "ESP-IDF"
    return "FreeRTOS" if names else ""
