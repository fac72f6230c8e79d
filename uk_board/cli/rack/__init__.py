# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board rack`: boards that a lab shares, with labgrid; a file in this folder a command."""

from __future__ import annotations

from typing import Any, TypeVar

import click

from uk_board.cli import Commands
from uk_board.rack.coordinator import DEFAULT_ADDRESS

F = TypeVar("F", bound=Any)


class RackCommands(Commands):
    """The commands in this folder."""

    package = __name__


@click.command("rack", cls=RackCommands)
def command() -> None:
    """Share boards with labgrid: its coordinator, its places, and leases that end."""


def coordinator_option(function: F) -> F:
    """Add the option --coordinator."""
    option = click.option(
        "-c",
        "--coordinator",
        metavar="HOST:PORT",
        help=f"labgrid's coordinator.  [default: $LG_COORDINATOR, or {DEFAULT_ADDRESS}]",
    )
    return option(function)


def speed_option(function: F) -> F:
    """Add the option --speed, which only tests use."""
    return click.option("--speed", type=click.FloatRange(min=1), default=1.0, hidden=True)(function)
