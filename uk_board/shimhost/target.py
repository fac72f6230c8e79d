# SPDX-License-Identifier: BSD-3-Clause
"""Programs of FreeRTOS calls, run on an emulated board: the trace is the host's."""

from __future__ import annotations

from collections.abc import Sequence

from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch
from uk_board.emulation.runner import Image, run
from uk_board.errors import BenchError, UsageError
from uk_board.facts.board import Board
from uk_board.shimhost.text import Program

APP = "replay"
# unikraft-port/core/args.c keeps 1024 bytes of boot arguments.
_ARGUMENT_MAX = 1000
_DEADLINE_S = 120.0


def argument(program: Program) -> str:
    """Return a program as one word. Raises: UsageError when it is too long."""
    text = str(program).strip().replace("; ", ";").replace(": ", ":")
    word = text.replace("\n", "/").replace(" ", ",")
    if len(word) > _ARGUMENT_MAX:
        problem = f"{len(word)} bytes as a boot argument; at most {_ARGUMENT_MAX} fit"
        raise UsageError("program", problem)
    return word


def run_on_board(board: Board, image: Image, program: Program) -> tuple[str, ...]:
    """Run a program with the replay app; return its trace.

    An instruction takes a nanosecond there, so a program takes no time to speak of
    between ticks, as on the host.
    Raises: BenchError when it does not run to its end.
    """
    emulator = Emulator(board, Launch(image.file, argument(program), icount_shift=0))
    status = run(emulator, image, timeout_s=_DEADLINE_S).status
    trace = trace_of([line.text for line in emulator.console.lines()])
    if status != 0 or trace is None:
        raise BenchError(
            board.name,
            f"{image.name} ended with status {status}; TRACE ... END and status 0 are expected",
            last_lines=emulator.console.last_lines(),
        )
    return trace


def trace_of(lines: Sequence[str]) -> tuple[str, ...] | None:
    """Return the trace in what the replay app printed; None if it is not whole."""
    if "TRACE" not in lines or "END" not in lines:
        return None
    return tuple(lines[lines.index("TRACE") + 1 : lines.index("END")])
