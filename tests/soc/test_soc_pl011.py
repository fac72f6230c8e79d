# SPDX-License-Identifier: BSD-3-Clause
"""PL011: register traces and baud rate divisors (Arm DDI 0183G)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.soc.conftest import Host

BASE = 0x3F201000
DR, FR, IBRD, FBRD, LCR_H, CR, IFLS, IMSC, MIS, ICR = (
    0x00, 0x18, 0x24, 0x28, 0x2C, 0x30, 0x34, 0x38, 0x40, 0x44,
)  # fmt: skip


def start(host: Host, clock_hz: int = 48_000_000, baud: int = 115200) -> int:
    host.bus.on_read[BASE + FR] = lambda: 0x10
    return int(host.lib.pl011_init(host.lib.host_pl011(BASE, 57, clock_hz, baud)))


def test_init_programs_8n1_with_fifos_in_the_documented_order(host: Host) -> None:
    assert start(host) == 0
    # 48 MHz / (16 * 115200) = 26.0417: 26 and 3/64 (Arm DDI 0183G, 3.3.6)
    assert host.bus.writes(BASE) == [
        (IMSC, 0),
        (CR, 0),
        (LCR_H, 0),
        (IBRD, 26),
        (FBRD, 3),
        (LCR_H, 0x70),
        (IFLS, 0x0A),
        (ICR, 0x7FF),
        (CR, 0x301),
    ]


def test_init_waits_for_the_firmware_to_finish_its_line(host: Host) -> None:
    busy = iter([0x08, 0x08, 0x08, 0x00])
    host.bus.on_read[BASE + FR] = lambda: next(busy)
    host.lib.pl011_init(host.lib.host_pl011(BASE, 57, 48_000_000, 115200))
    trace = [(access.what, access.address - BASE) for access in host.bus.trace]
    assert trace[:6] == [("write", IMSC)] + [("read", FR)] * 4 + [("write", CR)]


def test_init_leaves_the_line_alone_when_the_clock_cannot_give_the_rate(host: Host) -> None:
    assert start(host, clock_hz=100, baud=115200) == -22
    assert host.bus.writes(BASE) == [(IMSC, 0), (ICR, 0x7FF), (CR, 0x301)]


def test_irq_init_unmasks_receive_and_timeout_and_takes_what_came_before(host: Host) -> None:
    start(host)
    fifo = [ord("a"), ord("b")]
    host.bus.on_read[BASE + FR] = lambda: 0 if fifo else 0x10
    host.bus.on_read[BASE + DR] = lambda: fifo.pop(0)
    device = host.lib.host_pl011(BASE, 57, 48_000_000, 115200)
    host.lib.pl011_init(device)
    host.bus.trace.clear()
    assert host.lib.pl011_irq_init(device) == 0
    assert host.bus.writes(BASE) == [(IMSC, 0x50)]
    assert host.in_() == b"ab"


class Receiver:
    """FIFO and interrupts of the receive side; `line` is what keeps coming in."""

    def __init__(self, host: Host, line: bytes, depth: int = 16) -> None:
        self.line = list(line)
        self.depth = depth
        self.fifo: list[int] = []
        self.raised = 0
        bus = host.bus
        bus.on_read[BASE + FR] = lambda: 0 if self.fifo else 0x10
        bus.on_read[BASE + DR] = self._pop
        bus.on_read[BASE + MIS] = lambda: self.raised
        bus.on_write[BASE + ICR] = self._clear
        self.device = host.lib.host_pl011(BASE, 57, 48_000_000, 115200)
        host.lib.pl011_init(self.device)
        host.lib.pl011_irq_init(self.device)
        self.refill()

    def refill(self) -> None:
        """Take from the line what the FIFO has room for; crossing its mark interrupts."""
        while self.line and len(self.fifo) < self.depth:
            self.fifo.append(self.line.pop(0))
            if len(self.fifo) == 1:
                self.raised = 0x10

    def _pop(self) -> int:
        value = self.fifo.pop(0)
        if not self.fifo:
            self.raised = 0
        self.refill()
        return value

    def _clear(self, value: int) -> None:
        self.raised &= ~value


def test_input_that_never_pauses_is_taken_in_several_interrupts(host: Host) -> None:
    line = bytes(range(200))
    receiver = Receiver(host, line)
    interrupts = 0
    while receiver.raised:
        assert host.lib.host_interrupt() == 1
        interrupts += 1
    assert host.in_() == line
    assert interrupts == 4


def test_an_interrupt_without_a_character_is_cleared(host: Host) -> None:
    receiver = Receiver(host, b"")
    receiver.raised = 0x40
    host.bus.trace.clear()
    assert host.lib.host_interrupt() == 1
    assert host.bus.writes(BASE) == [(ICR, 0x40)]


def test_an_interrupt_with_a_character_writes_nothing(host: Host) -> None:
    Receiver(host, b"x")
    host.bus.trace.clear()
    assert host.lib.host_interrupt() == 1
    assert host.bus.writes(BASE) == []
    assert host.in_() == b"x"


def test_errors_are_counted_and_bad_characters_left_out(host: Host) -> None:
    start(host)
    fifo = [0x041, 0x142, 0x243, 0x400, 0x844, 0x945]
    host.bus.on_read[BASE + FR] = lambda: 0 if fifo else 0x10
    host.bus.on_read[BASE + DR] = lambda: fifo.pop(0)
    assert host.in_() == b"AD"
    assert host.lib.host_rx_errors() == 4
    assert host.lib.host_rx_overruns() == 2


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    clock_hz=st.integers(min_value=1_000_000, max_value=200_000_000),
    baud=st.sampled_from([300, 1200, 9600, 57600, 115200, 230400, 921600, 1_000_000, 3_000_000]),
)
@example(clock_hz=3_000_000, baud=115200)
@example(clock_hz=48_000_000, baud=3_000_000)
@example(clock_hz=24_000_000, baud=115200)
def test_divisor_is_the_nearest_there_is(host: Host, clock_hz: int, baud: int) -> None:
    host.reset()
    rc = start(host, clock_hz, baud)
    exact = clock_hz * 64 / (16 * baud)
    if rc:
        assert rc == -22
        assert exact < 64 or exact > 65535 * 64
        return
    programmed = dict(host.bus.writes(BASE))
    assert 1 <= programmed[IBRD] <= 65535
    assert 0 <= programmed[FBRD] <= 63
    assert abs(programmed[IBRD] * 64 + programmed[FBRD] - exact) <= 0.5
