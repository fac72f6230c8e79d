# SPDX-License-Identifier: BSD-3-Clause
"""FEL, the USB mode of Allwinner's boot ROM: the board takes loader and image over a USB cable."""

from __future__ import annotations

from dataclasses import dataclass

from uk_board.flasher import Job, Option, Plan, Trait
from uk_board.media.medium import open_medium
from uk_board.usb.fel import PRODUCT, VENDOR
from uk_board.usb.felboot import boot
from uk_board.usb.felfacts import FelFacts
from uk_board.usb.felmedium import fel_facts, parts_of
from uk_board.usb.transport import PyUsbBus, Waiting

CAPTION = "FEL, USB boot of Allwinner's chips; into memory, gone with the power"
VERIFIED = "model: a byte-exact model of boot ROM and memory, our code in it run (tests/flash)"
TRAITS = frozenset({Trait.STARTS_BOARD, Trait.TAKES_MEDIUM, Trait.AT_BOARD})
OPTIONS = (Option("usb-path", 'The board at this place on USB, such as "1-1.2".', "PATH"),)


@dataclass(frozen=True)
class Found:
    """What is known before anything is sent."""

    facts: FelFacts
    path: str | None


def plan(job: Job) -> Plan:
    """Say which device is waited for, and what it gets."""
    facts = fel_facts(job.board)
    path = job.option("usb_path")
    place = f" at USB {path}" if path else ""
    steps = (
        f"wait for the USB device {VENDOR:04x}:{PRODUCT:04x}{place}, chip 0x{facts.chip:04x}",
        f"send the medium's first loader to 0x{facts.loader:x}, compare, run it: it sets DRAM up",
        f"send Trusted Firmware, device tree, and the image to 0x{job.board.load_address:x}",
        "read everything back and compare",
        "reset the core into AArch64: Trusted Firmware starts the image, X0 has the device tree",
    )
    return Plan(steps, found=Found(facts, path))


def run(job: Job, plan: Plan) -> str:
    """Start the board."""
    found: Found = plan.found
    with open_medium(job.medium()) as medium:
        parts = parts_of(medium, job.board)
    bus = job.option("usb_bus") or PyUsbBus()
    waiting = job.option("waiting") or Waiting()
    ram_bytes = sum(region.size for region in job.board.ram)
    job.ready()
    done = boot(
        bus,
        found.facts,
        parts,
        ram_bytes,
        path=found.path,
        waiting=waiting,
        on_progress=job.on_progress,
    )
    speed = done.sent_bytes / max(done.duration_s, 1e-3) / 1024
    dram = f", {done.dram_bytes >> 20} MiB of DRAM" if done.dram_bytes else ""
    return (
        f"{job.board.name}: {done.sent_bytes:,} bytes in {done.duration_s:.1f} s"
        f" ({speed:.0f} KiB/s), read back{dram}, started over USB"
    )
