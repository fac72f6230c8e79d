# SPDX-License-Identifier: BSD-3-Clause
"""A USB host and a network, both made up, with the CDC-ECM driver between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from thirdparty import package
from usbdescriptors import DEVICE, ECM, RNDIS, string

from uk_board.shimhost import Host, Puppet
from uk_board.tree import tree

SUCCESS, FAILED, STALLED = 0, 1, 2


OK, BUSY, DOWN, LENGTH = 0, -1, -2, -3


IN, OUT = 0x82, 0x02


POSTED_IN, POSTED_OUT = 18, 2


ADDRESS = "525400123456"


FRAMES = 12


CDEF = """
struct model {
    uint32_t request_count;
    uint8_t requests[64][8];
    uint32_t request_waits, refuse_requests, refuse_transfers, finished, opened[2];
    uint32_t restarts, halts, added, is_posted[32], posted_len[32];
    uint32_t attached, refuse_attach, link_changes, link_up, ready, received_count, frames_free;
    uint32_t received_len[32];
    uint8_t received_first[32];
};
extern struct model model;
int model_begin(uint32_t count);
int model_open(uint8_t device, const uint8_t *interface, uint16_t len);
void model_set_config(uint8_t device, uint8_t interface);
int model_answer(int result, const uint8_t *data, uint32_t len);
int model_transferred(uint8_t device, uint8_t endpoint, int result, uint32_t len, uint8_t first);
void model_close(uint8_t device);
void model_poll(void);
int model_start(uint32_t which);
void model_stop(uint32_t which);
void model_refill(uint32_t which);
int model_borrow(void);
void model_return(void);
int model_promiscuous(uint32_t which, int on);
int model_send(uint32_t which, uint32_t len);
int model_is_padded(uint8_t endpoint, uint32_t at);
void model_counters(uint32_t which, uint32_t *into);
void model_address(uint32_t which, uint8_t *into);
"""


class Bench:
    """A task that is the USB host's, and one that uses the network."""

    def __init__(self, library: Path, frames: int = FRAMES) -> None:
        self.host = Host(library)
        self.host.start()
        self.usb: Puppet = self.host.task("usb", 5)
        self.user: Puppet = self.host.task("user", 3)
        assert self.usb("model_begin", frames) == OK

    @property
    def model(self) -> object:
        """What the host and the network have seen."""
        return self.host.lib.model

    def keep(self, data: bytes) -> object:
        """Return `data` as memory that C may read."""
        made = self.host.new("uint8_t[]", len(data) + 1)
        self.host.ffi.buffer(made)[0 : len(data)] = data
        return made

    def answer(self, data: bytes = b"", result: int = SUCCESS) -> None:
        assert self.usb("model_answer", result, self.keep(data), len(data)) == 0

    def request(self) -> bytes:
        """Return the last request, 8 bytes."""
        count = self.model.request_count
        return bytes(self.model.requests[(count - 1) % 64])

    def plug(self, device: int = 1, first: bytes = RNDIS) -> None:
        """Let TinyUSB find the interfaces of configuration 0 and set them up."""
        interfaces = [first[at : at + 9] for at in starts(first) if first[at + 3] == 0]
        taken = [self.usb("model_open", device, self.keep(one), 9) for one in interfaces]
        assert all(taken)
        self.usb("model_set_config", device, interfaces[0][2])

    def set_up(self, device: int = 1, address: str = ADDRESS, ecm: bytes = ECM) -> None:
        """Plug an adapter like QEMU's in and answer all that it is asked."""
        self.plug(device)
        heads = [RNDIS, ecm]
        self.answer(DEVICE)
        for data in heads:
            self.answer(data[:9])
            self.answer(data)
        self.answer()
        self.answer()
        self.answer(string(address))
        self.answer()

    def started(self) -> Bench:
        """Return this bench with an adapter that is in use."""
        self.set_up()
        assert self.user("model_start", 0) == OK
        return self

    def counters(self) -> dict[str, int]:
        into = self.host.new("uint32_t[6]")
        self.user("model_counters", 0, into)
        names = ("rx_frames", "rx_dropped", "rx_errors", "tx_frames", "tx_errors", "resets")
        return {name: into[at] for at, name in enumerate(names) if into[at]}

    def moved(self, endpoint: int, length: int, result: int = SUCCESS, first: int = 0) -> None:
        assert self.usb("model_transferred", 1, endpoint, result, length, first) == 1


def starts(data: bytes) -> list[int]:
    """Return where interfaces begin in a configuration."""
    found, at = [], 0
    while at + 9 <= len(data) and data[at] >= 2:
        found += [at] if data[at + 1] == 4 else []
        at += data[at]
    return found


def cdc_ecm_library(host_build: Callable[..., Path]) -> Path:
    """Return the library of what is tested."""
    drivers, theirs = tree() / "drivers", package("tinyusb").base
    folder = drivers / "net/cdc_ecm"
    ours = (folder, drivers / "net", drivers / "usb", drivers / "usb/tinyusb")
    flags = [*(f"-I{one}" for one in ours), "-isystem", str(theirs)]
    return host_build("cdc_ecm", sources=sorted(folder.glob("*.c")), flags=flags, cdef=CDEF)
