# SPDX-License-Identifier: BSD-3-Clause
"""A board started over FEL: its first loader sets DRAM up, everything else is sent and compared.

Source: U-Boot, doc/board/allwinner/sunxi.rst and board/sunxi/board.c (what the first loader does
in FEL, and what it leaves in its head); sunxi-tools, fel.c (what has to be done around it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from uk_board.disk.writer import Progress
from uk_board.errors import BenchError
from uk_board.media import egon
from uk_board.usb import felthunks
from uk_board.usb.fel import PRODUCT, VENDOR, Fel
from uk_board.usb.felfacts import FelFacts
from uk_board.usb.felmedium import Load, Parts
from uk_board.usb.transport import CHOOSE, NoDeviceError, UsbBus, UsbDevice, Waiting, wait_for

# How long a first loader takes; sunxi-tools, fel.c waits as long before it asks again.
_LOADER_S = 0.25
# Whether the board is still in FEL: it would answer at once.
_GONE_S = 1.0
# Arm DDI 0487, G8.2, SCTLR: MMU, data cache, instruction cache
_CACHES = {0: "the MMU", 2: "the data cache", 12: "the instruction cache"}
# The head says how large DRAM is from this version on: U-Boot, arch-sunxi/spl.h.
_SAYS_DRAM = 3
_DRAM_UNIT = 1 << 20
_RAN = b"eGON.FEL"

OnProgress = Callable[[Progress], None]

# What was done when a step failed, in words that say what the board is now.
FRESH = "the board is in FEL, as it was"
UNSTARTED = "the board is in FEL; its first loader was sent and not started"
LOADER = "the board runs its first loader, or hangs in it; nothing else was sent"
LOADED = "the board is in FEL with a part of the image in its memory; nothing was started"
STARTED = "the board may have started; its console tells"
_AGAIN = "power it off and on: without a card it is in FEL again"
_IN_FEL = (
    "without a bootable card, and with the cable in the port of its USB OTG, a board is in FEL when"
    " it is powered on"
)
# U-Boot's gadgets: U-Boot, drivers/usb/gadget/Kconfig, USB_GADGET_PRODUCT_NUM for sunxi.
_UBOOT = (VENDOR, 0x1010)


@dataclass(frozen=True)
class Booted:
    """What was sent, and how long that took; `dram_bytes` 0: its first loader does not say."""

    sent_bytes: int
    duration_s: float
    dram_bytes: int


@contextmanager
def _state(state: str) -> Iterator[None]:
    """Let an error say what state the board is in."""
    try:
        yield
    except BenchError as error:
        raise BenchError(error.where, f"{error.problem}; {state}", hint=_AGAIN) from error


def boot(
    bus: UsbBus,
    facts: FelFacts,
    parts: Parts,
    ram_bytes: int,
    *,
    path: str | None = None,
    waiting: Waiting | None = None,
    on_progress: OnProgress = lambda progress: None,
) -> Booted:
    """Start a board that waits in FEL, by default the only one; it has `ram_bytes` at least.

    Raises:
        BenchError: no board came, it is another one, or a step failed; says which, and what
            state the board is in now.
    """
    waiting = waiting or Waiting()
    device = _found(bus, waiting, path)
    try:
        with _state(FRESH):
            fel = Fel(device)
            _identify(fel, facts)
            _prepare(fel, facts)
        with _state(UNSTARTED):
            _send_loader(fel, facts, parts.loader)
        with _state(LOADER):
            dram_bytes = _run_loader(fel, facts, ram_bytes, waiting)
        with _state(LOADED):
            sent, duration_s = _load(fel, parts.loads, waiting, on_progress)
        with _state(STARTED):
            _start(fel, facts, parts.entry)
    finally:
        device.close()
    return Booted(sent, duration_s, dram_bytes)


def _found(bus: UsbBus, waiting: Waiting, path: str | None) -> UsbDevice:
    """Return the board that waits, or say what is known of one that does not."""
    try:
        return wait_for(
            bus,
            {(VENDOR, PRODUCT)},
            "FEL",
            waiting,
            path=path,
            choose=CHOOSE,
        )
    except NoDeviceError as error:
        uboots = bus.find({_UBOOT})
        for each in uboots:
            each.close()
        if not uboots:
            problem = f"{error.problem}; the board is off, or has booted"
            raise BenchError("FEL", problem, hint=_IN_FEL) from None
        raise BenchError(
            "FEL",
            f"{error.problem}, but U-Boot's {uboots[0].title}: it has booted, and is not in FEL",
            hint="take its card out, and power it off and on",
        ) from None


def _identify(fel: Fel, facts: FelFacts) -> None:
    chip = fel.version().chip
    if chip != facts.chip:
        raise BenchError(fel.title, f"is chip 0x{chip:04x}; the board has chip 0x{facts.chip:04x}")


def _prepare(fel: Fel, facts: FelFacts) -> None:
    """Get at all of the chip, and make sure that what is written is what runs."""
    if not fel.read_word(facts.secure):
        _run_scratch(fel, facts, felthunks.become_secure())
        if not fel.read_word(facts.secure):
            raise BenchError(
                fel.title,
                f"does not let us into its secure part: 0x{facts.secure:x} reads as 0; a chip that"
                " checks signatures starts no loader of ours",
            )
    code, offset = felthunks.read_control()
    _run_scratch(fel, facts, code)
    control = fel.read_word(facts.scratch + offset)
    on = [name for bit, name in _CACHES.items() if control >> bit & 1]
    if on:
        raise BenchError(fel.title, f"has {', '.join(on)} on; in this chip's boot ROM they are off")


def _run_scratch(fel: Fel, facts: FelFacts, code: bytes) -> None:
    assert len(code) <= facts.scratch_size, "the chip's file says how much room there is"
    fel.write(facts.scratch, code)
    fel.execute(facts.scratch)


def placed(loader: bytes, facts: FelFacts) -> Iterator[Load]:
    """Yield the pieces of a first loader: those over the boot ROM's data go to the copies."""
    at, end = facts.loader, facts.loader + len(loader)
    for kept in facts.kept:
        for border, target in ((kept.base, at), (kept.end, kept.copy)):
            stop = min(border, end)
            if at < stop:
                yield Load("loader", target, loader[at - facts.loader : stop - facts.loader])
                at = stop
    if at < end:
        yield Load("loader", at, loader[at - facts.loader :])


