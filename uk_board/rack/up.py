# SPDX-License-Identifier: BSD-3-Clause
"""A whole rack on this machine: coordinator, exporter, keeper, emulated boards as its places."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from uk_board.errors import BenchError, UsageError, known_names
from uk_board.rack.consoleline import LOCAL
from uk_board.rack.coordinator import connect, labgrid
from uk_board.rack.lease import Owner, Times
from uk_board.rack.places import RELAY, program
from uk_board.rack.processes import Child, Processes, wait_for_line

EXPORTER = "emulated"
# What labgrid's coordinator says when it serves.
LISTENS = "listening on"
_MOST = 64
_START_S = 60.0
_WANTED = re.compile(r"(?P<board>[^=\s]+)(=(?P<count>\d+))?")


@dataclass(frozen=True)
class EmulatedPlace:
    """A place, and the ports that its board is on."""

    name: str
    board: str
    console_port: int
    control: str


def parse_boards(text: str, known: Sequence[str]) -> dict[str, int]:
    """Return how many of each board "one,other=2" asks for. Raises: UsageError."""
    wanted: dict[str, int] = {}
    for part in text.split(","):
        found = _WANTED.fullmatch(part.strip())
        count = int(found["count"] or 1) if found else 0
        if found is None or not 1 <= count <= _MOST:
            problem = f'"{part}" is wrong; BOARD or BOARD=COUNT is expected, COUNT 1 to {_MOST}'
            raise UsageError("--boards", problem)
        if found["board"] not in known:
            where = f'no emulated board "{found["board"]}"'
            raise UsageError("--boards", f"{where}; {known_names(found['board'], known)}")
        wanted[found["board"]] = wanted.get(found["board"], 0) + count
    return wanted


class Rack:
    """The rack while it is up."""

    def __init__(
        self,
        folder: Path,
        address: str,
        *,
        board_folders: Sequence[Path] = (),
        tell: Callable[[str], None] = lambda text: None,
        times: Times | None = None,
        speed: float = 1.0,
    ) -> None:
        """`speed` makes all spans of the leases shorter, for tests."""
        self.folder = folder
        self.address = address
        self.places: list[EmulatedPlace] = []
        self.times = (times or Times()).faster(speed)
        self._speed = speed
        self._boards = [part for place in board_folders for part in ("--boards", str(place))]
        self._stack = ExitStack()
        self.processes = Processes(folder, tell)

    def __enter__(self) -> Rack:
        labgrid()  # told at once when it is missing
        self.folder.mkdir(parents=True, exist_ok=True)
        self._stack.enter_context(self.processes)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start_boards(self, wanted: dict[str, int]) -> None:
        """Start the servers of the emulated boards. Raises: UkBoardError."""
        names = [
            (board, f"{board}-{i + 1}") for board, count in wanted.items() for i in range(count)
        ]
        children = [(board, self._start_board(board, name)) for board, name in names]
        for board, child in children:
            said = json.loads(wait_for_line(child, '{"console"', _START_S))
            place = EmulatedPlace(child.name, board, said["console"], said["control"])
            self.places.append(place)
            # Should it be started again, it is to have the same ports.
            child.command = [
                *child.command,
                *("--console-port", str(place.console_port)),
                *("--control-port", place.control.rpartition(":")[2]),
            ]

    def _start_board(self, board: str, name: str) -> Child:
        command = [*_uk_board(), *self._boards, "rack", "board", board]
        return self.processes.start(name, [*command, "--state", str(self.folder / f"{name}.state")])

    def start(self) -> None:
        """Start labgrid's coordinator and exporter, make the places. Raises: UkBoardError."""
        _check_free(self.address)
        coordinator = [program("labgrid-coordinator"), "-l", self.address]
        child = self.processes.start("coordinator", coordinator, sign=LISTENS)
        wait_for_line(child, LISTENS, _START_S)
        keeper = [*_uk_board(), "rack", "keeper", "--fresh", "-c", self.address]
        self.processes.start("keeper", [*keeper, "--speed", str(self._speed)])
        self._start_exporter()
        asyncio.run(self._make_places())

    def _start_exporter(self) -> None:
        config = self.folder / "exporter.yaml"
        config.write_text(exporter_config(self.places))
        command = [program("labgrid-exporter"), "-c", self.address, "-n", EXPORTER]
        command += ["--hostname", LOCAL, str(config)]
        child = self.processes.start("exporter", command)
        wait_for_line(child, "Exporter ready", _START_S)

    async def _make_places(self) -> None:
        session = await connect(self.address, Owner.of_this_process(), self.times)
        try:
            for place in self.places:
                tags = {"board": place.board, "kind": "emulated"}
                await session.add_place(place.name, f"{EXPORTER}/{place.name}/*", tags)
        finally:
            await session.close()


def exporter_config(places: Sequence[EmulatedPlace]) -> str:
    """Return labgrid's exporter.yaml for emulated boards; JSON is YAML too."""
    groups = {
        place.name: {
            "NetworkSerialPort": {"host": LOCAL, "port": place.console_port, "protocol": "raw"},
            "NetworkPowerPort": {"model": "rest", "host": place.control + RELAY, "index": "0"},
        }
        for place in places
    }
    # labgrid fills in {% %} and {{ }}, but not {index}.
    return json.dumps(groups, indent=2) + "\n"


def _uk_board() -> list[str]:
    code = "from uk_board.cli import main; main()"
    return [sys.executable, "-c", code]


def _check_free(address: str) -> None:
    """Raise UsageError or BenchError unless a server can listen there."""
    host, _, port = address.rpartition(":")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            raise BenchError(
                address,
                f"this address cannot be used: {error.strerror}",
                hint="another rack may be up (uk-board rack status); or another --port",
            ) from error
