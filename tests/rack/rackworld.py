# SPDX-License-Identifier: BSD-3-Clause
"""A coordinator, a network and clients in virtual time: hours of a rack in a second.

The coordinator is a model of labgrid's, checked against the real one in test_real_rack.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import selectors
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from labgrid.remote.common import Place, ResourceEntry, ResourceMatch

from uk_board.rack.coordinator import RefusedError, Reservation, UnreachableError
from uk_board.rack.holder import Holder
from uk_board.rack.keeper import Keeper
from uk_board.rack.lease import Owner, Times

RESERVED_S = 60.0


class VirtualSelector(selectors.DefaultSelector):
    """A selector that lets time pass where others wait."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 1000.0

    def select(self, timeout: float | None = None) -> Any:
        assert timeout is not None, "nobody will ever wake: a dead lock"
        # A step takes a moment: timers may go off early by the clock's resolution.
        self.now_s += max(timeout, 0) + 1e-6
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is virtual."""

    def __init__(self) -> None:
        self.virtual = VirtualSelector()
        super().__init__(self.virtual)

    def time(self) -> float:
        return self.virtual.now_s


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Wire:
    """One program's way to the coordinator: how long a message takes, until when none comes."""

    delay_s: float = 0.01
    cut_until_s: float = 0.0

    async def carry(self) -> None:
        await asyncio.sleep(self.delay_s)
        while now() < self.cut_until_s:
            await asyncio.sleep(self.cut_until_s - now())


class FakeCoordinator:
    """What labgrid's coordinator knows, and forgets when it starts again."""

    def __init__(self, places: Mapping[str, Mapping[str, str]]) -> None:
        self.places = {
            name: Place(name, tags=dict(tags), matches=[ResourceMatch("e", name, "*")])
            for name, tags in places.items()
        }
        self.resources = {
            ("e", name, "NetworkSerialPort"): ResourceEntry(
                {"cls": "NetworkSerialPort", "params": {}, "acquired": None, "avail": True}
            )
            for name in places
        }
        self.reserved: dict[str, dict[str, Any]] = {}
        self.sessions: set[FakeSession] = set()
        self.down_until_s = 0.0
        self._tokens = itertools.count(1)
        self._telling: set[asyncio.Task[None]] = set()

    def restart(self, down_s: float) -> None:
        for place in self.places.values():
            place.acquired, place.reservation, place.acquired_resources = None, None, []
        self.reserved.clear()
        for session in tuple(self.sessions):
            session.drop("the coordinator is gone")
        self.down_until_s = now() + down_s

    def told(self) -> None:
        """Tell all sessions of a change, after the queue was served."""
        self._schedule()
        for session in self.sessions:
            task = asyncio.ensure_future(session.learn(self.snapshot()))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    def snapshot(self) -> dict[str, Place]:
        return {name: Place(**{**place.asdict(), "name": name, "matches": place.matches})
                for name, place in self.places.items()}  # fmt: skip

    def _schedule(self) -> None:
        for token, one in list(self.reserved.items()):
            if one["timeout"] + RESERVED_S < now():
                del self.reserved[token]
            elif one["timeout"] < now():
                one["place"] = None
        allocated = {one["place"]: token for token, one in self.reserved.items() if one["place"]}
        for token, one in self.reserved.items():
            if one["place"] or one["timeout"] < now():
                continue
            for name, place in self.places.items():
                free = place.acquired is None and name not in allocated
                if free and one["filters"].items() <= place.tags.items():
                    one["place"] = name
                    allocated[name] = token
                    break
        for name, place in self.places.items():
            place.reservation = allocated.get(name)

    def reserve(self, owner: str, filters: Mapping[str, str]) -> str:
        token = f"T{next(self._tokens)}"
        self.reserved[token] = {
            "owner": owner,
            "filters": dict(filters),
            "created": now(),
            "timeout": now() + RESERVED_S,
            "place": None,
        }
        self.told()
        return token

    def acquire(self, owner: str, name: str) -> None:
        place = self.places[name]
        if place.acquired:
            raise RefusedError("fake", f"Place {name} is already acquired")
        if place.reservation and self.reserved[place.reservation]["owner"] != owner:
            raise RefusedError("fake", f"Place {name} was not reserved for {owner}")
        place.acquired = owner
        place.acquired_resources = [("e", name, "NetworkSerialPort", "NetworkSerialPort")]
        place.touch()
        self.told()

    def release(self, name: str, owner: str) -> None:
        place = self.places[name]
        if place.acquired == owner:
            place.acquired, place.acquired_resources = None, []
        self.told()


