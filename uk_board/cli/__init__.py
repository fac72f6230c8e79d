# SPDX-License-Identifier: BSD-3-Clause
"""The command line `uk-board`: each command is the file of its name in this folder."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from uk_board import __version__
from uk_board.errors import UkBoardError, known_names

INTERRUPTED = 130

# In this folder, and no command, or one below another.
_NO_COMMANDS = ("flash_goods", "flash_options", "flash_telling", "options", "progress", "matrix")


class Commands(click.Group):
    """A group that finds its commands by file name and loads one when it is asked for."""

    package = __name__  # whose modules they are

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        path = sys.modules[self.package].__path__
        modules = (module.name for module in pkgutil.iter_modules(path))
        return sorted(name.replace("_", "-") for name in modules if name not in _NO_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command `cmd_name`, if there is one."""
        if cmd_name not in self.list_commands(ctx):
            return None
        file = cmd_name.replace("-", "_")
        command = importlib.import_module(f"{self.package}.{file}").command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that `args` begin with, and the rest of them."""
        name = args[0]
        if not name.startswith("-") and name not in self.list_commands(ctx):
            known = known_names(name, self.list_commands(ctx))
            raise click.UsageError(f'no command "{name}"; {known}', ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error of ours becomes its text and exit status."""
        try:
            return super().invoke(ctx)
        except UkBoardError as error:
            click.echo(f"uk-board: {error}", err=True)
            ctx.exit(error.exit_status)


@click.command("uk-board", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="uk-board")
@click.option(
    "--boards",
    metavar="DIR",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Look for board descriptors in DIR first; may be given several times.",
)
@click.pass_context
def group(context: click.Context, boards: tuple[Path, ...]) -> None:
    """From a board on the desk, or none, to a tested Unikraft image."""
    context.obj = boards


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    try:
        status = group.main(arguments, prog_name="uk-board", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("uk-board: interrupted", err=True)
        sys.exit(INTERRUPTED)
    # What context.exit() was given; a command itself returns nothing.
    sys.exit(status if isinstance(status, int) else 0)
