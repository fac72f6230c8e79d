# SPDX-License-Identifier: BSD-3-Clause
"""Which bench file counts when another machine asks: one that no third person can write."""

from __future__ import annotations

import os
from pathlib import Path

from uk_board.errors import BenchError, MissingError

_OTHERS_WRITE = 0o022


def check_owner(file: Path | None) -> None:
    """Raise unless a bench file is ours or root's, and nobody else may write to it.

    It says which programs are run, and who calls is told its place by the rack, which believes
    everybody. Raises: MissingError, BenchError.
    """
    if file is None:
        raise MissingError("--bench", "is missing, and there is no bench file here")
    found = file.stat()
    if found.st_uid not in (0, os.geteuid()) or found.st_mode & _OTHERS_WRITE:
        raise BenchError(
            str(file),
            f"belongs to user {found.st_uid}, mode {found.st_mode & 0o777:o}: others may write what"
            " is run here",
            hint=f"chown root {file} && chmod 644 {file}",
        )