class FakeSession:
    """A connection over a Wire; calls may come late, or be answered too late."""

    def __init__(self, coordinator: FakeCoordinator, name: str, wire: Wire, times: Times) -> None:
        self._coordinator = coordinator
        self._name = name
        self._wire = wire
        self._call_s = times.call_s
        self._changed = asyncio.Event()
        self.places: dict[str, Any] = coordinator.snapshot()
        self.resources = coordinator.resources
        self.lost = ""
        coordinator.sessions.add(self)

    def drop(self, why: str) -> None:
        self.lost = why
        self._coordinator.sessions.discard(self)
        self._changed.set()

    async def learn(self, places: dict[str, Any]) -> None:
        await self._wire.carry()
        if not self.lost:
            self.places = places
            self._changed.set()

    async def news(self, timeout_s: float) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._changed.wait(), max(timeout_s, 0))
        self._changed.clear()

    async def _call(self, work: Any) -> Any:
        async def there_and_back() -> Any:
            if self.lost:
                raise UnreachableError("fake", self.lost)
            await self._wire.carry()
            if self.lost or now() < self._coordinator.down_until_s:
                raise UnreachableError("fake", "gone")
            result = work()
            await self._wire.carry()
            return result

        task = asyncio.ensure_future(there_and_back())
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            # What was sent arrives, also when nobody waits for the answer any more.
            return await asyncio.wait_for(asyncio.shield(task), self._call_s)
        except TimeoutError:
            raise UnreachableError("fake", "did not answer") from None

    async def reserve(self, filters: Mapping[str, str]) -> str:
        token = await self._call(lambda: self._coordinator.reserve(self._name, filters))
        return str(token)

    async def refresh(self, token: str) -> bool:
        def work() -> bool:
            one = self._coordinator.reserved.get(token)
            if one is None:
                return False
            one["timeout"] = max(one["timeout"], now() + RESERVED_S)
            return True

        return bool(await self._call(work))

    async def cancel(self, token: str) -> None:
        def work() -> None:
            self._coordinator.reserved.pop(token, None)
            self._coordinator.told()

        await self._call(work)

    async def reservations(self) -> list[Reservation]:
        def work() -> list[Reservation]:
            return [
                Reservation(
                    one["owner"],
                    token,
                    one["filters"],
                    one["place"],
                    one["created"],
                    one["timeout"],
                )
                for token, one in self._coordinator.reserved.items()
            ]

        return list(await self._call(work))

    async def owners(self) -> dict[str, str | None]:
        places = self._coordinator.places
        return dict(
            await self._call(lambda: {name: place.acquired for name, place in places.items()})
        )

    async def acquire(self, place: str) -> None:
        await self._call(lambda: self._coordinator.acquire(self._name, place))

    async def release(self, place: str, owner: str) -> None:
        await self._call(lambda: self._coordinator.release(place, owner))

    async def allow(self, place: str, user: str) -> None:
        await self._call(lambda: None)

    async def set_tags(self, place: str, tags: Mapping[str, str]) -> None:
        await self._call(lambda: self._coordinator.places[place].tags.update(tags))

    async def close(self) -> None:
        self.drop(self.lost or "closed")


_nonces = itertools.count(1)


@dataclass
class World:
    """A coordinator, a keeper, and clients that take, use and give back, for ever."""

    coordinator: FakeCoordinator
    times: Times = field(default_factory=Times)
    keeper_wire: Wire = field(default_factory=Wire)
    wires: list[Wire] = field(default_factory=list)
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)
    holders: dict[str, Holder] = field(default_factory=dict)  # of programs that live
    died_s: dict[str, float] = field(default_factory=dict)
    uses: int = 0
    said: list[str] = field(default_factory=list)

    def connect(self, name: str, wire: Wire) -> Any:
        async def connecting() -> FakeSession:
            await wire.carry()
            if now() < self.coordinator.down_until_s:
                raise UnreachableError("fake", "refused")
            return FakeSession(self.coordinator, name, wire, self.times)

        return connecting

    def start_keeper(self, *, fresh: bool) -> asyncio.Task[None]:
        name = str(Owner("host", "keeper", 1, f"{next(_nonces):08x}"))
        keeper = Keeper(
            self.connect(name, self.keeper_wire),
            times=self.times,
            now=now,
            tell=self.said.append,
            fresh=fresh,
        )
        return asyncio.ensure_future(keeper.run())

    def start_client(self, tags: Mapping[str, str], use_s: float) -> int:
        wire = Wire()
        self.wires.append(wire)
        number = len(self.tasks)
        self.tasks.append(asyncio.ensure_future(self._client(number, wire, tags, use_s)))
        return number

    async def _client(self, number: int, wire: Wire, tags: Mapping[str, str], use_s: float) -> None:
        while True:
            owner = Owner("host", f"user{number}", number, f"{next(_nonces):08x}")
            holder = Holder(
                self.connect(str(owner), wire),
                owner,
                times=self.times,
                now=now,
                tell=self.said.append,
            )
            self.holders[str(owner)] = holder
            try:
                await holder.take(tags, 1000)
            except (UnreachableError, RefusedError):
                await asyncio.sleep(1)
                continue
            done = asyncio.Event()
            keeping = asyncio.ensure_future(holder.keep(done))
            try:
                until_s = now() + use_s
                while now() < until_s and not holder.lost:
                    await asyncio.sleep(1.0)
                done.set()
                await keeping
            finally:
                keeping.cancel()
            self.uses += not holder.lost
            await holder.release({"last_result": "passed"})
            del self.holders[str(owner)]

    def kill(self, number: int) -> None:
        """End a program as SIGKILL does: nothing of it is done any more."""
        self.tasks[number].cancel()
        for owner in [one for one in self.holders if f"/user{number}+" in one]:
            holder = self.holders.pop(owner)
            self.died_s[owner] = now()
            session: Any = holder._session
            if session is not None:
                session.drop("killed")

    def check(self) -> None:
        """No place is used by two; who died more than 60 s ago has none."""
        users: dict[str, str] = {}
        for owner, holder in self.holders.items():
            if holder.holds():
                assert holder.place not in users, (
                    f"{holder.place} is used by {owner} and {users[holder.place]}"
                )
                users[holder.place] = owner

    def late(self) -> list[str]:
        """Return places that somebody has who died more than 60 s ago."""
        dead = {owner for owner, at_s in self.died_s.items() if now() - at_s > 60}
        return [name for name, place in self.coordinator.places.items() if place.acquired in dead]

    async def watch(self, span_s: float, *, strict: bool = False) -> None:
        until_s = now() + span_s
        while now() < until_s:
            self.check()
            assert not strict or not self.late(), f"not free after 60 s: {self.late()}"
            await asyncio.sleep(0.5)

    async def end(self, *more: asyncio.Task[Any]) -> None:
        for task in (*self.tasks, *more):
            task.cancel()
        await asyncio.gather(*self.tasks, *more, return_exceptions=True)
