# SPDX-License-Identifier: BSD-3-Clause
"""virtio-net over a model, the bridge to Unikraft's network devices on it, a small stack above."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.shimhost import Host
from uk_board.tree import tree

OK, DOWN, NO_DEVICE, TIMEOUT, MEMORY = 0, -2, -4, -5, -6
EINVAL, EIO, ENOMEM = -22, -5, -12
SUCCESS, MORE, UNDERRUN = 1, 2, 4
LEGACY, MODERN = 1, 2
MAC, STATUS, ANY_LAYOUT, EVENT_IDX = 1 << 5, 1 << 16, 1 << 27, 1 << 29
ALL = MAC | STATUS | ANY_LAYOUT
DRIVER_OK = 0x04
HEADROOM, RING, QUIET = 128, 64, 8
RX, TX = 0, 1
# As the device reports it: the real one, not a made-up length or number
RIGHT_ID, RIGHT_LEN = 0, -1
CDEF = """
struct access { uint32_t offset, value, is_write; };
void model_begin(uint32_t version, uint32_t place, uint32_t features);
void model_faults(uint32_t refuses, uint32_t stuck, uint32_t num_max);
int model_init(void);
uint32_t model_trace(struct access *trace);
uint32_t model_room(void);
_Bool model_receive(const uint8_t *data, uint32_t len, uint32_t wrong_id, int32_t wrong_len);
void model_jump(uint32_t queue, uint32_t by);
void model_interrupt(void);
uint32_t model_transmit(uint32_t most);
uint32_t model_sent(uint32_t n, uint8_t *data);
void model_link(uint32_t up);
void model_needs_reset(void);
uint32_t model_notified(uint32_t queue);
uint32_t model_raised(void);
void model_counters(uint32_t *counters);
int stack_start(unsigned int id, unsigned int descriptors, unsigned int limit);
int stack_receive(uint8_t *data, uint32_t *len);
void stack_free_kept(void);
int stack_send(const uint8_t *data, uint32_t len, uint32_t headroom);
void stack_gather(void);
void stack_flush(void);
unsigned int stack_events(void);
unsigned int stack_taken(void);
unsigned int stack_waiting(void);
_Bool stack_link(void);
"""


@pytest.fixture(scope="session")
def net_library(host_build: Callable[..., Path]) -> Path:
    root = tree()
    driver, bridge = root / "drivers/net/virtio_net", root / "shim/netdev"
    library = root / "unikraft-port/lib/uknetdev"
    virtio = root / "drivers/virtio/virtio_mmio"
    sources = [*sorted(driver.glob("*.c")), bridge / "netdev.c", bridge / "netdev_test.c"]
    sources += [virtio / "virtio_mmio.c", library / "netdev.c", library / "netbuf.c"]
    here = Path(__file__).parent / "include"
    include = (root / "drivers/net", driver, virtio, bridge / "include", library / "include", here)
    flags = ["-DMMIO_RECORDED", "-include", "uk/netdev_host.h"]
    return host_build(
        "virtio_net",
        sources=sources,
        flags=[*flags, *(f"-I{folder}" for folder in include)],
        cdef=CDEF,
    )


class Bench:
    """A machine with a virtio-net device, and a task that is its network stack."""

    def __init__(self, library: Path, version: int, place: int, features: int) -> None:
        self.host = Host(library)
        self.features = features
        self.lib = self.host.lib
        self.lib.model_begin(version, place, features)
        self.host.start()
        self.task = self.host.task("stack", 3)

    def call(self, name: str, *args: object) -> int:
        return int(self.task.call(name, *args).result)

    def up(self, descriptors: int = 16, limit: int = 32) -> Bench:
        """Start driver and stack."""
        assert self.call("model_init") == OK
        assert self.call("stack_start", 0, descriptors, limit) == OK
        return self

    def trace(self) -> list[tuple[str, int, int]]:
        """Return the accesses since the last call as (kind, offset, value)."""
        into = self.host.ffi.new("struct access[1024]")
        length = self.lib.model_trace(into)
        return [
            ("write" if one.is_write else "read", one.offset, one.value) for one in into[0:length]
        ]

    def arrive(self, data: bytes, wrong_id: int = RIGHT_ID, wrong_len: int = RIGHT_LEN) -> bool:
        """Let a frame come in; its interrupt comes with `interrupt`."""
        return bool(self.lib.model_receive(data, len(data), wrong_id, wrong_len))

    def interrupt(self) -> None:
        self.lib.model_interrupt()
        self.host.run()

    def receive(self) -> tuple[int, bytes]:
        """Let the stack take one packet: the status and the bytes."""
        data, length = self.host.new("uint8_t[2048]"), self.host.new("uint32_t *")
        status = self.call("stack_receive", data, length)
        return status, bytes(data[0 : length[0]])

    def send(self, data: bytes, headroom: int = HEADROOM) -> int:
        return self.call("stack_send", self.host.new("uint8_t[]", data), len(data), headroom)

    def sent(self, number: int) -> bytes:
        data = self.host.new("uint8_t[2048]")
        length = self.lib.model_sent(number, data)
        return bytes(data[0:length])

    def counters(self) -> dict[str, int]:
        into = self.host.new("uint32_t[6]")
        self.lib.model_counters(into)
        names = ("rx_frames", "tx_frames", "rx_dropped", "rx_errors", "tx_errors", "resets")
        return dict(zip(names, into, strict=True))


Make = Callable[..., Bench]
both = pytest.mark.parametrize("version", [LEGACY, MODERN], ids=["legacy", "modern"])


@pytest.fixture(params=[EVENT_IDX, 0], ids=["by-number", "by-flag"])
def bench(net_library: Path, request: pytest.FixtureRequest) -> Make:
    def make(version: int = LEGACY, place: int = 3, features: int = ALL) -> Bench:
        return Bench(net_library, version, place, features | request.param)

    return make


def frame(size: int, first: int = 0) -> bytes:
    return bytes((first + n) & 0xFF for n in range(size))


# ---- Finding it, setting it up ----


@both
@pytest.mark.parametrize("place", [0, 1, 3])
def test_it_is_found_in_any_place(bench: Make, version: int, place: int) -> None:
    made = bench(version, place).up()
    assert made.lib.stack_link()
    assert made.arrive(frame(60))
    made.interrupt()  # of that place
    assert made.receive() == (SUCCESS | MORE, frame(60))


def test_nothing_is_there(bench: Make) -> None:
    assert bench(place=4).call("model_init") == NO_DEVICE


def test_an_old_device_that_wants_two_descriptors_is_refused(bench: Make) -> None:
    assert bench(LEGACY, features=MAC | STATUS).call("model_init") == NO_DEVICE


def test_a_device_that_does_not_keep_to_its_features_is_refused(bench: Make) -> None:
    made = bench(MODERN)
    made.lib.model_faults(1, 0, 1024)
    assert made.call("model_init") == NO_DEVICE


def test_a_device_that_does_not_reset_is_given_up(bench: Make) -> None:
    made = bench(LEGACY)
    made.lib.model_faults(0, 1, 1024)
    made.lib.model_needs_reset()
    assert made.call("model_init") == TIMEOUT


@pytest.mark.parametrize("largest", [0, RING - 1])
def test_a_device_with_too_small_queues_is_refused(bench: Make, largest: int) -> None:
    made = bench(LEGACY)
    made.lib.model_faults(0, 0, largest)
    assert made.call("model_init") == NO_DEVICE


@both
def test_without_memory_nothing_is_started_or_lost(bench: Make, version: int) -> None:
    for allocations in range(3):
        made = bench(version)
        before = made.lib.host_live_blocks()
        made.lib.host_fail_after(allocations)
        assert made.call("model_init") in (MEMORY, NO_DEVICE)
        made.lib.host_fail_after(-1)
        # A handler that was installed stays so.
        assert made.lib.host_live_blocks() <= before + 1


def test_the_legacy_registers_are_written_in_order(bench: Make) -> None:
    made = bench(LEGACY)
    assert made.call("model_init") == OK
    writes = [(at, value) for kind, at, value in made.trace() if kind == "write"]
    pages = [value for at, value in writes if at == 0x040]
    assert pages[1] == pages[0] + 1
    assert writes == [
        (0x070, 0),
        (0x070, 0x01),
        (0x070, 0x03),
        (0x014, 0),
        (0x024, 0),
        (0x020, made.features),
        (0x028, 2048),
        *[(0x030, RX), (0x038, RING), (0x03C, 64), (0x040, pages[0])],
        *[(0x030, TX), (0x038, RING), (0x03C, 64), (0x040, pages[1])],
        (0x070, 0x03 | DRIVER_OK),
    ]


def test_the_modern_registers_are_written_in_order(bench: Make) -> None:
    made = bench(MODERN)
    assert made.call("model_init") == OK
    writes = [(at, value) for kind, at, value in made.trace() if kind == "write"]
    offsets = [at for at, _ in writes]
    queue = [0x030, 0x038, 0x080, 0x084, 0x090, 0x094, 0x0A0, 0x0A4, 0x044]
    features = [0x014, 0x024, 0x020, 0x014, 0x024, 0x020]
    assert offsets == [0x070, 0x070, 0x070, *features, 0x070, *queue, *queue, 0x070]
    accepted = [value for at, value in writes if at == 0x020]
    assert accepted == [made.features & ~ANY_LAYOUT, 1]
    assert [value for at, value in writes if at == 0x070] == [0, 0x01, 0x03, 0x0B, 0x0F]


# ---- Frames ----


@both
def test_received_frames_reach_the_stack_as_they_came(bench: Make, version: int) -> None:
    made = bench(version).up()
    sizes = (14, 60, 61, 1000, 1514)
    for size in sizes:
        assert made.arrive(frame(size, size))
    made.interrupt()
    assert made.lib.stack_events() == 1
    for size in sizes:
        # There may be more behind each: only the device knows.
        assert made.receive() == (SUCCESS | MORE, frame(size, size))
    assert made.receive() == (0, b"")
    assert made.arrive(frame(60))
    made.interrupt()
    assert made.lib.stack_events() == 2
    assert made.counters()["rx_frames"] == len(sizes) + 1


@both
def test_sent_frames_have_a_header_of_zeros(bench: Make, version: int) -> None:
    made = bench(version).up()
    header = bytes(12 if version == MODERN else 10)
    for number, size in enumerate((14, 60, 1514)):
        assert made.send(frame(size, size)) == SUCCESS | MORE
        assert made.lib.model_transmit(9) == 1
        assert made.sent(number) == header + frame(size, size)


def test_what_is_no_frame_is_not_sent(bench: Make) -> None:
    made = bench().up()
    taken = made.lib.stack_taken()
    assert made.send(frame(13)) == EINVAL
    assert made.send(frame(1515)) == EINVAL
    assert made.send(frame(60), headroom=HEADROOM - 1) == EINVAL
    assert made.lib.stack_taken() == taken
    assert made.lib.model_transmit(9) == 0


def test_sent_packets_are_freed_without_an_interrupt(bench: Make) -> None:
    made = bench().up()
    taken = made.lib.stack_taken()
    for _ in range(100):
        assert made.send(frame(60)) == SUCCESS | MORE
        assert made.lib.model_transmit(9) == 1
    assert made.lib.stack_taken() - taken <= 2


def test_a_full_device_lets_packets_wait_and_goes_on_by_itself(bench: Make) -> None:
    made = bench().up(descriptors=4, limit=4)
    for number in range(RING + 8):
        assert made.send(frame(60, number)) & SUCCESS
    assert made.lib.stack_waiting() == 8
    assert made.lib.model_transmit(RING - QUIET) == RING - QUIET
    made.interrupt()
    assert made.lib.stack_events() == 1
    assert made.receive() == (0, b"")  # the stack's turn: what waited is sent
    assert made.lib.stack_waiting() == 0
    assert made.lib.model_transmit(99) == QUIET + 8
    assert [made.sent(n)[10] for n in range(RING + 8)] == list(range(RING + 8))


def test_all_sent_packets_come_back_after_the_last(bench: Make) -> None:
    made = bench().up(descriptors=4, limit=4)
    taken = made.lib.stack_taken()
    for number in range(RING + 8):
        made.send(frame(60, number))
    while made.lib.model_transmit(99):
        made.interrupt()
        made.receive()
    # The few that no interrupt was asked for
    assert made.lib.stack_taken() - taken <= QUIET


def test_frames_that_come_while_others_are_taken_interrupt_nobody(bench: Make) -> None:
    made = bench().up()
    for number in range(2):
        assert made.arrive(frame(60, number))
    made.interrupt()
    raised = made.lib.model_raised()
    for number in range(2, 6):
        assert made.arrive(frame(60, number))
        assert made.receive() == (SUCCESS | MORE, frame(60, number - 2))
    assert [made.receive()[1] for _ in range(3)] == [frame(60, 4), frame(60, 5), b""]
    assert (made.lib.model_raised(), made.lib.stack_events()) == (raised, 1)
    assert made.arrive(frame(60))
    made.interrupt()
    assert (made.lib.model_raised(), made.lib.stack_events()) == (raised + 1, 2)
    assert made.receive()[1] == frame(60)


def test_each_packet_is_told_of_at_once(bench: Make) -> None:
    made = bench().up()
    before = made.lib.model_notified(TX)
    for number in range(1, 4):
        assert made.send(frame(60)) & SUCCESS
        assert made.lib.model_notified(TX) == before + number
        assert made.lib.model_transmit(9) == 1


def test_packets_that_are_gathered_are_told_of_once(bench: Make) -> None:
    made = bench().up()
    made.lib.stack_gather()
    before = made.lib.model_notified(TX)
    for number in range(5):
        assert made.send(frame(60, number)) & SUCCESS
    assert made.lib.model_notified(TX) == before
    made.task.call("stack_flush")
    assert made.lib.model_notified(TX) == before + 1
    assert made.lib.model_transmit(99) == 5
    made.task.call("stack_flush")  # of nothing
    assert made.lib.model_notified(TX) == before + 1


def test_a_full_device_is_told_without_being_asked(bench: Make) -> None:
    made = bench().up()
    made.lib.stack_gather()
    before = made.lib.model_notified(TX)
    for _ in range(RING + 1):
        assert made.send(frame(60)) & SUCCESS
    assert made.lib.model_notified(TX) == before + 1
    assert made.lib.model_transmit(99) == RING
    made.interrupt()
    made.receive()
    assert made.lib.model_notified(TX) == before + 2
    assert made.lib.model_transmit(99) == 1


def test_many_sent_packets_come_back_by_one_interrupt(bench: Make) -> None:
    made = bench().up()
    taken, raised = made.lib.stack_taken(), made.lib.model_raised()
    for _ in range(4 * QUIET):
        assert made.send(frame(60)) & SUCCESS
    assert made.lib.model_transmit(99) == 4 * QUIET
    if made.features & EVENT_IDX:
        assert made.lib.model_raised() == raised + 1
    made.interrupt()
    made.receive()
    assert made.lib.stack_taken() == taken


def test_nobody_takes_packets_then_the_device_waits(bench: Make) -> None:
    made = bench().up(descriptors=8, limit=8)
    sent = taken = 0
    for _ in range(10):
        while made.arrive(frame(60, sent)):
            sent += 1
            made.interrupt()
        while data := made.receive()[1]:
            assert data == frame(60, taken)
            taken += 1
    # Half of them are the device's; all are full now, none was lost.
    assert (sent, taken) == (8, 4)
    assert made.receive() == (UNDERRUN, b"")
    made.lib.stack_free_kept()
    assert made.receive() == (0, b"")  # there is room again: the device is told
    for number in range(4, 8):
        assert made.receive()[1] == frame(60, number)
    made.lib.stack_free_kept()
    made.receive()
    for number in range(50):
        assert made.arrive(frame(60, number))
        made.interrupt()
        assert made.receive()[1] == frame(60, number)
        made.lib.stack_free_kept()
    assert made.counters()["rx_dropped"] == 0


# ---- Links ----


@both
def test_a_link_that_goes_and_comes_is_an_event(bench: Make, version: int) -> None:
    made = bench(version).up()
    made.receive()
    before = made.lib.stack_events()
    made.lib.model_link(0)
    made.host.run()
    assert not made.lib.stack_link()
    assert made.lib.stack_events() == before + 1
    assert made.send(frame(60)) == EIO
    made.receive()
    made.lib.model_link(1)
    made.host.run()
    assert made.lib.stack_link()
    assert made.lib.stack_events() == before + 2
    assert made.send(frame(60)) & SUCCESS


def test_a_device_that_does_not_tell_of_its_link_has_one(bench: Make) -> None:
    made = bench(features=MAC | ANY_LAYOUT).up()
    assert made.lib.stack_link()


# ---- What no device should say ----


@both
@pytest.mark.parametrize("length", [0, 9, 23, 24, 1527, 2060, 0x7FFFFFFF])
def test_lengths_that_cannot_be_are_counted(bench: Make, version: int, length: int) -> None:
    header = 12 if version == MODERN else 10
    made = bench(version).up()
    assert made.arrive(frame(60), RIGHT_ID, length)
    assert made.arrive(frame(61))
    made.interrupt()
    good = [data for data in (made.receive()[1], made.receive()[1]) if data]
    possible = header + 14 <= length <= header + 1514
    assert len(good) == 1 + possible
    assert good[-1] == frame(61)
    assert made.counters()["rx_errors"] == 1 - possible


@both
@pytest.mark.parametrize("wrong", [RING, 31, 0xFFFF, 0xFFFFFFFF])
def test_a_number_it_was_not_given_resets_it(bench: Make, version: int, wrong: int) -> None:
    made = bench(version).up()
    taken = made.lib.stack_taken()
    assert made.arrive(frame(60), wrong)
    made.interrupt()
    assert made.counters()["resets"] == 1
    while made.receive()[1]:
        made.lib.stack_free_kept()
    assert made.arrive(frame(62))
    made.interrupt()
    assert made.receive()[1] == frame(62)
    made.lib.stack_free_kept()
    made.receive()
    assert made.lib.stack_taken() == taken


@both
@pytest.mark.parametrize("queue", [RX, TX])
@pytest.mark.parametrize("by", [RING, 0x8000, 0xFFFF])
def test_more_than_it_was_given_resets_it(bench: Make, version: int, queue: int, by: int) -> None:
    made = bench(version).up()
    assert made.send(frame(60)) & SUCCESS
    made.lib.model_jump(queue, by)
    made.interrupt()
    assert made.counters()["resets"] == 1
    assert made.lib.stack_link()
    assert made.send(frame(63)) & SUCCESS
    assert made.lib.model_transmit(9) == 1
    assert made.sent(0)[-63:] == frame(63)


def test_a_device_that_asks_for_a_reset_gets_it(bench: Make) -> None:
    made = bench(MODERN).up()
    made.lib.model_needs_reset()
    made.host.run()
    assert made.counters()["resets"] == 1
    assert made.arrive(frame(60))
    made.interrupt()
    assert made.receive()[1] == frame(60)


def test_a_device_that_cannot_be_reset_is_down_and_keeps_no_packet(bench: Make) -> None:
    made = bench(MODERN).up()
    for _ in range(5):
        made.send(frame(60))
    made.receive()
    made.lib.model_faults(0, 1, 1024)
    made.lib.model_needs_reset()
    made.host.run()
    assert not made.lib.stack_link()
    assert made.send(frame(60)) == EIO
    made.receive()
    assert made.lib.stack_taken() == 16


# ---- The stack's side ----


@pytest.mark.parametrize(
    ("descriptors", "limit", "error"), [(3, 9, EINVAL), (257, 300, EINVAL), (16, 15, ENOMEM)]
)
def test_queues_that_cannot_be_are_refused(
    bench: Make, descriptors: int, limit: int, error: int
) -> None:
    made = bench()
    assert made.call("model_init") == OK
    assert made.call("stack_start", 0, descriptors, limit) == error
