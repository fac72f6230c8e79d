# SPDX-License-Identifier: BSD-3-Clause
"""What the server says of sensors: JSON, metrics, health; each read by a parser of others."""

from __future__ import annotations

import json
import math
import socket
import threading
import time
from typing import BinaryIO

from prometheus_client.parser import text_string_to_metric_families
from webhost import TIMEOUT_S, Web, wait_until

ROUNDS = 480


def read_chunked(stream: BinaryIO) -> bytes:
    """Return the body of the next response."""
    while stream.readline().strip():
        pass
    body = b""
    while size := int(stream.readline(), 16):
        body += stream.read(size)
        stream.readline()
    stream.readline()
    return body


def rounds(web: Web) -> int:
    number: int = web.sensors()["rounds"]
    return number


def test_the_sensors_as_json(web: Web) -> None:
    wait_until(lambda: rounds(web) > 0)
    said = web.sensors()
    assert (said["board"], said["title"]) == ("made-up", 'Made-up "4711" \\ board')
    assert said["heap_free_bytes"] == 3_000_000_000
    assert [sensor["name"] for sensor in said["sensors"]] == ["t0", "p0", "m0"]
    first, _, last = said["sensors"]
    assert (first["value"], first["unit"], first["state"]) == (21.5, "C", "ok")
    assert last["value"] == -48.125
    assert 0 <= first["age_ms"] <= 1000
    assert "history_milli" not in first


def test_a_reading_follows_the_sensor(web: Web) -> None:
    for milli in (-500, 0, 999, -2147483648 + 1, 2147483647):
        web.tell(f"set 0 {milli}")
        web.tell("later 250")
        assert web.sensors()["sensors"][0]["value"] == milli / 1000


def test_a_failure_is_shown_with_its_reason_and_the_last_value_with_its_age(web: Web) -> None:
    wait_until(lambda: rounds(web) > 0)
    web.tell('fail 0 no "answer"')
    wait_until(lambda: web.sensors()["sensors"][0]["state"] == "error")
    sensor = web.sensors()["sensors"][0]
    assert (sensor["error"], sensor["value"]) == ('no "answer"', 21.5)
    assert web.sensors()["sensors"][1]["state"] == "ok"
    web.tell("set 0 22000")
    wait_until(lambda: web.sensors()["sensors"][0]["state"] == "ok")
    past = web.sensors("?since=0")["sensors"][0]["history_milli"]
    assert past[0] == 21500
    assert None in past
    assert past[-1] == 22000


def test_no_rounds_are_stale_readings_and_bad_health(web: Web) -> None:
    wait_until(lambda: rounds(web) > 0)
    assert web.ask("/healthz").status == 200
    web.tell("stall")
    web.tell("later 1100")
    assert web.ask("/healthz").status == 503
    assert {sensor["state"] for sensor in web.sensors()["sensors"]} == {"stale"}
    web.tell("go")
    wait_until(lambda: web.ask("/healthz").status == 200)


def test_the_past_comes_from_where_one_left_off(web: Web) -> None:
    wait_until(lambda: rounds(web) >= 3)
    first = web.sensors("?since=1")
    assert first["history_from"] == 1
    assert len(first["sensors"][0]["history_milli"]) == first["rounds"] - 1
    wait_until(lambda: rounds(web) > first["rounds"])
    then = web.sensors(f"?since={first['rounds']}")
    assert then["history_from"] == first["rounds"]
    assert len(then["sensors"][2]["history_milli"]) == then["rounds"] - first["rounds"]


def test_a_reply_that_is_taken_slowly_is_right_to_its_end(web: Web) -> None:
    """Rounds go on while it waits half sent; an age as of its begin would be below zero."""
    for _ in range(ROUNDS):
        web.tell("later 250")
    request = b"GET /api/v1/sensors?since=0 HTTP/1.1\r\nHost: x\r\n\r\n"
    count = 1000
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.settimeout(TIMEOUT_S)
        connection.connect(("127.0.0.1", web.port))
        sender = threading.Thread(target=connection.sendall, args=(request * count,), daemon=True)
        sender.start()
        with connection.makefile("rb") as stream:
            for number in range(count):
                if number < count // 2 and number % 50 == 0:
                    time.sleep(0.6)  # it is stuck somewhere, and two rounds are taken
                said = json.loads(read_chunked(stream))
                assert {sensor["state"] for sensor in said["sensors"]} == {"ok"}
                assert max(sensor["age_ms"] for sensor in said["sensors"]) < 5000
        sender.join(TIMEOUT_S)


def test_rounds_of_the_future_are_answered_with_all_there_is(web: Web) -> None:
    wait_until(lambda: rounds(web) > 0)
    assert web.sensors("?since=4000000000")["history_from"] == 0


def test_the_past_has_an_end(web: Web) -> None:
    wait_until(lambda: rounds(web) > 0)
    for number in range(ROUNDS + 20):
        web.tell(f"set 0 {number}")
        web.tell("later 250")
    wait_until(lambda: web.sensors()["sensors"][0]["value"] == (ROUNDS + 19) / 1000)
    said = web.sensors("?since=0")
    assert said["history_from"] == said["rounds"] - ROUNDS > 0
    past = said["sensors"][0]["history_milli"]
    assert len(past) == ROUNDS
    assert past == sorted(past)


def test_the_metrics_as_prometheus_reads_them(web: Web) -> None:
    wait_until(lambda: rounds(web) > 0)
    web.tell("fail 2 gone")
    wait_until(lambda: web.sensors()["sensors"][2]["state"] == "error")
    web.ask("/none")
    families = {
        family.name: family
        for family in text_string_to_metric_families(web.ask("/metrics").body.decode())
    }
    assert all(
        name.startswith("ukboard_") and family.documentation for name, family in families.items()
    )
    assert families["ukboard_info"].samples[0].labels["title"] == 'Made-up "4711" \\ board'
    values = {
        sample.labels["sensor"]: sample.value for sample in families["ukboard_sensor_value"].samples
    }
    assert values == {"t0": 21.5, "p0": 101325.0, "m0": -48.125}
    up = {sample.labels["sensor"]: sample.value for sample in families["ukboard_sensor_up"].samples}
    assert up == {"t0": 1, "p0": 1, "m0": 0}
    errors = families["ukboard_sensor_errors"].samples
    assert [sample.value > 0 for sample in errors] == [False, False, True]
    assert families["ukboard_http_client_errors"].samples[0].value == 1
    assert not math.isnan(families["ukboard_uptime_seconds"].samples[0].value)


def test_before_the_first_reading_there_is_none(web: Web) -> None:
    for sensor in range(3):
        web.tell(f"fail {sensor} gone")
    said = web.sensors()
    if said["sensors"][0]["value"] is None:
        assert said["sensors"][0]["age_ms"] is None
