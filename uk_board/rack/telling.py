# SPDX-License-Identifier: BSD-3-Clause
"""Places in words: what they lack, who has them; for people who wait for one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from uk_board.errors import BenchError
from uk_board.rack.lease import told

# So many places are told one by one.
_MOST = 8


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


def holders(places: Sequence[Any], resources: Mapping[Any, Any], queued: str) -> str:
    """Return who has these places, or what else is with them; `queued` is our reservation."""
    said = [_state(place, resources, queued) for place in places[:_MOST]]
    more = len(places) - len(said)
    return "; ".join([*said, f"and {more} more"] if more else said)


def _state(place: Any, resources: Mapping[Any, Any], queued: str) -> str:
    if place.acquired:
        since = time.strftime("%H:%M:%S", time.localtime(place.changed))
        return f"{place.name} is held by {told(place.acquired)} since {since}"
    if missing := missing_of(place, resources):
        return f"{place.name} is not usable: {missing}"
    if place.reservation and place.reservation != queued:
        return f"{place.name} is reserved ({place.reservation})"
    return f"{place.name} is free"


def none_free(tags: Mapping[str, str], wait_s: float, holding: str) -> BenchError:
    """Return the error of a wait that was in vain."""
    return BenchError(
        "rack",
        f"no place with {words(tags)} was free within {wait_s:g} s; {holding}",
        hint="a longer --wait; uk-board rack status shows who holds what since when",
    )


def tags_of(place: Any) -> dict[str, str]:
    """Return a place's tags, and its name as one."""
    return {**place.tags, "name": place.name}


def words(tags: Mapping[str, str]) -> str:
    """Return tags as people write them."""
    return ", ".join(f"{key}={value}" for key, value in tags.items())
