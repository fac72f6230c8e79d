# SPDX-License-Identifier: BSD-3-Clause
"""On what a run tests: each board that is named, in an emulator, on the bench or in a rack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from uk_board.desk.benchfile import Bench, Place, check_boards, load_bench
from uk_board.emulation.launch import machine_of
from uk_board.facts.board import Board
from uk_board.facts.boards import board_folders, board_names, load_board
from uk_board.harness.needs import check_offers
from uk_board.harness.rackside import RackSide
from uk_board.harness.station import EmulatedStation, Station

if TYPE_CHECKING:
    from uk_board.harness.benchstation import Tools

ON = ("bench", "place", "emulator")


@dataclass(frozen=True)
class Target:
    """A board of this run: `on` is one of ON, `why` says who chose that, `place` is the bench's."""

    name: str
    board: Board
    on: str
    why: str
    place: Place | None = None
    bench_file: Path | None = None

    def __str__(self) -> str:
        where = f"{self.bench_file}: {self.place.name}" if self.place else self.on
        return f"{self.name} on {where} ({self.why})"


def targets_of(
    names: Sequence[str],
    on: str | None,
    bench_file: Path | None,
    folders: Sequence[Path],
    environ: Mapping[str, str],
    here: Path,
) -> list[Target]:
    """Return what is tested: each of `names` once; without any, all that have an emulator.

    Without `on` a named board is that of the bench if there is one, else the emulated one.
    Raises: UkBoardError.
    """
    searched = board_folders(folders)
    if not names and on is None:
        boards = [load_board(name, searched) for name in board_names(searched)]
        emulated = [board for board in boards if board.emulator is not None]
        return [Target(board.name, board, "emulator", "no board is named") for board in emulated]
    bench = Bench() if on in ("place", "emulator") else load_bench(bench_file, environ, here)
    check_boards(bench, board_names(searched))
    wanted = names or (list(bench.boards) if on == "bench" else board_names(searched))
    return [_target(name, on, bench, searched) for name in dict.fromkeys(wanted)]


def _target(name: str, on: str | None, bench: Bench, folders: Sequence[Path]) -> Target:
    place = bench.place(name) if on == "bench" else bench.find(name)
    if place is not None:
        board = load_board(place.board_name, folders)
        check_offers(f"{bench.file}: boards.{place.name}", place.offers)
        why = "as asked" if on else "the bench file has it"
        return Target(name, board, "bench", why, place, bench.file)
    board = load_board(name, folders)
    if on == "place":
        return Target(name, board, on, "as asked")
    machine_of(board)
    has_none = f"{bench.file} has none" if bench.file else "there is no bench file"
    return Target(name, board, "emulator", "as asked" if on else has_none)


def station_of(target: Target, stack: ExitStack, rack: RackSide, ask_s: float) -> Station:
    """Return where a target stands; `stack` gives it back.

    A person at the bench is asked, and has `ask_s` to do it. Raises: UkBoardError.
    """
    if target.on == "emulator":
        return EmulatedStation(target.board)
    # Only here: who tests on emulators needs none of it.
    from uk_board.harness.benchstation import BenchStation, Tools
    from uk_board.harness.person import Person

    tools = Tools(person=Person(ask_s))
    if target.place is not None:
        where = f"{target.bench_file}: {target.place.name}"
        return BenchStation(target.board, target.place, on="bench", where=where, tools=tools)
    return _station_of_rack(target.board, stack, rack, tools)


def _station_of_rack(board: Board, stack: ExitStack, rack: RackSide, tools: Tools) -> Station:
    """Return a place of the rack, acquired. Raises: UkBoardError."""
    # Only here: most runs have no rack.
    from uk_board.harness.benchstation import BenchStation
    from uk_board.harness.rackboard import RackBoardSurroundings, control_of
    from uk_board.rack.client import acquire

    lost: list[BenchStation] = []

    def on_lost(why: str) -> None:
        for station in lost:
            station.lose(why)

    place = stack.enter_context(
        acquire(
            board.name,
            coordinator=rack.coordinator,
            wait_s=rack.wait_s,
            tell=rack.tell,
            result=rack.result,
            on_lost=on_lost,
        )
    )
    control = control_of(place)
    if control is not None:
        tools = replace(tools, around=RackBoardSurroundings(board, control))
    where = f"place {place.name}"
    lost.append(BenchStation(board, place, on="place", where=where, tools=tools))
    return lost[0]
