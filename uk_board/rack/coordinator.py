# SPDX-License-Identifier: BSD-3-Clause
"""labgrid's coordinator as we talk to it: a connection, its places, resources, reservations."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from uk_board.errors import BenchError, MissingError, UsageError
from uk_board.rack.lease import Owner, Times

DEFAULT_ADDRESS = "127.0.0.1:20408"
# A connection that says nothing is asked this often, and is dead when it stays silent as long.
_KEEPALIVE_MS = 7_500

ResourcePath = tuple[str, str, str]


class UnreachableError(BenchError):
    """The coordinator does not answer."""


class RefusedError(BenchError):
    """The coordinator said no."""


@dataclass(frozen=True)
class Reservation:
    """A reservation of labgrid's; times are the coordinator's, in seconds."""

    owner: str
    token: str
    filters: Mapping[str, str]
    place: str | None
    created_s: float
    timeout_s: float


class Session(Protocol):
    """A connection to a coordinator, under the name of one owner.

    `places` and `resources` follow what happens there, `lost` says why they do so no more.
    Methods raise UnreachableError and RefusedError.
    """

    places: dict[str, Any]
    resources: dict[ResourcePath, Any]
    lost: str

    async def news(self, timeout_s: float) -> None:
        """Wait until something changes, at most so long."""

    async def reserve(self, filters: Mapping[str, str]) -> str:
        """Make a reservation and return its token."""

    async def refresh(self, token: str) -> bool:
        """Refresh a reservation; False: there is none such."""

    async def cancel(self, token: str) -> None:
        """Cancel a reservation, if it is there."""

    async def reservations(self) -> list[Reservation]:
        """Return all reservations as they are now."""

    async def owners(self) -> dict[str, str | None]:
        """Return the owner of each place as it is now."""

    async def acquire(self, place: str) -> None:
        """Acquire a place for this session's owner."""

    async def release(self, place: str, owner: str) -> None:
        """Release a place if that owner has it."""

    async def allow(self, place: str, user: str) -> None:
        """Let another user, as host/user, use what this owner has."""

    async def set_tags(self, place: str, tags: Mapping[str, str]) -> None:
        """Set tags of a place; an empty value removes one."""

    async def close(self) -> None:
        """Disconnect."""


def address_of(text: str | None, environ: Mapping[str, str] | None = None) -> str:
    """Return the coordinator's host:port: as given, of the environment, or on this machine.

    Raises: UsageError.
    """
    found = text or (os.environ if environ is None else environ).get("LG_COORDINATOR")
    if not found:
        return DEFAULT_ADDRESS
    host, separator, port = found.rpartition(":")
    if not separator:
        return f"{found}:{DEFAULT_ADDRESS.rpartition(':')[2]}"
    if not host or not port.isdigit() or not 0 < int(port) < 1 << 16:
        raise UsageError("--coordinator", f'"{found}" is no address; host:port is expected')
    return found


async def connect(address: str, owner: Owner | str, times: Times) -> LabgridSession:
    """Connect and fetch all places and resources. Raises: MissingError, UnreachableError."""
    session = LabgridSession(address, str(owner), times)
    try:
        await session.open()
    except BaseException:
        await session.close()
        raise
    return session


def labgrid() -> Any:
    """Return labgrid's `common`, its messages and its stub. Raises: MissingError."""
    try:
        # Only here: it takes half a second, and is an extra.
        from labgrid.remote import common
        from labgrid.remote.generated import labgrid_coordinator_pb2 as messages
        from labgrid.remote.generated import labgrid_coordinator_pb2_grpc as stubs
    except ImportError as error:
        raise MissingError(
            "labgrid",
            f"is not installed ({error.name or error}); racks are built with it",
            hint="pip install 'uk-board[rack]'",
        ) from None
    return common, messages, stubs


