# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board flash-helper`: firmware into a microcontroller of the bench itself."""

from __future__ import annotations

from pathlib import Path

import click

from uk_board.cli.options import bench_of, bench_option
from uk_board.cli.progress import bar
from uk_board.debug.helper import flash, read_firmware
from uk_board.debug.probe import choose, probes
from uk_board.errors import UsageError, known_names


@click.command("flash-helper")
@click.argument("name", metavar="NAME")
@click.argument("firmware", metavar="FIRMWARE", type=click.Path(path_type=Path))
@bench_option
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
def command(name: str, firmware: Path, bench_file: Path | None, dry_run: bool) -> None:
    """Write FIRMWARE (.elf, .bin or .uf2) to the helper NAME of the bench file.

    It is read back, compared and started. Helpers are [helpers.NAME]: target and probe.
    """
    bench = bench_of(bench_file)
    helper = bench.helpers.get(name)
    if helper is None:
        problem = f"no helper of that name; {known_names(name, bench.helpers)}"
        raise UsageError(f"{bench.file or 'bench file'}: helpers.{name}", problem)
    segments = read_firmware(firmware, helper.target)
    size = sum(len(data) for _, data in segments)
    probe = choose(helper.probe, probes())
    click.echo(f"1. open probe {probe}, for a {helper.target}", err=not dry_run)
    click.echo(f"2. write {size:,} bytes, read them back, start", err=not dry_run)
    if dry_run:
        return
    with bar(quiet=False) as on_progress:
        done = flash(probe, helper.target, segments, on_progress)
    click.echo(f"{name}: {done:,} bytes written and read back, started")
