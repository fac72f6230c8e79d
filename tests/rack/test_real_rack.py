# SPDX-License-Identifier: BSD-3-Clause
"""A rack with labgrid's own coordinator and exporter, on this machine."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from racktools import BENCH, DEADLINE_S, free_port, until

pytest.importorskip("labgrid")

from uk_board.desk.benchfile import load_bench
from uk_board.errors import BenchError
from uk_board.rack.client import held
from uk_board.rack.control import BoardControl
from uk_board.rack.coordinator import connect
from uk_board.rack.export import EXPORTER, PLACES, export
from uk_board.rack.lease import Owner, Times
from uk_board.rack.places import program
from uk_board.rack.processes import wait_for_line
from uk_board.rack.status import PlaceStatus, RackStatus, status_of
from uk_board.rack.up import Rack, parse_boards

HERE = Path(__file__).parent
BOARD = "qemu-virt"
SPEED = 4.0
TIMES = Times().faster(SPEED)


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    folder = tmp_path_factory.mktemp("rack")
    with Rack(folder, f"127.0.0.1:{free_port()}", speed=SPEED) as rack:
        rack.start_boards({BOARD: 2})
        rack.start()
        yield rack


def status(rack: Rack) -> dict[str, PlaceStatus]:
    async def ask() -> RackStatus:
        session = await connect(rack.address, Owner.of_this_process(), TIMES)
        try:
            return await status_of(session, time.time())
        finally:
            await session.close()

    return {place.place: place for place in asyncio.run(ask()).places}


def take(rack: Rack, wait_s: float = 60.0, name: str = "", result: str = "3_passed") -> object:
    wanted = {"board": BOARD, **({"name": name} if name else {})}
    return held(wanted, rack.address, wait_s, lambda text: None, lambda: result, None, TIMES)


def test_a_place_is_acquired_used_and_given_back(rack: Rack) -> None:
    with take(rack) as ours:
        place = ours.place
        assert place.board_name == BOARD
        assert place.flash == "emulated"
        owner = status(rack)[place.name]
        assert owner.user
        assert owner.process
        assert owner.lease_age_s is not None
        # The same person's labgrid-client may look at it meanwhile.
        client = [program("labgrid-client"), "-x", rack.address, "-p", place.name, "power", "get"]
        said = subprocess.check_output(client, text=True, timeout=DEADLINE_S)
        assert "is off" in said
        control = BoardControl(place.flash_options["control"])
        assert control.state()["board"] == BOARD
    after = status(rack)[place.name]
    assert after.user is None
    assert after.last_result == "3_passed"


def test_status_is_told_to_people_and_to_scripts(rack: Rack) -> None:
    code = "from uk_board.cli import main; main()"
    command = [sys.executable, "-c", code, "rack", "status", "-c", rack.address]
    table = subprocess.check_output(command, text=True, timeout=DEADLINE_S)
    assert f"{BOARD}-1" in table
    told = json.loads(subprocess.check_output([*command, "--json"], timeout=DEADLINE_S))
    assert told["keeper"] is True
    assert [place["place"] for place in told["places"]] == [f"{BOARD}-1", f"{BOARD}-2"]


def test_who_waits_in_vain_is_told_who_holds_what(rack: Rack) -> None:
    name = f"{BOARD}-1"
    told = pytest.raises(BenchError, match=f"{name} is held by .* process")
    with take(rack, name=name), told, take(rack, 0.5, name=name):
        pass


def test_a_board_that_the_rack_has_not_is_told_at_once(rack: Rack) -> None:
    told = pytest.raises(BenchError, match="no place has board=other; places: ")
    with told, held({"board": "other"}, rack.address, 60, print, str, None, TIMES):
        pass


def test_a_client_that_dies_frees_its_place(rack: Rack) -> None:
    script = (
        "import time\n"
        "from uk_board.rack.client import held\n"
        "from uk_board.rack.lease import Times\n"
        f"with held({{'name': '{BOARD}-2'}}, '{rack.address}', 60, print, str, None,"
        f" Times().faster({SPEED})):\n"
        "    print('HELD', flush=True)\n"
        "    time.sleep(600)\n"
    )
    client = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert client.stdout is not None
    lines = iter(client.stdout.readline, "")
    assert any("HELD" in line for line in lines)
    client.kill()
    client.wait()
    assert status(rack)[f"{BOARD}-2"].process == client.pid
    until(lambda: status(rack)[f"{BOARD}-2"].user is None, "the place is free")
    assert status(rack)[f"{BOARD}-2"].last_result == "client_died"


def test_a_place_is_given_back_when_its_use_fails(rack: Rack) -> None:
    name = f"{BOARD}-1"
    with pytest.raises(ZeroDivisionError), take(rack, name=name, result=""):
        raise ZeroDivisionError
    after = status(rack)[name]
    assert (after.user, after.last_result) == (None, "failed")


def test_a_place_whose_exporter_dies_is_told_as_vanished(rack: Rack) -> None:
    gone = pytest.raises(BenchError, match=r"vanished while it was used: .* emulated is gone")
    with gone, take(rack) as ours:
        rack.processes.kill("exporter")
        with pytest.raises(KeyboardInterrupt):
            until(lambda: False, "the interruption")
        assert ours.lost
    rack.processes.look()
    wait_for_line(rack.processes.children["exporter"], "Exporter ready", DEADLINE_S)
    until(lambda: not status(rack)[f"{BOARD}-1"].problem, "the place is usable again")


def test_an_emulated_board_refuses_what_is_wrong_in_words(rack: Rack) -> None:
    control = BoardControl(rack.places[0].control)
    with pytest.raises(BenchError, match="has no image"):
        control.power(on=True)
    with pytest.raises(BenchError, match="is empty"):
        control.send_image(b"")
    with pytest.raises(BenchError, match="colour: unknown key"):
        control.set_up(colour="red")
    with pytest.raises(BenchError, match="is off; switch it on first"):
        control.reset()
    assert control.state()["power"] is False


def test_labgrid_takes_what_rack_export_writes(rack: Rack, tmp_path: Path) -> None:
    file = tmp_path / "bench.toml"
    file.write_text(BENCH)
    bench = load_bench(file, {}, tmp_path)
    made = export(bench, exporter="shelf", host="lab", default_baud={"rpi4": 115200})
    for name, text in made.files.items():
        (tmp_path / name).write_text(text)
    exporter = [program("labgrid-exporter"), "-c", rack.address, "-n", "shelf"]
    child = rack.processes.start("shelf", [*exporter, str(tmp_path / EXPORTER)])
    wait_for_line(child, "Exporter ready", DEADLINE_S)
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    script = ["sh", str(tmp_path / PLACES), rack.address]
    subprocess.run(script, env={"PATH": path}, check=True, timeout=DEADLINE_S)
    places = status(rack)
    assert places["left"].board == "rpi4"
    assert places["left"].problem == ""
    assert "is not there" in str(places["rpi4"].problem)  # no such adapter hangs here
    rack.processes.children.pop("shelf").process.kill()


def test_a_test_runs_on_a_place_and_the_rack_is_told_how_it_ended(
    rack: Rack, tmp_path: Path
) -> None:
    file = tmp_path / "test_hello.py"
    file.write_text("def test_hello(dut):\n    dut.expect('hello from')\n")
    command = [sys.executable, "-m", "pytest", "--board", BOARD, "--on", "place", "--wait", "60"]
    command += ["--coordinator", rack.address, "--report", str(tmp_path / "out"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert "1 passed" in done.stdout, done.stdout
    ended = [place for place in status(rack).values() if place.last_result == "1_passed"]
    assert [(place.user, place.board) for place in ended] == [(None, BOARD)]


def test_ctrl_c_ends_a_whole_rack(tmp_path: Path) -> None:
    code = "from uk_board.cli import main; main()"
    command = [sys.executable, "-c", code, "rack", "up", "--boards", BOARD]
    command += ["--port", str(free_port()), "--state", str(tmp_path / "state")]
    up = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert up.stderr is not None
    assert any("up: qemu-virt-1" in line for line in iter(up.stderr.readline, ""))
    mine = children_of(up.pid)
    assert len(mine) >= 4  # board, coordinator, keeper, exporter
    up.send_signal(signal.SIGINT)
    up.communicate(timeout=DEADLINE_S)
    assert up.returncode == 130
    assert [pid for pid in mine if Path(f"/proc/{pid}").exists()] == []


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in listed]


def test_boards_of_a_rack_are_read_and_nonsense_is_refused() -> None:
    assert parse_boards("a,b=2,a", ["a", "b"]) == {"a": 2, "b": 2}
    for text in ("", "a=0", "a=65", "a=x", "c"):
        with pytest.raises(Exception, match="--boards"):
            parse_boards(text, ["a", "b"])


def test_many_places_and_clients_with_kills_and_a_restart() -> None:
    command = [sys.executable, str(HERE / "endurance.py"), "--port", str(free_port())]
    command += ["--minutes", "0.2", "--places", "8", "--clients", "3", "--kills", "2"]
    done = subprocess.run(
        [*command, "--speed", "6"], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["killed"] == 2
    assert result["restarts"] == 1


def test_connecting_to_nobody_says_what_to_do() -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(BenchError, match=r"cannot be reached.*\ntry: uk-board rack up"):
        asyncio.run(connect(address, Owner.of_this_process(), TIMES))
