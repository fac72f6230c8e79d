# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board shim`: the FreeRTOS API that drivers are given; a file in this folder a command."""

from __future__ import annotations

import click

from uk_board.cli import Commands


class ShimCommands(Commands):
    """The commands in this folder."""

    package = __name__


@click.command("shim", cls=ShimCommands)
def command() -> None:
    """Ask about the FreeRTOS API that drivers are given, and check drivers against it."""
