# SPDX-License-Identifier: BSD-3-Clause
"""YMODEM with blocks of 1 KiB: sends one file over a line that may spoil, lose and repeat bytes.

Source: C. Forsberg, XMODEM/YMODEM Protocol Reference, 1988-10-14: 4 (blocks), 5 (YMODEM).
Receivers that ask for a block again with "C" in place of NAK, as U-Boot's, are served too.
"""

from __future__ import annotations

import time
from binascii import crc_hqx
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from uk_board.errors import BenchError

# Protocol Reference, 4.1: control characters and sizes of blocks.
SOH, STX, EOT, ACK, NAK, CAN = b"\x01", b"\x02", b"\x04", b"\x06", b"\x15", b"\x18"
WANTED = b"C"
SHORT_BYTES, LONG_BYTES = 128, 1024
FILLER = b"\x1a"

# What the receiver waits for the next byte before it asks again is 1 to 10 s (4.1, 8.1).
ANSWER_S = 10.0
# Only the block with the name is sent again sooner: receivers without it ask for an older
# protocol after a while (U-Boot, common/xyzModem.c: ten times 2 s).
_NAME_ANSWER_S = 3.0
# As long must the line be silent before it counts as empty.
QUIET_S = 0.2
# 4.1: ten tries; a noisy line gets more.
TRIES = 20
# So many tries without success, and the receiver may lack the block before.
_TRIES_BEFORE_STEP_BACK = 4
# A line that is never silent is used all the same.
_LONGEST_DRAIN_S = 2.0


class Port(Protocol):
    """A line to the receiver."""

    def read(self, timeout_s: float) -> bytes | None:
        """Return what has come, None after `timeout_s` without any, b"" when the line is gone."""

    def write(self, data: bytes) -> None:
        """Send all of `data`. Raises: BenchError."""


@dataclass(frozen=True)
class Sent:
    """What it took: blocks that were sent once more, of all."""

    blocks: int
    repeated: int


class Answer(Enum):
    """What a receiver says to a block."""

    TAKEN = "acknowledged"
    AGAIN = "asked for it again"
    SILENCE = "did not answer"


def packet(number: int, payload: bytes) -> bytes:
    """Return block `number` with at most 1 KiB: head, filled up, and the sum behind it."""
    size = SHORT_BYTES if len(payload) <= SHORT_BYTES else LONG_BYTES
    head = SOH if size == SHORT_BYTES else STX
    count = number & 0xFF
    filled = payload.ljust(size, FILLER)
    return head + bytes((count, 0xFF - count)) + filled + crc_hqx(filled, 0).to_bytes(2, "big")


def header(name: str, size: int) -> bytes:
    """Return block 0: name and size of the file; with an empty name, the end of all files."""
    text = f"{name[:64]}\0{size}\0".encode("ascii", "replace") if name else b""
    return packet(0, text.ljust(SHORT_BYTES, b"\0"))


