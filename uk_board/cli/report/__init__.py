# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board report`: what tests left behind; a file in this folder a command."""

from __future__ import annotations

import click

from uk_board.cli import Commands


class ReportCommands(Commands):
    """The commands in this folder."""

    package = __name__


@click.command("report", cls=ReportCommands)
def command() -> None:
    """Show reports of tests, merge them, compare them, keep their numbers."""
