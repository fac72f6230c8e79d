# SPDX-License-Identifier: BSD-3-Clause
"""Ports of a serial server that speaks RFC 2217: telnet, in which the line is set, too."""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Iterator

from uk_board.errors import BenchError
from uk_board.serial.netport import TcpPort

# RFC 854: commands; RFC 855: options and what belongs to one
IAC, DONT, DO, WONT, WILL, SB, SE = 255, 254, 253, 252, 251, 250, 240
# RFC 856, 857, 858, 2217: options
BINARY, ECHO, NO_GO_AHEAD, COM_PORT = 0, 1, 3, 44
# RFC 2217, section 3: what a client asks; the server answers with the same plus 100
SET_BAUD, SET_BITS, SET_PARITY, SET_STOP, SET_CONTROL = 1, 2, 3, 4, 5
LINE_MASK, MODEM_MASK = 10, 11
_ANSWER = 100
# the same: no parity, a stop bit; no flow control, break on and off
_NO_PARITY, _ONE_STOP, _NO_FLOW, _BREAK_ON, _BREAK_OFF = 1, 1, 1, 5, 6
# What the two sides may do; a server's echo is its own affair
_OURS, _THEIRS = {BINARY, NO_GO_AHEAD, COM_PORT}, {BINARY, NO_GO_AHEAD, ECHO}
# What a server may take to answer, and how long somebody who waits lets others read
_ANSWER_S, _SLICE_S = 5.0, 0.02
# No answer of a server is longer.
_LONGEST_BYTES = 1024


class Telnet:
    """Takes telnet apart: `feed` returns the data in it, `heard` gets the rest.

    That is (command, option) of a negotiation, or (SB, what belongs to an option).
    """

    def __init__(self) -> None:
        self.heard: list[tuple[int, bytes]] = []
        self._held = b""

    def feed(self, piece: bytes) -> bytes:
        """Return the data in the next piece; what is not whole is held back."""
        if not self._held and IAC not in piece:
            return piece
        return b"".join(self._parts(self._held + piece))

    def _parts(self, piece: bytes) -> Iterator[bytes]:
        at, self._held = 0, b""
        while (mark := piece.find(IAC, at)) >= 0:
            yield piece[at:mark]
            at = self._command(piece, mark)
            if at < 0:
                self._held = piece[mark:]
                return
            if piece[mark + 1] == IAC:
                yield bytes((IAC,))
        yield piece[at:]

    def _command(self, piece: bytes, mark: int) -> int:
        """Take a command, and return where it ends; -1 when it is not whole."""
        what = piece[mark + 1] if mark + 1 < len(piece) else None
        if what is None:
            return -1
        if what == SB:
            return self._belonging(piece, mark + 2)
        if what < WILL or what == IAC:
            return mark + 2
        if mark + 2 >= len(piece):
            return -1
        self.heard.append((what, piece[mark + 2 : mark + 3]))
        return mark + 3

    def _belonging(self, piece: bytes, begin: int) -> int:
        end = begin
        while (end := piece.find(IAC, end)) >= 0 and end + 1 < len(piece):
            if piece[end + 1] != IAC:
                self.heard.append((SB, _single(piece[begin:end])))
                return end + 2
            end += 2
        # Noise may begin what never ends.
        return begin if len(piece) - begin > _LONGEST_BYTES else -1


def _single(data: bytes) -> bytes:
    return data.replace(bytes((IAC, IAC)), bytes((IAC,)))


def escaped(data: bytes) -> bytes:
    """Return data as telnet carries it: IAC is doubled."""
    return data.replace(bytes((IAC,)), bytes((IAC, IAC)))


