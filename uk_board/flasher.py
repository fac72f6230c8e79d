# SPDX-License-Identifier: BSD-3-Clause
"""Ways to bring an image onto a board: flash/<name>.py each, behind one small contract.

A method is a module with

    CAPTION: str                       one line for people
    VERIFIED: str                      how it was verified: qemu, model, datasheet, hardware <date>
    NEEDS: tuple[str, ...]             what must be given: options of the command by name
    def plan(job: Job) -> Plan         look, refuse, say what would be done; change nothing
    def run(job: Job, plan: Plan)      do it

`plan` is what --dry-run shows, and `run` gets that very plan.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, cast

from uk_board.board import Board
from uk_board.disk.writer import Progress
from uk_board.errors import DescriptorError, UsageError, known_names

FOLDER = "flash"
_CONTRACT = ("CAPTION", "VERIFIED", "NEEDS", "plan", "run")


@dataclass(frozen=True)
class Job:
    """What is wanted: this image (an arm64 Image, or a medium made of it) on that board.

    `options` has what the user gave, by the names of the command's options. `medium` makes
    the SD image when a method needs one, and returns its file; `build` makes `image` likewise.
    """

    board: Board
    image: Path
    medium: Callable[[], Path]
    options: Mapping[str, Any] = field(default_factory=dict)
    on_progress: Callable[[Progress], None] = lambda progress: None
    root: Path = Path("/")
    build: Callable[[], Path] = Path

    def option(self, name: str) -> Any:
        """Return an option, None when it was not given."""
        return self.options.get(name)


@dataclass(frozen=True)
class Plan:
    """What a method would do, step by step; `warning` is what a person confirms.

    `found` is the method's own: what `plan` learned and `run` needs.
    """

    steps: tuple[str, ...]
    warning: tuple[str, ...] = ()
    found: Any = None


class Method(Protocol):
    """The contract; a module fulfils it."""

    CAPTION: str
    VERIFIED: str
    NEEDS: Sequence[str]

    def plan(self, job: Job) -> Plan:
        """Return what would be done. Raises: UkBoardError when it must not or cannot be."""

    def run(self, job: Job, plan: Plan) -> str:
        """Do it and return what was done, in a line. Raises: UkBoardError."""


def method_names(root: Path) -> list[str]:
    """Return the names of all methods of the tree `root`."""
    return sorted(file.stem for file in (root / FOLDER).glob("*.py") if file.stem != "__init__")


def load_method(name: str, root: Path) -> Method:
    """Return the method `name`.

    Raises:
        UsageError: there is no such method.
        DescriptorError: its file does not fulfil the contract.
    """
    if name not in method_names(root):
        raise UsageError("--via", f'no method "{name}"; {known_names(name, method_names(root))}')
    file = root / FOLDER / f"{name}.py"
    module = _module(name, file)
    missing = [part for part in _CONTRACT if not hasattr(module, part)]
    if missing:
        raise DescriptorError(
            str(file), f"lacks {', '.join(missing)}; a method has {', '.join(_CONTRACT)}"
        )
    return cast(Method, module)


def _module(name: str, file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"uk_board_flash_{name}", file)
    assert spec is not None, "a .py file has a loader"
    assert spec.loader is not None, "a .py file has a loader"
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up by name.
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


def check_needs(name: str, method: Method, job: Job) -> None:
    """Raise UsageError unless everything that a method needs was given."""
    for need in method.NEEDS:
        if job.option(need) is None:
            option = f"--{need.replace('_', '-')}"
            raise UsageError(option, f"is missing; the method {name} needs it")
