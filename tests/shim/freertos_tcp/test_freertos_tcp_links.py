# SPDX-License-Identifier: BSD-3-Clause
"""A driver of FreeRTOS+TCP as a network device: its start, its link, what it asks of a frame."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tcpbench import (
    BAD_LENGTH,
    CORRECT,
    EIO,
    MAC,
    NETWORK_RX,
    NETWORK_TX,
    POLL,
    RETRY,
    SUCCESS,
    UNHANDLED,
    WRONG,
    Bench,
    frame,
)

from uk_board.shimhost import Host

# ---- Starting, links ----


def test_a_driver_that_fails_is_tried_again_until_it_works(bench: Bench) -> None:
    bench.begin(failing=2)
    bench.call("stack_start", 0, 32, 64)
    assert bench.counts()["initialised"] == 0
    assert not bench.lib.stack_link()
    assert bench.send(frame(60)) == EIO
    bench.host.advance(RETRY + 2 * POLL)
    assert not bench.lib.stack_link()
    bench.host.advance(RETRY + 2 * POLL)
    assert bench.counts()["initialised"] == 1
    assert bench.lib.stack_link()


def test_the_link_is_told_when_it_goes_and_when_it_comes(bench: Bench) -> None:
    bench.up()
    events = bench.lib.stack_events()
    bench.lib.model_link(0, False)
    bench.host.advance(2 * POLL)
    assert not bench.lib.stack_link()
    assert bench.lib.stack_events() == events + 1
    assert bench.send(frame(60)) == EIO
    bench.receive()
    bench.lib.model_link(0, True)
    bench.host.advance(2 * POLL)
    assert bench.lib.stack_link()
    assert bench.send(frame(60)) & SUCCESS
    assert bench.transmit() == [frame(60)]
    bench.assert_nothing_is_lost()


def test_a_network_that_is_down_is_initialised_anew(bench: Bench) -> None:
    bench.up()
    assert bench.counts()["initialised"] == 1
    bench.call("model_down")
    bench.host.run()
    assert bench.counts()["initialised"] == 2
    assert bench.lib.stack_link()
    bench.assert_nothing_is_lost()


def test_nothing_goes_up_before_a_stack_has_started_it(v4: Bench) -> None:
    v4.begin(count=2)
    v4.call("stack_start", 1, 32, 64)
    v4.host.run()
    assert v4.make(NETWORK_RX, frame(60), 0) == -2
    assert v4.make(NETWORK_RX, frame(60), 1) == 0
    assert v4.receive()[1] == frame(60)


def test_a_driver_may_ask_for_a_frame_to_be_sent(v4: Bench) -> None:
    v4.up()
    assert v4.make(NETWORK_TX, frame(70)) == 0
    v4.host.run()
    assert v4.transmit() == [frame(70)]
    v4.assert_nothing_is_lost()


# ---- What drivers ask of a frame ----


def ones_complement(data: bytes) -> int:
    total = sum(
        int.from_bytes(data[n : n + 2].ljust(2, b"\0"), "big") for n in range(0, len(data), 2)
    )
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return total


def packet(protocol: int, payload: bytes, version: int) -> tuple[bytes, bytes]:
    """Return a frame with an IP packet, and its pseudo-header."""
    source, target = bytes(range(1, 17)), bytes(range(101, 117))
    length = len(payload).to_bytes(2, "big")
    if version == 6:
        header = b"\x60\0\0\0" + length + bytes([protocol, 64]) + source + target
        pseudo = source + target + b"\0\0" + length + bytes([0, 0, 0, protocol])
        return MAC + bytes(6) + b"\x86\xdd" + header + payload, pseudo
    total = (20 + len(payload)).to_bytes(2, "big")
    header = b"\x45\0" + total + bytes(4) + bytes([64, protocol, 0, 0]) + source[:4] + target[:4]
    pseudo = b"" if protocol == 1 else source[:4] + target[:4] + bytes([0, protocol]) + length
    return MAC + bytes(6) + b"\x08\x00" + header + payload, pseudo


OFFSET = {1: 2, 6: 16, 17: 6, 58: 2}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from([4, 6]), st.binary(min_size=20, max_size=1200))
def test_checksums_are_those_of_the_rfc(
    libraries: Callable[[str], Path], data: st.DataObject, version: int, payload: bytes
) -> None:
    host = Host(libraries("v4"))
    protocol = data.draw(st.sampled_from([6, 17, 1 if version == 4 else 58]))
    made, pseudo = packet(protocol, payload, version)
    into = host.new("uint8_t[]", made)
    assert host.lib.model_checksum(into, len(made), True) == CORRECT
    start = 14 + (20 if version == 4 else 40)
    done = bytes(into[0 : len(made)])
    assert ones_complement(pseudo + done[start:]) == 0xFFFF
    assert host.lib.model_checksum(into, len(made), False) == CORRECT
    wrong = data.draw(st.integers(start, len(made) - 1))
    into[wrong] ^= 1
    assert host.lib.model_checksum(into, len(made), False) == WRONG


def test_a_packet_that_is_shorter_than_it_says_has_no_checksum(v4: Bench) -> None:
    made, _ = packet(17, bytes(30), 4)
    for size in range(len(made)):
        into = v4.host.new("uint8_t[]", made[:size].ljust(64, b"\0"))
        assert v4.lib.model_checksum(into, size, True) == BAD_LENGTH
    other, _ = packet(99, bytes(30), 4)
    assert v4.lib.model_checksum(v4.host.new("uint8_t[]", other), len(other), True) == UNHANDLED