class Rfc2217Port:
    """A port of a serial server: the rate is set, and break is sent."""

    def __init__(self, url: str, baud: int) -> None:
        """Connect, and have the line set. Raises: BenchError."""
        self._url = url
        self._tcp = TcpPort(url)
        self._telnet = Telnet()
        self._reading = threading.Lock()
        self._ready = b""
        self._is_open = True
        self._agreed = threading.Event()
        self._refused = False
        self._told_baud: int | None = None
        self._told = threading.Event()
        try:
            self._begin(baud)
        except BaseException:
            self._tcp.close()
            raise

    def _begin(self, baud: int) -> None:
        for option in (BINARY, NO_GO_AHEAD):
            self._say(WILL, option)
            self._say(DO, option)
        self._say(WILL, COM_PORT)
        if not self._await(self._agreed) or self._refused:
            why = "it refuses to" if self._refused else f"it did not answer in {_ANSWER_S:g} s"
            problem = f"does not speak RFC 2217: {why}; socket:// is for bare TCP"
            raise BenchError(self._url, problem)
        for what, value in (
            (SET_BITS, 8),
            (SET_PARITY, _NO_PARITY),
            (SET_STOP, _ONE_STOP),
            (SET_CONTROL, _NO_FLOW),
            (LINE_MASK, 0),
            (MODEM_MASK, 0),
        ):
            self._ask(what, bytes((value,)))
        self.set_baud(baud)

    def set_baud(self, baud: int) -> None:
        """Have the server change the rate. Raises: BenchError."""
        self._told.clear()
        self._ask(SET_BAUD, struct.pack("!I", baud))
        if not self._await(self._told):
            raise BenchError(self._url, f"the server does not say whether it can do {baud} baud")
        # A rate within 2 % is as good; 0 is "cannot tell".
        if self._told_baud and abs(self._told_baud - baud) * 50 > baud:
            raise BenchError(self._url, f"cannot do {baud} baud; it offers {self._told_baud}")

    def read(self, timeout_s: float | None) -> bytes | None:
        """Return what has come; see ByteStream."""
        deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        with self._reading:
            while not self._ready:
                left_s = None if deadline_s is None else max(0.0, deadline_s - time.monotonic())
                if not self._advance(left_s):
                    return None if self._is_open else b""
            data, self._ready = self._ready, b""
            return data

    def _await(self, event: threading.Event) -> bool:
        """Wait for an answer, which whoever reads finds; False if there is none."""
        deadline_s = time.monotonic() + _ANSWER_S
        while self._is_open and not event.wait(_SLICE_S) and time.monotonic() < deadline_s:
            if self._reading.acquire(blocking=False):
                try:
                    self._advance(_SLICE_S)
                finally:
                    self._reading.release()
        return event.is_set()

    def _advance(self, timeout_s: float | None) -> bool:
        """Take what comes next; False when nothing did, or nothing ever will."""
        piece = self._tcp.read(timeout_s)
        self._is_open = piece != b""
        if not piece:
            return False
        self._ready += self._telnet.feed(piece)
        while self._telnet.heard:
            self._hear(*self._telnet.heard.pop(0))
        return True

    def _hear(self, what: int, rest: bytes) -> None:
        option = rest[0] if rest else None
        if what == SB:
            if len(rest) == 6 and rest[:2] == bytes((COM_PORT, _ANSWER + SET_BAUD)):
                self._told_baud = struct.unpack("!I", rest[2:])[0]
                self._told.set()
        elif option == COM_PORT and what in (DO, DONT):
            self._refused = what == DONT
            self._agreed.set()
        elif what == DO and option is not None and option not in _OURS:
            self._say(WONT, option)
        elif what == WILL and option is not None and option not in _THEIRS:
            self._say(DONT, option)

    def _say(self, *command: int) -> None:
        self._tcp.write(bytes((IAC, *command)))

    def _ask(self, what: int, value: bytes) -> None:
        head, end = bytes((IAC, SB, COM_PORT, what)), bytes((IAC, SE))
        self._tcp.write(head + escaped(value) + end)

    def write(self, data: bytes, timeout_s: float = 10.0) -> None:
        """Send all of `data`; see ByteStream."""
        self._tcp.write(escaped(data), timeout_s)

    def send_break(self, duration_s: float = 0.25) -> None:
        """Have the server hold the line low for so long. Raises: BenchError."""
        self._ask(SET_CONTROL, bytes((_BREAK_ON,)))
        time.sleep(duration_s)
        self._ask(SET_CONTROL, bytes((_BREAK_OFF,)))

    def close(self) -> None:
        """Disconnect; see ByteStream."""
        self._tcp.close()
