# SPDX-License-Identifier: BSD-3-Clause
"""A made-up U-Boot behind a serial port that is a pty: prompt, loady, crc32, booti."""

from __future__ import annotations

import os
import select
import threading
import zlib
from collections.abc import Callable

from ptyboard import PtyBoard
from ymodemreceiver import Receiver

PROMPT = b"=> "
# What it does when nothing comes for so long; the real one waits 2 s (common/xyzModem.c).
_TICK_S = 0.5


class ShellOfUBoot:
    """Answers to what is typed; what it loaded lies in `memory`, what it started in `started`."""

    def __init__(self) -> None:
        self.memory = b""
        self.started = 0
        self.cancelled = 0
        self._typed = b""
        self._receiver: Receiver | None = None
        self._question = b""

    @property
    def receives(self) -> bool:
        return self._receiver is not None

    def feed(self, data: bytes) -> bytes:
        if self._receiver is not None:
            return self._receive(data)
        said = b""
        while data and self._receiver is None:
            byte, data = data[:1], data[1:]
            if byte == b"\x03":
                self._typed = b""
                said += b"<INTERRUPT>\r\n" + PROMPT
            elif byte == b"\r":
                line, self._typed = self._typed, b""
                said += b"\r\n" + self._run(line)
            else:
                self._typed += byte
                said += byte
        return said

    def tick(self) -> bytes:
        return self._receiver.tick() if self._receiver is not None else b""

    def _run(self, line: bytes) -> bytes:
        command, _, question = line.partition(b"; echo ")
        self._question = question.replace(b"${ukboard}", b"").replace(b"$?", b"0")
        if command.startswith(b"loady"):
            self._receiver = Receiver()
            return b"## Ready for binary (ymodem) download to 0x00080000 at 115200 bps...\r\nC"
        if command.startswith(b"booti"):
            self.started += 1
            return b"Starting kernel ...\r\n\r\nthe image runs\r\n"
        said = b""
        if command.startswith(b"crc32"):
            said = b"crc32 for 0 ... 1 ==> %08x\r\n" % zlib.crc32(self.memory)
        return said + self._answer()

    def _answer(self) -> bytes:
        answer = self._question + b"\r\n" if self._question else b""
        return answer + PROMPT

    def _receive(self, data: bytes) -> bytes:
        assert self._receiver is not None
        if data.endswith(b"\x18" * 4):
            self.cancelled += 1
            self._receiver = None
            return b"\r\n## Total Size = 0x0\r\n" + self._answer()
        said = self._receiver.feed(data)
        if self._receiver.done:
            self.memory = self._receiver.data
            self._receiver = None
            said += b"\r\n## Total Size = 0x%x\r\n" % len(self.memory) + self._answer()
        return said


def serve(shell: ShellOfUBoot, board: PtyBoard, before: Callable[[], None] = lambda: None) -> None:
    """Have a shell answer at a port until that is gone; `before` is called before each answer."""

    def answer() -> None:
        try:
            while True:
                if select.select([board.master], [], [], _TICK_S)[0]:
                    said = shell.feed(os.read(board.master, 65536))
                else:
                    said = shell.tick()
                before()
                board.say(said)
        except (OSError, ValueError):
            return  # it vanished

    threading.Thread(target=answer, daemon=True).start()
