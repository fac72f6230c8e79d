# SPDX-License-Identifier: BSD-3-Clause
"""All files that are made of a record: run.json, junit.xml, index.html, coverage.info."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from uk_board.report.junit import junit
from uk_board.report.lcov import lcov
from uk_board.report.page import page
from uk_board.report.record import Run
from uk_board.report.store import JOURNAL, write_run

JUNIT, PAGE, LCOV = "junit.xml", "index.html", "coverage.info"
# Beside reports, the link to the last one
LATEST = "latest"


def write_outputs(folder: Path, run: Run, root: Path) -> None:
    """Write everything into the report's folder, where the console logs are already.

    `root`: the tree with the sources, for the page's view of covered files. Raises: OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_run(folder, run)
    logs = read_logs(folder, run)
    (folder / JUNIT).write_bytes(junit(run, logs))
    (folder / PAGE).write_text(page(run, logs, sources(run, root)), encoding="utf-8")
    if run.coverage:
        (folder / LCOV).write_text(lcov(run), encoding="utf-8")
    with contextlib.suppress(FileNotFoundError):
        (folder / JOURNAL).unlink()  # run.json has all of it


def read_logs(folder: Path, run: Run) -> dict[str, str]:
    """Return the text of each console log by its file name; one that is gone is left out."""
    logs: dict[str, str] = {}
    for test in run.tests:
        for attempt in test.attempts:
            if attempt.log is not None:
                with contextlib.suppress(OSError):
                    text = _inside(folder, attempt.log.file).read_bytes()
                    logs[attempt.log.file] = text.decode("utf-8", "replace")
    return logs


def _inside(folder: Path, name: str) -> Path:
    """Return a file of a report. Raises: OSError when its record leads out of the folder."""
    file = (folder / name).resolve()
    if not file.is_relative_to(folder.resolve()):
        raise FileNotFoundError(name)
    return file


def sources(run: Run, root: Path) -> dict[str, str]:
    """Return the text of each covered file, as the tree has it now."""
    found = {}
    for name in run.coverage:
        with contextlib.suppress(OSError):
            found[name] = _inside(root, name).read_bytes().decode("utf-8", "replace")
    return found


def point_latest(folder: Path) -> None:
    """Let `latest` beside the report lead to it. Raises: OSError."""
    link = folder.with_name(LATEST)
    new = folder.with_name(f".latest-{os.getpid()}")
    new.symlink_to(folder.name)
    new.replace(link)
