# SPDX-License-Identifier: BSD-3-Clause
"""A place that vanishes under a test that waits: a clear verdict soon, and never a hang."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from racktools import DEADLINE_S, free_port, until

pytest.importorskip("labgrid")

from uk_board.rack.control import BoardControl
from uk_board.rack.coordinator import UnreachableError, connect
from uk_board.rack.lease import Owner
from uk_board.rack.places import program
from uk_board.rack.status import status_of
from uk_board.rack.up import Rack

BOARD = "qemu-virt"
# A lease ends after some seconds.
SPEED = 5.0
CONFTEST = f"""
from uk_board.rack import client, lease
client.Times = lambda: lease.Times().faster({SPEED})
"""
TESTS = """
import pytest

pytestmark = [pytest.mark.app("selftest"), pytest.mark.boot_arguments("echo")]

def test_waits(dut):
    dut.expect("what never comes", timeout=600)

def test_comes_after_it(dut):
    pass
"""


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    with Rack(tmp_path_factory.mktemp("rack"), f"127.0.0.1:{free_port()}", speed=SPEED) as rack:
        rack.start_boards({BOARD: 1})
        rack.start()
        yield rack


def kick(rack: Rack) -> None:
    client = [program("labgrid-client"), "-x", rack.address, "-p", rack.places[0].name]
    subprocess.run([*client, "release", "--kick"], check=True, timeout=DEADLINE_S)


def end_exporter(rack: Rack) -> None:
    rack.processes.kill("exporter")


def end_coordinator(rack: Rack) -> None:
    rack.processes.kill("coordinator")


def is_usable(rack: Rack) -> bool:
    async def ask() -> bool:
        session = await connect(rack.address, Owner.of_this_process(), rack.times)
        try:
            places = (await status_of(session, time.time())).places
            return all(place.user is None and not place.problem for place in places)
        finally:
            await session.close()

    rack.processes.look()
    try:
        return asyncio.run(ask())
    except UnreachableError:
        return False


def mend(rack: Rack) -> None:
    """Start again what was ended; switch off what may not be touched by who lost it."""
    BoardControl(rack.places[0].control).power(on=False)
    until(lambda: is_usable(rack), "the place is free, and all that it needs runs again")


@pytest.mark.parametrize(
    ("happens", "cause"),
    [
        (kick, "it was released by force"),
        (end_exporter, "its lease could not be refreshed in time: its exporter emulated is gone"),
        (end_coordinator, "its lease could not be refreshed in time: "),
    ],
)
def test_a_test_that_waits_is_told_why_its_place_is_gone(
    rack: Rack, tmp_path: Path, happens: Callable[[Rack], None], cause: str
) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_waits.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "--board", BOARD, "--on", "place", "--wait", "60"]
    command += ["--coordinator", rack.address, "--report", str(tmp_path / "out"), str(tmp_path)]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    try:
        control = BoardControl(rack.places[0].control)
        until(lambda: run.poll() is not None or control.state()["power"], "the board is on")
        assert run.poll() is None, run.communicate()
        happens(rack)
        said, _ = run.communicate(timeout=DEADLINE_S)
    finally:
        run.kill()
        mend(rack)
    assert "1 failed" in said, said
    assert "1 error" in said
    assert f"'what never comes' did not come: the place vanished: {cause}" in said
    # The next one is not tried on what may be another's.
    assert f"vanished while it was used: {cause}" in said
