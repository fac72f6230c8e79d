# SPDX-License-Identifier: BSD-3-Clause
"""A YMODEM receiver as U-Boot's (common/xyzModem.c), byte by byte, on a line that spoils bytes.

Time is the line's own: it passes only while somebody waits.
"""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Callable

SOH, STX, EOT, ACK, CAN = 0x01, 0x02, 0x04, 0x06, 0x18
AGAIN = b"C"
# common/xyzModem.c: xyzModem_CHAR_TIMEOUT
CHAR_TIMEOUT_S = 2.0


class Receiver:
    """Takes bytes and returns answers; `tick` is what it does when nothing comes in time."""

    def __init__(self) -> None:
        self.name: str | None = None
        self.size = 0
        self.data = b""
        self.done = False
        self._input = b""
        self._next = 0
        self._ended = False

    def feed(self, data: bytes) -> bytes:
        self._input += data
        answers = b""
        while not self.done and (answer := self._step()) is not None:
            answers += answer
        return answers

    def tick(self) -> bytes:
        """A block that does not go on is forgotten, and asked for again."""
        self._input = b""
        self.done = self.done or self._ended
        return b"" if self.done else AGAIN

    def _step(self) -> bytes | None:
        """Return the answer to what lies at the front; None when it is not whole."""
        while self._input and self._input[0] not in (SOH, STX, EOT):
            self._input = self._input[1:]
        if not self._input:
            return None
        if self._input[0] == EOT:
            self._input = self._input[1:]
            self._ended = True
            return bytes((ACK,)) + AGAIN
        size = 128 if self._input[0] == SOH else 1024
        if len(self._input) < size + 5:
            return None
        block, self._input = self._input[: size + 5], self._input[size + 5 :]
        return self._block(block[1], block[2], block[3:-2], block[-2:])

    def _block(self, number: int, inverse: int, payload: bytes, crc: bytes) -> bytes:
        if number + inverse != 0xFF or crc_hqx(payload, 0).to_bytes(2, "big") != crc:
            return AGAIN
        if self._ended and number == 0:
            self.done = True
            return bytes((ACK,))
        if number == self._next & 0xFF:
            self._take(payload)
            self._next += 1
            return bytes((ACK,)) + (AGAIN if self._next == 1 else b"")
        return bytes((ACK,)) if number == (self._next - 1) & 0xFF else AGAIN

    def _take(self, payload: bytes) -> None:
        if self._next == 0:
            name, _, rest = payload.partition(b"\0")
            self.name = name.decode()
            self.size = int(rest.partition(b"\0")[0].split()[0])
        else:
            self.data = (self.data + payload)[: self.size]


class Line:
    """The sender's port to a receiver. `spoil` changes what is under way, in both directions."""

    def __init__(
        self, receiver: Receiver, spoil: Callable[[bytes], bytes] = lambda data: data
    ) -> None:
        self.receiver = receiver
        self.now_s = 0.0
        self.sent_bytes = 0
        self.cut_after: int | None = None
        self._spoil = spoil
        self._answers = AGAIN
        self._silent_since_s = 0.0

    def clock(self) -> float:
        return self.now_s

    def write(self, data: bytes) -> None:
        self.sent_bytes += len(data)
        self._silent_since_s = self.now_s
        if not self._is_cut:
            self._answers += self._spoil(self.receiver.feed(self._spoil(data)))

    @property
    def _is_cut(self) -> bool:
        return self.cut_after is not None and self.sent_bytes > self.cut_after

    def read(self, timeout_s: float) -> bytes | None:
        end_s = self.now_s + timeout_s
        while not self._answers and self.now_s < end_s:
            self.now_s = min(end_s, self._silent_since_s + CHAR_TIMEOUT_S)
            if self.now_s >= self._silent_since_s + CHAR_TIMEOUT_S and not self._is_cut:
                self._silent_since_s = self.now_s
                self._answers += self._spoil(self.receiver.tick())
            elif self._is_cut:
                self.now_s = end_s
        found, self._answers = self._answers, b""
        return found or None
