# SPDX-License-Identifier: BSD-3-Clause
"""A network driver over the model of its device, with the shim on the host below it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from uk_board.shimhost import Host, Puppet
from uk_board.tree import tree

OK, BUSY, DOWN, LENGTH = 0, -1, -2, -3
NO_DEVICE, TIMEOUT, MEMORY, ADDRESS = -4, -5, -6, -7
OWN = bytes.fromhex("02aabbccdd01")
BROADCAST, GROUP = b"\xff" * 6, bytes.fromhex("333300000001")
OTHER = bytes.fromhex("02aabbccdd02")
CDEF = """
uint32_t wire_sent(uint8_t *into);
int user_start(void);
void user_stop(void);
int user_promiscuous(uint32_t on);
int user_send(const uint8_t *bytes, uint32_t len);
uint32_t user_received(uint8_t *into);
void user_limit(uint32_t frames);
void user_shift(uint32_t bytes);
uint32_t user_out(void);
uint32_t user_faults(void);
uint32_t user_events(uint32_t *link_changes);
uint32_t user_link(void);
uint32_t user_attached(void);
void user_counters(uint32_t *six);
void user_address(uint8_t *into);
void model_reset(uint32_t interrupt, uint32_t variant);
int model_init(void);
void model_address(const uint8_t *address);
void model_partner(uint32_t cable, uint32_t mbps, uint32_t full_duplex);
void model_fault(uint32_t which, uint32_t value);
void model_turn(uint32_t frames);
void model_wire(const uint8_t *bytes, uint32_t len, uint32_t errors);
uint32_t model_garbled(void);
"""


@dataclass(frozen=True)
class Nic:
    """A driver's folder, what its model calls its faults, and what the device can.

    `tx`: frames that it takes when nothing gets on, `copied` of which it gives back at once;
    `rx`: frames that it holds to receive into.
    """

    name: str
    faults: tuple[str, ...]
    variants: tuple[int, ...]
    rx_error: int
    tx: int = 16
    rx: int = 32
    copied: int = 0
    speeds: tuple[int, ...] = (10, 100, 1000)
    cdef: str = ""
    without: tuple[str, ...] = ()

    def build(self, host_build: Callable[..., Path]) -> Path:
        """Return the library of the driver, its model, and the shim."""
        net = tree() / "drivers/net"
        folders = (net / self.name, net / "mac", net / "mii", net, net.parent)
        found = [file for folder in folders for file in sorted(folder.glob("*.c"))]
        sources = [file for file in found if file.name not in self.without]
        flags = ["-DMMIO_RECORDED", *(f"-I{folder}" for folder in folders)]
        return host_build(self.name, sources=sources, flags=flags, cdef=CDEF + self.cdef)


GENET = Nic(
    "bcm_genet",
    (
        *("mdio_stuck", "absent", "in_reset", "tx_stall", "rx_stall", "endless"),
        *("tx_index", "rx_index", "rx_endless"),
    ),
    variants=(0, 1, 3),
    rx_error=0x02,
    cdef="""
void model_revision(uint32_t major);
void model_firmware(const uint8_t *address, uint32_t refusing);
void model_absent(void);
""",
)


EMAC = Nic(
    "sun8i_emac",
    ("mdio_stuck", "absent", "in_reset", "tx_stall", "rx_stall", "endless", "reset_stuck"),
    variants=(0, 1),
    rx_error=0x02,
    cdef="void model_sid(const uint32_t *four); uint32_t model_others(void);",
)


LAN9514 = Nic(
    "lan9514",
    ("mdio_stuck", "absent", "in_reset", "tx_stall", "rx_stall", "reset_stuck", "silent"),
    variants=(0,),
    rx_error=0x8002,
    # Eight wait, and one is copied for its transfer.
    tx=9,
    rx=0,
    copied=1,
    speeds=(10, 100),
    cdef="""
