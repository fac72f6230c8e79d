# SPDX-License-Identifier: BSD-3-Clause
"""USB device boot of the Raspberry Pi: the board takes firmware and image over a USB cable."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from uk_board.errors import MissingError, UsageError
from uk_board.flasher import Job, Option, Plan, Trait
from uk_board.media.medium import open_medium
from uk_board.usb.rpiboot import PRODUCTS, VENDOR, boot
from uk_board.usb.transport import PyUsbBus, Waiting

CAPTION = "USB device boot of the Raspberry Pi 3A+, CM3 and 4"
VERIFIED = "model: a byte-exact model of boot ROM and second stage (tests/flash/test_usbboot.py)"
TRAITS = frozenset({Trait.STARTS_BOARD, Trait.BOOTS_MEDIUM, Trait.TAKES_MEDIUM, Trait.AT_BOARD})
OPTIONS = (
    Option("second-stage", "bootcode4.bin of Raspberry Pi's usbboot, for a BCM2711.", "FILE", Path),
    Option("usb-path", 'The board at this place on USB, such as "1-1.2".', "PATH"),
)

# What the boot ROM takes first, where the medium has it: on chips before the BCM2711.
_ON_MEDIUM = "bootcode.bin"


@dataclass(frozen=True)
class Found:
    """What is sent first: a file of the user's, or the medium's own."""

    chip: str
    second_stage: Path | None


def plan(job: Job) -> Plan:
    """Say which device is waited for, and what it gets."""
    chip = job.board.soc
    if chip not in PRODUCTS:
        known = ", ".join(sorted(PRODUCTS))
        raise UsageError(job.board.name, f"has a {chip}, which has no such boot; it is of: {known}")
    given: Path | None = job.option("second_stage")
    if given is None and chip == "bcm2711":
        raise UsageError(
            "--second-stage",
            "is missing; the BCM2711 takes bootcode4.bin of Raspberry Pi's usbboot, which no"
            " Debian package has",
        )
    if given is not None and not given.is_file():
        raise MissingError(str(given), "no such file")
    path = job.option("usb_path")
    place = f" at USB {path}" if path else ""
    steps = (
        f"wait for the USB device {VENDOR:04x}:{PRODUCTS[chip]:04x}{place}",
        f"send {given or _ON_MEDIUM}",
        "answer its requests for firmware, config.txt and image until it is done",
    )
    return Plan(steps, found=Found(chip, given))


def run(job: Job, plan: Plan) -> str:
    """Start the board."""
    found: Found = plan.found
    with open_medium(job.medium()) as medium:
        volume = medium.volume()
        entries = [entry for entry in volume.walk() if not entry.is_folder]
        files = {entry.path: volume.read_file(entry) for entry in entries}
    stage = found.second_stage.read_bytes() if found.second_stage else files.get(_ON_MEDIUM)
    if stage is None:
        raise MissingError(_ON_MEDIUM, "is not on the medium; --second-stage FILE names one")
    bus = job.option("usb_bus") or PyUsbBus()
    waiting = job.option("waiting") or Waiting()
    job.ready()
    served = boot(bus, found.chip, stage, files, path=job.option("usb_path"), waiting=waiting)
    names = ", ".join(served.files) or "nothing"
    return f"{job.board.name}: started over USB; it read {names}"
