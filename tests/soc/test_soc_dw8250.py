# SPDX-License-Identifier: BSD-3-Clause
"""DesignWare 8250: register traces, and the rule that a busy UART keeps its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.soc.conftest import Host

BASE = 0x01C28000
RBR, IER, FCR, LCR, LSR, USR = 0x00, 0x04, 0x08, 0x0C, 0x14, 0x7C
CLOCK_HZ = 24_000_000


class Dw8250:
    """LCR and the divisor latch behind it; `busy` writes of LCR are refused."""

    def __init__(self, host: Host, busy: int = 0) -> None:
        self.bus = host.bus
        self.busy = busy
        self.lcr = 0
        self.divisor = 0
        self.ier = 0
        self.refused = 0
        self.fifo: list[tuple[int, int]] = []
        bus = self.bus
        bus.on_read[BASE + LCR] = lambda: self.lcr
        bus.on_write[BASE + LCR] = self._write_lcr
        bus.on_write[BASE + RBR] = self._write_low
        bus.on_write[BASE + IER] = self._write_high
        bus.on_read[BASE + LSR] = self._status
        bus.on_read[BASE + RBR] = lambda: self.fifo.pop(0)[1] if self.fifo else 0

    def _write_lcr(self, value: int) -> None:
        if self.busy:
            self.busy -= 1
            self.refused += 1
        else:
            self.lcr = value

    def _write_low(self, value: int) -> None:
        if self.lcr & 0x80:
            self.divisor = self.divisor & 0xFF00 | value

    def _write_high(self, value: int) -> None:
        if self.lcr & 0x80:
            self.divisor = value << 8 | self.divisor & 0xFF
        else:
            self.ier = value

    def _status(self) -> int:
        if not self.fifo:
            return 0x60
        errors, data = self.fifo[0]
        # Errors are forgotten by reading.
        self.fifo[0] = (0, data)
        return 0x61 | errors


def start(host: Host, clock_hz: int = CLOCK_HZ, baud: int = 115200) -> int:
    return int(host.lib.dw8250_init(host.lib.host_dw8250(BASE, 32, clock_hz, baud)))


def test_init_programs_8n1_with_fifos(host: Host) -> None:
    uart = Dw8250(host)
    assert start(host) == 0
    assert host.bus.writes(BASE) == [
        (IER, 0),
        (LCR, 0x83),
        (RBR, 13),
        (IER, 0),
        (LCR, 0x03),
        (FCR, 0x41),
    ]
    assert (uart.lcr, uart.divisor) == (0x03, 13)


def test_settings_refused_while_busy_are_written_again_after_a_flush(host: Host) -> None:
    uart = Dw8250(host, busy=3)
    assert start(host) == 0
    assert uart.refused == 3
    assert (uart.lcr, uart.divisor) == (0x03, 13)
    flushes = [value for offset, value in host.bus.writes(BASE) if offset == FCR]
    assert flushes == [7, 7, 7, 0x41]
    # The refusals raise the busy interrupt, which only reading USR ends.
    assert host.bus.reads(BASE)[-1] == USR


def test_a_line_that_is_never_silent_is_reported_and_leaves_the_settings(host: Host) -> None:
    uart = Dw8250(host, busy=1 << 60)
    uart.lcr = 0x03
    host.stick(BASE + LCR, 0x03)
    assert start(host) == -16
    assert uart.divisor == 0
    assert host.lib.host_stuck_reads == 100_000


def test_bad_characters_are_counted_and_left_out(host: Host) -> None:
    uart = Dw8250(host)
    start(host)
    uart.fifo = [(0, 0x41), (0x08, 0x42), (0x10, 0x00), (0x02, 0x43), (0x04, 0x44), (0, 0x45)]
    assert host.in_() == b"ACE"
    assert host.lib.host_rx_errors() == 3
    assert host.lib.host_rx_overruns() == 1


def test_a_bad_character_seen_by_the_transmitter_is_not_passed_on_later(host: Host) -> None:
    uart = Dw8250(host)
    start(host)
    uart.fifo = [(0x08, 0x42), (0, 0x43)]
    host.out(b"x")
    assert host.in_() == b"C"
    assert host.lib.host_rx_errors() == 1


def test_interrupts_of_data_and_line_status_are_enabled(host: Host) -> None:
    uart = Dw8250(host)
    device = host.lib.host_dw8250(BASE, 32, CLOCK_HZ, 115200)
    host.lib.dw8250_init(device)
    assert host.lib.dw8250_irq_init(device) == 0
    assert uart.ier == 0x05


def test_busy_interrupt_is_ended_by_reading_the_uart_status(host: Host) -> None:
    Dw8250(host)
    device = host.lib.host_dw8250(BASE, 32, CLOCK_HZ, 115200)
    host.lib.dw8250_init(device)
    host.lib.dw8250_irq_init(device)
    host.bus.on_read[BASE + FCR] = lambda: 0xC7
    host.bus.trace.clear()
    assert host.lib.host_interrupt() == 1
    assert host.bus.reads(BASE) == [FCR, USR, LSR]


def test_timeout_interrupt_with_an_empty_fifo_is_ended_by_a_read(host: Host) -> None:
    Dw8250(host)
    device = host.lib.host_dw8250(BASE, 32, CLOCK_HZ, 115200)
    host.lib.dw8250_init(device)
    host.lib.dw8250_irq_init(device)
    host.bus.on_read[BASE + FCR] = lambda: 0xCC
    host.bus.trace.clear()
    assert host.lib.host_interrupt() == 1
    assert host.bus.reads(BASE) == [FCR, LSR, RBR, LSR]
    assert host.in_() == b""


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    clock_hz=st.integers(min_value=1_000_000, max_value=400_000_000),
    baud=st.sampled_from([50, 300, 9600, 115200, 1_500_000, 3_000_000]),
)
def test_divisor_is_the_nearest_there_is(host: Host, clock_hz: int, baud: int) -> None:
    host.reset()
    uart = Dw8250(host)
    rc = start(host, clock_hz, baud)
    exact = clock_hz / (16 * baud)
    if rc:
        assert rc == -22
        assert exact < 0.5 or exact >= 65535.5
    else:
        assert 1 <= uart.divisor <= 65535
        assert abs(uart.divisor - exact) <= 0.5
