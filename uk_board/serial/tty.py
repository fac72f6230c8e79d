# SPDX-License-Identifier: BSD-3-Clause
"""A serial port of this machine, for this program only, at any baud rate.

It is not emptied when it is opened: what has come already is the board's first output.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import subprocess
import sys
import termios
import time
from contextlib import ExitStack
from pathlib import Path

from uk_board.errors import BenchError, MissingError
from uk_board.serial import readahead
from uk_board.serial.portlock import PortLock, users_of
from uk_board.serial.stream import FdStream

# Linux, include/uapi/asm-generic/termbits.h: struct termios2, c_cflag
_TERMIOS2 = struct.Struct("=4IB19s2I")
_CBAUD = 0o10017
_BOTHER = 0o10000
_IBSHIFT = 16
# Linux, include/uapi/asm-generic/ioctls.h: _IOR('T', 0x2A, struct termios2)
_TCGETS2 = 0x802C542A
# the same: _IOW('T', 0x2B, struct termios2)
_TCSETS2 = 0x402C542B
# the same; Python's termios does not have these two
_TIOCSBRK, _TIOCCBRK = 0x5427, 0x5428
# Who reads for an uk-board that was killed has the port for a moment longer.
_DYING_S, _AGAIN_S = 0.5, 0.01


class TtyPort:
    """A serial port as a byte stream; `owner` is told to others who want it."""

    def __init__(self, node: Path, baud: int, *, owner: str, locks: Path) -> None:
        """Open it. Raises: MissingError, BenchError when it is taken, or is no port."""
        self._node = node.resolve()
        self._closed = False
        with ExitStack() as undo:
            self._lock = PortLock(str(self._node), owner, locks)
            undo.callback(self._lock.release)
            self._fd = _open(self._node)
            undo.callback(os.close, self._fd)
            _set_up(self._fd, self._node, baud)
            self._ahead = _ReadAhead(self._fd)
            undo.pop_all()
        self._stream = FdStream(self._ahead.fd, self._fd)

    def read(self, timeout_s: float | None) -> bytes | None:
        """Return what has come; see ByteStream."""
        return self._stream.read(timeout_s)

    def write(self, data: bytes, timeout_s: float = 10.0) -> None:
        """Send all of `data`; see ByteStream."""
        self._stream.write(data, timeout_s)

    def set_baud(self, baud: int) -> None:
        """Change the rate in both directions. Raises: BenchError."""
        _set_up(self._fd, self._node, baud)

    def send_break(self, duration_s: float = 0.25) -> None:
        """Hold the line low for so long. Raises: BenchError."""
        if self._closed:
            raise BenchError("console", "no break was sent: it is closed")
        try:
            fcntl.ioctl(self._fd, _TIOCSBRK)
            time.sleep(duration_s)
            fcntl.ioctl(self._fd, _TIOCCBRK)
        except OSError as error:
            raise BenchError("console", f"no break was sent: {error.strerror}") from error

    def close(self) -> None:
        """Let others have it. May be called more than once."""
        if self._closed:
            return
        self._closed = True
        try:
            fcntl.ioctl(self._fd, termios.TIOCNXCL)
        except OSError:
            pass  # it is gone, and with it whom it was shut for
        finally:
            self._ahead.end()
            self._stream.close()
            self._lock.release()


class _ReadAhead:
    """The process that reads a port; `fd` has what it read, and is its caller's.

    Threads of this program may come too late for what the kernel keeps.
    """

    def __init__(self, port_fd: int) -> None:
        self.fd, theirs = os.pipe()
        command = [sys.executable, "-I", "-S", readahead.__file__, str(port_fd), str(theirs)]
        try:
            # A session of its own: no Ctrl-C reaches it, and the kernel shares out time by session.
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(port_fd, theirs),
                start_new_session=True,
            )
        except OSError as error:
            os.close(self.fd)
            raise BenchError(command[0], f"cannot be started: {error.strerror}") from error
        finally:
            os.close(theirs)

    def end(self) -> None:
        """End it; it has the port open no longer."""
        self._process.kill()
        self._process.wait()


class _TakenError(BenchError):
    """Somebody else has the port."""

    def __init__(self, node: Path) -> None:
        users = ", ".join(f"{name} (process {pid})" for pid, name in users_of(node, Path("/proc")))
        by = users or "another program"
        super().__init__(str(node), f"is taken by {by}; only one may read a console")


def _open(node: Path) -> int:
    """Open a port for us alone. Raises: MissingError, BenchError."""
    deadline_s = time.monotonic() + _DYING_S
    while True:
        try:
            fd = _open_node(node)
            try:
                _take(fd, node)
            except BaseException:
                os.close(fd)
                raise
            return fd
        except _TakenError:
            if time.monotonic() >= deadline_s:
                raise
        time.sleep(_AGAIN_S)


def _open_node(node: Path) -> int:
    try:
        return os.open(node, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise MissingError(str(node), "no such port") from None
    except PermissionError:
        raise BenchError(
            str(node), "may not be opened", hint="be in the group of its node: ls -l shows it"
        ) from None
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise _TakenError(node) from None
        raise BenchError(str(node), f"cannot be opened: {error.strerror}") from error


def _take(fd: int, node: Path) -> None:
    """Shut others out: those who ask (flock), and those who do not (TIOCEXCL)."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise _TakenError(node) from None
    try:
        fcntl.ioctl(fd, termios.TIOCEXCL)
    except OSError as error:
        raise BenchError(str(node), f"is no serial port: {error.strerror}") from error


def _set_up(fd: int, node: Path, baud: int) -> None:
    """Set 8N1, no flow control, raw, and the rate; what has come already stays."""
    try:
        iflag, oflag, cflag, _, line, chars, _, _ = _TERMIOS2.unpack(
            fcntl.ioctl(fd, _TCGETS2, bytes(_TERMIOS2.size))
        )
        cflag &= ~(_CBAUD | _CBAUD << _IBSHIFT | termios.CSIZE | termios.PARENB | termios.CSTOPB)
        # HUPCL: a line that falls at the end would reset some boards.
        cflag &= ~(termios.CRTSCTS | termios.HUPCL)
        cflag |= _BOTHER | termios.CS8 | termios.CREAD | termios.CLOCAL
        iflag, oflag = termios.IGNBRK, oflag & ~termios.OPOST
        chars = bytearray(chars)
        chars[termios.VMIN], chars[termios.VTIME] = 1, 0
        wanted = (iflag, oflag, cflag, 0, line, bytes(chars), baud, baud)
        fcntl.ioctl(fd, _TCSETS2, _TERMIOS2.pack(*wanted))
        told = _TERMIOS2.unpack(fcntl.ioctl(fd, _TCGETS2, bytes(_TERMIOS2.size)))[-1]
    except OSError as error:
        raise BenchError(str(node), f"cannot be set to {baud} baud: {error.strerror}") from error
    # Linux, tty_termios_encode_baud_rate: a rate within 2 % is as good.
    if abs(told - baud) * 50 > baud:
        raise BenchError(str(node), f"cannot do {baud} baud; it offers {told}")
