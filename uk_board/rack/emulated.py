# SPDX-License-Identifier: BSD-3-Clause
"""An emulated board as a rack sees one: a relay, a console on a socket, an image brought to it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from uk_board.build.catalogue import load_catalogue
from uk_board.emulation.attach import Attach, check_attachments
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch, command_line, machine_of
from uk_board.emulation.network import Network, parse_forward
from uk_board.errors import BenchError, UkBoardError, UsageError
from uk_board.facts.board import Board
from uk_board.facts.descriptor import Document, parse
from uk_board.rack.consoleline import ConsoleLine
from uk_board.tree import tree


@dataclass(frozen=True)
class Setup:
    """What is around the board when it is switched on next.

    `attach`: what is wired to it, as in app.toml. `network`: it has one, `server` and `plugged`
    are those of emulation.network, `forwards` are as "0:80/udp". `card`: a file of this machine,
    which is written to. `virtual_time`: nothing but instructions takes time. `once`: when
    the program ends, or resets the board, that is the end, and the console is hung up; else a
    board that resets itself starts anew, and the line stays open, as with a real one.
    """

    attach: tuple[Attach, ...] = ()
    network: bool = False
    server: bool = True
    plugged: bool = True
    forwards: tuple[str, ...] = ()
    card: str = ""
    virtual_time: bool = False
    once: bool = False

    @classmethod
    def parse(cls, data: bytes) -> Setup:
        """Return what JSON says. Raises: UsageError, DescriptorError."""
        try:
            facts = json.loads(data)
        except ValueError as error:
            raise UsageError("/setup", f"is no JSON: {error}") from error
        document = Document(Path("/setup"), facts)
        setup = parse(cls, document)
        check_attachments(setup.attach, document)
        return setup

    def launch(self, image: Path, arguments: str) -> Launch:
        """Return how the image is started with it. Raises: UkBoardError."""
        forwards = tuple(map(parse_forward, self.forwards))
        network = Network(forwards, server=self.server, plugged=self.plugged)
        return Launch(
            image,
            arguments,
            load_catalogue(tree()).emulated(self.attach) if self.attach else (),
            0 if self.virtual_time else None,
            card=Path(self.card) if self.card else None,
            network=network if self.network else None,
        )


class EmulatedBoard:
    """The board behind relay, console and HTTP; its methods are called in one thread."""

    def __init__(self, board: Board, folder: Path, console_port: int = 0) -> None:
        """Raises: UsageError when the board has no emulator, BenchError."""
        machine_of(board)
        self.board = board
        self.line = ConsoleLine(console_port, self._type)
        self._image = folder / "image"
        self._sha256 = ""
        self._arguments = ""
        self._setup = Setup()
        self._emulator: Emulator | None = None
        self._attendant: threading.Thread | None = None
        self._once = False

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
        command_line(self.board, setup.launch(self._image, ""))
        self._setup = setup

    def take_arguments(self, data: bytes) -> None:
        """Keep boot arguments for the next power-on. Raises: UsageError."""
        try:
            self._arguments = data.decode()
        except UnicodeDecodeError as error:
            raise UsageError("/arguments", f"is no text: {error}") from error

    def power(self, *, on: bool) -> None:
        """Switch; on while it is on does nothing. Raises: UkBoardError."""
        if on and self._emulator is None:
            if not self._sha256:
                raise UsageError(self.board.name, "has no image; PUT /image brings one")
            emulator = Emulator(self.board, self._setup.launch(self._image, self._arguments))
            emulator.console.listen(self.line.send)
            emulator.start()
            self._emulator = emulator
            self._once = self._setup.once
            self._attendant = threading.Thread(target=self._attend, args=(emulator, self._once))
            self._attendant.start()
            if not self._once:
                with contextlib.suppress(BenchError):  # it may have ended already
                    emulator.qmp.execute("set-action", reboot="reset")
        elif not on and self._emulator is not None:
            emulator, self._emulator = self._emulator, None
            emulator.stop()
            # Who comes next is not to be hung up for this one.
            assert self._attendant is not None, "it came with the emulator"
            self._attendant.join()

    def _attend(self, emulator: Emulator, once: bool) -> None:
        """Wait for the program's end, until the board is switched off."""
        emulator.console.wait_end(None)
        if once and self._emulator is emulator:
            self.line.hang_up()

    def reset(self) -> None:
        """Press the button. Raises: UsageError when it is off, BenchError."""
        if self._once:
            self._running().reset()
        else:
            self._running().qmp.execute("system_reset")

    def sense(self, part: str, quantity: str, value: float) -> None:
        """Set what a part senses. Raises: UkBoardError."""
        self._running().sense(part, quantity, value)

    def set_link(self, *, up: bool) -> None:
        """Plug the network cable in or out. Raises: UkBoardError."""
        self._running().set_link(up=up)

    def plug_network(self) -> None:
        """Plug in the network adapter that was not there. Raises: UkBoardError."""
        self._running().plug_network()

    def swap_card(self, file: str) -> None:
        """Put another card into the slot, or none. Raises: UkBoardError."""
        self._running().swap_card(Path(file) if file else None)

    def state(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        emulator = self._emulator
        status, died, forwards = None, "", []
        if emulator is not None and emulator.console.ended:
            try:
                status = emulator.wait(0)
            except UkBoardError as error:
                died = str(error)
        elif emulator is not None and emulator.launch.network is not None:
            with contextlib.suppress(BenchError):
                forwards = [asdict(forward) for forward in emulator.forwards()]
        return {
            "board": self.board.name,
            "power": self.is_on,
            "image": self._sha256,
            "arguments": self._arguments,
            "setup": asdict(self._setup),
            "console": self.line.port,
            "forwards": forwards,
            "ended": emulator is not None and emulator.console.ended,
            "exit_status": status,
            "died": died,
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
