# SPDX-License-Identifier: BSD-3-Clause
"""The keeper: it runs beside a coordinator and releases what dead clients hold."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

from uk_board.rack.coordinator import RefusedError, Reservation, Session, UnreachableError
from uk_board.rack.holder import Connect, Tell
from uk_board.rack.lease import KEEPER, LEASE, Owner, Times, Watch, clock
from uk_board.rack.lease import told as in_words


class Keeper:
    """Looks at all leases again and again; see uk_board.rack.lease for the rules."""

    def __init__(
        self,
        connect: Connect,
        *,
        times: Times,
        now: Callable[[], float] = clock,
        tell: Tell = lambda text: None,
        fresh: bool = False,
    ) -> None:
        """`fresh`: the first coordinator's places cannot be held by anybody from before."""
        self._connect = connect
        self._times = times
        self._now = now
        self._tell = tell
        self._fresh = fresh
        self._watch = Watch(times)
        self._mark = ""

    async def run(self) -> None:
        """Keep until cancelled; a coordinator that is away is waited for."""
        told = ""
        while True:
            session = None
            try:
                session = await self._connect()
                await self._attend(session)
            except (UnreachableError, RefusedError) as error:
                if told != (told := f"{error.where}: {error.problem}; waiting for it"):
                    self._tell(told)
            finally:
                if session is not None:
                    with contextlib.suppress(UnreachableError):
                        await session.close()
            self._fresh = False
            self._mark = ""
            await asyncio.sleep(self._times.look_s / 2)

    async def _attend(self, session: Session) -> None:
        """Look until the coordinator is gone. Raises: UnreachableError, RefusedError."""
        connected_s = self._now()
        self._tell("keeping")
        while not session.lost:
            if self._mark:
                await session.refresh(self._mark)
            elif self._fresh or self._now() - connected_s >= self._times.settle_s:
                self._mark = await session.reserve({KEEPER: "1"})
            await self.look(session)
            await asyncio.sleep(self._times.look_s)
        raise UnreachableError("coordinator", session.lost)

    async def look(self, session: Session) -> None:
        """Look once, and release what dead owners hold. Raises: UnreachableError, RefusedError."""
        began_s = self._now()
        reservations = await session.reservations()
        holders = await session.owners()
        beats = beats_of(reservations, holders)
        for owner, still_s in self._watch.look(began_s, self._now(), beats).items():
            await self._end(session, owner, still_s, reservations, holders)

    async def _end(
        self,
        session: Session,
        owner: str,
        still_s: float,
        reservations: list[Reservation],
        holders: dict[str, str | None],
    ) -> None:
        """Release all that an owner has; the coordinator does it only if it still has it."""
        for one in reservations:
            if one.owner == owner:
                await session.cancel(one.token)
        for place in [name for name, holder in holders.items() if holder == owner]:
            await session.set_tags(place, end_tags("client_died", owner))
            await session.release(place, owner)
            self._tell(f"{place}: released; {in_words(owner)} was not heard of for {still_s:.0f} s")


def beats_of(reservations: list[Reservation], holders: dict[str, str | None]) -> dict[str, object]:
    """Return what changes when each of our owners refreshes; None without a lease."""
    named = [*holders.values(), *(one.owner for one in reservations)]
    beats: dict[str, object] = {owner: None for owner in named if owner and Owner.parse(owner)}
    for one in reservations:
        if one.filters.keys() & {LEASE, KEEPER} and one.owner in beats:
            beats[one.owner] = (one.token, one.timeout_s)
    return beats


def end_tags(result: str, owner: str) -> dict[str, str]:
    """Return the tags that tell how a place was last used; the time is for people."""
    ours = Owner.parse(owner)
    user = ours.labgrid_user if ours else owner
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime())
    return {"last_result": result, "last_user": user, "last_end": at}
