# SPDX-License-Identifier: BSD-3-Clause
"""The processes of a rack on this machine: started, started again, and ended all together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from uk_board.emulation.emulator import dies_with_us
from uk_board.errors import BenchError, MissingError

_END_S = 8.0
# More starts than this within the span: it will not do.
_MOST_STARTS = 5
_SPAN_S = 60.0
_LAST_LINES = 8


@dataclass
class Child:
    """One process, which is started again when it ends by itself."""

    name: str
    command: Sequence[str]
    folder: Path
    sign: str = ""
    process: subprocess.Popen[bytes] | None = None
    starts_s: list[float] = field(default_factory=list)
    log_begin: int = 0

    @property
    def log(self) -> Path:
        """What it says."""
        return self.folder / f"{self.name}.log"

    def said(self) -> list[str]:
        """Return what it has said since it was last started."""
        if not self.log.is_file():
            return []
        with self.log.open("rb") as log:
            log.seek(self.log_begin)
            return log.read().decode("utf-8", "replace").splitlines()

    @property
    def ready(self) -> bool:
        """Whether it has given its sign, if it has one, since it was last started."""
        return any(self.sign in line for line in self.said()) if self.sign else True

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.status is None

    @property
    def status(self) -> int | None:
        """What it ended with; None while it runs, and when it was ended with all others."""
        return self.process.poll() if self.process else None


class Processes:
    """All of them; leaving the `with` ends them, whatever state they are in."""

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        self._folder = folder
        self._tell = tell
        self.children: dict[str, Child] = {}

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self, name: str, command: Sequence[str], sign: str = "") -> Child:
        """Start a process; by the `sign` in its log it tells that others can use it.

        Raises: MissingError.
        """
        child = self.children[name] = Child(name, command, self._folder, sign)
        self._spawn(child)
        return child

    def _spawn(self, child: Child) -> None:
        child.starts_s.append(time.monotonic())
        try:
            with child.log.open("ab") as log:
                child.log_begin = log.tell()
                child.process = subprocess.Popen(
                    [*dies_with_us(), *child.command],
                    cwd=self._folder,
                    env=_environment(os.environ),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise MissingError(child.command[0], f"cannot be run: {error.strerror}") from error

    def look(self) -> None:
        """Start again what has ended. Raises: BenchError when it ends all the time.

        Each needs those that were started before it: it waits for their signs.
        """
        needed: list[Child] = []
        for child in self.children.values():
            if child.status is not None and all(before.ready for before in needed):
                self._start_again(child)
            needed.append(child)

    def _start_again(self, child: Child) -> None:
        now_s = time.monotonic()
        recent = [start_s for start_s in child.starts_s if now_s - start_s < _SPAN_S]
        how = f"ended with status {child.status}"
        if len(recent) >= _MOST_STARTS:
            raise BenchError(
                child.name,
                f"{how} for the {len(recent)}th time",
                last_lines=child.said()[-_LAST_LINES:],
            )
        self._tell(f"{child.name} {how}; starting it again")
        self._spawn(child)

    def kill(self, name: str) -> None:
        """End a process as a crash would; `look` starts it again."""
        _signal(self.children[name], signal.SIGKILL)

    def end(self) -> None:
        """End all: asked first, then forced."""
        for child in reversed(self.children.values()):
            _signal(child, signal.SIGTERM)
        deadline_s = time.monotonic() + _END_S
        for child in reversed(self.children.values()):
            if child.process is None:
                continue
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline_s - time.monotonic()))
            _signal(child, signal.SIGKILL)  # its children too
            child.process.wait()
            child.process = None


def wait_for_line(child: Child, text: str, timeout_s: float) -> str:
    """Return the first line of its log that has `text`. Raises: BenchError."""
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        alive = child.alive
        for line in child.said():
            if text in line:
                return line
        if not alive:
            break
        time.sleep(0.05)
    what = "ended" if not child.alive else f'did not say "{text}" within {timeout_s:g} s'
    raise BenchError(child.name, what, last_lines=child.said()[-_LAST_LINES:])


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    # What they say is to be in the log at once.
    return {**environ, "PYTHONUNBUFFERED": "1"}


def _signal(child: Child, number: int) -> None:
    if child.process is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, number)
