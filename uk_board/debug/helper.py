# SPDX-License-Identifier: BSD-3-Clause
"""Firmware into the flash of a bench's own microcontrollers, by pyOCD as it flashes any."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from uk_board.debug.probe import Probe, explained, module, session_of
from uk_board.debug.uf2 import load_uf2
from uk_board.disk.writer import Progress
from uk_board.errors import BenchError, MissingError, UkBoardError, UsageError, known_names

FORMATS = (".bin", ".elf", ".uf2")
# Bytes for an address
Segment = tuple[int, bytes]


def read_firmware(file: Path, target: str) -> list[Segment]:
    """Return what `file` has for the flash of `target`; address -1: where flash begins.

    Raises:
        MissingError: it is not there.
        UsageError: its name says no format that is known.
        UkBoardError: it is not what its name says.
    """
    if file.suffix not in FORMATS:
        raise UsageError(str(file), f"is of no known format; known: {', '.join(FORMATS)}")
    try:
        if file.suffix == ".uf2":
            return load_uf2(file, target)
        if file.suffix == ".elf":
            return _read_elf(file)
        return [(-1, file.read_bytes())]
    except OSError as error:
        raise MissingError(str(file), f"cannot be read: {error.strerror}") from error


def _read_elf(file: Path) -> list[Segment]:
    try:
        with file.open("rb") as stream:
            loaded = [
                (int(segment["p_paddr"]), bytes(segment.data()))
                for segment in ELFFile(stream).iter_segments("PT_LOAD")
                if segment["p_filesz"]
            ]
    except ELFError as error:
        raise UkBoardError(str(file), f"is no ELF file: {error}") from error
    if not loaded:
        raise UkBoardError(str(file), "has nothing to load")
    return loaded


def flash(
    probe: Probe, target: str, segments: list[Segment], on_progress: Callable[[Progress], None]
) -> int:
    """Write, read back, start; return how many bytes. Raises: UkBoardError."""
    known = module("target").TARGET
    if target not in known:
        raise UsageError("target", f'pyOCD knows no "{target}"; {known_names(target, known)}')
    where = f"{probe}: {target}"
    with session_of(probe, {"target_override": target}) as session:
        with explained(where):
            session.open()
        wanted = [_placed(session, segment, where) for segment in segments]
        size = sum(len(data) for _, data in wanted)

        def show(part: float) -> None:
            on_progress(Progress("write", int(part * size), size))

        with explained(f"{where}: its firmware is not whole now"):
            loader = module("flash.loader").FlashLoader(session, progress=show)
            for address, data in wanted:
                loader.add_data(address, list(data))
            loader.commit()
            for address, data in wanted:
                _compare(session, address, data, where)
        with explained(f"{where}: its firmware is written, but was not started"):
            session.target.reset()
    return size


def _placed(session: Any, segment: Segment, where: str) -> Segment:
    address, data = segment
    regions = session.target.memory_map
    if address < 0:
        address = regions.get_boot_memory().start
    region = regions.get_region_for_address(address)
    if (
        region is None
        or not region.is_flash
        or not region.contains_range(address, length=len(data))
    ):
        problem = f"0x{address:x}-0x{address + len(data):x} is not all flash of it"
        raise BenchError(where, f"{problem}; nothing was written")
    return address, data


def _compare(session: Any, address: int, data: bytes, where: str) -> None:
    there = bytes(session.target.read_memory_block8(address, len(data)))
    for at, (found, wanted) in enumerate(zip(there, data, strict=True)):
        if found != wanted:
            raise BenchError(
                where,
                f"0x{address + at:x} reads 0x{found:02x}, 0x{wanted:02x} was written;"
                " its firmware is not whole now",
            )
