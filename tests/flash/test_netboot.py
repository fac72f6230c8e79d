# SPDX-License-Identifier: BSD-3-Clause
"""DHCP and TFTP as boards speak them: Raspberry Pi's requests, lost packets, and nonsense."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uk_board.netboot import dhcp, dhcpmessage, tftp
from uk_board.netboot.dhcp import Responder
from uk_board.netboot.dhcpmessage import Message, build, parse
from uk_board.netboot.files import finder
from uk_board.netboot.wire import Datagram, Peer

US = IPv4Interface("192.168.77.1/24")
MAC = bytes.fromhex("b827eb123456")
# What the Pi 3's boot ROM sends (Raspberry Pi documentation, "Network booting"): a DISCOVER by
# PXE with architecture 0 and an UUID, filled up as BOOTP wants it.
PI_3 = (
    bytes.fromhex("01010600 26f30339 0000 0000 00000000 00000000 00000000 00000000")
    + MAC.ljust(16, b"\0")
    + bytes(192)
    + bytes.fromhex("63825363 350101 370c 2b3c438081828384858687ff".replace("ff", "42"))
    + bytes.fromhex("5d020000 5e03010201 6111 00")
    + b"DDDDDDDD12345678"
    + b"\x3c\x20PXEClient:Arch:00000:UNDI:002001\xff"
).ljust(300, b"\0")
# The Pi 4's boot loader: the same, with its own UUID (DHCP_OPTION97: "RPi4").
PI_4 = PI_3.replace(b"DDDDDDDD12345678", bytes.fromhex("52506934" * 4))


def answer(raw: bytes, responder: Responder, port: int = 67) -> Message:
    message = parse(raw)
    assert message is not None
    reply = responder.answer(message, port=port)
    assert reply is not None
    again = parse(build(reply))
    assert again is not None
    assert len(build(reply)) >= 300
    return again


@pytest.mark.parametrize("raw", [PI_3, PI_4])
@pytest.mark.parametrize("proxy", [False, True])
def test_a_raspberry_pi_gets_what_its_firmware_looks_for(raw: bytes, proxy: bool) -> None:
    asked, reply = parse(raw), answer(raw, Responder(US, "boot.scr.uimg", proxy))
    assert asked is not None
    assert (reply.op, reply.kind, reply.transaction) == (2, dhcpmessage.OFFER, 0x26F30339)
    assert reply.mac == MAC
    assert reply.yours == IPv4Address("0.0.0.0" if proxy else "192.168.77.2")
    assert reply.next_server == US.ip
    options = reply.options
    assert b"Raspberry Pi Boot   " in options[43]
    assert options[60] == b"PXEClient"
    assert options[97] == asked.options[97]
    assert (options[54], options[150]) == (US.ip.packed, US.ip.packed)
    assert (options[66], options[67]) == (b"192.168.77.1", b"boot.scr.uimg")
    assert (1 in options, 51 in options) == (not proxy, not proxy)


def test_the_menu_is_byte_for_byte_what_pxe_has() -> None:
    assert dhcp.menu() == (
        b"\x06\x01\x03" + b"\x0a\x04\x00PXE" + b"\x09\x17\x00\x00\x14Raspberry Pi Boot   " + b"\xff"
    )


def test_an_answer_is_byte_for_byte_what_dhcp_has() -> None:
    raw = dhcp.discover(0x01020304, MAC)
    reply = Responder(US, "k").answer(parse(raw) or pytest.fail("no message"))
    assert reply is not None
    expected = bytes.fromhex("02010600 01020304 0000 8000 00000000 c0a84d02 c0a84d01 00000000")
    expected += MAC.ljust(16, b"\0") + bytes(64) + b"k".ljust(128, b"\0")
    expected += bytes.fromhex("63825363 350102 3604c0a84d01 330400000e10 0104ffffff00")
    expected += b"\x42\x0c192.168.77.1\x43\x01k\x96\x04\xc0\xa8\x4d\x01\xff"
    assert build(reply) == expected.ljust(300, b"\0")


def request(server: IPv4Address | None, wanted: str) -> Message:
    options = {53: b"\x03", 50: IPv4Address(wanted).packed}
    if server is not None:
        options[54] = server.packed
    return Message(1, 7, MAC, options=options)


def test_a_lease_is_confirmed_the_same_each_time_and_another_refused() -> None:
    responder = Responder(US, "k")
    for _ in range(3):
        reply = responder.answer(request(US.ip, "192.168.77.2"))
        assert reply is not None
        assert (reply.kind, str(reply.yours)) == (dhcpmessage.ACK, "192.168.77.2")
    refused = responder.answer(request(US.ip, "10.0.0.1"))
    assert refused is not None
    assert refused.kind == dhcpmessage.NAK
    assert responder.answer(request(IPv4Address("192.168.77.9"), "192.168.77.2")) is None


def test_addresses_end_and_nobody_gets_ours() -> None:
    responder = Responder(IPv4Interface("10.0.0.2/29"), "k")
    got = []
    for number in range(6):
        message = parse(dhcp.discover(1, bytes((2, 0, 0, 0, 0, number))))
        assert message is not None
        reply = responder.answer(message)
        got.append(str(reply.yours) if reply else None)
    assert got == ["10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.1", None]


def test_beside_another_server_only_pxe_clients_are_answered() -> None:
    responder = Responder(US, "k", proxy=True)
    plain = parse(dhcp.discover(1, MAC))
    assert plain is not None
    assert responder.answer(plain) is None
    pxe = Message(
        1, 1, MAC, client=IPv4Address("192.168.77.5"), options={53: b"\x03", 60: b"PXEClient"}
    )
    reply = responder.answer(pxe, port=4011)
    assert reply is not None
    assert (reply.kind, reply.options[67]) == (dhcpmessage.ACK, b"k")
    assert dhcp.destination(reply, ("192.168.77.5", 4011)) == ("192.168.77.5", 4011)
    assert responder.answer(pxe, port=67) is None


@given(st.binary(max_size=600))
def test_nonsense_is_no_dhcp_message_or_is_answered_in_form(raw: bytes) -> None:
    for data in (raw, PI_3[:236] + raw, PI_3[:240] + raw):
        message = parse(data)
        if message is not None and (reply := Responder(US, "k").answer(message)) is not None:
            assert parse(build(reply)) is not None


@given(st.dictionaries(st.integers(1, 254), st.binary(max_size=700), max_size=8))
def test_options_come_back_as_they_were(options: dict[int, bytes]) -> None:
    assert dhcpmessage.parse_options(dhcpmessage.build_options(options)) == options


# --------------------------------------------------------------------------- TFTP


class Wires:
    """A wire that keeps what was sent."""

    interface = US

    def __init__(self) -> None:
        self.sent: list[tuple[int, Peer, bytes]] = []
        self.ports: set[int] = set()

    def open(self, port: int = 0) -> int:
        port = port or max(self.ports, default=0) + 50000
        self.ports.add(port)
        return port

    def close(self, port: int) -> None:
        self.ports.remove(port)

    def send(self, port: int, to: Peer, data: bytes) -> None:
        self.sent.append((port, to, data))

    def receive(self, timeout_s: float) -> Datagram | None:
        return None


PI: Peer = ("192.168.77.2", 49152)


class Bench:
    """A server with files, a clock that a test moves, and a client."""

    def __init__(self, files: dict[str, bytes], prefix: str | None = None) -> None:
        self.wire = Wires()
        self.now_s = 0.0
        self.events: list[tftp.Event] = []
        self.server = tftp.Server(
            self.wire, finder(files, prefix), lambda: self.now_s, self.events.append
        )

    def say(self, data: bytes, port: int = 69, client: Peer = PI) -> bytes:
        """Send a datagram; return the answer, b"" when there is none."""
        before = len(self.wire.sent)
        self.server.take(Datagram(port, client, data))
        return self.wire.sent[-1][2] if len(self.wire.sent) > before else b""

    @property
    def port(self) -> int:
        return self.wire.sent[-1][0]

    def fetch(self, name: str, *options: str, client: Peer = PI) -> bytes:
        """Fetch a file as a client does."""
        got, raw = b"", self.say(read(name, *options), client=client)
        size = 512
        if raw[:2] == b"\0\6":
            words = raw[2:].split(b"\0")
            size = int(dict(zip(words[::2], words[1::2], strict=False)).get(b"blksize", 512))
            raw = self.say(b"\0\4\0\0", self.port, client)
        while raw[:2] == b"\0\3":
            got += raw[4:]
            raw_again = self.say(b"\0\4" + raw[2:4], self.port, client)
            if len(raw) < size + 4:
                return got
            raw = raw_again
        raise AssertionError(raw)


def read(name: str, *options: str, mode: str = "octet", opcode: int = 1) -> bytes:
    return bytes((0, opcode)) + b"".join(word.encode() + b"\0" for word in (name, mode, *options))


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1024, 5000])
@pytest.mark.parametrize("options", [(), ("blksize", "1024"), ("tsize", "0", "BLKSIZE", "8")])
def test_a_file_arrives_whole(size: int, options: tuple[str, ...]) -> None:
    data = bytes(number % 251 for number in range(size))
    bench = Bench({"a": data})
    assert bench.fetch("a", *options) == data
    assert bench.events[-1].is_whole
    assert bench.wire.ports == {69}


def test_block_numbers_roll_over() -> None:
    data = bytes(8 * 70_000 + 3)
    assert Bench({"a": data}).fetch("a", "blksize", "8") == data


def test_a_pi_4_fetches_as_it_does() -> None:
    bench = Bench({"start4.elf": b"s" * 3000, "config.txt": b"c"})
    asked = read("1a2b3c4d/start4.elf", "tsize", "0", "blksize", "1024")
    assert bench.say(asked) == b"\0\6blksize\x001024\0tsize\x003000\0"
    assert bench.say(b"\0\4\0\0", bench.port) == b"\0\3\0\1" + b"s" * 1024
    missing = bench.say(read("1a2b3c4d/start.elf"), client=("192.168.77.2", 49153))
    assert missing == b"\0\5\0\1File not found\0"
    for _ in range(4):
        assert bench.fetch("1a2b3c4d/config.txt", client=("192.168.77.2", 49154)) == b"c"
    assert bench.fetch("dc-a6-32-01-36-c2/config.txt") == b"c"


@pytest.mark.parametrize(
    "name", ["../etc/passwd", "/etc/passwd", "a/../a", "1a2b3c4d/../a", "", ".", "A", "a\\..\\a"]
)
def test_nothing_but_the_files_is_ever_there(name: str) -> None:
    assert Bench({"a": b"x"}).say(read(name)) == b"\0\5\0\1File not found\0"


def test_with_a_serial_number_only_that_board_is_served() -> None:
    bench = Bench({"a": b"x"}, prefix="1A2B3C4D")
    other = ("192.168.77.3", 1000)
    assert bench.fetch("1a2b3c4d/a") == b"x"
    assert bench.fetch("a") == b"x"
    for name in ("ffffffff/a", "a"):
        assert bench.say(read(name), client=other)[:4] == b"\0\5\0\1"


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (read("a", opcode=2), b"\0\5\0\2nothing can be written here\0"),
        (read("a", mode="netascii"), b"\0\5\0\4only mode octet is served\0"),
        (b"\0\7", b"\0\5\0\4a read request is expected\0"),
        (b"", b"\0\5\0\4a read request is expected\0"),
        (b"\0\1a\0octet", b"\0\5\0\4a read request is expected\0"),
    ],
)
def test_what_is_not_served_is_refused(asked: bytes, refusal: bytes) -> None:
    assert Bench({"a": b"x"}).say(asked) == refusal


def test_a_lost_block_is_sent_again_and_an_old_ack_is_not_answered() -> None:
    bench = Bench({"a": b"x" * 600})
    first = bench.say(read("a"))
    port = bench.port
    bench.now_s = 1.5
    bench.server.tick()
    assert bench.wire.sent[-1] == (port, PI, first)
    second = bench.say(b"\0\4\0\1", port)
    assert second == b"\0\3\0\2" + b"x" * 88
    assert bench.say(b"\0\4\0\1", port) == b""
    assert bench.say(b"\0\4\0\7", port) == b""
    bench.say(b"\0\4\0\2", port)
    assert bench.events[-1].is_whole


def test_a_client_that_is_gone_is_given_up() -> None:
    bench = Bench({"a": b"x"})
    bench.say(read("a"))
    for second in range(1, 20):
        bench.now_s = second * 1.5
        bench.server.tick()
    assert bench.events[-1].problem == "the client does not answer any more"
    assert bench.server.transfers == 0


def test_many_clients_are_served_at_once_and_nobody_takes_another_ones_transfer() -> None:
    bench = Bench({"a": b"a" * 600, "b": b"b" * 600})
    one, two = ("192.168.77.2", 1), ("192.168.77.3", 1)
    bench.say(read("a"), client=one)
    port_one = bench.port
    bench.say(read("b"), client=two)
    port_two = bench.port
    assert bench.say(b"\0\4\0\1", port_one, two)[:4] == b"\0\5\0\5"
    assert bench.say(b"\0\4\0\1", port_two, two)[4:] == b"b" * 88
    assert bench.say(b"\0\4\0\1", port_one, one)[4:] == b"a" * 88


def test_a_client_that_ends_it_is_told_of() -> None:
    bench = Bench({"a": b"x"})
    bench.say(read("a"))
    bench.say(b"\0\5\0\0disk full\0", bench.port)
    assert bench.events[-1].problem == "the client ended it: disk full"


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=80)), max_size=12))
def test_nonsense_does_not_disturb_the_server(datagrams: list[tuple[bool, bytes]]) -> None:
    bench = Bench({"a": b"x" * 2000})
    bench.say(read("a"))
    port: Any = bench.port
    for to_transfer, data in datagrams:
        bench.say(data, port if to_transfer else 69)
    assert bench.fetch("a", client=("192.168.77.9", 5)) == b"x" * 2000
