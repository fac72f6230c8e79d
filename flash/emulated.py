# SPDX-License-Identifier: BSD-3-Clause
"""An emulated board of a rack: the image and its boot arguments by HTTP."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from uk_board.flasher import Job, Option, Plan, Trait

if TYPE_CHECKING:
    from uk_board.rack.control import BoardControl

CAPTION = "An emulated board of a rack, by HTTP; until its server ends"
VERIFIED = "qemu: the image is sent, compared by its sum, started, and printed its banner"
TRAITS = frozenset({Trait.TAKES_ARGUMENTS})


def _control(url: str) -> BoardControl:
    # Only here: a rack's side of HTTP takes long to load, and every `flash` loads this file.
    from uk_board.rack.control import BoardControl

    return BoardControl(url)


OPTIONS = (
    Option(
        "control",
        "The emulated board's HTTP interface, as http://host:port.",
        "URL",
        _control,
        needed=True,
    ),
)


def plan(job: Job) -> Plan:
    """Say what would be done; ask nobody yet."""
    control: BoardControl = job.option("control")
    steps = (
        f"PUT {control.url}/image: {job.image.name}",
        "compare its SHA-256 with what arrived",
    )
    return Plan(steps, found=control)


def run(job: Job, plan: Plan) -> str:
    """Send the image; the next power-on starts it."""
    control: BoardControl = plan.found
    data = job.build().read_bytes()
    control.send_image(data)
    control.send_arguments(job.arguments)
    digest = hashlib.sha256(data).hexdigest()[:16]
    return f"{len(data):,} bytes, SHA-256 {digest}..., for the next power-on"