class Sender:
    """Sends a file; each wait ends, and each failure says how much the receiver has."""

    def __init__(
        self,
        port: Port,
        *,
        where: str = "YMODEM",
        answer_s: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._port = port
        self._where = where
        self._answer_s = ANSWER_S if answer_s is None else answer_s
        self._clock = clock
        self._unread = b""
        self._repeated = 0

    def send(
        self,
        name: str,
        data: bytes,
        *,
        start_s: float = 60.0,
        on_progress: Callable[[int], None] = lambda done_bytes: None,
    ) -> Sent:
        """Send a file; `start_s` is how long the receiver may take to ask for it.

        Raises: BenchError.
        """
        self._wait_for_start(start_s)
        payloads = [data[at : at + LONG_BYTES] for at in range(0, len(data), LONG_BYTES)]
        packets = [packet(number, payload) for number, payload in enumerate(payloads, 1)]
        self._send_block(header(name, len(data)), "the file's name", ignore_wanted=True)
        # The receiver asks for the content with one more C, which is no complaint.
        # U-Boot does so only when the content is long in coming.
        self._until(WANTED, QUIET_S)
        index, stepped_back = 0, False
        while index < len(packets):
            said = f"block {index + 1 + stepped_back} of {len(packets)}"
            if self._send_block(packets[index], said, may_give_up=index > 0 and not stepped_back):
                index, stepped_back = index + 1, False
                on_progress(min(index * LONG_BYTES, len(data)))
            else:
                # Noise may have looked like an ACK: the receiver may lack the block before,
                # and takes one that it has for a repetition.
                index, stepped_back = index - 1, True
        self._finish()
        return Sent(len(packets), self._repeated)

    def cancel(self) -> None:
        """Tell the receiver that no more will come; one that is gone is told in vain."""
        with suppress(BenchError):
            # Right after it has said something it listens: U-Boot, common/xyzModem.c, then
            # tosses what comes for a while.
            self._until(ACK + NAK + WANTED, self._answer_s)
        with suppress(BenchError):
            # 4.3: two cancel. U-Boot wants three; one may be spoilt.
            self._port.write(CAN * 4)

    @property
    def unread(self) -> bytes:
        """What came behind the receiver's last answer."""
        return self._unread

    def _wait_for_start(self, start_s: float) -> None:
        if not self._until(WANTED, start_s):
            raise BenchError(
                self._where,
                f'the receiver did not ask for the file in {start_s:g} s; it sends "C" to do so',
            )

    def _send_block(
        self, block: bytes, said: str, *, ignore_wanted: bool = False, may_give_up: bool = False
    ) -> bool:
        """Send until it is taken; False when the block before should be tried.

        Raises: BenchError.
        """
        answer = Answer.SILENCE
        for tried in range(TRIES):
            if may_give_up and tried == _TRIES_BEFORE_STEP_BACK:
                return False
            self._port.write(block)
            answer = self._answer(ignore_wanted=ignore_wanted)
            if answer is Answer.TAKEN:
                if tried:
                    self._drain()  # of a repetition there may be two answers
                return True
            self._repeated += 1
            self._drain()
        raise BenchError(
            self._where,
            f"{said} was sent {TRIES} times and the receiver {answer.value}; the line is cut,"
            " too noisy, or loses bytes",
        )

    def _answer(self, *, ignore_wanted: bool = False) -> Answer:
        longest_s = _NAME_ANSWER_S if ignore_wanted else self._answer_s
        deadline_s = self._clock() + min(longest_s, self._answer_s)
        again = NAK if ignore_wanted else NAK + WANTED
        while (byte := self._next(deadline_s)) is not None:
            if byte == ACK:
                return Answer.TAKEN
            if byte in again:
                return Answer.AGAIN
        return Answer.SILENCE

    def _finish(self) -> None:
        """End the file, then the transfer. The file is there already, so this may be in vain."""
        self._send_block(EOT, "the end of the file")
        if self._until(WANTED, self._answer_s):
            self._port.write(header("", 0))
            self._until(ACK, self._answer_s)

    def _until(self, wanted: bytes, timeout_s: float) -> bool:
        deadline_s = self._clock() + timeout_s
        while (byte := self._next(deadline_s)) is not None:
            if byte in wanted:
                return True
        return False

    def _next(self, deadline_s: float) -> bytes | None:
        """Return the next byte, None after the deadline. Raises: BenchError."""
        byte = self._byte(deadline_s)
        if byte == CAN:
            # One alone may be noise (Protocol Reference, 4.3: two cancel).
            byte = self._byte(min(deadline_s, self._clock() + QUIET_S))
            if byte == CAN:
                raise BenchError(self._where, "the receiver cancelled the transfer")
        return byte

    def _byte(self, deadline_s: float) -> bytes | None:
        if not self._unread:
            got = self._port.read(max(0.0, deadline_s - self._clock()))
            if got == b"":
                raise BenchError(self._where, "the line ended in the middle of the transfer")
            self._unread = got or b""
        byte, self._unread = self._unread[:1], self._unread[1:]
        return byte or None

    def _drain(self) -> None:
        """Forget what comes until the line is silent: it answers what was sent before."""
        end_s = self._clock() + _LONGEST_DRAIN_S
        while (now_s := self._clock()) < end_s and self._byte(now_s + QUIET_S) is not None:
            pass
