# SPDX-License-Identifier: BSD-3-Clause
"""A driver of FreeRTOS+TCP, in both of its forms, as a network device of Unikraft."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uk_board.shimhost import Host
from uk_board.tree import tree

SUCCESS, EIO, EINVAL = 1, -5, -22
NETWORK_TX, NETWORK_RX = 2, 1
HEADROOM, RING, BUFFERS = 128, 4, 45
MAC = bytes([2, 0, 0, 0, 0, 1])
POLL, RETRY = 250, 3000
CORRECT, WRONG, BAD_LENGTH, UNHANDLED = 0xFFFF, 0, 0x1234, 0x4321
CDEF = """
int model_begin(uint32_t count, uint32_t failing);
_Bool model_arrive(uint32_t n, const uint8_t *data, uint32_t len);
uint32_t model_transmit(uint32_t n, uint32_t most);
void model_interrupt(uint32_t n);
void model_link(uint32_t n, _Bool up);
uint32_t model_sent(uint32_t n, uint8_t *data);
void model_counts(uint32_t *counts);
const void *model_place(void);
int model_down(void);
int model_make(uint32_t event, const uint8_t *data, uint32_t len, uint32_t n);
int model_buffers(void);
int model_take(uint32_t ticks);
int model_give(void);
uint32_t model_checksum(uint8_t *frame, uint32_t len, _Bool outgoing);
int model_considers(const uint8_t *frame);
void model_errors(uint32_t n, uint32_t *six);
int stack_start(unsigned int id, unsigned int descriptors, unsigned int limit);
int stack_receive(uint8_t *data, uint32_t *len);
void stack_free_kept(void);
int stack_send(const uint8_t *data, uint32_t len, uint32_t headroom);
unsigned int stack_events(void);
unsigned int stack_taken(void);
unsigned int stack_waiting(void);
_Bool stack_link(void);
const void *stack_place(void);
"""
FORMS = {
    "v4": (),
    "linked": ("-DipconfigUSE_LINKED_RX_MESSAGES=1",),
    "older": ("-DipconfigOLDER_INTERFACE=1",),
    "own_memory": ("-DipconfigDRIVER_OWNS_BUFFERS=1",),
    "older_own_memory": ("-DipconfigOLDER_INTERFACE=1", "-DipconfigDRIVER_OWNS_BUFFERS=1"),
}
COPIES = {"own_memory", "older_own_memory"}


class Bench:
    """A MAC with a driver in one of the forms, and a task that is a network stack."""

    def __init__(self, library: Path, form: str) -> None:
        self.form = form
        self.host = Host(library)
        self.lib = self.host.lib
        self.host.start()
        self.task = self.host.task("stack", 3)
        self.count = 0

    def call(self, name: str, *args: object) -> int:
        return int(self.task.call(name, *args).result)

    def make(self, event: int, data: bytes, number: int = 0) -> int:
        """Let the driver take a buffer with `data` and send an event with it."""
        return self.call(
            "model_make", event, self.host.new("uint8_t[]", data or bytes(1)), len(data), number
        )

    def begin(self, count: int = 1, failing: int = 0) -> Bench:
        assert self.call("model_begin", count, failing) == 0
        self.all_free = self.counts()["free"]
        return self

    def up(self, descriptors: int = 32, limit: int = 64) -> Bench:
        """Start driver and stack; the link comes up."""
        self.begin()
        assert self.call("stack_start", 0, descriptors, limit) >= 0
        self.host.run()
        assert self.lib.stack_link()
        self.receive()
        return self

    def counts(self) -> dict[str, int]:
        into = self.host.new("uint32_t[5]")
        self.lib.model_counts(into)
        return dict(zip(("initialised", "lost", "refused", "free", "least"), into, strict=True))

    def errors(self) -> dict[str, int]:
        into = self.host.new("uint32_t[6]")
        self.lib.model_errors(0, into)
        names = ("rx_frames", "tx_frames", "rx_dropped", "rx_errors", "tx_errors", "resets")
        return dict(zip(names, into, strict=True))

    def arrive(self, data: bytes, number: int = 0) -> bool:
        return bool(self.lib.model_arrive(number, data, len(data)))

    def interrupt(self, number: int = 0) -> None:
        self.lib.model_interrupt(number)
        self.host.run()

    def receive(self) -> tuple[int, bytes]:
        data, length = self.host.new("uint8_t[2048]"), self.host.new("uint32_t *")
        status = self.call("stack_receive", data, length)
        return status, bytes(data[0 : length[0]])

    def send(self, data: bytes) -> int:
        return self.call(
            "stack_send", self.host.new("uint8_t[]", data or bytes(1)), len(data), HEADROOM
        )

    def transmit(self, most: int = 1000) -> list[bytes]:
        """Let the device send what it has; the interrupt follows."""
        first = self.count
        self.count += self.lib.model_transmit(0, most)
        self.interrupt()
        data = self.host.new("uint8_t[2048]")
        return [
            bytes(data[0 : self.lib.model_sent(number, data)])
            for number in range(first, self.count)
        ]

    def assert_nothing_is_lost(self) -> None:
        """All buffers are where they were after the start."""
        self.lib.stack_free_kept()
        self.receive()
        self.receive()
        assert self.counts()["free"] == self.all_free - RING
        assert self.lib.stack_taken() == 32


@pytest.fixture(scope="session")
def libraries(host_build: Callable[..., Path]) -> Callable[[str], Path]:
    root = tree()
    shim, bridge = root / "shim/freertos_tcp", root / "shim/netdev"
    library = root / "unikraft-port/lib/uknetdev"
    sources = [
        *sorted(shim.glob("*.c")),
        bridge / "netdev.c",
        bridge / "netdev_setup.c",
        bridge / "netdev_test.c",
    ]
    sources += [library / "netdev.c", library / "netbuf.c"]
    here = Path(__file__).parent / "include"
    include = [root / "drivers/net", shim / "include", bridge / "include"]
    include += [library / "include", here]
    flags = ["-include", "uk/netdev_host.h", *(f"-I{folder}" for folder in include)]
    made: dict[str, Path] = {}

    def build(form: str) -> Path:
        if form not in made:
            made[form] = host_build(
                f"tcp_{form}", sources=sources, flags=[*flags, *FORMS[form]], cdef=CDEF
            )
        return made[form]

    return build


@pytest.fixture(params=FORMS)
def bench(request: pytest.FixtureRequest, libraries: Callable[[str], Path]) -> Bench:
    return Bench(libraries(request.param), request.param)


@pytest.fixture
def v4(libraries: Callable[[str], Path]) -> Bench:
    return Bench(libraries("v4"), "v4")


def frame(size: int, first: int = 0, to: bytes = MAC) -> bytes:
    return to + bytes(6) + b"\x08\x00" + bytes((first + n) & 0xFF for n in range(size - 14))


# ---- Frames, both ways ----


def test_frames_of_every_length_go_up_as_they_came(bench: Bench) -> None:
    bench.up()
    for size in (14, 15, 60, 61, 64, 127, 128, 1000, 1513, 1514):
        assert bench.arrive(frame(size, size))
        bench.interrupt()
        status, data = bench.receive()
        assert (status & SUCCESS, data) == (SUCCESS, frame(size, size)), size
        bench.lib.stack_free_kept()
    assert bench.errors()["rx_frames"] == 10
    bench.assert_nothing_is_lost()


def test_frames_of_every_length_go_out_as_they_were(bench: Bench) -> None:
    bench.up()
    for size in (14, 15, 60, 61, 64, 127, 128, 1000, 1513, 1514):
        assert bench.send(frame(size, size)) & SUCCESS
        assert bench.transmit() == [frame(size, size)], size
    assert bench.errors()["tx_frames"] == 10
    bench.assert_nothing_is_lost()


def test_what_the_device_wrote_is_the_packet_itself(bench: Bench) -> None:
    bench.up()
    bench.arrive(frame(100))
    where = bench.lib.model_place()
    bench.interrupt()
    bench.receive()
    assert (bench.lib.stack_place() == where) is (bench.form not in COPIES)


def test_several_frames_of_one_interrupt_go_up_in_order(bench: Bench) -> None:
    bench.up()
    for number in range(RING):
        assert bench.arrive(frame(60 + number, number))
    assert not bench.arrive(frame(60))
    bench.interrupt()
    assert [bench.receive()[1] for _ in range(RING)] == [frame(60 + n, n) for n in range(RING)]
    bench.assert_nothing_is_lost()


@pytest.mark.parametrize("size", [0, 13, 1515])
def test_what_is_no_frame_is_refused_and_counted(bench: Bench, size: int) -> None:
    bench.up()
    before = bench.errors()["rx_errors"]
    code = bench.make(NETWORK_RX, bytes(size))
    assert code == 0
    assert bench.errors()["rx_errors"] == before + 1
    assert bench.receive()[1] == b""
    if size:
        assert bench.send(bytes(size)) == EINVAL
    bench.assert_nothing_is_lost()


def test_a_full_device_drops_what_is_sent_and_counts_it(bench: Bench) -> None:
    bench.up()
    for number in range(RING + 2):
        bench.send(frame(60, number))
    assert len(bench.transmit()) == RING
    assert bench.errors()["tx_errors"] == 2
    bench.assert_nothing_is_lost()


def test_frames_for_others_stay_below(bench: Bench) -> None:
    bench.up()
    bench.arrive(frame(60, to=bytes([2, 9, 9, 9, 9, 9])))
    bench.arrive(frame(60, to=b"\xff" * 6))
    bench.arrive(frame(60, to=bytes([0x33, 0x33, 0, 0, 0, 1])))
    bench.interrupt()
    assert bench.receive()[1][:6] == b"\xff" * 6
    assert bench.receive()[1][:2] == b"\x33\x33"
    assert bench.receive()[1] == b""
    bench.assert_nothing_is_lost()


# ---- Buffers ----


def test_buffers_do_what_drivers_do_with_them(bench: Bench) -> None:
    bench.up()
    assert bench.call("model_buffers") == 0
    bench.assert_nothing_is_lost()


def test_buffers_are_the_heaps_while_no_device_is_started(bench: Bench) -> None:
    bench.begin()
    blocks = bench.lib.host_live_blocks()
    assert bench.call("model_buffers") == 0
    assert bench.lib.host_live_blocks() == blocks
    assert bench.counts()["free"] == BUFFERS


def test_a_stack_that_frees_nothing_stops_the_driver_and_not_for_good(bench: Bench) -> None:
    bench.up()
    received = 0
    for _ in range(80):
        bench.arrive(frame(60, received))
        bench.interrupt()
        received += bool(bench.receive()[1])
    assert received < 80
    assert bench.counts()["lost"] + bench.errors()["rx_dropped"] > 0
    bench.lib.stack_free_kept()
    bench.receive()
    assert bench.arrive(frame(60))
    bench.interrupt()
    assert bench.receive()[1] == frame(60)
    bench.assert_nothing_is_lost()


def test_who_waits_for_a_buffer_gets_the_next_that_is_given_back(bench: Bench) -> None:
    bench.up()
    other = bench.host.task("other", 3)
    third = bench.host.task("third", 3)
    while bench.call("model_take", 0):
        pass
    first, second = other.call("model_take", 1000), third.call("model_take", 1000)
    assert not first.done
    assert not second.done
    assert bench.call("model_give") == 1
    bench.host.run()
    assert bench.call("model_give") == 1
    bench.host.run()
    assert (first.result, second.result) == (1, 1)
    waits = other.call("model_take", 20)
    bench.host.advance(19)
    assert not waits.done
    bench.host.advance(2)
    assert waits.result == 0
    while bench.call("model_give"):
        pass
    bench.assert_nothing_is_lost()


def test_a_driver_with_a_large_ring_gets_the_rest_from_the_heap(bench: Bench) -> None:
    # Three frames are the driver's at a time, and its ring has four places.
    bench.up(descriptors=4)
    for number in range(20):
        assert bench.arrive(frame(60 + number, number))
        bench.interrupt()
        assert bench.receive()[1] == frame(60 + number, number)
        bench.lib.stack_free_kept()
    assert bench.counts()["lost"] == 0
    assert bench.errors()["rx_dropped"] == 0


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


# ---- Anything in any order ----

STEPS = st.one_of(
    st.tuples(st.just("arrive"), st.integers(14, 1514)),
    st.tuples(st.just("send"), st.integers(14, 1514)),
    st.tuples(st.just("transmit"), st.integers(0, 5)),
    st.tuples(st.just("receive"), st.integers(1, 4)),
    st.tuples(st.just("link"), st.integers(0, 1)),
    st.tuples(st.just("down"), st.just(0)),
    st.tuples(st.just("free"), st.just(0)),
)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, max_size=60))
def test_no_buffer_is_lost_whatever_happens(
    libraries: Callable[[str], Path], form: str, steps: list[tuple[str, int]]
) -> None:
    bench = Bench(libraries(form), form).up()
    for number, (what, much) in enumerate(steps):
        if what == "arrive":
            bench.arrive(frame(much, number))
            bench.interrupt()
        elif what == "send":
            bench.send(frame(much, number))
        elif what == "transmit":
            bench.transmit(much)
        elif what == "receive":
            for _ in range(much):
                bench.receive()
        elif what == "link":
            bench.lib.model_link(0, bool(much))
            bench.host.advance(POLL)
        elif what == "down":
            bench.call("model_down")
        else:
            bench.lib.stack_free_kept()
    bench.lib.model_link(0, True)
    bench.host.advance(2 * POLL)
    bench.transmit()
    bench.lib.stack_free_kept()
    while bench.receive()[0] & SUCCESS:
        bench.lib.stack_free_kept()
    bench.assert_nothing_is_lost()
