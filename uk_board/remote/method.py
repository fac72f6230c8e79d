# SPDX-License-Identifier: BSD-3-Clause
"""A flash method that works where the board hangs: the same method, run on that machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from uk_board.desk.benchfile import Host, Place
from uk_board.disk.writer import Progress
from uk_board.errors import UsageError
from uk_board.flasher import Job, Method, Methods, Option, Plan, Trait, choose
from uk_board.remote import lines, parcel, ssh

# Options of `uk-board flash` itself, there
STREAM, DRY_RUN = "--stream", "--dry-run"


def where_it_hangs(name: str, methods: Methods, place: Place) -> Methods:
    """Return the methods; the one named `name` over ssh, where the place's machine is needed.

    Raises: UsageError when there is no such method, or nobody has said where that machine is.
    """
    method = choose(name, methods)
    if place.host is None or Trait.AT_BOARD not in method.TRAITS:
        return methods
    if not place.host.ssh:
        raise UsageError(
            place.name,
            f"{name} works on the machine that it hangs on; no tag says how ssh reaches that",
            hint=f"labgrid-client -p {place.name} set-tags ssh=HOST bench=/PATH/bench.toml, as"
            " places.sh of uk-board rack export does",
        )
    return {**methods, name: OverSsh(name, method, place.host, place.name)}


class OverSsh:
    """A method, on another machine. It takes the options of that method, and hands them on."""

    def __init__(self, name: str, method: Method, host: Host, place: str) -> None:
        self.CAPTION = f"{method.CAPTION}; on {host.ssh}, over ssh"
        self.VERIFIED = method.VERIFIED
        # Its card is fetched, and handed back, there.
        self.TRAITS = method.TRAITS - {Trait.WRITES_CARD}
        self.OPTIONS = tuple(_handed_on(option) for option in method.OPTIONS)
        self._name = name
        self._host = host
        self._place = host.place or place

    def plan(self, job: Job) -> Plan:
        """Ask there what would be done; nothing is changed."""
        found: dict[str, Any] = {}
        with ssh.started(self._host.ssh, self._words(job, DRY_RUN)) as remote:
            for key, value in remote.answers():
                if key == lines.PLAN:
                    found = value
        copy = f"{self._host.ssh}: send it {'an SD image' if self._is_medium(job) else 'the image'}"
        steps = (copy, *(f"{self._host.ssh}: {step}" for step in found["steps"]))
        return Plan(steps, tuple(f"{self._host.ssh}: {line}" for line in found["warning"]))

    def run(self, job: Job, plan: Plan) -> str:
        """Have it done there."""
        medium = self._is_medium(job)
        file = job.medium() if medium else job.build()
        send = partial(
            parcel.send,
            file,
            medium=medium,
            arguments=job.arguments,
            on_progress=job.on_progress,
        )
        done = ""
        with ssh.started(self._host.ssh, self._words(job)) as remote:
            for key, value in remote.answers():
                if key == lines.HELLO:
                    remote.send(send)
                elif key == lines.PROGRESS:
                    phase, count, total = value
                    job.on_progress(Progress(str(phase), int(count), int(total)))
                elif key == lines.NOTE:
                    job.tell(f"{self._host.ssh}: {value}")
                elif key == lines.READY:
                    job.ready()
                elif key == lines.DONE:
                    done = str(value)
        return f"{self._host.ssh}: {done}"

    def _is_medium(self, job: Job) -> bool:
        return Trait.TAKES_MEDIUM in self.TRAITS and job.board.medium is not None

    def _words(self, job: Job, *more: str) -> Sequence[str]:
        """Return the words after uk-board; names that begin with a dash are no options."""
        words = ["flash", STREAM, *more, "--yes", f"--via={self._name}"]
        if self._host.bench:
            words.append(f"--bench={self._host.bench}")
        for option in self.OPTIONS:
            value = job.option(option.key)
            if value is not None:
                words.append(f"{option.flag}={value}" if option.metavar else option.flag)
        return [*words, "--", self._place]


def _handed_on(option: Option) -> Option:
    """Return an option whose value is a text for the other side, which looks at it."""
    return replace(option, type=str, needed=False, bench=None)
