# SPDX-License-Identifier: BSD-3-Clause
"""An emulated board: a QEMU process, its console, its control channel and its end."""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import weakref
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from uk_board.console import Console
from uk_board.emulation.card import SLOT
from uk_board.emulation.launch import (
    QEMU,
    Launch,
    check_port_is_free,
    command_line,
    find_qemu,
    machine_of,
    make_files,
)
from uk_board.emulation.network import NETDEV, Forward, parse_usernet
from uk_board.errors import BenchError, MissingError, UsageError, known_names
from uk_board.facts.board import Board
from uk_board.serial.stream import FdStream

if TYPE_CHECKING:
    from uk_board.emulation.qmp import Qmp

_QMP_TIMEOUT_S = 60.0
_REAP_TIMEOUT_S = 10.0
_running: weakref.WeakSet[Emulator] = weakref.WeakSet()


class Emulator:
    """A QEMU process; use it as a context manager: leaving it ends the process.

    The console may be given listeners before `start`. Start it from a thread that outlives
    it: should this program die, the kernel ends QEMU when the starting thread is gone.
    """

    def __init__(self, board: Board, launch: Launch, program: str = QEMU) -> None:
        self.board = board
        self.launch = launch
        self.console = Console()
        self._program = program
        self._command: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._qmp_socket: socket.socket | None = None
        self._qmp: Qmp | None = None
        self._stderr_fd = -1
        self._stderr = ""

    def __enter__(self) -> Emulator:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start QEMU. Raises: MissingError, BenchError, UsageError, DescriptorError."""
        assert self._process is None, "an emulator starts once"
        self._command = command_line(self.board, self.launch, find_qemu(self._program))
        if not self.launch.image.is_file():
            raise MissingError(str(self.launch.image), "no such image")
        if self.launch.gdb_port is not None:
            check_port_is_free(self.launch.gdb_port)
        make_files(self.launch)
        with contextlib.ExitStack() as undo:
            self._spawn(undo)
        _running.add(self)

    def _spawn(self, guest_ends: contextlib.ExitStack) -> None:
        """Start the process; `guest_ends` gets what only the process needs from then on."""
        stdin_fd, console_write_fd = os.pipe()
        console_read_fd, stdout_fd = os.pipe()
        stream = FdStream(console_read_fd, console_write_fd)
        self._qmp_socket, qmp_far_end = socket.socketpair()
        self._stderr_fd = os.memfd_create("qemu-stderr")
        guest_ends.callback(os.close, stdin_fd)
        guest_ends.callback(os.close, stdout_fd)
        guest_ends.callback(qmp_far_end.close)
        # A socket pair: no path that could be too long, and nothing to wait for.
        monitor = ["-chardev", f"socket,id=qmp,fd={qmp_far_end.fileno()}"]
        monitor += ["-mon", "chardev=qmp,mode=control"]
        self._process = subprocess.Popen(
            [*dies_with_us(), *self._command, *monitor],
            stdin=stdin_fd,
            stdout=stdout_fd,
            stderr=self._stderr_fd,
            pass_fds=[qmp_far_end.fileno()],
            start_new_session=True,
        )
        self.console.start(stream)

    @property
    def qmp(self) -> Qmp:
        """QEMU's control channel. Raises: BenchError when QEMU is gone."""
        if self._qmp is None:
            from uk_board.emulation.qmp import (
                Qmp,  # only here: it takes asyncio, which is slow to load
            )

            assert self._qmp_socket is not None, "qmp before start"
            try:
                self._qmp = Qmp(self._qmp_socket, where=self.board.name, timeout_s=_QMP_TIMEOUT_S)
            except BenchError:
                self.wait(_REAP_TIMEOUT_S)  # if QEMU died, that is what shall be told
                raise
        return self._qmp

    def resume(self) -> None:
        """Let an image run that was launched paused."""
        try:
            self.qmp.execute("cont")
        except BenchError:
            # An image may end before QEMU has answered; its end is then to be waited for.
            if not self.console.wait_end(_REAP_TIMEOUT_S):
                raise

    def reset(self) -> None:
        """Press the reset button: the image starts anew, on the same console."""
        # -no-reboot turns a reset into the end of QEMU; this one shall be a reset.
        self.qmp.execute("set-action", reboot="reset")
        self.qmp.execute("system_reset")
        self.qmp.execute("set-action", reboot="shutdown")

    def forwards(self) -> list[Forward]:
        """Return the ports that lead to the board, as QEMU has them. Raises: BenchError."""
        command = {"command-line": "info usernet"}
        return parse_usernet(str(self.qmp.execute("human-monitor-command", **command)))

    def set_link(self, *, up: bool) -> None:
        """Plug the network cable in or out. Raises: BenchError when there is none."""
        self.qmp.execute("set_link", name=NETDEV, up=up)

    def swap_card(self, file: Path | None) -> None:
        """Put another card into the slot, or none. Raises: BenchError."""
        if file is None:
            self.qmp.execute("eject", device=SLOT, force=True)
        else:
            medium = {"filename": str(file), "format": "raw"}
            self.qmp.execute("blockdev-change-medium", device=SLOT, **medium)

    def sense(self, part: str, quantity: str, value: float) -> None:
        """Set what an attached part senses, such as temperature_c. Raises: UkBoardError."""
        wired = {attach.name: attach for attach in self.launch.attachments}
        if part not in wired:
            raise UsageError(self.board.name, f'no part "{part}"; {known_names(part, wired)}')
        known = wired[part].part.quantities
        if quantity not in known:
            where = f"{self.board.name}: {wired[part].device} {part}"
            raise UsageError(where, f'senses no "{quantity}"; {known_names(quantity, known)}')
        sensed = known[quantity]
        self.qmp.set_property(part, sensed.property, round(value * sensed.scale))

    def plug_network(self) -> None:
        """Plug in the network device that was not there at the start. Raises: BenchError."""
        device = machine_of(self.board).network
        assert device is not None, "a launch with a network has one"
        driver, _, more = device.partition(",")
        properties = dict(part.split("=", 1) for part in more.split(",") if part)
        self.qmp.execute("device_add", driver=driver, netdev=NETDEV, **properties)

    def wait(self, timeout_s: float | None) -> int | None:
        """Wait for the program's exit status; None if it still runs after `timeout_s`.

        Raises: BenchError when QEMU itself failed.
        """
        assert self._process is not None, "wait before start"
        if not self.console.wait_end(timeout_s):
            return None
        try:
            status = self._process.wait(_REAP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return None
        self._raise_if_qemu_failed(status)
        return status

    def stop(self) -> None:
        """End QEMU whatever state it is in, and reap it. May be called more than once."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._qmp is not None:  # last: a QEMU that hangs would not answer
            self._qmp.close()
        self.console.close()
        if self._qmp_socket is not None:
            self._qmp_socket.close()
        if self._stderr_fd >= 0:
            self._stderr = self.stderr()
            os.close(self._stderr_fd)
            self._stderr_fd = -1
        _running.discard(self)

    def stderr(self) -> str:
        """Return what QEMU itself has said so far."""
        if self._stderr_fd < 0:
            return self._stderr
        size_bytes = os.fstat(self._stderr_fd).st_size
        return os.pread(self._stderr_fd, size_bytes, 0).decode("utf-8", "replace")

    def _raise_if_qemu_failed(self, status: int) -> None:
        """Raise BenchError when QEMU ended by itself, not by the program in it.

        A program may exit with any status; QEMU's own failures are a signal, or status 1
        with an error (not a warning) under QEMU's name.
        """
        said = [line.strip() for line in self.stderr().splitlines() if line.strip()]
        own = [line for line in said if re.match(rf"\S*{QEMU}: (?!warning|info)", line)]
        if status >= 0 and not (status == 1 and own):
            return
        how = f"signal {-status}" if status < 0 else f"status {status}"
        message = "; ".join(own or said) or "it gave no reason"
        raise BenchError(
            self.board.name,
            f"QEMU died with {how}: {message}\ncommand: {shlex.join(self._command)}",
            last_lines=self.console.last_lines(),
        )


def dies_with_us() -> list[str]:
    """Return a prefix that lets the kernel end the process when this program is gone."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []


@atexit.register
def _stop_all() -> None:
    for emulator in list(_running):
        emulator.stop()