def _send_loader(fel: Fel, facts: FelFacts, loader: bytes) -> None:
    pieces = [*placed(loader, facts), Load("thunk", facts.thunk, felthunks.around_loader(facts))]
    for piece in pieces:
        fel.write(piece.address, piece.data)
    for piece in pieces:
        _compare(fel, piece)


def _compare(fel: Fel, load: Load, on_bytes: Callable[[int], None] = lambda count: None) -> None:
    found = fel.read(load.address, len(load.data), on_bytes)
    if found == load.data:
        return
    pairs = zip(found, load.data, strict=True)
    wrong = [at for at, (one, other) in enumerate(pairs) if one != other]
    raise BenchError(
        f"{fel.title}: {load.name}",
        f"does not keep what was sent: {len(wrong):,} bytes differ, the first at"
        f" 0x{load.address + wrong[0]:x}, 0x{found[wrong[0]]:02x} where"
        f" 0x{load.data[wrong[0]]:02x} was sent",
    )


def _run_loader(fel: Fel, facts: FelFacts, ram_bytes: int, waiting: Waiting) -> int:
    """Run the first loader; return how much DRAM it has set up, 0 if it does not say."""
    fel.execute(facts.thunk)
    waiting.sleep(_LOADER_S)
    # Answered when the loader is back; one that found no DRAM never is.
    raw = fel.read(facts.loader, egon.HEADER_BYTES)
    if raw[4:12] != _RAN:
        raise BenchError(
            fel.title, f'has {raw[4:12]!r} where its first loader was; "eGON.FEL" is expected'
        )
    # The version, then the size: HEADER has the mark of a card, and would not take this one.
    head = egon.HEADER.parse(raw[:4] + b"eGON.BT0" + raw[12:])
    if head.spl_version < _SAYS_DRAM:
        return 0
    dram_bytes = int(head.dram_mib) * _DRAM_UNIT
    if dram_bytes < ram_bytes:
        raise BenchError(
            fel.title,
            f"has {head.dram_mib} MiB of DRAM; the board's file says {ram_bytes // _DRAM_UNIT} MiB",
        )
    return dram_bytes


def _load(
    fel: Fel, loads: Sequence[Load], waiting: Waiting, on_progress: OnProgress
) -> tuple[int, float]:
    """Send everything, then read all of it back; return how many bytes, and in what time."""
    total = sum(len(load.data) for load in loads)
    before_s = waiting.clock()
    told = _counted("write", total, on_progress)
    for load in loads:
        fel.write(load.address, load.data, told)
    duration_s = waiting.clock() - before_s
    told = _counted("verify", total, on_progress)
    for load in loads:
        _compare(fel, load, told)
    return total, duration_s


def _counted(phase: str, total: int, on_progress: OnProgress) -> Callable[[int], None]:
    done = 0

    def told(count: int) -> None:
        nonlocal done
        done += count
        on_progress(Progress(phase, done, total))

    return told


def _start(fel: Fel, facts: FelFacts, entry: int) -> None:
    """Reset the core into what was loaded. A board that still answers did not do it."""
    _run_scratch(fel, facts, felthunks.into_aarch64(facts, entry))
    try:
        fel.version(_GONE_S)
    except BenchError:
        return
    raise BenchError(fel.title, "is still in FEL; the reset into AArch64 did nothing")
