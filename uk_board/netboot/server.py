# SPDX-License-Identifier: BSD-3-Clause
"""DHCP and TFTP together on one interface, until a board has its image."""

from __future__ import annotations

import random
from collections.abc import Callable

from uk_board.errors import BenchError
from uk_board.netboot import dhcp, tftp
from uk_board.netboot.wire import BROADCAST, Wire

# How often what was lost is looked for.
_TICK_S = 0.1
PROBE_S = 3.0
_PROBES = 2

Clock = Callable[[], float]


def other_servers(
    wire: Wire, clock: Clock, *, chance: random.Random, probe_s: float = PROBE_S
) -> list[str]:
    """Return the addresses of DHCP servers that answer here; ask before there is one of ours."""
    # A locally administered address (IEEE 802, 8.4): no lease of a real machine is taken.
    mac = bytes((0x02, *chance.randbytes(5)))
    transaction = chance.getrandbits(32)
    found: set[str] = set()
    port = wire.open(dhcp.CLIENT_PORT)
    try:
        for _ in range(_PROBES):
            wire.send(port, (BROADCAST, dhcp.SERVER_PORT), dhcp.discover(transaction, mac))
            end_s = clock() + probe_s / _PROBES
            while (left_s := end_s - clock()) > 0:
                got = wire.receive(left_s)
                if got is None or got.port != port:
                    continue
                if (server := dhcp.offer_from(got.data, transaction)) is not None:
                    found.add(str(server))
    finally:
        wire.close(port)
    return sorted(found)


def serve(
    wire: Wire,
    responder: dhcp.Responder,
    find: tftp.Find,
    last_file: str,
    clock: Clock,
    *,
    timeout_s: float,
    on_event: Callable[[tftp.Event], None] = lambda event: None,
) -> tftp.Event:
    """Serve until a board has all of `last_file`, and whatever else is on its way.

    Returns the event of that. Raises: BenchError after `timeout_s` without any request, or
    when the board stopped.
    """
    last: tftp.Event | None = None
    whole: tftp.Event | None = None

    def note(event: tftp.Event) -> None:
        nonlocal last, whole
        last = event
        if event.is_whole and event.name.endswith(last_file):
            whole = event
        on_event(event)

    dhcp_server = dhcp.Server(wire, responder)
    files = tftp.Server(wire, find, clock, note)
    last_s = clock()
    while whole is None or files.transfers:
        if (datagram := wire.receive(_TICK_S)) is not None:
            last_s = clock()
            dhcp_server.take(datagram)
            files.take(datagram)
        files.tick()
        if clock() - last_s > timeout_s:
            raise BenchError(str(wire.interface.ip), _standing(last, responder, timeout_s))
    return whole


def _standing(last: tftp.Event | None, responder: dhcp.Responder, timeout_s: float) -> str:
    """Return how far boards came that do not go on."""
    silent = f"no board asked for anything in {timeout_s:g} s"
    if last is not None:
        how = last.problem or f"{last.done} of {last.total} bytes"
        return f"{silent}; the last was {last.client} for {last.name}: {how}"
    if responder.leases:
        known = ", ".join(mac.hex(":") for mac in responder.leases)
        return f"{silent}; addresses were given to {known}, which fetched nothing"
    return f"{silent}, not even for an address; is the cable in, and network boot switched on?"
