# SPDX-License-Identifier: BSD-3-Clause
"""What labgrid says of a place, as a place of the bench; the emulated board's console line."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from racktools import DEADLINE_S, until

from uk_board.desk.benchfile import Host
from uk_board.errors import BenchError, UkBoardError, UsageError
from uk_board.rack.consoleline import ConsoleLine
from uk_board.rack.control import BoardControl
from uk_board.rack.coordinator import address_of
from uk_board.rack.emulated import Setup
from uk_board.rack.places import bench_place

SERIAL = {"host": "lab", "port": 4001, "speed": 9600, "protocol": "rfc2217"}


def place_of(resources: Mapping[str, Mapping[str, Any]], **tags: str) -> Any:
    paths = [["e", "g", cls, cls] for cls in resources]
    place = SimpleNamespace(name="p1", tags={"board": "b", **tags}, acquired_resources=paths)
    entries = {
        ("e", "g", cls): SimpleNamespace(cls=cls, params=params)
        for cls, params in resources.items()
    }
    return bench_place(place, entries, "lab:20408")


def test_a_real_place_is_switched_by_labgrid_client() -> None:
    power = {"model": "rest", "host": "http://lab:20409/switch/{index}", "index": "0"}
    place = place_of({"NetworkSerialPort": SERIAL, "NetworkPowerPort": power}, flash="uart")
    assert str(place.console) == "rfc2217://lab:4001"
    assert (place.baud, place.flash, place.board_name) == (9600, "uart", "b")
    assert place.power is not None
    assert place.power.on.endswith("labgrid-client -x lab:20408 -p p1 power on")
    assert place.power.cycle == ""
    assert place.host == Host("")


def test_a_place_that_can_only_be_switched_off_and_on_says_so_by_a_tag() -> None:
    power = {"model": "rest", "host": "http://lab:20409/switch/{index}", "index": "0"}
    resources = {"NetworkSerialPort": SERIAL, "NetworkPowerPort": power}
    switch = place_of(resources, power="cycle").power
    assert switch is not None
    assert (switch.on, switch.off) == ("", "")
    assert switch.cycle.endswith("power cycle")


def test_the_machine_of_a_real_place_is_told_by_its_tags() -> None:
    tags = {"flash": "sdcard", "ssh": "me@lab1", "bench": "/etc/uk-board/bench.toml"}
    place = place_of({"NetworkSerialPort": SERIAL}, **tags)
    assert place.host == Host("me@lab1", "/etc/uk-board/bench.toml")
    for wrong in ("-oProxyCommand=rm", "a b", "a;b", "$(a)"):
        with pytest.raises(BenchError, match=r"place p1: has a wrong tag: ssh .* is no machine"):
            place_of({"NetworkSerialPort": SERIAL}, ssh=wrong)
    with pytest.raises(BenchError, match=r'bench "b.toml" is no whole path'):
        place_of({"NetworkSerialPort": SERIAL}, ssh="lab1", bench="b.toml")


def test_an_emulated_place_is_flashed_over_its_control() -> None:
    power = {"model": "rest", "host": "http://127.0.0.1:5/power/{index}/value", "index": "0"}
    raw = {**SERIAL, "host": "fd00::1", "protocol": "raw"}
    place = place_of({"NetworkSerialPort": raw, "NetworkPowerPort": power})
    assert str(place.console) == "socket://[fd00::1]:4001"
    assert (place.flash, place.flash_options) == (
        "emulated",
        {"control": "http://127.0.0.1:5"},
    )
    assert place.power is not None
    assert place.host is None
    assert place.power.off.endswith("rack relay http://127.0.0.1:5 off")


def test_a_place_without_a_console_says_what_it_has() -> None:
    with pytest.raises(BenchError, match=r"place p1: has no console; .* it has NetworkPowerPort"):
        place_of({"NetworkPowerPort": {}})


def test_the_coordinator_is_given_or_of_the_environment_or_here() -> None:
    assert address_of("lab:1", {}) == "lab:1"
    assert address_of(None, {"LG_COORDINATOR": "lab"}) == "lab:20408"
    assert address_of(None, {}) == "127.0.0.1:20408"
    for wrong in ("lab:", "lab:x", ":1", "lab:70000"):
        with pytest.raises(UsageError, match="host:port is expected"):
            address_of(wrong, {})


def test_who_connects_last_has_the_console_and_the_one_before_is_hung_up() -> None:
    typed: list[bytes] = []
    line = ConsoleLine(0, typed.append)
    try:
        with socket.create_connection(("127.0.0.1", line.port), DEADLINE_S) as first:
            first.sendall(b"one")
            until(lambda: b"".join(typed) == b"one", "what was typed", 0.005)
            with socket.create_connection(("127.0.0.1", line.port), DEADLINE_S) as second:
                assert first.recv(16) == b""
                line.send(b"printed")
                assert second.recv(16) == b"printed"
                second.sendall(b" two")
                until(lambda: b"".join(typed) == b"one two", "what was typed", 0.005)
    finally:
        line.close()


def test_a_client_that_takes_nothing_loses_the_console_and_not_the_board() -> None:
    line = ConsoleLine(0, lambda data: None, send_s=0.2)
    try:
        with socket.create_connection(("127.0.0.1", line.port), DEADLINE_S):
            begin_s = time.monotonic()
            # More than the kernel keeps: with a client that never reads this would hang.
            for _ in range(200):
                line.send(bytes(1 << 17))
            assert time.monotonic() - begin_s < DEADLINE_S
    finally:
        line.close()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no JSON"),
        ("[]", "a table is expected"),
        ('{"colour": 1}', "colour: unknown key"),
        ('{"forwards": 3}', "forwards: .* a list is expected"),
        (
            '{"attach": [{"name": "t0", "device": "d", "bus": "i2c1"}]}',
            "neither address nor select",
        ),
    ],
)
def test_a_setup_that_is_wrong_is_refused(text: str, problem: str) -> None:
    with pytest.raises(UkBoardError, match=f"/setup.*{problem}"):
        Setup.parse(text.encode())


def test_a_control_url_that_is_none_is_refused() -> None:
    for wrong in ("board:80", "http://", "http://board", "http://board:"):
        with pytest.raises(UsageError, match="http://host:port is expected"):
            BoardControl(wrong)
