# SPDX-License-Identifier: BSD-3-Clause
"""Progress on a terminal: what is done, how fast, and how long it will still take."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from uk_board.disk.writer import Progress

OnProgress = Callable[[Progress], None]


@contextmanager
def bar(*, quiet: bool) -> Iterator[OnProgress]:
    """Yield what shows progress with speed and remaining time, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda progress: None
        return
    # Imported here: rich takes long to load.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def show(progress: Progress) -> None:
            if progress.phase not in tasks:
                tasks[progress.phase] = bar.add_task(progress.phase, total=progress.total)
            bar.update(tasks[progress.phase], completed=progress.done)

        yield show
