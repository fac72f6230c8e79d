# SPDX-License-Identifier: BSD-3-Clause
"""An emulated board as a rack sees one: a relay, a console on a socket, an image brought to it."""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from uk_board.board import Board
from uk_board.build.catalogue import load_catalogue
from uk_board.build.component import load_app
from uk_board.emulator import Emulator
from uk_board.errors import BenchError, UsageError, known_names
from uk_board.launch import Launch, machine_of
from uk_board.network import Network, parse_forward
from uk_board.rack.consoleline import ConsoleLine
from uk_board.tree import tree


@dataclass(frozen=True)
class Setup:
    """What is around the board. `app` says what is wired to it; `forwards` are as "0:80/udp"."""

    arguments: str = ""
    app: str | None = None
    network: bool = False
    server: bool = True
    forwards: tuple[str, ...] = ()

    @classmethod
    def parse(cls, data: bytes) -> Setup:
        """Return what JSON says. Raises: UsageError."""
        try:
            facts = json.loads(data)
            if not isinstance(facts, dict):
                raise TypeError("an object is expected")
            facts["forwards"] = tuple(facts.get("forwards", ()))
            return cls(**facts)
        except (ValueError, TypeError) as error:
            raise UsageError("/setup", f"is wrong: {error}") from error

    def launch(self, image: Path) -> Launch:
        """Return how the image is started with it. Raises: UkBoardError."""
        app = load_app(self.app, tree()) if self.app else None
        parts = load_catalogue(tree()).emulated(app.attach) if app and app.attach else ()
        forwards = tuple(map(parse_forward, self.forwards))
        network = Network(forwards, server=self.server) if self.network else None
        return Launch(image, self.arguments, parts, network=network)


class EmulatedBoard:
    """The board behind relay, console and HTTP; its methods are called in one thread."""

    def __init__(self, board: Board, folder: Path, console_port: int = 0) -> None:
        """Raises: UsageError when the board has no emulator, BenchError."""
        machine_of(board)
        self.board = board
        self.line = ConsoleLine(console_port, self._type)
        self._image = folder / "image"
        self._sha256 = ""
        self._setup = Setup()
        self._emulator: Emulator | None = None

    @property
    def is_on(self) -> bool:
        """Whether it is switched on; a program that ended leaves it on, as a real one does."""
        return self._emulator is not None

    def take_image(self, data: bytes) -> str:
        """Keep the image for the next power-on and return its SHA-256."""
        if not data:
            raise UsageError("/image", "is empty; an image is expected")
        # A running QEMU has read the old one; a new file does not disturb it all the same.
        new = self._image.with_suffix(".new")
        new.write_bytes(data)
        new.replace(self._image)
        self._sha256 = hashlib.sha256(data).hexdigest()
        return self._sha256

    def set_up(self, setup: Setup) -> None:
        """Change what is around the board at the next power-on. Raises: UkBoardError."""
        setup.launch(self._image)
        self._setup = setup

    def power(self, *, on: bool) -> None:
        """Switch; on while it is on does nothing. Raises: UkBoardError."""
        if on and self._emulator is None:
            if not self._sha256:
                raise UsageError(self.board.name, "has no image; PUT /image brings one")
            emulator = Emulator(self.board, self._setup.launch(self._image))
            emulator.console.listen(self.line.send)
            emulator.start()
            self._emulator = emulator
            with contextlib.suppress(BenchError):  # it may have ended already
                # A board that resets itself starts anew, as a real one does.
                emulator.qmp.execute("set-action", reboot="reset")
        elif not on and self._emulator is not None:
            self._emulator.stop()
            self._emulator = None

    def reset(self) -> None:
        """Press the button. Raises: UsageError when it is off, BenchError."""
        self._running().qmp.execute("system_reset")

    def sense(self, part: str, quantity: str, value: float) -> None:
        """Set what a part senses. Raises: UkBoardError."""
        emulator = self._running()
        wired = {attach.name: attach for attach in emulator.launch.attachments}
        if part not in wired:
            raise UsageError(self.board.name, f'no part "{part}"; {known_names(part, wired)}')
        known = wired[part].part.quantities
        if quantity not in known:
            where = f"{wired[part].device} {part}"
            raise UsageError(where, f'senses no "{quantity}"; {known_names(quantity, known)}')
        sensed = known[quantity]
        emulator.qmp.set_property(part, sensed.property, round(value * sensed.scale))

    def state(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        emulator = self._emulator
        status, forwards = None, []
        if emulator is not None and emulator.console.ended:
            with contextlib.suppress(BenchError):
                status = emulator.wait(0)
        elif emulator is not None and emulator.launch.network is not None:
            with contextlib.suppress(BenchError):
                forwards = [asdict(forward) for forward in emulator.forwards()]
        return {
            "board": self.board.name,
            "power": self.is_on,
            "image": self._sha256,
            "setup": asdict(self._setup),
            "console": self.line.port,
            "forwards": forwards,
            "exit_status": status,
        }

    def close(self) -> None:
        """Switch off and hang up."""
        self.power(on=False)
        self.line.close()

    def _running(self) -> Emulator:
        if self._emulator is None:
            raise UsageError(self.board.name, "is off; switch it on first")
        return self._emulator

    def _type(self, data: bytes) -> None:
        emulator = self._emulator
        if emulator is not None:
            with contextlib.suppress(BenchError):  # the program has ended: nobody reads
                emulator.console.write(data)