void model_eeprom(const uint8_t *address);
void model_raw(const uint8_t *bytes, uint32_t len, uint32_t good);
void model_plug(uint32_t in);
void model_chip(uint32_t id);
uint32_t model_restarts(void);
""",
    without=("lan9514_usb.c", "lan9514_usb_test.c"),
)


class Counters(NamedTuple):
    """struct net_counters."""

    rx_frames: int
    tx_frames: int
    rx_dropped: int
    rx_errors: int
    tx_errors: int
    resets: int


def frame(length: int, seed: int = 0, to: bytes = OWN) -> bytes:
    """Return a frame of `length` bytes whose payload depends on `seed`."""
    body = bytes((seed * 31 + n * 7 + (n >> 8)) & 0xFF for n in range(max(0, length - 14)))
    return (to + OTHER + b"\x88\xb5" + body)[:length]


class Bench:
    """A model of the machine, a world of tasks, and one task that uses the driver."""

    def __init__(self, nic: Nic, library: Path, interrupt: bool, variant: int) -> None:
        self.nic = nic
        self.host = Host(library)
        self.lib = self.host.lib
        self.lib.model_reset(interrupt, variant)
        self.lib.model_address(self.host.new("uint8_t[6]", OWN))
        self.host.start()
        self.task: Puppet = self.host.task("user", 3)
        self._room = self.host.new("uint8_t[4096]")

    # ---- The driver ----

    def call(self, name: str, *args: object, within_ms: int = 5000) -> int:
        """Make a call, letting time pass until it returns: it must, in that time."""
        call = self.task.call(name, *args)
        for _ in range(within_ms):
            if call.done:
                return int(call.result or 0)
            self.host.advance(1)
        raise AssertionError(f"{name} hangs")

    def up(self, mbps: int = 1000, full: bool = True) -> Bench:
        """Bring it to where frames can be sent."""
        assert self.call("model_init") == OK
        assert self.call("user_start") == OK
        self.partner(mbps, full)
        assert self.lib.user_link() == 1
        return self

    def partner(self, mbps: int, full: bool = True) -> None:
        """Plug in a cable; 0: pull it. Then let the driver notice."""
        self.lib.model_partner(mbps > 0, mbps, full)
        self.host.advance(1000)

    def fault(self, which: str, value: int = 1) -> None:
        """Break the device, or mend it by 0."""
        self.lib.model_fault(self.nic.faults.index(which), value)

    def post(self, data: bytes) -> int:
        """Send a frame that stays in the device until a turn."""
        into = self.host.ffi.new("uint8_t[]", data)
        return int(self.task("user_send", into, len(data)))

    def turn(self, frames: int = 1) -> None:
        """Let frames leave, and the driver notice."""
        self.lib.model_turn(frames)
        self.host.advance(2)

    def send(self, data: bytes) -> int:
        result = self.post(data)
        self.turn()
        return result

    def sent(self) -> list[bytes]:
        """Return what has left on the wire since the last call."""
        return list(iter(lambda: self._take("wire_sent"), b""))

    def arrive(self, data: bytes, errors: int = 0) -> None:
        """Let a frame arrive, and the driver notice."""
        self.lib.model_wire(self.host.ffi.new("uint8_t[]", data), len(data), errors)
        self.host.advance(2)

    def received(self) -> list[bytes]:
        """Return what the driver has handed over since the last call."""
        return list(iter(lambda: self._take("user_received"), b""))

    def _take(self, name: str) -> bytes:
        length = getattr(self.lib, name)(self._room)
        return bytes(self.host.ffi.buffer(self._room, length))

    # ---- What is known of it ----

    @property
    def link(self) -> bool:
        return bool(self.lib.user_link())

    @property
    def out(self) -> int:
        """Frames that the driver has."""
        return int(self.lib.user_out())

    @property
    def counters(self) -> Counters:
        six = self.host.ffi.new("uint32_t[6]")
        self.lib.user_counters(six)
        return Counters(*six)

    @property
    def events(self) -> tuple[int, int]:
        """How often there was room again, and how often the link changed."""
        changes = self.host.ffi.new("uint32_t *")
        return int(self.lib.user_events(changes)), int(changes[0])

    def sound(self) -> bool:
        """Whether no frame was lost, used twice, or spoilt, and none left as noise."""
        return (int(self.lib.user_faults()), int(self.lib.model_garbled())) == (0, 0)
