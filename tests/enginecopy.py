# SPDX-License-Identifier: BSD-3-Clause
"""A copy of uk-board that a test adds files to, as a contributor does to a checkout."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What a contributor adds to is copied; the rest is only looked at.
_LINKED = ("boards", "shim", "drivers", "unikraft-port", "apps", "hil-tests")


def copy_engine(folder: Path) -> dict[str, str]:
    """Copy uk-board into `folder`, and return the environment that makes it the one used."""
    for name in ("uk_board", "flash"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _LINKED:
        (folder / name).symlink_to(ROOT / name)
    return {"PYTHONPATH": str(folder)}
