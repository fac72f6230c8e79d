# SPDX-License-Identifier: BSD-3-Clause
"""JTAG: the image by a debug probe into the memory of a halted core, verified, started."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from uk_board.build.image import check_place, read_header
from uk_board.debug.core import Core
from uk_board.debug.facts import DebugFacts
from uk_board.debug.identify import find_core, part_name
from uk_board.debug.load import Blob, start
from uk_board.debug.probe import Probe, choose, opened, probes
from uk_board.errors import MissingError, UsageError
from uk_board.flasher import Job, Option, Plan, Trait

CAPTION = "JTAG by a debug probe that pyOCD knows; into memory, gone with the power"
VERIFIED = "model: debug registers of a core behind a plug-in of pyOCD (tests/debug)"
TRAITS = frozenset({Trait.STARTS_BOARD, Trait.AT_BOARD})
OPTIONS = (
    Option(
        "probe",
        "The debug probe, by its serial number; uk-board probes lists them.",
        "SERIAL",
        bench=lambda place: place.probe,
    ),
    Option("dtb", "Load this device tree behind the image; X0 points to it.", "FILE", Path),
)

# Linux, Documentation/arch/arm64/booting.rst: a device tree is 8-byte aligned, at most 2 MiB.
_DTB_ALIGNMENT, _DTB_BYTES = 8, 2 << 20
# Devicetree Specification 0.4, 5.2: magic number
_DTB_MAGIC = b"\xd0\x0d\xfe\xed"


@dataclass(frozen=True)
class Found:
    """What is used for it."""

    probe: Probe
    facts: DebugFacts
    device_tree: bytes


def plan(job: Job) -> Plan:
    """Say which probe is taken and what is done through it; nothing is opened yet."""
    facts = job.board.debug
    if facts is None:
        raise UsageError(
            job.board.name,
            "nothing is known of its debug port; [debug] in the file of its SoC would say it",
        )
    probe = choose(job.option("probe"), probes())
    device_tree = _read_device_tree(job.option("dtb"))
    place = f"0x{job.board.load_address:x}"
    steps = (
        f"open probe {probe} by JTAG",
        f"find the first core, a {part_name(facts.part)}, and halt it",
        "switch its MMU and caches off, write back what they hold",
        f"load {job.image.name} to {place}, read it back and compare",
        f"start it at {place} with X0 = "
        + ("its device tree" if device_tree else "0: no device tree (--dtb FILE gives one)"),
    )
    return Plan(steps, found=Found(probe, facts, device_tree))


def run(job: Job, plan: Plan) -> str:
    """Load the image into the board's memory and start it."""
    found: Found = plan.found
    board = job.board
    blobs = _blobs(job, found.device_tree)
    device_tree = blobs[1].address if found.device_tree else 0
    with opened(found.probe, found.facts) as bus:
        place = find_core(bus.port, bus.components, found.facts, board.name)
        core = Core(bus.port, place, f"{board.name}: core at 0x{place.registers:08x}")
        done = start(core, blobs, board.load_address, device_tree, job.on_progress)
    return (
        f"{done.size_bytes:,} bytes at 0x{board.load_address:x}, read back, started at"
        f" EL{done.level} with X0 = 0x{device_tree:x}"
    )


def _blobs(job: Job, device_tree: bytes) -> list[Blob]:
    """Return what is loaded. Raises: UkBoardError when it does not fit the board's RAM."""
    image, start_ = job.build(), job.board.load_address
    data = image.read_bytes()
    header = read_header(data, str(image))
    end = start_ + max(header.image_size, len(data))
    check_place(job.board, start_, end, str(image))
    blobs = [Blob(image.name, start_, data)]
    if device_tree:
        place = -(-end // _DTB_ALIGNMENT) * _DTB_ALIGNMENT
        check_place(job.board, place, place + len(device_tree), str(job.option("dtb")))
        blobs.append(Blob("device tree", place, device_tree))
    return blobs


def _read_device_tree(file: Path | None) -> bytes:
    if file is None:
        return b""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise MissingError(str(file), f"cannot be read: {error.strerror}") from error
    if not data.startswith(_DTB_MAGIC) or len(data) > _DTB_BYTES:
        raise UsageError(
            str(file),
            f"is no device tree: {len(data)} bytes that begin with {data[:4].hex() or 'nothing'};"
            f" {_DTB_MAGIC.hex()} and at most 2 MiB are expected",
        )
    return data
