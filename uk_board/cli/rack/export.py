# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board rack export`: the bench file as labgrid's configuration."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from uk_board.cli.options import bench_of, bench_option, load
from uk_board.desk.benchfile import Bench
from uk_board.errors import BenchError, UkBoardError
from uk_board.rack.export import EXPORTER, PLACES, SWITCH_PORT, export
from uk_board.remote.ssh import PROGRAM
from uk_board.remote.trust import check_owner

# OpenSSH's configure.ac, _PATH_STDPATH: what a command has that ssh starts.
_PATH_OF_SSH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"


@click.command("export")
@bench_option
@click.option(
    "-o",
    "--out",
    metavar="DIR",
    default=Path(),
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the files there.  [default: here]",
)
@click.option("--name", metavar="NAME", help="The exporter's name.  [default: this machine's]")
@click.option("--host", metavar="HOST", help="How clients reach this machine.  [default: its name]")
@click.option("--dry-run", is_flag=True, help="Print the files; write nothing.")
def command(
    bench_file: Path | None, out: Path, name: str | None, host: str | None, dry_run: bool
) -> None:
    """Write exporter.yaml and places.sh for labgrid from the bench file."""
    bench = bench_of(bench_file)
    here = socket.gethostname()
    baud = {place.board_name: load(place.board_name).baud for place in bench.boards.values()}
    made = export(bench, exporter=name or here, host=host or here, default_baud=baud)
    for file, text in made.files.items():
        if dry_run:
            click.echo(f"==> {file}\n{text}")
        else:
            _write(out / file, text, script=file == PLACES)
    for line in (*made.left_out, *_not_over_ssh(bench)):
        click.echo(f"not exported: {line}", err=True)
    if not dry_run:
        click.echo(f"labgrid-exporter -n {name or here} {out / EXPORTER}")
        if any(place.power for place in bench.boards.values()):
            click.echo(f"uk-board rack switch    # power by the bench's commands, {SWITCH_PORT}")
        click.echo(f"{out / PLACES}    # once: makes the places")


def _not_over_ssh(bench: Bench) -> Iterator[str]:
    """Yield what keeps clients from flashing here over ssh."""
    if shutil.which(PROGRAM, path=_PATH_OF_SSH) is None:
        ours = Path(sys.executable).with_name(PROGRAM)
        yield f"flashing over ssh: ssh finds no {PROGRAM} here; ln -s {ours} /usr/local/bin/"
    try:
        check_owner(bench.file)
    except UkBoardError as error:
        yield f"flashing over ssh: {error.where} {error.problem}; {error.hint}"


def _write(file: Path, text: str, *, script: bool) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755 if script else 0o644)
    except OSError as error:
        raise BenchError(str(file), f"cannot be written: {error.strerror}") from error
