# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board rack status`: places, owners, since when, and how the last use ended."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import asdict

import click

from uk_board.cli.options import console, json_option
from uk_board.cli.rack import coordinator_option
from uk_board.rack.coordinator import address_of, connect
from uk_board.rack.lease import Owner, Times
from uk_board.rack.status import PlaceStatus, RackStatus, status_of


@click.command("status")
@coordinator_option
@json_option
def command(coordinator: str | None, as_json: bool) -> None:
    """Show who has which place of the rack, since when, and how its last use ended."""
    found = asyncio.run(_ask(address_of(coordinator)))
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2))
        return
    _show(found)


async def _ask(address: str) -> RackStatus:
    session = await connect(address, Owner.of_this_process(), Times())
    try:
        return await status_of(session, time.time())
    finally:
        await session.close()


def _show(found: RackStatus) -> None:
    from rich.table import Table  # only here: it takes long to load

    table = Table(box=None, pad_edge=False)
    for column in ("place", "board", "state", "owner", "since", "lease", "last use"):
        table.add_column(column)
    for place in found.places:
        table.add_row(*_row(place))
    console().print(table)
    for one in found.waiting:
        click.echo(f"waiting: {one}")
    if not found.keeper:
        click.echo(
            "no keeper: places of dead clients stay acquired; uk-board rack keeper", err=True
        )


def _row(place: PlaceStatus) -> tuple[str, ...]:
    process = f", process {place.process}" if place.process else ""
    owner = f"{place.user} on {place.host}{process}" if place.user else ""
    since = time.strftime("%H:%M:%S", time.localtime(place.since_s)) if place.since_s else ""
    lease = "" if place.lease_age_s is None else f"{place.lease_age_s:.0f} s ago"
    if place.user and place.lease_age_s is None:
        lease = "none"
    result = place.last_result.replace("_", " ")  # tags have no spaces
    last = " ".join(filter(None, (result, place.last_user, place.last_end)))
    return place.place, place.board, place.state, owner, since, lease, last
