# SPDX-License-Identifier: BSD-3-Clause
"""A board on a desk that is made up: a console server and a relay, and behind them an emulator
or a script. What it hangs on is a bench file's: nothing here knows the harness.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
import time
import tty
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from queue import Queue

from uk_board.build.catalogue import load_catalogue
from uk_board.build.component import load_app
from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch, machine_of
from uk_board.emulation.network import Network
from uk_board.errors import BenchError, UkBoardError
from uk_board.facts.board import Board
from uk_board.tree import tree

# What the bench file runs: tell the relay, and fail as it does.
SWITCH = """\
import socket, sys
try:
    made = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60)
    made.sendall(" ".join(sys.argv[2:]).encode() + b"\\n")
    said = made.makefile().read().strip()
except OSError as error:
    said = f"no relay: {error.strerror}"
print(said)
sys.exit(said != "ok")
"""

Send = Callable[[bytes], None]
Script = Callable[[Send, Callable[[], bool]], None]


class DeskBoard:
    """Its ports, and what a relay's commands do; `do_on` and so on are a subclass's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commands: list[str] = []
        self._client: socket.socket | None = None
        self._consoles = socket.create_server(("127.0.0.1", 0))
        self._relay = socket.create_server(("127.0.0.1", 0))
        (folder / "switch.py").write_text(SWITCH)
        for serve in (self._serve_console, self._serve_relay):
            threading.Thread(target=serve, daemon=True).start()

    def bench(self, name: str, board: str, more: str = "") -> str:
        """Return what a bench file says of it."""
        relay = self._relay.getsockname()[1]
        switch = f"{sys.executable} -I -S {self.folder / 'switch.py'} {relay}"
        image, arguments = self.folder / "image", self.folder / "arguments"
        copy = f'sh -c \'cp \\"$0\\" {image} && printf %s \\"$1\\" > {arguments}\''
        return (
            f"[boards.{name}]\n"
            f'board = "{board}"\n'
            f"console = {{ {self.console()} }}\n"
            f'power = {{ on = "{switch} on", off = "{switch} off", off_s = 0.6 }}\n'
            f'reset = "{switch} reset"\n'
            'flash = "command"\n'
            f'flash_options = {{ command = "{copy} {{image}} {{arguments}}" }}\n'
            f"stimulus = {{ {self.stimulus(switch)} }}\n"
            f"{more}\n"
        )

    def console(self) -> str:
        """Return where the bench file says the console is."""
        return f'url = "socket://127.0.0.1:{self._consoles.getsockname()[1]}"'

    def stimulus(self, switch: str) -> str:
        """Return what the bench file says can be set, by which commands."""
        return f'"t0.temperature_c" = "{switch} sense t0 temperature_c {{value}}"'

    def _serve_console(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._consoles.accept()
                if self._client is not None:
                    self._client.close()
                self._client = client
                threading.Thread(target=self._hear, args=(client,), daemon=True).start()

    def _hear(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(4096):
                self.take(data)

    def say(self, data: bytes) -> None:
        """Print; what nobody listens to is lost."""
        client = self._client
        if client is not None:
            with contextlib.suppress(OSError):
                client.sendall(data)

    def _serve_relay(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                asker, _ = self._relay.accept()
                with asker, asker.makefile() as line:
                    asker.sendall(self._do(line.readline().split()).encode())

    def _do(self, words: list[str]) -> str:
        self.commands.append(" ".join(words))
        try:
            getattr(self, f"do_{words[0]}")(*words[1:])
        except (UkBoardError, AssertionError, OSError, LookupError, ValueError) as error:
            return f"{type(error).__name__}: {error}"
        return "ok"

    def vanish(self) -> None:
        """Pull the plug of console server and relay."""
        # Shut down, too: a thread that waits in one of them would hold it open.
        for end in filter(None, (self._consoles, self._relay, self._client)):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        self.do_off()
        self.vanish()

    def take(self, data: bytes) -> None:
        """Hear what is sent to the board."""

    def do_on(self) -> None: ...

    def do_off(self) -> None: ...

    def do_reset(self) -> None: ...

    def do_sense(self, part: str, quantity: str, value: str) -> None: ...

    def do_network(self, what: str, value: str) -> None: ...


class EmulatedDesk(DeskBoard):
    """QEMU behind the ports; the parts of an app are wired to it for good."""

    def __init__(
        self,
        folder: Path,
        board: Board,
        wired: str = "demo",
        network: Network | None = None,
        card: Path | None = None,
    ) -> None:
        """`card` is what sits in its slot, and what no test can change."""
        super().__init__(folder)
        self._board = board
        parts = (
            load_app(wired, tree()).attach if board.emulator and board.emulator.i2c_buses else ()
        )
        self._parts = load_catalogue(tree()).emulated(parts)
        self._network = network
        self._card = card
        self._emulator: Emulator | None = None

    def stimulus(self, switch: str) -> str:
        sensed = [f"{one.name} {name}" for one in self._parts for name in one.part.quantities]
        commands = {one.replace(" ", "."): f"{switch} sense {one}" for one in sensed}
        commands |= {f"network.{one}": f"{switch} network {one}" for one in ("link", "usb")}
        return ", ".join(f'"{key}" = "{does} {{value}}"' for key, does in commands.items())

    @property
    def offers(self) -> list[str]:
        """What the bench file says is wired to it."""
        offers = [f"{'spi' if one.address is None else 'i2c'}:{one.device}" for one in self._parts]
        if self._card is not None:
            offers.append("storage")
        if self._network is not None:
            device = machine_of(self._board).network or ""
            offers += ["network", "usb-hotplug" if device.startswith("usb-") else "link"]
        return offers

    def do_on(self) -> None:
        if self._emulator is not None:
            return
        arguments = (self.folder / "arguments").read_text()
        launch = Launch(
            self.folder / "image", arguments, self._parts, network=self._network, card=self._card
        )
        self._emulator = Emulator(self._board, launch)
        self._emulator.console.listen(self.say)
        started: Queue[BaseException | None] = Queue()
        # The kernel ends QEMU with the thread that started it: this one stays.
        threading.Thread(target=self._hold, args=(self._emulator, started), daemon=True).start()
        if (error := started.get(timeout=60)) is not None:
            raise error
        with contextlib.suppress(BenchError):  # it may have ended already
            # A board that resets itself starts anew.
            self._emulator.qmp.execute("set-action", reboot="reset")

    def _hold(self, emulator: Emulator, started: Queue[BaseException | None]) -> None:
        try:
            emulator.start()
        except (OSError, UkBoardError) as error:
            started.put(error)
            return
        started.put(None)
        emulator.console.wait_end(None)

    def do_off(self) -> None:
        if self._emulator is not None:
            self._emulator.stop()
            self._emulator = None

    def do_reset(self) -> None:
        assert self._emulator is not None
        self._emulator.qmp.execute("system_reset")

    def do_network(self, what: str, value: str) -> None:
        """Plug the cable (link) or the adapter (usb) in (1) or out (0)."""
        if what == "usb":
            self._plug_adapter(plugged=value == "1")
        elif self._emulator is not None:
            self._emulator.set_link(up=value == "1")

    def _plug_adapter(self, *, plugged: bool) -> None:
        assert self._network is not None
        if self._emulator is None:
            self._network = replace(self._network, plugged=plugged)
        elif plugged:
            self._emulator.plug_network()
        else:
            raise ValueError("QEMU ends when a USB network adapter is plugged out")

    def do_sense(self, part: str, quantity: str, value: str) -> None:
        assert self._emulator is not None
        [wired] = [one for one in self._parts if one.name == part]
        sensed = wired.part.quantities[quantity]
        self._emulator.qmp.set_property(part, sensed.property, round(float(value) * sensed.scale))

    def take(self, data: bytes) -> None:
        if self._emulator is not None:
            self._emulator.console.write(data)


class ScriptedDesk(DeskBoard):
    """A board that prints what a script does, while it is on."""

    def __init__(
        self, folder: Path, script: Script, *, relay_works: bool = True, relay_fails: bool = False
    ) -> None:
        """A relay that does not work says nothing of it; one that fails does."""
        super().__init__(folder)
        self._script = script
        self._relay_works = relay_works
        self._relay_fails = relay_fails
        self._on = threading.Event()
        self._player: threading.Thread | None = None

    def do_on(self) -> None:
        if self._relay_fails:
            raise OSError("no such channel")
        if self._on.is_set():
            return
        self._on.set()
        self._player = threading.Thread(
            target=self._script, args=(self.say, self._on.is_set), daemon=True
        )
        self._player.start()

    def do_off(self) -> None:
        if self._relay_works:
            self._on.clear()
            if self._player is not None:
                self._player.join(30)

    def close(self) -> None:
        self._relay_works = True
        super().close()


class AdapterDesk(ScriptedDesk):
    """A scripted board whose console is an adapter that can be plugged out, and in again."""

    def __init__(self, folder: Path, script: Script) -> None:
        self.node = folder / "adapter"
        self._ends: tuple[int, int] | None = None
        self.plug()
        super().__init__(folder, script)

    def console(self) -> str:
        return f'device = "{self.node}"'

    def plug(self) -> None:
        """Plug it in: a pty, which is another one each time."""
        self._ends = os.openpty()
        tty.setraw(self._ends[1])
        self.node.symlink_to(os.ttyname(self._ends[1]))

    def unplug(self) -> None:
        """Plug it out."""
        ends, self._ends = self._ends, None
        self.node.unlink(missing_ok=True)
        for end in ends or ():
            os.close(end)

    def say(self, data: bytes) -> None:
        if self._ends is not None:
            os.write(self._ends[0], data)

    def close(self) -> None:
        super().close()
        self.unplug()


def pause(is_on: Callable[[], bool], seconds: float) -> None:
    """Wait, as long as the board is on."""
    end_s = time.monotonic() + seconds
    while is_on() and time.monotonic() < end_s:
        time.sleep(0.02)
