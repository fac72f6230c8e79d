# SPDX-License-Identifier: BSD-3-Clause
"""run.json and the journal it is made of: written line by line, read back strictly.

While tests run there is only the journal, one JSON object a line; each is there as soon as
what it tells of has happened. So a run that was killed leaves all that it did.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from uk_board.errors import DescriptorError, MissingError
from uk_board.facts.descriptor import Document, parse
from uk_board.report.record import VERSION, Board, Image, Run, Source, Test

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

RUN = "run.json"
JOURNAL = "run.journal"


def as_json(record: object) -> Any:
    """Return a record as JSON values; what has its default is left out."""
    if dataclasses.is_dataclass(record) and not isinstance(record, type):
        return {
            field.name: as_json(value)
            for field in dataclasses.fields(record)
            if (value := getattr(record, field.name)) != _default(field)
        }
    if isinstance(record, tuple):
        return [as_json(item) for item in record]
    if isinstance(record, Mapping):
        return {name: as_json(item) for name, item in record.items()}
    return record


def _default(field: dataclasses.Field[Any]) -> object:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def write_run(folder: Path, run: Run) -> None:
    """Write run.json, as a whole or not at all. Raises: OSError."""
    new = folder / f"{RUN}.new"
    new.write_text(json.dumps(as_json(run), indent=1) + "\n", encoding="ascii")
    new.replace(folder / RUN)


def load_run(path: Path) -> Run:
    """Return the record of a report folder, or of a run.json.

    Raises:
        MissingError: there is none.
        DescriptorError: it is none, or a newer uk-board wrote it.
    """
    file = path / RUN if path.is_dir() else path
    if path.is_dir() and not file.exists() and (path / JOURNAL).exists():
        return load_journal(path / JOURNAL)
    if path.is_dir() and not file.exists() and any(path.glob(f"*/{JOURNAL}")):
        hint = f"uk-board report merge {path}/* -o DIR"
        raise MissingError(str(file), "no such file; only workers left records", hint=hint)
    values = read_json(file)
    check_version(file, values)
    return parse(Run, Document(file, values))


def is_running(folder: Path) -> bool:
    """Whether the process that writes the journal in a folder still lives."""
    with contextlib.suppress(FileNotFoundError), (folder / JOURNAL).open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def read_json(file: Path) -> dict[str, Any]:
    """Return what a file of JSON says. Raises: MissingError, DescriptorError."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        hint = "a folder below build/reports, such as build/reports/latest"
        raise MissingError(str(file), "no such file", hint=hint) from None
    except OSError as error:
        raise DescriptorError(str(file), f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise DescriptorError(str(file), f"is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise DescriptorError(str(file), "is not a JSON object; one is expected")
    return values


def check_version(file: Path, values: Mapping[str, Any]) -> None:
    """Refuse what is not of this schema. Raises: DescriptorError."""
    version = values.get("version")
    if not isinstance(version, int):
        raise DescriptorError(str(file), f'is no record of a run: no "version"; {VERSION} is known')
    if version > VERSION:
        problem = f"is of version {version}; this uk-board reads up to {VERSION}"
        raise DescriptorError(str(file), problem, hint="a newer uk-board")


def clear(folder: Path) -> None:
    """Remove the report that an earlier run left in a folder, and nothing else. Raises: OSError.

    Else a run that is killed would show the earlier one, and have logs of it.
    """
    names = (RUN, JOURNAL, "junit.xml", "index.html", "coverage.info")
    for part in (folder, *folder.glob("gw[0-9]*")):
        if any((part / name).exists() for name in (RUN, JOURNAL)):
            for file in (*(part / name for name in names), *part.glob("console/*.log")):
                file.unlink(missing_ok=True)


class Journal:
    """Writes the journal. Raises: OSError, from every method."""

    def __init__(self, folder: Path, run: Run) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._stream: IO[str] = (folder / JOURNAL).open("w", encoding="ascii")
        with contextlib.suppress(OSError):  # where a file system has no locks, nobody is told
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.add("run", run)

    def add(self, kind: str, record: object) -> None:
        """Add a line of a `kind`."""
        self._stream.write(json.dumps({kind: as_json(record)}) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def load_journal(file: Path) -> Run:
    """Return what a journal that was not ended tells. Raises: DescriptorError, MissingError."""
    entries = list(_entries(file))
    if not entries or "run" not in entries[0]:
        raise DescriptorError(str(file), "does not begin with a run; nothing can be read from it")
    check_version(file, entries[0]["run"])
    run = parse(Run, Document(file, entries[0]["run"]))
    boards, images, tests, begun = list(run.boards), dict(run.images), list(run.tests), ""
    for entry in entries[1:]:
        if "test" in entry:
            tests.append(_parsed(Test, file, entry["test"]))
            begun = ""
        elif "image" in entry:
            image = _parsed(Image, file, entry["image"])
            images[f"{image.board}/{image.app}"] = image
        elif "board" in entry:
            boards.append(_parsed(Board, file, entry["board"]))
        elif "begin" in entry:
            begun = str(entry["begin"])
    how = "still running" if is_running(file.parent) else "interrupted"
    how += f" in {begun}" if begun else " between two tests"
    sources = tuple(_until(replace(source, interrupted=how), tests) for source in run.sources)
    return replace(run, sources=sources, boards=tuple(boards), images=images, tests=tuple(tests))


def _until(source: Source, tests: list[Test]) -> Source:
    """Return the source with the time until its last test ended."""
    ends = [test.last.begin_s + test.last.duration_s for test in tests]
    return replace(source, duration_s=max(ends, default=0.0))


def _entries(file: Path) -> list[dict[str, Any]]:
    """Return the lines of a journal; the last may have been cut off."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise MissingError(str(file), f"cannot be read: {error.strerror}") from error
    found = []
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
        except ValueError as error:
            if number == len(lines):
                break
            raise DescriptorError(f"{file}:{number}", f"is not JSON: {error}") from error
        if isinstance(entry, dict):
            found.append(entry)
    return found


def _parsed(schema: type[T], file: Path, values: Any) -> T:
    return parse(schema, Document(file, values))
