# SPDX-License-Identifier: BSD-3-Clause
"""Scripted boards: many in one process, no QEMU. Each sees for itself who uses it.

A board is a TCP port. A client sends lines "use NAME"; the board answers "ok NAME COUNT", or says
"twice" when another name used it within the span in which a use counts, and was not told to be
over ("bye NAME"). All that happens is a line of JSON in the journal.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

# Clients use a board this often. One that was cut off between two uses does not count as a user.
BEAT_S = 0.5


@dataclass
class Scripted:
    """One board and what it saw."""

    name: str
    journal: TextIO
    user: str = ""
    last_s: float = 0.0
    uses: int = 0
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"scripted board {self.name}\n".encode())
        try:
            while line := await reader.readline():
                writer.write(self.answer(line.decode("ascii", "replace").split()))
        except ConnectionError:
            pass
        finally:
            writer.close()

    def answer(self, words: list[str]) -> bytes:
        verb, user = [*words, "", ""][:2]
        now_s = time.monotonic()
        if verb == "bye":
            self.note("bye", user)
            self.user = "" if user == self.user else self.user
            return b"bye\n"
        if verb != "use" or not user:
            return b"?\n"
        if self.user and self.user != user and now_s - self.last_s < BEAT_S * 2:
            self.note("twice", f"{user} while {self.user}")
            return b"twice\n"
        if self.user != user:
            self.note("taken", user)
        self.user, self.last_s, self.uses = user, now_s, self.uses + 1
        return f"ok {user} {self.uses}\n".encode()

    def note(self, what: str, who: str) -> None:
        told = {"at": time.time(), "board": self.name, "what": what, "who": who}
        self.journal.write(json.dumps(told) + "\n")
        self.journal.flush()


async def main(count: int, journal: Path) -> None:
    with journal.open("a") as file:
        ports = {}
        for number in range(1, count + 1):
            board = Scripted(f"board-{number}", file)
            server = await asyncio.start_server(board.serve, "127.0.0.1", 0)
            ports[board.name] = server.sockets[0].getsockname()[1]
        sys.stdout.write(json.dumps({"ports": ports}) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
