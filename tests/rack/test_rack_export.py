# SPDX-License-Identifier: BSD-3-Clause
"""The bench file as labgrid's configuration, and its power switches over HTTP."""

from __future__ import annotations

import subprocess
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from racktools import BENCH

from uk_board.desk.benchfile import Bench, Place, Port, Power, load_bench
from uk_board.errors import MissingError, UsageError
from uk_board.rack.export import EXPORTER, PLACES, export
from uk_board.rack.switch import Switches, SwitchServer


def bench(tmp_path: Path, text: str = BENCH) -> Bench:
    file = tmp_path / "bench.toml"
    file.write_text(text)
    return load_bench(file, {}, tmp_path)


def test_what_hangs_on_the_bench_is_told_to_labgrid(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    made = export(bench(tmp_path), exporter="shelf", host="lab", default_baud={"rpi4": 115200})
    assert yaml.safe_load(made.files[EXPORTER]) == {
        "rpi4": {
            "USBSerialPort": {
                "match": {
                    "@serial": "A50285BI",
                    "@idVendor": "0403",
                    "@idProduct": "6001",
                    "@bInterfaceNumber": "01",
                },
                "speed": 115200,
            },
            "NetworkPowerPort": {
                "model": "rest",
                "host": "http://lab:20409/switch/{index}",
                "index": "0",
            },
            "USBSDMuxDevice": {"match": {"@serial": "00012.00123"}},
            "USBMassStorage": {"match": {"@sys_name": "1-1.3"}},
            "USBDebugger": {"match": {"@serial": "E660"}},
        },
        "left": {
            "NetworkSerialPort": {
                "host": "fd00::1",
                "port": 3001,
                "speed": 3_000_000,
                "protocol": "rfc2217",
            },
            "NetworkPowerPort": {
                "model": "rest",
                "host": "http://lab:20409/switch/{index}",
                "index": "1",
            },
        },
    }
    assert made.left_out == ("left: reset; labgrid switches it off and on instead",)


def test_the_script_of_the_places_is_one_for_the_shell(tmp_path: Path) -> None:
    made = export(bench(tmp_path), exporter="shelf", host="lab", default_baud={"rpi4": 115200})
    script = made.files[PLACES]
    where = f"ssh=lab bench={tmp_path}/bench.toml bench_place="
    assert f"place left set-tags board=rpi4 flash=uart power=cycle {where}\n" in script
    assert "place rpi4 add-match 'shelf/rpi4/*'" in script
    subprocess.run(["sh", "-n"], input=script, text=True, check=True, timeout=60)


def test_a_bench_without_boards_is_refused() -> None:
    with pytest.raises(MissingError, match="names no board"):
        export(Bench(), exporter="e", host="h", default_baud={})


def test_switches_run_the_commands_of_the_bench_and_no_others(tmp_path: Path) -> None:
    ran: list[str] = []

    def run(command: list[str]) -> subprocess.CompletedProcess[str]:
        ran.append(" ".join(command))
        return subprocess.CompletedProcess(command, 0, "", "")

    switches = Switches(bench(tmp_path), run)
    assert switches.answer("PUT", "/switch/0", b"0") == "0"
    assert switches.answer("GET", "/switch/0", b"") == "0"
    assert switches.answer("PUT", "/switch/1", b"0") == "0"
    assert switches.answer("PUT", "/switch/1", b"1") == "1"
    assert ran == ["relay 1 off", "relay 4 pulse"]
    for path, body in (("/switch/2", b"1"), ("/switch/0", b"on"), ("/switch/../0", b"1")):
        with pytest.raises(UsageError):
            switches.answer("PUT", path, body)
    assert len(ran) == 2


def test_a_relay_that_fails_is_told_over_http(tmp_path: Path) -> None:
    place = Place("p", "b", Port(url="socket://h:1"), power=Power(on="false", off="false"))
    server = SwitchServer(Switches(Bench(None, {"p": place})), "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/switch/0"
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            assert answer.read() == b"1"
        request = urllib.request.Request(url, b"0", method="PUT")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=60)
        assert refused.value.code == 409
        assert b"status 1" in refused.value.read()
    finally:
        server.shutdown()
        server.server_close()
