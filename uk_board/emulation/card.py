# SPDX-License-Identifier: BSD-3-Clause
"""An SD card in an emulated board's slot: a file that is read and written."""

from __future__ import annotations

from pathlib import Path

from uk_board.errors import MissingError, UsageError
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
    # QEMU reads a comma in a value from two.
    name = str(file).replace(",", ",,")
    return ["-drive", f"if=sd,format=raw,file={name}"]
