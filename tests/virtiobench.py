# SPDX-License-Identifier: BSD-3-Clause
"""A machine with a virtio-net device, its driver, the bridge to Unikraft, a small stack."""

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


def frame(size: int, first: int = 0) -> bytes:
    return bytes((first + n) & 0xFF for n in range(size))


def virtio_net_library(host_build: Callable[..., Path]) -> Path:
    """Return the library of what is tested."""
    root = tree()
    driver, bridge = root / "drivers/net/virtio_net", root / "shim/netdev"
    library = root / "unikraft-port/lib/uknetdev"
    virtio = root / "drivers/virtio/virtio_mmio"
    sources = [
        *sorted(driver.glob("*.c")),
        bridge / "netdev.c",
        bridge / "netdev_setup.c",
        bridge / "netdev_test.c",
    ]
    sources += [virtio / "virtio_mmio.c", library / "netdev.c", library / "netbuf.c"]
    here = Path(__file__).parent / "shim" / "include"
    include = (root / "drivers/net", driver, virtio, bridge / "include", library / "include", here)
    flags = ["-DMMIO_RECORDED", "-include", "uk/netdev_host.h"]
    return host_build(
        "virtio_net",
        sources=sources,
        flags=[*flags, *(f"-I{folder}" for folder in include)],
        cdef=CDEF,
    )
