# SPDX-License-Identifier: BSD-3-Clause
"""YMODEM: over lines that spoil, lose and repeat bytes a file arrives whole, or an error comes."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ymodemreceiver import Line, Receiver

from uk_board.errors import BenchError
from uk_board.serial.ymodem import ACK, CAN, EOT, Sender, Sent, header, packet

Spoil = Callable[[bytes], bytes]


def send(line: Line, data: bytes, name: str = "image.bin") -> Sent:
    return Sender(line, clock=line.clock).send(name, data)


def bitwise(data: bytes) -> int:
    """Return CRC-16/XMODEM, bit by bit."""
    total = 0
    for byte in data:
        total ^= byte << 8
        for _ in range(8):
            total = (total << 1 ^ (0x1021 if total & 0x8000 else 0)) & 0xFFFF
    return total


def test_blocks_are_as_the_protocol_has_them() -> None:
    short = packet(1, b"A" * 128)
    # CRC-16/XMODEM of "123456789" is 0x31c3, its published check value.
    assert bitwise(b"123456789") == 0x31C3
    assert short[-2:] == bitwise(b"A" * 128).to_bytes(2, "big")
    assert packet(2, b"123456789".ljust(128, b"\x1a"))[:3] == b"\x01\x02\xfd"
    assert (len(short), short[:3]) == (133, b"\x01\x01\xfe")
    long = packet(257, b"B" * 129)
    assert (len(long), long[:3], long[132:133]) == (1029, b"\x02\x01\xfe", b"\x1a")
    assert header("a.bin", 24432)[3:16] == b"a.bin\x0024432\0\0"
    assert header("", 0)[3:131] == bytes(128)


@given(st.binary(max_size=5000))
def test_a_file_arrives_over_a_good_line(data: bytes) -> None:
    line = Line(Receiver())
    assert send(line, data).repeated == 0
    receiver = line.receiver
    assert (receiver.name, receiver.size, receiver.data) == ("image.bin", len(data), data)
    assert receiver.done


def test_more_than_255_blocks_arrive() -> None:
    data = random.Random(1).randbytes(300 * 1024 + 5)
    line = Line(Receiver())
    send(line, data)
    assert line.receiver.data == data


class Faults:
    """Spoils the bytes at these places of all that goes over the line."""

    def __init__(self, faults: dict[int, tuple[str, int]]) -> None:
        self.faults = faults
        self.at = 0

    def __call__(self, data: bytes) -> bytes:
        out = b""
        for value in data:
            kind, other = self.faults.get(self.at, ("", 0))
            self.at += 1
            byte = bytes((value,))
            spoilt = {"lost": b"", "twice": byte * 2, "other": bytes((other,))}
            out += spoilt.get(kind, byte)
        return out


places = st.integers(0, 7000)
kinds = st.tuples(st.sampled_from(["lost", "twice", "other"]), st.integers(0, 255))


@given(st.dictionaries(places, kinds, max_size=6), st.binary(min_size=1, max_size=5000))
def test_spoilt_lost_and_doubled_bytes_do_not_change_the_file(
    faults: dict[int, tuple[str, int]], data: bytes
) -> None:
    line = Line(Receiver(), Faults(faults))
    # Noise may look like what ends a transfer, or like an ACK; a CRC over the whole finds that.
    if any(bytes((other,)) in (CAN, EOT, ACK) for _, other in faults.values()):
        with suppress(BenchError):
            send(line, data)
        return
    send(line, data)
    assert line.receiver.data == data


@pytest.mark.parametrize("seed", range(20))
def test_a_noisy_line_gets_through(seed: int) -> None:
    chance = random.Random(seed)
    data = chance.randbytes(20_000)

    def spoil(raw: bytes) -> bytes:
        # One byte in 5000, to one that is no answer.
        return bytes(0xEE if chance.random() < 1 / 5000 else value for value in raw)

    line = Line(Receiver(), spoil)
    sent = send(line, data)
    assert line.receiver.data == data
    assert sent.blocks == 20


def test_text_before_the_receiver_is_ready_is_skipped() -> None:
    class Chatty(Line):
        said = b"cyclic function video_init took too long\r\n"

        def read(self, timeout_s: float) -> bytes | None:
            said, self.said = self.said, b""
            return said or super().read(timeout_s)

    line = Chatty(Receiver())
    send(line, b"x" * 3000)
    assert line.receiver.data == b"x" * 3000


def test_a_lost_block_that_noise_acknowledged_is_sent_after_all() -> None:
    lost = []

    def spoil(raw: bytes) -> bytes:
        if raw[:2] == b"\x02\x02" and not lost:
            lost.append(raw)
            line._answers += b"\x06"
            return b""
        return raw

    line = Line(Receiver(), spoil)
    data = random.Random(2).randbytes(5000)
    send(line, data)
    assert lost
    assert line.receiver.data == data


def test_a_line_that_is_cut_is_an_error_after_a_while() -> None:
    line = Line(Receiver())
    line.cut_after = 3000
    with pytest.raises(BenchError, match=r"block 3 of 5 was sent .* did not answer"):
        send(line, b"y" * 5000)
    assert 60 < line.now_s < 600


def test_a_receiver_that_never_asks_is_an_error() -> None:
    class Silent(Line):
        def read(self, timeout_s: float) -> bytes | None:
            self.now_s += timeout_s
            return None

    with pytest.raises(BenchError, match="did not ask for the file in 60 s"):
        send(Silent(Receiver()), b"y")


def test_a_receiver_that_cancels_is_an_error_and_one_can_is_noise() -> None:
    class Cancelling(Receiver):
        answer = b"\x18\x18"

        def feed(self, data: bytes) -> bytes:
            got = super().feed(data)
            return got if len(self.data) < 2048 else self.answer + got

    with pytest.raises(BenchError, match="cancelled"):
        send(Line(Cancelling()), b"z" * 5000)
    Cancelling.answer = b"\x18"
    line = Line(Cancelling())
    send(line, b"z" * 5000)
    assert line.receiver.data == b"z" * 5000


def test_the_end_of_the_line_is_an_error_at_once() -> None:
    class Ended(Line):
        def read(self, timeout_s: float) -> bytes | None:
            return b"" if self.sent_bytes > 1500 else super().read(timeout_s)

    with pytest.raises(BenchError, match="ended in the middle"):
        send(Ended(Receiver()), b"z" * 5000)
