# SPDX-License-Identifier: BSD-3-Clause
"""An image into the memory of a halted core, read back, and started as a boot loader would.

Entry state: Linux, Documentation/arch/arm64/booting.rst: MMU and data cache off, interrupts
masked, x0 the device tree, x1 to x3 zero, at EL2 where there is one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from uk_board.debug import registers as r
from uk_board.debug.a64 import System
from uk_board.debug.caches import forget_code, switch_off
from uk_board.debug.core import Core
from uk_board.disk.writer import Progress
from uk_board.errors import BenchError

# Between two looks at how it went
_CHUNK_BYTES = 4096
# Arm DDI 0487, SPSR_EL1: D, A, I, F masked; M: that level with a stack pointer of its own
_MASKED = 0x3C0
_MODE = {1: 0b0101, 2: 0b1001, 3: 0b1101}
# Arm DDI 0487, EDPFR: EL2, bits 11:8
_PFR_EL2_SHIFT = 8

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class Blob:
    """Bytes for an address, which is a multiple of 4."""

    name: str
    address: int
    data: bytes


@dataclass(frozen=True)
class Started:
    """What was done: the exception level at which it runs, and how the core was found."""

    size_bytes: int
    level: int
    halted_by: str
    caches_were_on: bool


class _Whereabouts:
    """What state the core is in, for whoever reads the error."""

    def __init__(self, core: str) -> None:
        self.core, self.text = core, "the core was not halted"

    def loaded(self, done: int, size: int) -> None:
        """So many bytes are in memory."""
        self.text = f"it is halted with {done:,} of {size:,} bytes in memory: half an image"

    @contextmanager
    def told(self) -> Iterator[None]:
        """Add the state to an error, and to an interruption by the user."""
        try:
            yield
        except BenchError as error:
            raise self._with_state(error.where, error.problem, error.hint) from error
        except KeyboardInterrupt:
            raise self._with_state(self.core, "interrupted", "") from None

    def _with_state(self, where: str, problem: str, hint: str) -> BenchError:
        if "was not halted" not in self.text:
            hint = "switch the board off and on"
        return BenchError(where, f"{problem}; {self.text}", hint=hint)


def start(
    core: Core, blobs: Sequence[Blob], entry: int, device_tree: int, on_progress: OnProgress
) -> Started:
    """Halt the core, load and verify `blobs`, let it run from `entry` with X0 = `device_tree`.

    Raises: BenchError, which says what state the core is in.
    """
    pieces = list(_pieces(blobs))
    size = sum(len(blob.data) for blob in blobs)
    state = _Whereabouts(core.where)
    with state.told():
        core.unlock()
        state.text = "it may be halted, and nothing was loaded"
        halted_by = core.halt()
        state.text = "it is halted, and nothing was loaded"
        core.go_up(_entry_level(core))
        were_on = switch_off(core, lambda done, total: on_progress(Progress("caches", done, total)))
        _load(core, pieces, size, on_progress, state)
        state.text = f"it is halted with all {size:,} bytes in memory, which are not verified"
        _verify(core, pieces, size, on_progress)
        forget_code(core)
        level = core.level
        state.text = "it is halted with the image in memory, which is right"
        _set_entry(core, entry, device_tree, level)
        state.text = "the image is in memory, and it may run"
        core.resume()
        if core.is_halted:
            raise BenchError(core.where, "halts again at once")
    return Started(size, level, halted_by, were_on)


def _entry_level(core: Core) -> int:
    """Return where the image shall start: at EL2; at EL1 where there is none or in secure state."""
    if not core.read(r.EDSCR) & r.SCR_NS:
        return 1
    return 2 if core.read(r.EDPFR) >> _PFR_EL2_SHIFT & 0xF else 1


class _Piece(NamedTuple):
    """Words for an address; with them, `done` bytes of all blobs are in memory."""

    name: str
    address: int
    words: tuple[int, ...]
    done: int


def _pieces(blobs: Sequence[Blob]) -> Iterator[_Piece]:
    done = 0
    for blob in blobs:
        for offset in range(0, len(blob.data), _CHUNK_BYTES):
            data = blob.data[offset : offset + _CHUNK_BYTES]
            done += len(data)
            # What is missing to a last word is zero.
            words = struct.unpack(f"<{-(-len(data) // 4)}I", data + bytes(-len(data) % 4))
            yield _Piece(blob.name, blob.address + offset, words, done)


def _load(
    core: Core, pieces: Sequence[_Piece], size: int, on_progress: OnProgress, state: _Whereabouts
) -> None:
    state.loaded(0, size)
    for piece in pieces:
        core.write_words(piece.address, piece.words)
        state.loaded(piece.done, size)
        on_progress(Progress("load", piece.done, size))


def _verify(core: Core, pieces: Sequence[_Piece], size: int, on_progress: OnProgress) -> None:
    for piece in pieces:
        there = core.read_words(piece.address, len(piece.words))
        for index, (word, wanted) in enumerate(zip(there, piece.words, strict=True)):
            if word != wanted:
                raise BenchError(
                    core.where,
                    f"0x{piece.address + 4 * index:x} ({piece.name}) reads 0x{word:08x},"
                    f" 0x{wanted:08x} was written; no memory is there, or it is not set up yet",
                )
        on_progress(Progress("verify", piece.done, size))


def _set_entry(core: Core, entry: int, device_tree: int, level: int) -> None:
    core.write_system(System.DLR_EL0, entry)
    core.write_system(System.DSPSR_EL0, _MASKED | _MODE[level])
    for number, value in enumerate((device_tree, 0, 0, 0)):
        core.write_x(number, value)
