# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board rack keeper`: release what dead clients hold; runs beside a lab's coordinator."""

from __future__ import annotations

import asyncio
import contextlib
import time

import click

from uk_board.cli.rack import coordinator_option, speed_option
from uk_board.rack.coordinator import Session, address_of, connect
from uk_board.rack.keeper import Keeper
from uk_board.rack.lease import Owner, Times
from uk_board.terminal import ended_by_signals


@click.command("keeper")
@coordinator_option
@click.option(
    "--fresh", is_flag=True, help="Nobody can hold a place from before: all of this rack is new."
)
@speed_option
def command(coordinator: str | None, fresh: bool, speed: float) -> None:
    """Release places whose client has died, within 60 s; runs until it is ended.

    Places acquired with labgrid-client have no lease, and are left alone.
    """
    address, owner = address_of(coordinator), Owner.of_this_process()
    times = Times().faster(speed)

    async def to_coordinator() -> Session:
        return await connect(address, owner, times)

    keeper = Keeper(to_coordinator, times=times, tell=_tell, fresh=fresh)
    with ended_by_signals(), contextlib.suppress(asyncio.CancelledError):
        asyncio.run(keeper.run())


def _tell(text: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')} {text}")
