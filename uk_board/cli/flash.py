# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board flash`: an image onto a board, by one of the methods in flash/."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from uk_board.cli.flash_goods import Wanted, goods_of, received
from uk_board.cli.flash_options import FlashCommand
from uk_board.cli.flash_telling import Caller, Person, Script, Telling
from uk_board.cli.options import bench_of, bench_option, board_argument, json_option, load
from uk_board.desk import power
from uk_board.desk.benchcard import card_here, switching
from uk_board.desk.benchfile import Place
from uk_board.disk.facts import Machine
from uk_board.errors import UkBoardError, UsageError
from uk_board.facts.board import Board
from uk_board.flasher import CARD, Methods, Plan, Trait, choose, default_method, take_options
from uk_board.remote.lines import Answers
from uk_board.remote.method import where_it_hangs
from uk_board.remote.trust import check_owner

if TYPE_CHECKING:
    from uk_board.desk.attend import Seat

_FILE = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class Asked:
    """The command line."""

    board: str
    bench_file: Path | None
    via: str | None
    given: dict[str, Any]
    wanted: Wanted
    watch: bool
    power_cycle: bool
    dry_run: bool
    methods: Methods


@click.command("flash", cls=FlashCommand)
@board_argument
@click.option("--app", metavar="APP", default="hello", show_default=True, help="What to flash.")
@click.option("--image", metavar="FILE", type=_FILE, help="Take this image; build none.")
@click.option("--medium", metavar="FILE", type=_FILE, help="Take this SD image; make none.")
@click.option("--variant", metavar="NAME", default="", help="A model that needs other firmware.")
@click.option(
    "--append", "arguments", metavar="ARGS", default="", help="Boot arguments for the image."
)
@bench_option
@click.option("--via", metavar="NAME", help=f"The method.  [default: bench, or {CARD}]")
@click.option("--console", "watch", is_flag=True, help="Start it, and show its console.")
@click.option("--power-cycle", is_flag=True, help="Switch it off and on, when the time has come.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
# Started by another uk-board over ssh: the image comes on stdin, answers go as JSON lines.
@click.option("--stream", is_flag=True, hidden=True)
@json_option
@click.pass_context
def command(
    context: click.Context,
    /,
    board: str,
    app: str,
    image: Path | None,
    medium: Path | None,
    variant: str,
    arguments: str,
    bench_file: Path | None,
    via: str | None,
    watch: bool,
    power_cycle: bool,
    yes: bool,
    dry_run: bool,
    stream: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Bring an app onto BOARD. What may be somebody's disk is not written.

    Each method has options of its own; see below.
    """
    assert isinstance(context.command, FlashCommand), "it is one"
    given = {key: value for key, value in given.items() if value not in (None, False)}
    wanted = Wanted(app, image, medium, variant, arguments)
    asked = Asked(
        board, bench_file, via, given, wanted, watch, power_cycle, dry_run, context.command.methods
    )
    if not stream:
        _flash(asked, Script(yes) if as_json else Person(yes))
        return
    caller = Caller(Answers(sys.stdout.buffer))
    caller.hello()
    try:
        _flash(asked, caller, sys.stdin.buffer)
    except UkBoardError as error:
        caller.answers.error(error)
        raise


def _flash(asked: Asked, telling: Telling, stream: BinaryIO | None = None) -> None:
    """Do it. `stream` brings the image, and then it is another machine's user who asks."""
    place, target, via = _found(asked, remote=stream is not None)
    methods = where_it_hangs(via, asked.methods, place)
    method = choose(via, methods)
    starts = Trait.STARTS_BOARD in method.TRAITS
    switch = asked.power_cycle or (asked.watch and not starts and place.power is not None)
    power_steps = power.steps(place) if switch else []
    with ExitStack() as stack:
        if stream is None or asked.dry_run:
            goods = goods_of(asked.wanted, via, method, target, telling)
        else:
            goods = received(stream, target, stack, telling)
        seat = _seat(place, target, goods.image.elf, telling) if asked.watch else None
        # Only where nobody named a card, and the bench file knows where it is.
        own_card = Trait.WRITES_CARD in method.TRAITS and place.has_reader
        own_card = own_card and "device" not in asked.given
        if own_card and not asked.dry_run:
            stack.enter_context(card_here(place, Machine(), tell=telling.note))
        options = take_options(via, methods, asked.given, place)
        on_progress = stack.enter_context(telling.progress())
        ready = partial(telling.ready, place, asked.power_cycle)
        job = goods.job(target, options, on_progress, telling.note, ready)
        plan = method.plan(job)
        around = switching(place, Machine()) if own_card else ("", "")
        made = goods.steps if stream is None else ()
        telling.plan(_whole(plan, made, around, power_steps, starts), asked.dry_run)
        if asked.dry_run:
            return
        telling.confirm(plan)
        if seat is not None and Trait.HOLDS_CONSOLE not in method.TRAITS:
            from uk_board.desk.attend import opened_before  # only here: most watch nothing

            seat = opened_before(seat)
        done = method.run(job, plan)
    telling.done(asked.board, via, done)
    if seat is not None:
        from uk_board.cli.console import sit  # only here: most watch nothing

        sit(seat, power_cycle=switch and not starts, timeout_s=None)
    elif switch and not starts:
        power.cycle(place)
        telling.note("power was off, and is on")


def _found(asked: Asked, *, remote: bool) -> tuple[Place, Board, str]:
    """Return place, board and method. Raises: UkBoardError."""
    bench = bench_of(asked.bench_file)
    if remote:
        check_owner(bench.file)
        place = bench.place(asked.board)
    else:
        place = bench.find(asked.board) or Place(asked.board)
    board = load(place.board_name)
    return place, board, asked.via or default_method(board, place, asked.methods)


def _whole(
    plan: Plan, made: Sequence[str], around: tuple[str, str], power_steps: list[str], starts: bool
) -> Plan:
    """Return a plan with what is done around it."""
    before, after = around
    last = ""
    if power_steps:
        when = "when it waits for the board: " if starts else ""
        last = when + "; ".join(power_steps)
    return replace(plan, steps=tuple(filter(None, (before, *made, *plan.steps, after, last))))


def _seat(place: Place, board: Board, elf: Path | None, telling: Telling) -> Seat:
    from uk_board.desk.attend import Seat  # only here: most watch nothing

    if telling.quiet:
        raise UsageError("--json", "does not go with --console, which shows what the board prints")
    if place.console is None:
        raise UsageError("--console", f"{place.name} has no console in the bench file")
    return Seat(place, place.console, place.baud or board.baud, elf)
