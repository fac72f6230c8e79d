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


class TtyPort:
    """A serial port as a byte stream; `owner` is told to others who want it."""

    def __init__(self, node: Path, baud: int, *, owner: str, locks: Path) -> None:
        """Open it. Raises: MissingError, BenchError when it is taken, or is no port."""
        real = node.resolve()
        self._lock = PortLock(str(real), owner, locks)
        try:
            self._fd = _open(real)
            try:
                _take(self._fd, real)
                _set_up(self._fd, real, baud)
                self._ahead = _ReadAhead(self._fd)
            except BaseException:
                os.close(self._fd)
                raise
        except BaseException:
            self._lock.release()
            raise
        self._node = real
        self._stream = FdStream(self._ahead.fd, self._fd)
        self._closed = False

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
    """The process that reads a port; `fd` has what it read. Its caller closes that.

    Threads here may be late for the 4 KiB that the kernel keeps of an adapter on USB.
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
        except OSError:
            os.close(self.fd)
            raise
        finally:
            os.close(theirs)

    def end(self) -> None:
        """End it; it has the port open no longer."""
        self._process.kill()
        self._process.wait()


def _open(node: Path) -> int:
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
            raise _taken(node) from None
        raise BenchError(str(node), f"cannot be opened: {error.strerror}") from error


def _take(fd: int, node: Path) -> None:
    """Shut others out: those who ask (flock), and those who do not (TIOCEXCL)."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise _taken(node) from None
    try:
        fcntl.ioctl(fd, termios.TIOCEXCL)
    except OSError as error:
        raise BenchError(str(node), f"is no serial port: {error.strerror}") from error


def _taken(node: Path) -> BenchError:
    users = ", ".join(f"{name} (process {pid})" for pid, name in users_of(node, Path("/proc")))
    return BenchError(
        str(node), f"is taken by {users or 'another program'}; only one may read a console"
    )


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
