# SPDX-License-Identifier: BSD-3-Clause
"""Where the data lies: boards, drivers, shim and C sources beside the engine."""

from __future__ import annotations

from pathlib import Path


def tree() -> Path:
    """Return the data root: `_tree` inside an installed wheel, else the checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "_tree"
    return installed if installed.is_dir() else package.parent
