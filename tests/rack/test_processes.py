# SPDX-License-Identifier: BSD-3-Clause
"""The processes of a rack: what ends is started again, after what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from racktools import DEADLINE_S, until

from uk_board.errors import BenchError
from uk_board.rack.processes import Processes, wait_for_line

SIGN = "I serve"
# Serves once it may, and stays.
SERVER = ["sh", "-c", f"until [ -e may-serve ]; do sleep 0.05; done; echo {SIGN}; exec sleep 600"]


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def processes(tmp_path: Path, told: list[str]) -> Iterator[Processes]:
    with Processes(tmp_path, told.append) as processes:
        yield processes


def end(processes: Processes, name: str) -> None:
    processes.kill(name)
    until(lambda: not processes.children[name].alive, f"{name} has ended")


def test_what_ends_is_started_again_after_what_it_needs_serves(
    processes: Processes, told: list[str], tmp_path: Path
) -> None:
    (tmp_path / "may-serve").touch()
    server = processes.start("server", SERVER, sign=SIGN)
    wait_for_line(server, SIGN, DEADLINE_S)
    user = processes.start("user", ["sleep", "600"])
    (tmp_path / "may-serve").unlink()
    end(processes, "server")
    end(processes, "user")
    processes.look()
    processes.look()
    assert (server.alive, server.ready, user.alive) == (True, False, False)
    (tmp_path / "may-serve").touch()
    until(lambda: server.ready, "the server serves")
    processes.look()
    assert user.alive
    assert told == [
        "server ended with status -9; starting it again",
        "user ended with status -9; starting it again",
    ]


def test_what_ends_all_the_time_is_told_with_its_last_lines(processes: Processes) -> None:
    processes.start("fool", ["sh", "-c", "echo no such thing; exit 3"])
    told = pytest.raises(BenchError, match=r"fool: ended with status 3 for the 5th time")
    with told as caught:
        until(processes.look, "the end of patience")
    assert "no such thing" in str(caught.value)


def test_a_program_that_is_not_there_is_told(processes: Processes, tmp_path: Path) -> None:
    processes.start("none", [str(tmp_path / "none")])
    with pytest.raises(BenchError, match="No such file"):
        wait_for_line(processes.children["none"], "ready", DEADLINE_S)


def test_leaving_ends_all(tmp_path: Path) -> None:
    with Processes(tmp_path, print) as processes:
        processes.start("one", ["sleep", "600"])
        one = processes.children["one"].process
        assert one is not None
    assert one.poll() is not None
