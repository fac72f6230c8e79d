# SPDX-License-Identifier: BSD-3-Clause
"""Whom `uk-board flash` tells what it does: a person, a script, or uk-board on another machine."""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

import click

from uk_board import __version__
from uk_board.cli.progress import OnProgress, bar
from uk_board.desk import power
from uk_board.desk.benchfile import Place
from uk_board.errors import UsageError
from uk_board.flasher import Plan
from uk_board.remote import lines
from uk_board.remote.lines import Answers
from uk_board.remote.parcel import Head


class Telling(Protocol):
    """Who is told."""

    @property
    def quiet(self) -> bool:
        """Whether nothing may be printed but what was asked for."""

    def note(self, text: str) -> None:
        """Tell what a person should know meanwhile."""

    def progress(self) -> AbstractContextManager[OnProgress]:
        """Return what shows progress, within a `with`."""

    def plan(self, plan: Plan, dry_run: bool) -> None:
        """Tell what will be done, or would be."""

    def confirm(self, plan: Plan) -> None:
        """Ask whether it shall be done. Raises: click.Abort, UsageError."""

    def took(self, head: Head) -> None:
        """Tell that the image is here, where it came over ssh."""

    def ready(self, place: Place, power_cycle: bool) -> None:
        """Switch power, or tell that somebody may. Raises: UkBoardError."""

    def done(self, board: str, via: str, text: str) -> None:
        """Tell what was done."""


@dataclass(frozen=True)
class Person:
    """Somebody at a terminal, or reading a log."""

    yes: bool
    quiet: bool = False

    def note(self, text: str) -> None:
        """Print it beside the output."""
        click.echo(text, err=True)

    def progress(self) -> AbstractContextManager[OnProgress]:
        """Return a bar, on a terminal."""
        return bar(quiet=self.quiet)

    def plan(self, plan: Plan, dry_run: bool) -> None:
        """Print the steps."""
        for line in plan.warning:
            click.echo(line, err=True)
        for number, step in enumerate(plan.steps, 1):
            click.echo(f"{number}. {step}", err=not dry_run)

    def confirm(self, plan: Plan) -> None:
        """Ask, where data would be lost."""
        if self.yes or not plan.warning:
            return
        if self.quiet or not sys.stdin.isatty():
            problem = "is missing; nobody is there to be asked, and data is destroyed"
            raise UsageError("--yes", problem)
        click.confirm("All data on it is lost. Go on?", abort=True, err=True)

    def took(self, head: Head) -> None:
        """Say nothing: it was here."""

    def ready(self, place: Place, power_cycle: bool) -> None:
        """Switch power, or ask for it."""
        if power_cycle:
            power.cycle(place)
        self.note(
            "power was off, and is on" if power_cycle else "switch the board on now, or reset it"
        )

    def done(self, board: str, via: str, text: str) -> None:
        """Print it."""
        click.echo(text)


@dataclass(frozen=True)
class Script(Person):
    """A program that reads JSON."""

    quiet: bool = True

    def plan(self, plan: Plan, dry_run: bool) -> None:
        """Print the steps, if they are what was asked for."""
        if not dry_run:
            super().plan(plan, dry_run)
            return
        said = {"steps": plan.steps, "warning": plan.warning, "dry_run": True}
        click.echo(json.dumps(said, indent=1))

    def done(self, board: str, via: str, text: str) -> None:
        """Print it."""
        click.echo(json.dumps({"board": board, "via": via, "done": text}, indent=1))


@dataclass(frozen=True)
class Caller:
    """uk-board on another machine, which started this one and gives its user's consent."""

    answers: Answers
    quiet: bool = True

    def hello(self) -> None:
        """Say who answers."""
        self.answers.say(lines.HELLO, __version__)

    def note(self, text: str) -> None:
        """Hand it on."""
        self.answers.say(lines.NOTE, text)

    def progress(self) -> AbstractContextManager[OnProgress]:
        """Return what hands it on."""
        return nullcontext(self.answers.progress)

    def plan(self, plan: Plan, dry_run: bool) -> None:
        """Hand it on, if it is what was asked for."""
        if dry_run:
            self.answers.say(lines.PLAN, {"steps": plan.steps, "warning": plan.warning})

    def confirm(self, plan: Plan) -> None:
        """Ask nobody: the one who calls has."""

    def took(self, head: Head) -> None:
        """Say that from now on the board may change."""
        self.answers.say(lines.TOOK, sum(size for _, size in head.spans))

    def ready(self, place: Place, power_cycle: bool) -> None:
        """Leave it to the caller, who has the power switch, too."""
        self.answers.say(lines.READY, True)

    def done(self, board: str, via: str, text: str) -> None:
        """Hand it on."""
        self.answers.say(lines.DONE, text)
