# SPDX-License-Identifier: BSD-3-Clause
"""The client's side of a place: wait for a free one, take it, keep its lease, give it back."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from uk_board.errors import BenchError, UkBoardError
from uk_board.rack.coordinator import RefusedError, Session, UnreachableError
from uk_board.rack.lease import KEEPER, LEASE, Fence, Owner, Times, clock, told

Tell = Callable[[str], None]
Connect = Callable[[], Awaitable[Session]]
# How often a wait tells for whom it waits.
_TELL_S = 30.0
# So many places are told one by one.
_MOST_TOLD = 8
# labgrid's queue gave us a place that is of no use: leave it for so long.
_SHUN_S = 10.0


class Holder:
    """One place, from the wish for it to its release. Its methods run in one event loop."""

    def __init__(
        self,
        connect: Connect,
        owner: Owner,
        *,
        times: Times,
        now: Callable[[], float] = clock,
        tell: Tell = lambda text: None,
    ) -> None:
        self.owner = owner
        self.place = ""
        self.lost = ""  # why the place is no longer ours
        self.trouble = ""  # why the lease cannot be confirmed just now
        self._connect = connect
        self._times = times
        self._now = now
        self._tell = tell
        self._session: Session | None = None
        self._connected_s = 0.0
        self._is_settled = False
        self._lease = ""
        self._queued = ""
        self._shun_until_s = 0.0
        self._forgotten = False  # by the coordinator: it was restarted
        self._fence: Fence | None = None

    @property
    def session(self) -> Session:
        """The connection to the coordinator."""
        assert self._session is not None, "used before take"
        return self._session

    def holds(self) -> bool:
        """Return whether the place may be used now."""
        return self._fence is not None and not self.lost and self._fence.holds(self._now())

    async def take(self, tags: Mapping[str, str], wait_s: float) -> Any:
        """Acquire a free place that has all these tags and return it, as labgrid has it.

        Raises: BenchError when there is none such, or none is free within `wait_s`.
        """
        deadline_s = self._now() + wait_s
        told_s = None
        trouble = ""
        while True:
            try:
                await self._beat()
                fitting = self._fitting(tags)
                settled = await self._settled()
                if settled and (place := await self._try(fitting)):
                    return place
            except (UnreachableError, RefusedError) as error:
                if self._now() >= deadline_s:
                    raise
                if trouble != (trouble := f"{error.where}: {error.problem}; trying again"):
                    self._tell(trouble)
                await asyncio.sleep(min(1.0, self._times.refresh_s))
                continue
            if self._now() >= deadline_s:
                raise self._none_free(fitting, tags, wait_s)
            if told_s is None or self._now() - told_s >= _TELL_S:
                told_s = self._now()
                self._tell(f"waiting for a place with {_words(tags)}: {self._holders(fitting)}")
            if settled:  # before, what it gives us may be still another's
                await self._queue(tags)
            left_s = deadline_s - self._now()
            await self.session.news(min(self._times.refresh_s, max(left_s, 0.05)))

    async def _beat(self) -> None:
        """Be connected, and refresh what ends when we do. Raises: UnreachableError."""
        if self._session is None or self._session.lost:
            await self._reconnect()
        if not self._lease or not await self.session.refresh(self._lease):
            self._lease = await self.session.reserve({LEASE: "1"})
        if self._queued and not await self.session.refresh(self._queued):
            self._queued = ""

    async def _reconnect(self) -> None:
        if self._session is not None:
            await self._session.close()
        self._session = await self._connect()
        self._connected_s = self._now()
        self._is_settled = False

    def _fitting(self, tags: Mapping[str, str]) -> list[Any]:
        """Return the places that have these tags. Raises: BenchError if there is none."""
        places = self.session.places.values()
        fitting = [place for place in places if tags.items() <= _tags_of(place).items()]
        if not fitting:
            known = ", ".join(sorted(place.name for place in places)) or "none at all"
            raise BenchError("rack", f"no place has {_words(tags)}; places: {known}")
        return fitting

    async def _try(self, fitting: list[Any]) -> Any:
        """Acquire one of these places, if one is free."""
        free = [place for place in fitting if self._is_free(place)]
        if not free:
            return None
        random.shuffle(free)  # so that clients do not all go for the same
        for place in free:
            sent_s = self._now()
            self.place = place.name  # now: when we are interrupted it must be released
            try:
                await self.session.acquire(place.name)
            except RefusedError:
                self.place = ""
                continue  # another one was faster
            self._fence = Fence(self._times, sent_s)
            await self._after_acquire()
            return self.session.places[place.name]
        return None

    async def _after_acquire(self) -> None:
        """Let the same person's labgrid-client in; leave the queue."""
        try:
            await self.session.allow(self.place, self.owner.labgrid_user)
            if self._queued:
                await self.session.cancel(self._queued)
                self._queued = ""
            await self._until_complete()
        except (RefusedError, UnreachableError) as error:
            self.trouble = error.problem  # `keep` sees to it

    async def _until_complete(self) -> None:
        """Wait until what was acquired is told here; exporters start servers for it."""
        deadline_s = self._now() + self._times.call_s
        while self._problem_of_place() and self._now() < deadline_s:
            await self.session.news(deadline_s - self._now())

    def _is_free(self, place: Any) -> bool:
        reserved = place.reservation and place.reservation != self._queued
        if place.acquired or reserved:
            return False
        if missing_of(place, self.session.resources):
            if place.reservation:
                self._shun_until_s = self._now() + _SHUN_S
            return False
        return True

    async def _settled(self) -> bool:
        """Return whether nobody from before the coordinator's start may hold places now."""
        if not self._is_settled:
            waited_s = self._now() - self._connected_s
            marks = [one for one in await self.session.reservations() if KEEPER in one.filters]
            self._is_settled = bool(marks) or waited_s >= self._times.settle_s
        return self._is_settled

    async def _queue(self, tags: Mapping[str, str]) -> None:
        """Stand in labgrid's own queue, so that who waits longest comes first."""
        if self._queued and self._now() < self._shun_until_s:
            await self.session.cancel(self._queued)
            self._queued = ""
        elif not self._queued and self._now() >= self._shun_until_s:
            self._queued = await self.session.reserve(tags)

    def _holders(self, fitting: list[Any]) -> str:
        if not self._is_settled:
            left_s = self._times.settle_s - (self._now() - self._connected_s)
            return f"the coordinator has just started, and gives places in {left_s:.0f} s"
        told = [self._state(place) for place in fitting[:_MOST_TOLD]]
        more = len(fitting) - len(told)
        return "; ".join([*told, f"and {more} more"] if more else told)

    def _state(self, place: Any) -> str:
        if place.acquired:
            since = time.strftime("%H:%M:%S", time.localtime(place.changed))
            return f"{place.name} is held by {told(place.acquired)} since {since}"
        if missing := missing_of(place, self.session.resources):
            return f"{place.name} is not usable: {missing}"
        if place.reservation and place.reservation != self._queued:
            return f"{place.name} is reserved ({place.reservation})"
        return f"{place.name} is free"

    def _none_free(self, fitting: list[Any], tags: Mapping[str, str], wait_s: float) -> BenchError:
        return BenchError(
            "rack",
            f"no place with {_words(tags)} was free within {wait_s:g} s; {self._holders(fitting)}",
            hint="a longer --wait; uk-board rack status shows who holds what since when",
        )

    async def keep(self, done: asyncio.Event) -> None:
        """Keep the place until `done`, or until it is lost: `lost` then says why."""
        while not done.is_set() and not self.lost:
            before = self.trouble
            try:
                self.trouble = await self._confirm()
            except UnreachableError as error:
                self.trouble = f"{error.where} {error.problem}"
            except UkBoardError as error:
                self.trouble = error.problem
            if not self.holds() and not self.lost:
                why = before or self.trouble or "this program stood still"
                self.lost = f"its lease could not be refreshed in time: {why}"
            if not self.lost:
                await self._pause(done)
        if self._fence is not None and self.lost:
            self._fence.cut()

    async def _pause(self, done: asyncio.Event) -> None:
        """Wait for the next refresh; what happens to the place ends it."""
        if self.trouble:
            await _first(done, None, self._times.refresh_s / 4)
            return
        until_s = self._now() + self._times.refresh_s
        while not done.is_set() and (left_s := until_s - self._now()) > 0:
            await _first(done, self.session, left_s)
            if self.session.lost or self._problem_of_place():
                return

    async def _confirm(self) -> str:
        """Refresh the lease; return why it is not confirmed. Raises: UkBoardError."""
        assert self._fence is not None, "keep before take"
        if self.session.lost:
            await self._reconnect()
        sent_s = self._now()
        if not await self.session.refresh(self._lease):
            self._forgotten = True
            self._lease = await self.session.reserve({LEASE: "1"})
        if not self._fence.holds(self._now()):
            return "an answer came too late"
        place = self.session.places.get(self.place)
        if place is None:
            return await self._unless_restarted("it was deleted")
        if place.acquired is None:
            return await self._unless_restarted("it was released by force")
        if place.acquired != str(self.owner):
            self.lost = f"{told(place.acquired)} has it now"
            return self.lost
        problem = self._problem_of_place()
        if not problem:
            self._forgotten = False
            self._fence.confirm(sent_s, self._now())
        return problem

    async def _unless_restarted(self, what: str) -> str:
        """Take the place again if the coordinator forgot all; else it is lost, as `what` says.

        It does so when it starts. As long as our fence holds, nobody else may have taken the
        place from it since.
        """
        if not self._forgotten:
            self.lost = what
            return what
        place = self.session.places.get(self.place)
        if place is None or missing_of(place, self.session.resources):
            return "the coordinator was restarted, and the place is not back yet"
        await self.session.acquire(self.place)
        self._tell(f"{self.place}: the coordinator was restarted; acquired again, nobody had it")
        await self._after_acquire()
        return "the coordinator was restarted"

    def _problem_of_place(self) -> str:
        place = self.session.places.get(self.place)
        if place is None or place.acquired != str(self.owner):
            return "it is not ours"
        for path in place.acquired_resources:
            exporter, group, _, name = path
            if (exporter, group, name) not in self.session.resources:
                return f"its exporter {exporter} is gone"
        return missing_of(place, self.session.resources)

    async def release(self, tags: Mapping[str, str]) -> None:
        """Give the place back, with these tags on it if it is still ours."""
        if self._fence is not None:
            self._fence.cut()  # first: while the answer is on its way, it may be another's
        try:
            if self._session is not None and self._session.lost:
                await self._reconnect()
            if self.place:
                if not self.lost:
                    await self.session.set_tags(self.place, tags)
                await self.session.release(self.place, str(self.owner))
            for token in filter(None, (self._queued, self._lease)):
                await self.session.cancel(token)
        except (UnreachableError, RefusedError) as error:
            left = f"{self.place} was not released ({error.problem})" if self.place else "not told"
            self._tell(f"{left}; the keeper will do it within 60 s")
        finally:
            if self._session is not None:
                await self._session.close()


def missing_of(place: Any, resources: Mapping[Any, Any]) -> str:
    """Return what a place needs and does not have now, or nothing."""
    for match in place.matches:
        fitting = [
            entry
            for (exporter, group, name), entry in resources.items()
            if match.ismatch((exporter, group, entry.cls, name))
        ]
        if not fitting:
            return f"nobody exports {match}"
        broken = [entry.cls for entry in fitting if entry.acquired == "<broken>"]
        if broken:
            return f"its {broken[0]} is broken, says its exporter"
        away = [entry.cls for entry in fitting if not entry.avail]
        if away:
            return f"its {away[0]} is not there"
    return "" if place.matches else "it has no resources"


async def _first(done: asyncio.Event, session: Session | None, timeout_s: float) -> None:
    """Wait for the end, for news, or so long."""
    waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(done.wait())]
    if session is not None:
        waits.append(asyncio.ensure_future(session.news(timeout_s)))
    await asyncio.wait(waits, timeout=max(timeout_s, 0), return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    await asyncio.gather(*waits, return_exceptions=True)


def _tags_of(place: Any) -> dict[str, str]:
    return {**place.tags, "name": place.name}


def _words(tags: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in tags.items())
