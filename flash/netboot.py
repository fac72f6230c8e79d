# SPDX-License-Identifier: BSD-3-Clause
"""Network boot: DHCP and TFTP on an interface of this machine, until the board has its image."""

from __future__ import annotations

import random
import time
from pathlib import Path

from uk_board.disk.writer import Progress
from uk_board.errors import BenchError
from uk_board.flasher import Job, Option, Plan, Trait
from uk_board.netboot import files
from uk_board.netboot.dhcp import Responder
from uk_board.netboot.server import other_servers, serve
from uk_board.netboot.tftp import Event
from uk_board.netboot.wire import Sockets

CAPTION = "network boot: DHCP and TFTP on an interface; into memory, gone with the power"
VERIFIED = "qemu: U-Boot on virt boots from these servers; Raspberry Pi's firmware: model"
TRAITS = frozenset({Trait.STARTS_BOARD, Trait.BOOTS_MEDIUM, Trait.TAKES_MEDIUM, Trait.AT_BOARD})
OPTIONS = (
    Option("interface", "Serve boards on this network interface.", "NAME", needed=True),
    Option("proxy", "Leave addresses to the DHCP server that is there."),
    Option("serial", "Serve the Raspberry Pi with this serial number alone.", "SERIAL"),
)

# The user comes to the power switch within this time.
TIMEOUT_S = 600.0


def plan(job: Job) -> Plan:
    """Look at the interface; nothing is sent yet."""
    name: str = job.option("interface")
    wire = Sockets(name)
    us = wire.interface
    if job.option("proxy"):
        first = f"answer PXE clients on {name} beside the DHCP server that is there"
    else:
        first = (
            f"see that no DHCP server answers on {name}, then give out addresses of {us.network}"
        )
    what = "the files of its medium" if job.board.medium else files.kernel_name(job.board)
    only = f", to {job.option('serial')} alone" if job.option("serial") else ""
    script = f", and {files.SCRIPT} for U-Boot" if job.board.uboot else ""
    steps = (
        first,
        f"serve by TFTP at {us.ip}: {what}{script}{only}",
        f"switch the board on; it must ask within {TIMEOUT_S:g} s",
        f"end when it has {files.kernel_name(job.board)}",
    )
    return Plan(steps, found=wire)


def run(job: Job, plan: Plan) -> str:
    """Serve until the board has its image."""
    wire: Sockets = plan.found
    medium: Path | None = job.medium() if job.board.medium else None
    image = job.image if medium else job.build()
    served = files.gather(job.board, image, medium)
    proxy = bool(job.option("proxy"))
    fetched: list[str] = []

    def show(event: Event) -> None:
        if event.is_whole:
            fetched.append(event.name)
        if event.total:
            phase = f"{event.client} {event.name}"
            job.on_progress(Progress(phase, event.done, event.total))

    try:
        if not proxy:
            _refuse_beside_others(wire)
        boot_file = files.SCRIPT if job.board.uboot else files.kernel_name(job.board)
        job.ready()
        done = serve(
            wire,
            Responder(wire.interface, boot_file, proxy),
            files.finder(served, job.option("serial")),
            files.kernel_name(job.board),
            time.monotonic,
            timeout_s=TIMEOUT_S,
            on_event=show,
        )
    finally:
        wire.close_all()
    return f"{done.client} has {done.name}, {done.total:,} bytes; files fetched: {len(fetched)}"


def _refuse_beside_others(wire: Sockets) -> None:
    others = other_servers(wire, time.monotonic, chance=random.Random())
    if others:
        raise BenchError(
            wire.name,
            f"another DHCP server answers here: {', '.join(others)}; two would give out addresses",
            hint="--proxy, which gives out none, or an interface that leads to the board alone",
        )
