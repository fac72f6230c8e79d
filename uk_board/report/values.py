# SPDX-License-Identifier: BSD-3-Clause
"""The numbers that runs are compared by, out of a record, a bench or a build.

Each knows its unit, which direction is better, and whether it repeats exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from uk_board.bench_limits import WAITING_INSTRUCTIONS, Limits
from uk_board.build.sizes import SizeTable
from uk_board.errors import DescriptorError
from uk_board.report.record import Better, Image, LibrarySize, Run

BOOT = "boot.median"
# Rows of the bench that describe the machine and not what runs on it.
_DESCRIPTIONS = ("cntfrq", "cal.")
_INSTRUCTIONS, _BYTES = "instructions", "B"

Key = tuple[str, str]  # board, name


@dataclass(frozen=True)
class Value:
    """One number. `exact`: it repeats, but for `slack` in its unit."""

    value: float
    unit: str = ""
    better: Better = "lower"
    exact: bool = False
    slack: float = 0.0


def values_of_file(path: Path, values: dict[str, Any], limits: Limits) -> dict[Key, Value]:
    """Return the numbers of what `bench --json` or `build --json` printed into a file.

    Raises: DescriptorError.
    """
    try:
        if "rows" in values and "board" in values:
            return dict(_bench_values(values, limits))
        if "sizes" in values and "folder" in values:
            return dict(_build_values(Path(values["folder"]), values["sizes"]))
        if "libraries" in values and "file" in values:
            return dict(_build_values(path.absolute().parent, values))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise DescriptorError(str(path), f"is damaged: {error!r}") from error
    raise DescriptorError(
        str(path),
        "has no numbers to compare; a report's run.json, or the output of "
        "`uk-board bench --json` or `uk-board build --json` is expected",
    )


def _bench_values(values: Mapping[str, Any], limits: Limits) -> Iterator[tuple[Key, Value]]:
    for name, value in values["rows"].items():
        limit = limits.rows.get(name)
        unit = _BYTES if "bytes" in name or name.startswith("ram.") else _INSTRUCTIONS
        better: Better = "neither" if name.startswith(_DESCRIPTIONS) else "lower"
        slack = float(WAITING_INSTRUCTIONS) if limit and limit.waits else 0.0
        yield (
            (str(values["board"]), name),
            Value(float(value), unit, better, exact=True, slack=slack),
        )


def _build_values(folder: Path, sizes: dict[str, Any]) -> Iterator[tuple[Key, Value]]:
    """Yield what an image takes; its folder is build/<board>/<app>."""
    table = SizeTable.from_json(sizes)
    libraries = {
        name: LibrarySize(size.text, size.rodata, size.data, size.bss)
        for name, size in table.libraries.items()
    }
    yield from _sizes(folder.parent.name, folder.name, table.file_bytes, libraries)


def _sizes(
    board: str, app: str, size_bytes: int, libraries: Mapping[str, LibrarySize]
) -> Iterator[tuple[Key, Value]]:
    def sized(name: str, count: int) -> tuple[Key, Value]:
        return (board, f"size.{app}.{name}"), Value(float(count), _BYTES, exact=True)

    yield sized("image", size_bytes)
    for name, size in libraries.items():
        if stored := size.text + size.rodata + size.data:
            yield sized(name, stored)
        if size.bss:
            yield sized(f"{name}.bss", size.bss)


def values_of_run(run: Run) -> dict[Key, Value]:
    """Return the numbers of a record: measurements, boot times, sizes of its images."""
    found: dict[Key, Value] = {}
    boots: dict[str, list[float]] = defaultdict(list)
    for test in run.tests:
        for one in test.last.measurements:
            # Two tests may measure something of one name.
            key = (test.board, one.name)
            key = (test.board, f"{one.name} ({test.name})") if key in found else key
            found[key] = Value(one.value, one.unit, one.better, one.exact)
        boots[test.board] += [one.boot_s for one in test.attempts if one.boot_s is not None]
    emulated = {test.board for test in run.tests if test.last.on == "emulator"}
    for board, times in boots.items():
        if times:
            # In an emulator it tells more of this machine's load than of the image.
            better: Better = "neither" if board in emulated else "lower"
            found[board, BOOT] = Value(median(times), "s", better)
    for image in run.images.values():
        found |= dict(_image_sizes(image))
    return found


def _image_sizes(image: Image) -> Iterator[tuple[Key, Value]]:
    if image.size_bytes:  # else it was gone before it could be read
        yield from _sizes(image.board, image.app, image.size_bytes, image.libraries)
