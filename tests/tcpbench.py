# SPDX-License-Identifier: BSD-3-Clause
"""A MAC with a driver of FreeRTOS+TCP in one of its forms, and a task that is a stack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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


def tcp_libraries(host_build: Callable[..., Path]) -> Callable[[str], Path]:
    """Return what builds a form when it is asked for the first time."""
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
    here = Path(__file__).parent / "shim/include"
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


def frame(size: int, first: int = 0, to: bytes = MAC) -> bytes:
    return to + bytes(6) + b"\x08\x00" + bytes((first + n) & 0xFF for n in range(size - 14))
