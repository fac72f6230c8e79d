# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board rack relay`: switch an emulated board of a rack by its URL."""

from __future__ import annotations

import click

from uk_board.rack.control import BoardControl


@click.command("relay")
@click.argument("url", metavar="URL")
@click.argument("action", type=click.Choice(["on", "off", "reset"]))
def command(url: str, action: str) -> None:
    """Switch the emulated board at URL on or off, or reset it."""
    control = BoardControl(url)
    if action == "reset":
        control.reset()
    else:
        control.power(on=action == "on")
