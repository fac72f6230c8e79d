# SPDX-License-Identifier: BSD-3-Clause
"""A run of ninja: its progress as it goes, its compilers' output as a whole."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from uk_board.build.toolchain import Toolchain
from uk_board.errors import UkBoardError

_STATUS = "[%f/%t] "
_STATUS_LINE = re.compile(r"^\[(\d+)/(\d+)\] (.*)$")
# What ninja itself says around the output of a failed command.
_NINJA_SAYS = ("ninja: build stopped", "ninja: Entering directory")
_NOTHING_TO_DO = "ninja: no work to do."


@dataclass(frozen=True)
class Progress:
    """One step is done: `text` says which, or is its command when verbose."""

    done: int
    total: int
    text: str


OnProgress = Callable[[Progress], None]
# Runs a command in a folder, passes on each line of its output, answers its exit status.
Run = Callable[[list[str], Path, Callable[[str], None]], int]


class BuildError(UkBoardError):
    """A compiler or the linker refused; `output` is everything that they said."""

    def __init__(self, where: str, problem: str, output: str) -> None:
        self.output = output
        super().__init__(where, problem)

    def __str__(self) -> str:
        """Put the output below the summary."""
        return f"{super().__str__()}\n{self.output}" if self.output else super().__str__()


def run_process(command: list[str], folder: Path, on_line: Callable[[str], None]) -> int:
    """Run `command` in `folder`; the process ends with this call, whatever happens."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "NINJA_STATUS": _STATUS},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None, "it is a pipe"
        try:
            for line in process.stdout:
                on_line(line.rstrip("\n"))
        except BaseException:
            process.terminate()
            raise
    return process.returncode


@dataclass
class _Reader:
    """Sorts ninja's lines into progress and output."""

    on_progress: OnProgress | None
    output: list[str] = field(default_factory=list)
    failed: int = 0
    _command_follows: bool = False

    def line(self, line: str) -> None:
        if status := _STATUS_LINE.match(line):
            if self.on_progress:
                self.on_progress(Progress(int(status[1]), int(status[2]), status[3]))
        elif line.startswith("FAILED: "):
            self.failed += 1
            self._command_follows = True
        elif self._command_follows:
            self._command_follows = False
        elif not line.startswith(_NINJA_SAYS) and line != _NOTHING_TO_DO:
            self.output.append(line)


def run_ninja(
    name: str,
    folder: Path,
    toolchain: Toolchain,
    run: Run = run_process,
    on_progress: OnProgress | None = None,
    *,
    verbose: bool = False,
) -> str:
    """Bring `folder` up to date; return what the compilers said nevertheless.

    Raises:
        BuildError: a step failed, or ninja could not work.
    """
    reader = _Reader(on_progress)
    status = run([str(toolchain.ninja), *(["-v"] if verbose else [])], folder, reader.line)
    output = "\n".join(reader.output)
    if status == 0:
        return output
    steps = "1 step" if reader.failed == 1 else f"{reader.failed} steps"
    what = f"{steps} failed; the tools say:" if reader.failed else f"ninja ended with {status}"
    raise BuildError(f"build of {name}", what, output)
