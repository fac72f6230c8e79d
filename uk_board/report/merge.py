# SPDX-License-Identifier: BSD-3-Clause
"""Several records become one: of workers that shared a suite, of boards, of places."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from uk_board.errors import UsageError
from uk_board.report.coverage import Tally
from uk_board.report.record import VERSION, Attempt, Board, Image, Run, Source, Test
from uk_board.report.recorder import CONSOLE


class _Merged:
    """The sum so far, and how things of the next record are called in it."""

    def __init__(self) -> None:
        self.sources: list[Source] = []
        self.boards: dict[str, Board] = {}
        self.images: dict[str, Image] = {}
        self.tests: list[Test] = []
        self.logs: dict[str, str] = {}
        self.tally = Tally()
        self._number = 0

    def add(self, run: Run, logs: Mapping[str, str]) -> None:
        """Add a record with its logs by file."""
        self._number += 1
        boards = self._add_boards(run)
        images = self._add_images(run, boards)
        first_source = len(self.sources)
        self.sources += run.sources
        for test in run.tests:
            attempts = tuple(self._moved(one, images, logs) for one in test.attempts)
            self.tests.append(
                replace(
                    test,
                    board=boards.get(test.board, test.board),
                    attempts=attempts,
                    source=first_source + test.source,
                )
            )
        for name, covered in run.coverage.items():
            self.tally.add_covered(name, covered)

    def _add_boards(self, run: Run) -> dict[str, str]:
        """Return the names of the record's boards here: new ones where tests would collide."""
        known = {(test.board, test.file, test.name) for test in self.tests}
        collide = {test.board for test in run.tests if (test.board, test.file, test.name) in known}
        names = {}
        for board in run.boards:
            name = _free(board.name, self.boards) if board.name in collide else board.name
            names[board.name] = name
            self.boards.setdefault(name, replace(board, name=name))
        return names

    def _add_images(self, run: Run, boards: Mapping[str, str]) -> dict[str, str]:
        """Return the keys of the record's images here; the same image is one."""
        keys = {}
        for key, image in run.images.items():
            board = boards.get(image.board, image.board)
            wanted = f"{board}/{image.app}"
            there = self.images.get(wanted)
            if there is not None and there.sha256 != image.sha256:
                wanted = _free(wanted, self.images)
            keys[key] = wanted
            self.images[wanted] = replace(image, board=board)
        return keys

    def _moved(
        self, attempt: Attempt, images: Mapping[str, str], logs: Mapping[str, str]
    ) -> Attempt:
        image = images.get(attempt.image, attempt.image)
        if attempt.log is None:
            return replace(attempt, image=image)
        name = f"{CONSOLE}/{self._number}-{PurePosixPath(attempt.log.file).name}"
        if attempt.log.file in logs:
            self.logs[name] = logs[attempt.log.file]
        return replace(attempt, image=image, log=replace(attempt.log, file=name))


def _free(name: str, taken: Mapping[str, object]) -> str:
    number = 2
    while f"{name} #{number}" in taken:
        number += 1
    return f"{name} #{number}"


def merge(records: Sequence[tuple[Run, Mapping[str, str]]]) -> tuple[Run, dict[str, str]]:
    """Return one record of several with its logs; nothing of any is lost.

    Where two have the same test on the same board, the later board is called `NAME #2`.

    Raises: UsageError when one is given twice.
    """
    merged = _Merged()
    seen: set[str] = set()
    for run, logs in records:
        again = seen & {source.id for source in run.sources}
        if again:
            raise UsageError("report merge", f"{min(again)} is given twice; once is expected")
        seen |= {source.id for source in run.sources}
        merged.add(run, logs)
    first = min(run.started for run, _ in records)
    stamp = first.replace("-", "").replace(":", "").rstrip("Z")
    run = Run(
        VERSION,
        f"{stamp}-merged-{secrets.token_hex(4)}",
        tuple(merged.sources),
        tuple(merged.boards.values()),
        merged.images,
        tuple(merged.tests),
        merged.tally.covered(),
    )
    return _warned(run), merged.logs


def _warned(run: Run) -> Run:
    """Say so if revisions are mixed: their coverage does not add up."""
    commits = {source.commit.hash for source in run.sources}
    if len(commits) < 2:
        return run
    told = f"made of {len(commits)} revisions; coverage and sizes are of different sources"
    first, *others = run.sources
    return replace(run, sources=(replace(first, warnings=(*first.warnings, told)), *others))


def write_logs(folder: Path, logs: Mapping[str, str]) -> None:
    """Write console logs into a report's folder. Raises: OSError."""
    (folder / CONSOLE).mkdir(parents=True, exist_ok=True)
    for name, text in logs.items():
        (folder / name).write_text(text, encoding="utf-8", errors="replace")
