# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board image`: a bootable SD image, what is on one, one file of one exchanged."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from uk_board.cli.build import _progress as build_progress
from uk_board.cli.options import folders, json_option, load
from uk_board.disk import facts, guard
from uk_board.disk.facts import Machine
from uk_board.emulation.runner import Image, built_image, image_from_file, planned_image
from uk_board.errors import BenchError, UsageError
from uk_board.facts.board import Board
from uk_board.media.firmware import OnStep
from uk_board.media.inspect import Finding, inspect
from uk_board.media.layout import COMMAND_LINE, MIB, chosen_of, facts_of, source_date
from uk_board.media.medium import open_medium, write_steps
from uk_board.media.sdimage import Made, SdImage, read_image

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("image")
@click.argument("board", metavar="[BOARD]", required=False)
@click.option("--app", metavar="APP", help="An app's name or folder.  [default: hello]")
@click.option("--image", "file", metavar="FILE", type=_FILE, help="Take this image, build none.")
@click.option("--variant", metavar="NAME", default="", help="A model that needs other firmware.")
@click.option(
    "--append", "arguments", metavar="ARGS", default="", help="Boot arguments for the image."
)
@click.option("-o", "--output", metavar="FILE", type=_FILE, help="The SD image to write.")
@click.option(
    "--size", "size_mib", metavar="MIB", type=click.IntRange(64, 32768), help="Its size in MiB."
)
@click.option("--inspect", "inspected", metavar="FILE", type=_FILE, help="Show what is on FILE.")
@click.option("--update", "updated", metavar="FILE", type=_FILE, help="Exchange one file on FILE.")
@click.option(
    "--file",
    "exchanged",
    metavar="NAME=FILE",
    help="With --update: which file, and its new content.  [default: the board's image]",
)
@click.option("--dry-run", is_flag=True, help="Say what would be written; change nothing.")
@json_option
def command(
    board: str | None,
    app: str | None,
    file: Path | None,
    variant: str,
    arguments: str,
    output: Path | None,
    size_mib: int | None,
    inspected: Path | None,
    updated: Path | None,
    exchanged: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Write a bootable SD image for BOARD, or look at one.

    The image is sparse, and the same input gives the same bytes. With --update
    the new content is on the medium before the old one goes.
    """
    if inspected is not None:
        _inspect(inspected, as_json)
        return
    if updated is not None and (arguments or output is not None):
        other = "--append" if arguments else "-o"
        raise UsageError(other, "does not go with --update, which exchanges one file")
    if updated is not None and exchanged is not None:
        name, _, content = exchanged.partition("=")
        _update(updated, name, read_image(Path(content or name)), dry_run, as_json)
        return
    if board is None:
        raise UsageError("BOARD", "is missing; a board, or --inspect FILE, is expected")
    target = load(board)
    facts_of(target)  # one without a medium is refused before anything is built
    image = _image(target, app, file, dry_run, as_json)
    if updated is not None:
        _update(updated, facts_of(target).kernel, read_image(image.file), dry_run, as_json)
    elif output is None:
        raise UsageError("-o", "is missing; the file to write is expected")
    else:
        where = folders(click.get_current_context())
        wanted = SdImage(target, where, variant, arguments, (size_mib or 0) * MIB)
        _write(wanted, image, output, dry_run, as_json)


def _image(board: Board, app: str | None, file: Path | None, dry_run: bool, quiet: bool) -> Image:
    if file is not None:
        return image_from_file(file, app)
    if dry_run:
        return planned_image(board, app or "hello")
    with build_progress(quiet=quiet, verbose=False) as on_progress:
        return built_image(board, app or "hello", on_progress)


def _write(wanted: SdImage, image: Image, output: Path, dry_run: bool, as_json: bool) -> None:
    if dry_run:
        _plan(wanted, image, output)
        return
    with _steps(quiet=as_json) as on_step:
        made = wanted.write(image.file, output, on_step=on_step)
    if as_json:
        click.echo(json.dumps(_written(made), indent=1))
        return
    for package in made.firmware.values():
        where = f" ({package.licence})" if package.licence else ""
        click.echo(f"{package.wanted.title}: {package.wanted.licence}{where}")
    medium = made.medium
    click.echo(
        f"{output}: {medium.size_bytes // MIB} MiB, of which {medium.data_bytes:,} bytes are data"
    )


def _plan(wanted: SdImage, image: Image, output: Path) -> None:
    medium = facts_of(wanted.board)
    for package in wanted.packages().values():
        version = package.version or "newest"
        click.echo(f"from {package.name} {version} ({package.suite}): {package.licence}")
    chosen = chosen_of(wanted.board, wanted.variant)
    for raw in (each for each in medium.raw if each.variant in chosen):
        click.echo(f"at 0x{raw.offset:x}: {raw.path}")
    for each in (each for each in medium.files if each.variant in chosen):
        click.echo(f"file {each.name or Path(each.path).name}: {each.path}")
    if wanted.arguments:
        click.echo(f"file {COMMAND_LINE}: {wanted.arguments}")
    click.echo(f"file {medium.kernel}: {image.file}")
    click.echo(f"into {output}, {wanted.whole_bytes // MIB} MiB")


def _written(made: Made) -> dict[str, object]:
    return {
        "file": str(made.file),
        "size_bytes": made.medium.size_bytes,
        "data_bytes": made.medium.data_bytes,
        "firmware": [
            {
                "package": package.wanted.name,
                "version": package.wanted.version or "newest",
                "licence": package.wanted.licence,
                "licence_file": str(package.licence or ""),
            }
            for package in made.firmware.values()
        ],
    }


@contextmanager
def _steps(*, quiet: bool) -> Iterator[OnStep]:
    """Yield what shows the fetching of firmware: a spinner on a terminal, else lines."""
    if quiet:
        yield lambda package, step: None
    elif not sys.stderr.isatty():
        yield lambda package, step: click.echo(f"{package.title}: {step}", err=True)
    else:
        # Imported here: rich takes long to load.
        from rich.console import Console

        with Console(stderr=True).status("firmware") as status:
            yield lambda package, step: status.update(f"{package.title}: {step}")


def _update(medium_file: Path, name: str, data: bytes, dry_run: bool, as_json: bool) -> None:
    if medium_file.is_block_device():
        _check_card(medium_file)
    with open_medium(medium_file) as medium:
        steps = medium.replacement(name, data, source_date(os.environ))
    planned = sum(len(piece.data) for step in steps for piece in step)
    if not dry_run:
        write_steps(medium_file, steps)
    said = {"file": str(medium_file), "name": name, "written_bytes": planned, "dry_run": dry_run}
    if as_json:
        click.echo(json.dumps(said, indent=1))
    else:
        verb = "would be" if dry_run else "are"
        click.echo(f"{medium_file}: {name} has {len(data):,} bytes; {planned:,} {verb} written")


def _check_card(device: Path) -> None:
    """Raise BenchError for a device that may be somebody's disk, or is mounted."""
    machine = Machine()
    disk = facts.disk_at(device, machine)
    with open_medium(device) as card:
        found = guard.objections(disk, machine, partial(_read_at, card.fd))
    if found:
        reasons = "; ".join(item.reason for item in found)
        raise BenchError(str(device), f"is not written: {reasons}", hint="uk-board flash --device")


def _read_at(fd: int, offset: int, size: int) -> bytes:
    return os.pread(fd, size, offset)


def _inspect(file: Path, as_json: bool) -> None:
    found = inspect(file)
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=1))
    else:
        _show(found, click.echo)
    problems = list(found.problems())
    for problem in problems:
        click.echo(f"uk-board: {problem}", err=True)
    click.get_current_context().exit(1 if problems else 0)


def _show(found: Finding, say: Callable[[str], None], depth: int = 0) -> None:
    indent = "  " * depth
    facts = ", ".join(_fact(name, value) for name, value in found.facts.items())
    say(f"{indent}{found.place}: {found.what}" + (f" ({facts})" if facts else ""))
    for line in found.lines:
        say(f"{indent}  | {line}")
    if found.problem:
        say(f"{indent}  ! {found.problem}")
    for inside in found.inside:
        _show(inside, say, depth + 1)


def _fact(name: str, value: str | int) -> str:
    if name == "bytes":
        return f"{value:,} bytes"
    if name == "sha256":
        return f"SHA-256 {str(value)[:12]}..."
    return f"{name} 0x{value:x}" if isinstance(value, int) else f"{name} {value}"
