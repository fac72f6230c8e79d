# SPDX-License-Identifier: BSD-3-Clause
"""The generated part of the shim, remembered until a file that it comes from changes."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

Generate = Callable[[Path], dict[str, str]]

# What the shim's generator reads, and the generator.
_INPUTS = ("shim", "unikraft-port/core/include")


def shim_sources(root: Path, cache: Path, generate: Generate) -> dict[str, str]:
    """Return the generated files of the shim below `root`: name -> text."""
    key = _key(root)
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        remembered = json.loads(cache.read_text(encoding="utf-8"))
        if remembered["key"] == key:
            return dict(remembered["files"])
    files = generate(root)
    cache.write_text(json.dumps({"key": key, "files": files}), encoding="utf-8")
    return files


def generate_shim(root: Path) -> dict[str, str]:
    """Run the shim's generator; what has a folder is for the library of that name."""
    # Imported here: a C parser, which a build that has nothing to do need not load.
    from uk_board import shimgen

    return {**shimgen.generate(root), **shimgen.library_checks(root)}


def _key(root: Path) -> list[list[str | int]]:
    """Return name, size and date of everything that the text depends on."""
    return [
        [str(file), status.st_size, status.st_mtime_ns]
        for file in sorted(_inputs(root))
        for status in [file.stat()]
    ]


def _inputs(root: Path) -> Iterator[Path]:
    for folder in _INPUTS:
        yield from (file for file in (root / folder).rglob("*") if file.is_file())
    package = Path(__file__).parent.parent
    yield from package.glob("shim*/*.py")
    yield from package.glob("*.py")
