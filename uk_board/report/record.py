# SPDX-License-Identifier: BSD-3-Clause
"""What run.json says of a test run: its schema, in frozen dataclasses.

Times are seconds. Points in time of a test count from its begin, its begin from that of its
source's; only `started` is a date (UTC, ISO 8601).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# A reader refuses what is newer; what is older is read as long as it fits this schema.
VERSION = 1

Outcome = Literal["passed", "failed", "flaky", "skipped", "error"]
Better = Literal["lower", "higher", "neither"]
OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "flaky", "skipped", "error")


@dataclass(frozen=True)
class Measurement:
    """A number that a test measured; `exact`: it is the same in each run, such as under icount."""

    name: str
    value: float
    unit: str = ""
    better: Better = "lower"
    exact: bool = False


@dataclass(frozen=True)
class Event:
    """Something that was done to the board: power, reset, flash, stimulus, retry."""

    at_s: float
    text: str


@dataclass(frozen=True)
class Log:
    """What the board printed during a test: a file beside run.json, a line each with its time.

    `begin_bytes` to `end_bytes`: which part of the console's stream that is. `failing_line`
    counts from 1; `why` says what made it that line.
    """

    file: str
    begin_bytes: int
    end_bytes: int
    failing_line: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Attempt:
    """One try of a test; there are more only where a retry was asked for.

    `on`: emulator, bench or place; `where`: which. `image`: its key in the run's images.
    """

    outcome: Outcome
    begin_s: float
    setup_s: float = 0.0
    call_s: float = 0.0
    teardown_s: float = 0.0
    boot_s: float | None = None
    on: str = ""
    where: str = ""
    image: str = ""
    virtual_time: bool = False
    message: str = ""
    log: Log | None = None
    events: tuple[Event, ...] = ()
    measurements: tuple[Measurement, ...] = ()

    @property
    def duration_s(self) -> float:
        """All phases."""
        return self.setup_s + self.call_s + self.teardown_s


@dataclass(frozen=True)
class Test:
    """One test on one board. `name` and `file` leave the board out; `reason`: of skip or failure.

    `source` is the index of the run's source that it belongs to.
    """

    id: str
    board: str
    file: str
    name: str
    outcome: Outcome
    attempts: tuple[Attempt, ...]
    reason: str = ""
    source: int = 0

    __test__ = False  # pytest: this is none of yours

    @property
    def last(self) -> Attempt:
        """The try that counts."""
        return self.attempts[-1]

    @property
    def duration_s(self) -> float:
        """All tries."""
        return sum(attempt.duration_s for attempt in self.attempts)


@dataclass(frozen=True)
class LibrarySize:
    """Bytes of one library in an image."""

    text: int = 0
    rodata: int = 0
    data: int = 0
    bss: int = 0


@dataclass(frozen=True)
class Image:
    """What was booted: a file, its SHA-256, and what each library takes of it."""

    board: str
    app: str
    file: str
    sha256: str
    size_bytes: int
    libraries: Mapping[str, LibrarySize] = field(default_factory=dict)


@dataclass(frozen=True)
class Board:
    """A board that tests ran on."""

    name: str
    title: str
    core: str


@dataclass(frozen=True)
class Machine:
    """What the tests were started on; `qemu` is its version, if there is one."""

    host: str
    system: str
    cores: int
    python: str
    uk_board: str
    qemu: str = ""


@dataclass(frozen=True)
class Commit:
    """The revision of the tree; `hash` is empty where there is no git."""

    hash: str = ""
    subject: str = ""
    dirty: bool = False


@dataclass(frozen=True)
class Source:
    """One process that ran tests; a merged record has several.

    `interrupted`: why it did not come to its end, such as the test that it was ended in.
    """

    id: str
    started: str
    command: tuple[str, ...]
    machine: Machine
    commit: Commit
    planned: int
    duration_s: float = 0.0
    interrupted: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Function:
    """A function of an image, at its line, and whether it ran."""

    name: str
    line: int
    ran: bool = False


@dataclass(frozen=True)
class Covered:
    """Which lines of a source file ran, of those that are in an image: as "3-5,9"."""

    ran: str = ""
    missed: str = ""
    functions: tuple[Function, ...] = ()


@dataclass(frozen=True)
class Run:
    """All that is known of a run. Images are named "board/app", covered files as in the tree."""

    version: int
    id: str
    sources: tuple[Source, ...]
    boards: tuple[Board, ...] = ()
    images: Mapping[str, Image] = field(default_factory=dict)
    tests: tuple[Test, ...] = ()
    coverage: Mapping[str, Covered] = field(default_factory=dict)

    @property
    def started(self) -> str:
        """When the first source began."""
        return min(source.started for source in self.sources)

    @property
    def duration_s(self) -> float:
        """How long the longest source took."""
        return max(source.duration_s for source in self.sources)

    def count(self, outcome: Outcome) -> int:
        """How many tests ended so."""
        return sum(test.outcome == outcome for test in self.tests)

    @property
    def interrupted(self) -> tuple[str, ...]:
        """Why sources did not come to their end."""
        return tuple(source.interrupted for source in self.sources if source.interrupted)

    @property
    def missing(self) -> int:
        """How many tests were planned and did not come to their turn."""
        return max(0, sum(source.planned for source in self.sources) - len(self.tests))

    @property
    def good(self) -> bool:
        """Whether nothing failed, all that was planned was done, and not all of it was skipped."""
        bad = self.count("failed") or self.count("error") or self.interrupted or self.missing
        return not bad and bool(self.count("passed") or self.count("flaky"))
