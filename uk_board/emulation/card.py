# SPDX-License-Identifier: BSD-3-Clause
"""An SD card in an emulated board's slot: a file that is written to, or a medium that is not."""

from __future__ import annotations

import os
from pathlib import Path

from uk_board.errors import BenchError, MissingError, UsageError
from uk_board.facts.board import Board

# QEMU's name of it, where the options give none.
SLOT = "sd0"
# QEMU's card can have no other size; of the sizes around it, this one is asked for.
_SMALLEST_BYTES = 1 << 20


def card_options(board: Board, file: Path) -> list[str]:
    """Return QEMU's options for a card. Raises: UsageError, MissingError."""
    if not board.storage:
        problem = "the board has no slot for a card; its descriptor names no storage"
        raise UsageError("--sd", f"{board.name}: {problem}")
    if not file.is_file():
        raise MissingError(str(file), "no such image", hint=f"truncate -s 64M {file}")
    size_bytes = file.stat().st_size
    if size_bytes < _SMALLEST_BYTES or size_bytes & (size_bytes - 1):
        problem = f"has {size_bytes} bytes; a power of two, 1 MiB or more, is expected"
        enough = max(_SMALLEST_BYTES, 1 << size_bytes.bit_length())
        raise UsageError(str(file), problem, hint=f"truncate -s {enough} {file}")
    return ["-drive", f"if=sd,format=raw,{_file(file)}"]


def shown_bytes(size_bytes: int) -> int:
    """Return how much of a medium QEMU's card shows: the largest power of two that fits."""
    return 1 << (size_bytes.bit_length() - 1)


def medium_options(medium: Path) -> list[str]:
    """Return QEMU's options for a medium, which is not written to. Raises: BenchError."""
    try:
        with medium.open("rb") as stream:
            size_bytes = stream.seek(0, os.SEEK_END)
    except OSError as error:
        raise BenchError(str(medium), f"cannot be read: {error.strerror}") from error
    options = "if=sd,format=raw,snapshot=on"
    if size_bytes and shown_bytes(size_bytes) != size_bytes:
        # Real cards never have such a size.
        options += f",size={shown_bytes(size_bytes)}"
    return ["-drive", f"{options},{_file(medium)}"]


def _file(file: Path) -> str:
    # QEMU reads a comma in a value from two.
    return "file=" + str(file).replace(",", ",,")
