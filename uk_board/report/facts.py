# SPDX-License-Identifier: BSD-3-Clause
"""What a run is a run of: machine, QEMU, revision of the tree, and each image with its hash."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from uk_board import __version__
from uk_board.build.build import SIZES
from uk_board.build.sizes import SizeTable
from uk_board.emulation.launch import qemu_version
from uk_board.emulation.runner import Image
from uk_board.errors import MissingError
from uk_board.facts.board import Board
from uk_board.report import record
from uk_board.report.record import Commit, LibrarySize, Machine

# Runs a command in a folder and returns what it printed; "" if it cannot be run or fails.
Ask = Callable[[Sequence[str], Path], str]
_TIMEOUT_S = 30


def ask(command: Sequence[str], folder: Path) -> str:
    """Run `command` in `folder`; see Ask."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def machine() -> Machine:
    """Return what this machine is."""
    try:
        qemu = qemu_version()
    except MissingError:
        qemu = ""
    return Machine(
        host=platform.node(),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        cores=len(os.sched_getaffinity(0)),
        python=platform.python_version(),
        uk_board=__version__,
        qemu=qemu,
    )


def commit(root: Path, run: Ask = ask) -> Commit:
    """Return the revision that is checked out at `root`, if it is a checkout itself."""
    if not (root / ".git").exists():
        return Commit()
    head, _, subject = run(["git", "log", "-1", "--format=%H %s"], root).partition(" ")
    changed = run(["git", "status", "--porcelain", "--untracked-files=no"], root)
    return Commit(head, subject, bool(changed))


def board(name: str, tested: Board) -> record.Board:
    """Return what the record says of a board, under the name that the run has for it."""
    return record.Board(name, tested.title, tested.core)


def image(tested: str, booted: Image) -> record.Image:
    """Return what the record says of an image of the board `tested`. Raises: OSError."""
    data = booted.file.read_bytes()
    return record.Image(
        board=tested,
        app=booted.name,
        file=str(booted.file),
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        libraries=_libraries(booted.file.parent / SIZES),
    )


def _libraries(file: Path) -> dict[str, LibrarySize]:
    """Return the sizes that the build left beside its image; images of others have none."""
    try:
        table = SizeTable.from_json(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {name: LibrarySize(**asdict(sizes)) for name, sizes in table.libraries.items()}
