# SPDX-License-Identifier: BSD-3-Clause
"""What a rack looks like: each place, who has it, since when, how its last use ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uk_board.rack.coordinator import Reservation, Session
from uk_board.rack.lease import KEEPER, LEASE, Owner
from uk_board.rack.telling import missing_of

# labgrid makes a reservation good for so long when it is made or refreshed.
_RESERVED_S = 60.0


@dataclass(frozen=True)
class PlaceStatus:
    """One place. Times are the coordinator's, in seconds; lease_age_s since the last refresh.

    `process` and `lease_age_s` are None for owners without a lease.
    """

    place: str
    board: str
    problem: str
    user: str | None
    host: str | None
    process: int | None
    since_s: float | None
    lease_age_s: float | None
    last_result: str
    last_user: str
    last_end: str

    @property
    def state(self) -> str:
        """In a word: free, held, or what is wrong."""
        if self.user is not None:
            return "held" if not self.problem else f"held, but {self.problem}"
        return f"not usable: {self.problem}" if self.problem else "free"


@dataclass(frozen=True)
class RackStatus:
    """All places, who waits for one, and whether leases end."""

    places: tuple[PlaceStatus, ...]
    waiting: tuple[str, ...]
    keeper: bool


async def status_of(session: Session, now_s: float) -> RackStatus:
    """Ask a coordinator; `now_s` is the time where it is unknown. Raises: BenchError."""
    reservations = await session.reservations()
    refreshed = [one.timeout_s - _RESERVED_S for one in reservations]
    # The coordinator's own now, as well as it can be known.
    keeper = any(KEEPER in one.filters for one in reservations)
    now_s = max(refreshed) if keeper else now_s
    leases = {one.owner: one for one in reservations if LEASE in one.filters}
    places = tuple(
        _status(place, session.resources, leases, now_s)
        for _, place in sorted(session.places.items())
    )
    return RackStatus(
        places, _waiting(reservations), any(KEEPER in r.filters for r in reservations)
    )


def _waiting(reservations: Sequence[Reservation]) -> tuple[str, ...]:
    return tuple(
        f"{one.owner} for {', '.join(f'{key}={value}' for key, value in one.filters.items())}"
        for one in reservations
        if one.place is None and not one.filters.keys() & {LEASE, KEEPER}
    )


def _status(
    place: Any, resources: Mapping[Any, Any], leases: Mapping[str, Reservation], now_s: float
) -> PlaceStatus:
    host, _, user = (place.acquired or "").rpartition("/")
    ours = Owner.parse(place.acquired)
    lease = leases.get(place.acquired or "")
    age_s = max(0.0, now_s - (lease.timeout_s - _RESERVED_S)) if lease else None
    tags = place.tags
    return PlaceStatus(
        place.name,
        tags.get("board", ""),
        missing_of(place, resources),
        (ours.user if ours else user) or None,
        (ours.host if ours else host) or None,
        ours.pid if ours else None,
        # It changes when it is acquired, and not while it is held.
        place.changed if place.acquired else None,
        age_s,
        tags.get("last_result", ""),
        tags.get("last_user", ""),
        tags.get("last_end", ""),
    )