class LabgridSession:
    """A session with a real coordinator, over gRPC."""

    def __init__(self, address: str, name: str, times: Times) -> None:
        self._common, self._messages, stubs = labgrid()
        import grpc

        # Never undone: as its last channel ends, gRPC closes what asyncio may be about to read,
        # and a traceback (EBADF in PollerCompletionQueue) is what the user sees.
        grpc.aio.init_grpc_aio()
        self._grpc = grpc
        self._where = f"coordinator {address}"
        self._name = name
        self._call_s = times.call_s
        options = [
            # labgrid knows clients by their connection: each session has its own.
            ("grpc.use_local_subchannel_pool", 1),
            ("grpc.keepalive_time_ms", _KEEPALIVE_MS),
            ("grpc.keepalive_timeout_ms", _KEEPALIVE_MS),
            ("grpc.http2.ping_timeout_ms", _KEEPALIVE_MS),
            ("grpc.http2.max_pings_without_data", 0),
        ]
        self._channel = grpc.aio.insecure_channel(address, options=options)
        self._stub = stubs.CoordinatorStub(self._channel)
        self._out: asyncio.Queue[Any] = asyncio.Queue()
        self._reader: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._changed = asyncio.Event()
        self.places: dict[str, Any] = {}
        self.resources: dict[ResourcePath, Any] = {}
        self.lost = ""

    async def open(self) -> None:
        """Say who we are; wait until all that is there was told. Raises: UnreachableError."""
        message = self._messages.ClientInMessage
        self._out.put_nowait(
            message(startup=self._messages.StartupDone(version="uk-board", name=self._name))
        )
        for what in ("all_places", "all_resources"):
            self._out.put_nowait(message(subscribe=self._messages.Subscribe(**{what: True})))
        self._out.put_nowait(message(sync=self._messages.Sync(id=1)))
        self._reader = asyncio.create_task(self._read())
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._ready.wait(), self._call_s)
        if self.lost or not self._ready.is_set():
            why = self.lost or f"did not answer within {self._call_s:g} s"
            hint = "uk-board rack up starts a rack on this machine; or name one: --coordinator"
            raise UnreachableError(self._where, why, hint=hint)

    async def _read(self) -> None:
        try:
            async for message in self._stub.ClientStream(self._outgoing()):
                for update in message.updates:
                    self._take(update)
                if message.HasField("sync"):
                    self._ready.set()
                self._changed.set()
            self.lost = "closed the connection"
        except self._grpc.aio.AioRpcError as error:
            self.lost = _details(error)
        finally:
            self.lost = self.lost or "was disconnected"
            self._ready.set()
            self._changed.set()

    async def _outgoing(self) -> AsyncIterator[Any]:
        while (message := await self._out.get()) is not None:
            yield message

    def _take(self, update: Any) -> None:
        """Take note of a change."""
        kind = update.WhichOneof("kind")
        if kind == "place":
            self.places[update.place.name] = self._common.Place.from_pb2(update.place)
        elif kind == "del_place":
            self.places.pop(update.del_place, None)
        elif kind == "resource":
            data = self._common.ResourceEntry.data_from_pb2(update.resource)
            self.resources[_path(update.resource.path)] = self._common.ResourceEntry(data)
        elif kind == "del_resource":
            self.resources.pop(_path(update.del_resource), None)

    async def news(self, timeout_s: float) -> None:
        """Wait until something changes, at most so long."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._changed.wait(), max(timeout_s, 0))
        self._changed.clear()

    async def _call(self, method: str, **fields: Any) -> Any:
        if self.lost:
            raise UnreachableError(self._where, self.lost)
        request = getattr(self._messages, f"{method}Request")(**fields)
        try:
            return await getattr(self._stub, method)(request, timeout=self._call_s)
        except self._grpc.aio.AioRpcError as error:
            gone = (self._grpc.StatusCode.UNAVAILABLE, self._grpc.StatusCode.DEADLINE_EXCEEDED)
            kind = UnreachableError if error.code() in gone else RefusedError
            raise kind(self._where, _details(error)) from error

    async def reserve(self, filters: Mapping[str, str]) -> str:
        """Make a reservation and return its token."""
        main = self._messages.Reservation.Filter(filter=dict(filters))
        made = await self._call("CreateReservation", filters={"main": main}, prio=0.0)
        return str(made.reservation.token)

    async def refresh(self, token: str) -> bool:
        """Refresh a reservation; False: there is none such."""
        try:
            await self._call("PollReservation", token=token)
        except RefusedError:
            return False
        return True

    async def cancel(self, token: str) -> None:
        """Cancel a reservation, if it is there."""
        with contextlib.suppress(RefusedError):
            await self._call("CancelReservation", token=token)

    async def reservations(self) -> list[Reservation]:
        """Return all reservations as they are now."""
        answer = await self._call("GetReservations")
        return [
            Reservation(
                one.owner,
                one.token,
                dict(one.filters["main"].filter) if "main" in one.filters else {},
                one.allocations.get("main"),
                one.created,
                one.timeout,
            )
            for one in answer.reservations
        ]

    async def owners(self) -> dict[str, str | None]:
        """Return the owner of each place as it is now."""
        answer = await self._call("GetPlaces")
        return {place.name: place.acquired or None for place in answer.places}

    async def acquire(self, place: str) -> None:
        """Acquire a place for this session's owner."""
        await self._call("AcquirePlace", placename=place)

    async def release(self, place: str, owner: str) -> None:
        """Release a place if that owner has it."""
        await self._call("ReleasePlace", placename=place, fromuser=owner)

    async def allow(self, place: str, user: str) -> None:
        """Let another user, as host/user, use what this owner has."""
        await self._call("AllowPlace", placename=place, user=user)

    async def set_tags(self, place: str, tags: Mapping[str, str]) -> None:
        """Set tags of a place; an empty value removes one."""
        await self._call("SetPlaceTags", placename=place, tags=dict(tags))

    async def add_place(self, place: str, pattern: str, tags: Mapping[str, str]) -> None:
        """Make a place of the resources that `pattern` names, if it is not there."""
        if place not in self.places:
            await self._call("AddPlace", name=place)
        with contextlib.suppress(RefusedError):  # it has that pattern
            await self._call("AddPlaceMatch", placename=place, pattern=pattern)
        await self.set_tags(place, tags)

    async def close(self) -> None:
        """Disconnect."""
        self.lost = self.lost or "was disconnected"
        self._out.put_nowait(None)
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        await self._channel.close()


def _path(path: Any) -> ResourcePath:
    return (path.exporter_name, path.group_name, path.resource_name)


def _details(error: Any) -> str:
    text = str(error.details() or error.code().name.lower())
    # gRPC tells of each address and each try; the last words are what counts.
    return f"cannot be reached: {text.rpartition(': ')[2]}" if "connect" in text else text
