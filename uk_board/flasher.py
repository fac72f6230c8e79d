# SPDX-License-Identifier: BSD-3-Clause
"""Ways to bring an image onto a board: flash/<name>.py each, behind one small contract.

A method is a module with

    CAPTION: str                       one line for people
    VERIFIED: str                      how it was verified: qemu, model, datasheet, hardware <date>
    TRAITS: frozenset[Trait]           what others must know of it
    OPTIONS: tuple[Option, ...]        what it takes; the command offers just that
    def plan(job: Job) -> Plan         look, refuse, say what would be done; change nothing
    def run(job: Job, plan: Plan)      do it

`plan` is what --dry-run shows, and `run` gets that very plan.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, cast

from uk_board.console import Console
from uk_board.desk.benchfile import Place
from uk_board.disk.writer import Progress
from uk_board.errors import DescriptorError, UkBoardError, UsageError, known_names
from uk_board.facts.board import Board
from uk_board.media.layout import passes_arguments

FOLDER = "flash"
# What a board that boots from a card is flashed by, unless somebody says another way.
CARD = "sdcard"
_CONTRACT = ("CAPTION", "VERIFIED", "TRAITS", "OPTIONS", "plan", "run")


class Trait(Enum):
    """What a method does that those around it must know."""

    WRITES_CARD = "writes the card: it is fetched from the board first, and handed back"
    HOLDS_CONSOLE = "has the board's console for itself while it runs"
    STARTS_BOARD = "ends with the image running: switching power would lose it"
    BOOTS_MEDIUM = "the board finds on an SD image what it boots, and what that is told"
    TAKES_ARGUMENTS = "passes boot arguments to the image by itself"
    TAKES_MEDIUM = "is given an SD image, where the board has one; others, the image alone"
    AT_BOARD = "uses USB, a network interface or programs of the machine that the board hangs on"


@dataclass(frozen=True)
class Option:
    """What a method takes: `--name` of the command, `job.option("name")` in the method.

    Without `metavar` it is a flag. `type` makes the value of what was given; it raises
    ValueError or UkBoardError. `bench` returns the value of the bench file, where the user
    gives none; None if it says nothing.
    """

    name: str
    help: str
    metavar: str = ""
    type: Callable[[str], Any] = str
    needed: bool = False
    bench: Callable[[Place], Any] | None = None

    @property
    def key(self) -> str:
        """Its name for a job."""
        return _key(self.name)

    @property
    def flag(self) -> str:
        """Its name for people."""
        return f"--{self.name}"

    def value(self, given: Any, place: Place) -> Any:
        """Return its value, None where there is none. Raises: UkBoardError."""
        if given is None and self.bench is not None:
            given = self.bench(place)
        elif isinstance(given, str):
            given = self._made_of(given)
        if given is None and self.needed:
            problem = "is missing" + (", and the bench file does not say it" if self.bench else "")
            raise UsageError(self.flag, f"{problem}; {self.metavar} is expected: {self.help}")
        return given

    def _made_of(self, text: str) -> Any:
        try:
            return self.type(text)
        except ValueError:
            raise UsageError(self.flag, f'"{text}" is no {self.metavar}; {self.help}') from None


@dataclass(frozen=True)
class Job:
    """What is wanted: this image (an arm64 Image, or a medium made of it) on that board.

    `options` has the values of the method's options. `medium` makes the SD image when a
    method needs one, and returns its file; `build` makes `image` likewise. `tell` is for
    what a person should know meanwhile. `arguments` are what the image is told at boot.
    `console` is the board's, where somebody has it open. `ready` is called by a method that
    waits for the board to start: it may be switched on now.
    """

    board: Board
    image: Path
    medium: Callable[[], Path]
    options: Mapping[str, Any] = field(default_factory=dict)
    on_progress: Callable[[Progress], None] = lambda progress: None
    root: Path = Path("/")
    build: Callable[[], Path] = Path
    tell: Callable[[str], None] = lambda text: None
    arguments: str = ""
    console: Console | None = None
    ready: Callable[[], None] = lambda: None

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
    TRAITS: frozenset[Trait]
    OPTIONS: tuple[Option, ...]

    def plan(self, job: Job) -> Plan:
        """Return what would be done. Raises: UkBoardError when it must not or cannot be."""

    def run(self, job: Job, plan: Plan) -> str:
        """Do it and return what was done, in a line. Raises: UkBoardError."""


# All methods by name, or why one cannot be used
Methods = Mapping[str, Method | UkBoardError]


def method_names(root: Path) -> list[str]:
    """Return the names of all methods of the tree `root`."""
    return sorted(file.stem for file in (root / FOLDER).glob("*.py") if file.stem != "__init__")


def load_method(name: str, root: Path) -> Method:
    """Return the method `name`.

    Raises:
        UsageError: there is no such method.
        DescriptorError: its file does not fulfil the contract.
    """
    known = method_names(root)
    if name not in known:
        raise UsageError("--via", f'no method "{name}"; {known_names(name, known)}')
    file = root / FOLDER / f"{name}.py"
    module = _module(name, file)
    missing = [part for part in _CONTRACT if not hasattr(module, part)]
    if missing:
        raise DescriptorError(
            str(file), f"lacks {', '.join(missing)}; a method has {', '.join(_CONTRACT)}"
        )
    return cast(Method, module)


def load_methods(root: Path) -> Methods:
    """Return all methods by name; for one that cannot be used, why: the others can."""
    found: dict[str, Method | UkBoardError] = {}
    for name in method_names(root):
        try:
            found[name] = load_method(name, root)
        except UkBoardError as error:
            found[name] = error
    return found


def _module(name: str, file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"uk_board_flash_{name}", file)
    assert spec is not None, "a .py file has a loader"
    assert spec.loader is not None, "a .py file has a loader"
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up by name.
    sys.modules[module.__name__] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        # Whatever it is, it is that file's, and the other methods work.
        problem = f"cannot be loaded: {type(error).__name__}: {error}"
        raise DescriptorError(str(file), problem) from error
    return module


def default_method(board: Board, place: Place, methods: Methods) -> str:
    """Return the method where nobody names one: the bench file's, else the card of the board.

    Raises: UsageError for a board that boots from no card.
    """
    if place.flash is None and board.medium is None:
        known = ", ".join(methods)
        raise UsageError(
            place.name,
            f"boots from no card, and the bench file names no way to flash it; known: {known}",
            hint="--via NAME, or flash = NAME in the bench file",
        )
    return place.flash or CARD


def choose(name: str, methods: Methods) -> Method:
    """Return a method by its name. Raises: UsageError, or why it cannot be used."""
    if name not in methods:
        raise UsageError("--via", f'no method "{name}"; {known_names(name, methods)}')
    method = methods[name]
    if isinstance(method, UkBoardError):
        raise method
    return method


def lacks_arguments(name: str, method: Method, board: Board) -> str:
    """Return why a method passes no boot arguments to the image; empty if it does."""
    if Trait.TAKES_ARGUMENTS in method.TRAITS:
        return ""
    if Trait.BOOTS_MEDIUM in method.TRAITS and passes_arguments(board):
        return ""
    return f"nothing passes them to the image with flash = {name!r}"


def take_options(
    name: str, methods: Methods, given: dict[str, Any], place: Place
) -> dict[str, Any]:
    """Return the options of the method `name` by their keys, for a job.

    `given` is what the user gave, text or True, by key; `place` has the rest: the options
    of the method that it names, and what hangs where. Raises: UkBoardError, also for an
    option of another method.
    """
    said = place.flash_options if name == place.flash else {}
    given = {_key(option): value for option, value in said.items() if value is not False} | given
    own = {option.key: option for option in choose(name, methods).OPTIONS}
    for key in given:
        if key not in own:
            raise _foreign(key, name, methods)
    return {key: option.value(given.get(key), place) for key, option in own.items()}


def _key(name: str) -> str:
    return name.replace("-", "_")


def _foreign(key: str, name: str, methods: Methods) -> UsageError:
    def has(method: Method | UkBoardError) -> bool:
        return not isinstance(method, UkBoardError) and key in {each.key for each in method.OPTIONS}

    owners = [other for other, method in methods.items() if has(method)]
    takes = ", ".join(option.flag for option in choose(name, methods).OPTIONS)
    return UsageError(
        f"--{key.replace('_', '-')}",
        f"is an option of {' and '.join(owners) or 'no method'}; the method is {name},"
        f" which takes {takes or 'none'}",
        hint=" or ".join(f"--via {owner}" for owner in owners),
    )
