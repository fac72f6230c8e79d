# SPDX-License-Identifier: BSD-3-Clause
"""Coverage."""

from __future__ import annotations
from pathlib import Path
from uk_board.report.record import Covered


class Coverage:
    warnings: tuple[str, ...] = ()

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def collect(self) -> None: ...
    def finish(self) -> dict[str, Covered]:
        return {}
