# SPDX-License-Identifier: BSD-3-Clause
"""The lease: labgrid's places are acquired for ever, ours end when their client does.

A client that holds a place refreshes a lease: a reservation of labgrid's that no place fits, so
that it does nothing but to be there. A keeper beside the coordinator looks at all leases and
releases what a dead client holds. What must be true, and who sees to it:

1. A client uses a place only until `fence_s` after it sent the last refresh that was confirmed
   (`Fence`). A lease that was cut never comes back.
2. The keeper takes an owner for dead only after its lease stood still for `expire_s` under the
   keeper's eyes (`Watch`), and expire_s > fence_s: the client has stopped before.
3. Every hold has an owner's name of its own (`Owner`), and the keeper releases "if that owner has
   it", which the coordinator decides: nobody can be released who came since.
4. A coordinator that starts knows neither who holds places nor leases. Nobody takes a place from
   it before settle_s > fence_s have passed, but for whoever held that place and is not cut: then
   it is still its own. The keeper's mark, which is in the coordinator's memory too, tells that
   they have passed; without one, each client waits for itself.
5. Owners that are not of ours, such as people with labgrid-client, are never released.

No wall clock is compared with another: each one measures spans by its own, which goes on while
the machine sleeps. Rates may differ by what lies between fence_s and expire_s.
"""

from __future__ import annotations

import getpass
import os
import re
import secrets
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

# What our reservations ask of a place; no place has such tags, so they wait for ever.
LEASE = "uk_board_lease"
KEEPER = "uk_board_keeper"
_OWNER = re.compile(r"(?P<host>[^/]+)/(?P<user>[^/]+)\+(?P<pid>\d+)\+(?P<nonce>[0-9a-f]{8})")


def clock() -> float:
    """Return seconds that go on while the machine sleeps, when a lease ends too."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True)
class Times:
    """The spans of the protocol, in seconds; see the caption of the module."""

    refresh_s: float = 5.0
    fence_s: float = 25.0
    settle_s: float = 29.0
    expire_s: float = 35.0
    look_s: float = 2.0

    def __post_init__(self) -> None:
        # A call to the coordinator may wait 10 s for an exporter that hangs, so two must fit.
        assert 0 < self.look_s <= self.refresh_s <= self.fence_s / 4, "too few refreshes"
        assert self.fence_s * 1.1 < self.settle_s, "a new client would come too early"
        assert self.fence_s * 1.2 < self.expire_s, "the keeper would come too early"

    @property
    def call_s(self) -> float:
        """How long an answer of the coordinator is waited for."""
        return self.fence_s / 2.5

    def faster(self, factor: float) -> Times:
        """Return the same with all spans shorter, for tests and racks that are quick."""
        spans = (self.refresh_s, self.fence_s, self.settle_s, self.expire_s, self.look_s)
        return Times(*(span / factor for span in spans))


@dataclass(frozen=True)
class Owner:
    """One client while it lives, in labgrid's grammar: host/user+pid+nonce."""

    host: str
    user: str
    pid: int
    nonce: str

    @classmethod
    def of_this_process(cls) -> Owner:
        """Return a new one; host and user are those that labgrid-client would take."""
        host = os.environ.get("LG_HOSTNAME") or socket.gethostname()
        user = os.environ.get("LG_USERNAME") or _user()
        return cls(
            host.replace("/", "_"), user.replace("/", "_"), os.getpid(), secrets.token_hex(4)
        )

    @classmethod
    def parse(cls, text: str | None) -> Owner | None:
        """Return what a place's owner is, None if it is none of ours."""
        found = _OWNER.fullmatch(text or "")
        if found is None:
            return None
        return cls(found["host"], found["user"], int(found["pid"]), found["nonce"])

    @property
    def labgrid_user(self) -> str:
        """What labgrid-client of the same person is called."""
        return f"{self.host}/{self.user}"

    @property
    def told(self) -> str:
        """The owner in words."""
        return f"{self.user} on {self.host}, process {self.pid}"

    def __str__(self) -> str:
        return f"{self.host}/{self.user}+{self.pid}+{self.nonce}"


def told(owner: str | None) -> str:
    """Return a place's owner in words, whoever it is."""
    ours = Owner.parse(owner)
    if ours is not None:
        return ours.told
    host, _, user = (owner or "nobody").rpartition("/")
    return f"{user} on {host} (labgrid-client, no lease)" if host else user


class Fence:
    """The client's side: until when it may use the place."""

    def __init__(self, times: Times, sent_s: float) -> None:
        self._times = times
        self._confirmed_s = sent_s
        self._cut = False

    def confirm(self, sent_s: float, now_s: float) -> None:
        """Take note that a refresh, sent then, was confirmed; too late, it changes nothing."""
        if self.holds(now_s):
            self._confirmed_s = max(self._confirmed_s, sent_s)

    def left_s(self, now_s: float) -> float:
        """Return how long the place may be used if no refresh is confirmed any more."""
        return self._confirmed_s + self._times.fence_s - now_s

    def holds(self, now_s: float) -> bool:
        """Return whether the place may be used; once it may not, it never may again."""
        self._cut = self._cut or self.left_s(now_s) <= 0
        return not self._cut

    def cut(self) -> None:
        """End it at once: the place is known to be another's."""
        self._cut = True


class Watch:
    """The keeper's side: whose lease stands still."""

    def __init__(self, times: Times) -> None:
        self._times = times
        self._seen: dict[str, tuple[object, float]] = {}

    def look(self, began_s: float, ended_s: float, beats: Mapping[str, object]) -> dict[str, float]:
        """Take what all owners' leases look like now; return the dead, and since when in s.

        A beat is anything that a refresh changes; None where an owner has no lease. They were
        read between `began_s` and `ended_s`.
        """
        dead = {}
        for owner, beat in beats.items():
            before = self._seen.get(owner)
            if before is None or before[0] != beat:
                self._seen[owner] = (beat, ended_s)
            elif began_s - before[1] >= self._times.expire_s:
                dead[owner] = began_s - before[1]
        self._seen = {owner: seen for owner, seen in self._seen.items() if owner in beats}
        return dead

    def age_s(self, owner: str, now_s: float) -> float | None:
        """Return for how long an owner's lease has stood still; None if it was never seen."""
        seen = self._seen.get(owner)
        return None if seen is None else now_s - seen[1]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user{os.getuid()}"
