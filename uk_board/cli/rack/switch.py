# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board rack switch`: the bench's power commands over HTTP, for labgrid."""

from __future__ import annotations

from pathlib import Path

import click

from uk_board.cli.options import bench_of, bench_option
from uk_board.rack.export import SWITCH_PORT
from uk_board.rack.switch import Switches, SwitchServer
from uk_board.terminal import ended_by_signals


@click.command("switch")
@bench_option
@click.option("--listen", default="127.0.0.1", show_default=True, metavar="ADDRESS")
@click.option("--port", type=click.IntRange(1, 65535), default=SWITCH_PORT, show_default=True)
def command(bench_file: Path | None, listen: str, port: int) -> None:
    """Serve the bench file's power switches, as `rack export` has told labgrid.

    Whoever reaches the port can switch: listen (0.0.0.0) where the lab is among itself.
    """
    switches = Switches(bench_of(bench_file))
    with ended_by_signals():
        server = SwitchServer(switches, listen, port)
        click.echo(f"switches of the bench on http://{listen}:{port}")
        server.serve_forever()
