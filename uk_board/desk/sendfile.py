# SPDX-License-Identifier: BSD-3-Clause
"""A file to a board as if it were typed, no faster than the line and the board take it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from uk_board.errors import BenchError, MissingError

# A start bit, eight of data, a stop bit
_BITS_PER_BYTE = 10
# Boards without flow control need time to do something with it.
_SHARE = 0.8
_PIECE_S = 0.01


def send_file(
    file: Path,
    write: Callable[[bytes], None],
    baud: int,
    stop: threading.Event,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] | None = None,
) -> int:
    """Send a file's bytes and return how many; `stop` ends it.

    Raises: MissingError, BenchError when the board's port does not take it, or it was stopped.
    """
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise MissingError(str(file), "no such file") from None
    except OSError as error:
        raise BenchError(str(file), f"cannot be read: {error.strerror}") from error
    bytes_per_s = baud / _BITS_PER_BYTE * _SHARE
    piece_bytes = max(1, int(bytes_per_s * _PIECE_S))
    pause = sleep or stop.wait
    begin_s = clock()
    for at in range(0, len(data), piece_bytes):
        if stop.is_set():
            raise BenchError(str(file), f"was stopped; {at} of {len(data)} bytes were sent")
        piece = data[at : at + piece_bytes]
        write(piece)
        ahead_s = begin_s + (at + len(piece)) / bytes_per_s - clock()
        if ahead_s > 0:
            pause(ahead_s)
    return len(data)
