# SPDX-License-Identifier: BSD-3-Clause
"""A board's power and reset, by the commands of the bench file."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Sequence

from uk_board.desk.benchfile import Place
from uk_board.errors import BenchError, MissingError, UsageError

_DEADLINE_S = 60.0
Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program, without keys and screen; see subprocess.run."""
    # Nothing of it on the screen, and no keys that are meant for the board.
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    with process:
        try:
            said, _ = process.communicate(timeout=_DEADLINE_S)
        except subprocess.TimeoutExpired:
            # Those that it has started, too: a script's relay program is what hangs.
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, said)


def do(command: str, run: Run = run) -> None:
    """Run a command of the bench file. Raises: MissingError, BenchError, UsageError."""
    try:
        words = shlex.split(command)
        done = run(words)
    except (ValueError, IndexError) as error:
        raise UsageError(f'"{command}"', f"is no command: {error}") from error
    except FileNotFoundError:
        raise MissingError(words[0], "no such program; the bench file asks for it") from None
    except OSError as error:
        raise BenchError(words[0], f"cannot be run: {error.strerror}") from error
    except subprocess.TimeoutExpired:
        raise BenchError(
            f'"{command}"', f"did not end within {_DEADLINE_S:g} s, and was ended"
        ) from None
    if done.returncode != 0:
        said = " ".join((done.stdout or "").split()) or "nothing"
        raise BenchError(
            f'"{command}"', f"ended with status {done.returncode}; 0 is expected; it said: {said}"
        )


def steps(place: Place) -> list[str]:
    """Return what switches a board off and on, as steps for people. Raises: UsageError."""
    power = place.power
    if power is None:
        raise UsageError(
            place.name,
            "has no power switch in the bench file; power = { on, off } or { cycle } has",
        )
    if power.cycle:
        return [power.cycle]
    return [power.off, f"wait {power.off_s:g} s", power.on]


def cycle(place: Place, run: Run = run, sleep: Callable[[float], None] = time.sleep) -> None:
    """Switch a board off and on. Raises: UkBoardError, which says what state it is in."""
    steps(place)
    power = place.power
    assert power is not None, "steps refuses that"
    if power.cycle:
        do(power.cycle, run)
        return
    do(power.off, run)
    sleep(float(power.off_s))
    try:
        do(power.on, run)
    except (BenchError, MissingError) as error:
        raise BenchError(place.name, f"is off now, and stays so: {error}") from error


def reset(place: Place, run: Run = run, sleep: Callable[[float], None] = time.sleep) -> None:
    """Reset a board by its reset command, else by its power. Raises: UkBoardError."""
    if place.reset:
        do(place.reset, run)
    else:
        cycle(place, run, sleep)
