# SPDX-License-Identifier: BSD-3-Clause
"""The options of `uk-board flash`: its own, and those that the methods in flash/ declare."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import click

from uk_board.errors import DescriptorError, UkBoardError
from uk_board.flasher import FOLDER, Methods, Option, load_methods
from uk_board.tree import tree


class FlashCommand(click.Command):
    """A command that has the options of all methods, too; those of one belong together."""

    @cached_property
    def methods(self) -> Methods:
        """All methods. Their files are read when the command is called, or its help."""
        return load_methods(tree())

    @cached_property
    def _collected(self) -> list[click.Parameter]:
        found: dict[str, tuple[str, Option]] = {}
        own = {name for param in self.params for name in (param.name, *param.opts)}
        for name, method in self.methods.items():
            for option in () if isinstance(method, UkBoardError) else method.OPTIONS:
                other, same = found.setdefault(option.key, (name, option))
                if {option.key, option.flag} & own:
                    problem = "is the command's own; another name is expected"
                elif bool(same.metavar) != bool(option.metavar):
                    problem = f"takes a value in one of {other} and {name} only"
                else:
                    continue
                raise DescriptorError(f"{FOLDER}/{name}.py: {option.flag}", problem)
        return [_parameter(option) for _, option in found.values()]

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the command's own parameters and those of all methods."""
        own = super().get_params(ctx)
        return [*own[:-1], *self._collected, own[-1]]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command's own options, then each method with its."""
        own = (param for param in super().get_params(ctx) if isinstance(param, click.Option))
        with formatter.section("Options"):
            _write(own, ctx, formatter)
        for name, method in self.methods.items():
            with formatter.section(f"--via {name}"):
                if isinstance(method, UkBoardError):
                    formatter.write_text(f"cannot be used: {method}")
                    continue
                formatter.write_text(f"{method.CAPTION}.")
                formatter.write_text(f"Verified: {method.VERIFIED}.")
                _write(map(_parameter, method.OPTIONS), ctx, formatter)


def _write(
    options: Iterable[click.Option], ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    records = (option.get_help_record(ctx) for option in options)
    rows = [record for record in records if record is not None]
    if rows:
        formatter.write_dl(rows)


def _parameter(option: Option) -> click.Option:
    default = "  [default: bench]" if option.bench else ""
    return click.Option(
        [option.flag],
        metavar=option.metavar or None,
        is_flag=not option.metavar,
        default=None,
        help=option.help + default,
    )
