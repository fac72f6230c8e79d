# SPDX-License-Identifier: BSD-3-Clause
"""A client of the endurance run: take any place, use its board, give it back, for ever."""

from __future__ import annotations

import contextlib
import random
import socket
import sys
import time
from collections.abc import Callable

from scripted import BEAT_S

from uk_board.errors import BenchError
from uk_board.rack.client import held
from uk_board.rack.lease import Times

MOST_USE_S = 20.0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def use(port: int, name: str, span_s: float, lost: Callable[[], bool]) -> None:
    """Use a board until the span is over, or its place is lost."""
    with socket.create_connection(("127.0.0.1", port), 10) as board:
        lines = board.makefile("r")
        lines.readline()
        until_s = time.monotonic() + span_s
        while time.monotonic() < until_s and not lost():
            board.sendall(f"use {name}\n".encode())
            said = lines.readline().strip()
            if not said.startswith("ok"):
                say(f"VIOLATION {name}: {said}")
            time.sleep(BEAT_S / 2)
        if not lost():
            board.sendall(f"bye {name}\n".encode())
            lines.readline()


def main(address: str, speed: float) -> None:
    times = Times().faster(speed)
    while True:
        try:
            with held(
                {"board": "scripted"}, address, 300.0, say, lambda: "", lambda why: None, times
            ) as ours:
                url = ours.place.console.url if ours.place.console else ""
                name = str(ours.holder.owner)
                say(f"TAKEN {ours.place.name} {name}")
                port = int(str(url).rpartition(":")[2])
                use(
                    port,
                    name,
                    random.uniform(1, MOST_USE_S) / speed,
                    lambda: not ours.holder.holds(),
                )
                word = "LOST" if ours.holder.lost else "DONE"
                say(f"{word} {ours.place.name} {ours.holder.lost}")
        except BenchError as error:
            say(f"ERROR {error}")
            time.sleep(1)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1], float(sys.argv[2]))
