# SPDX-License-Identifier: BSD-3-Clause
"""What all UART drivers do alike: console in and out, ring, interrupts, dead hardware."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.soc.conftest import Host

BASE = 0xFE201000
IRQ = 153
IRQ_NONE = 0xFFFFFFFF
RING = 256


class Uart:
    """A UART of a kind on the bus: what it has sent, what waits in its FIFO."""

    driver = ""
    clock_hz = 48_000_000
    # The register and value that say "the transmitter is full" for ever.
    dead = (0, 0)

    def __init__(self, host: Host, irq: int = IRQ) -> None:
        self.host = host
        self.sent = bytearray()
        self.fifo: list[int] = []
        self.connect()
        make = getattr(host.lib, f"host_{self.driver}")
        self.device: Any = make(BASE, irq, self.clock_hz, 115200)

    def connect(self) -> None:
        """Put the registers on the bus."""
        raise AssertionError(f"{self.driver} has no register model")

    def init(self) -> int:
        """Call the driver's init."""
        return int(getattr(self.host.lib, f"{self.driver}_init")(self.device))

    def irq_init(self) -> int:
        """Call the driver's irq_init."""
        return int(getattr(self.host.lib, f"{self.driver}_irq_init")(self.device))

    def flush(self) -> None:
        """Call the driver's flush."""
        getattr(self.host.lib, f"{self.driver}_flush")(self.device)

    def pop(self) -> int:
        """Take one entry off the receive FIFO."""
        return self.fifo.pop(0) if self.fifo else 0

    def interrupt(self) -> int:
        """Raise the UART's interrupt."""
        return int(self.host.lib.host_interrupt())


class Pl011(Uart):
    driver = "pl011"
    dead = (0x18, 0x20)

    def connect(self) -> None:
        bus = self.host.bus
        bus.on_write[BASE] = self.sent.append
        bus.on_read[BASE] = self.pop
        bus.on_read[BASE + 0x18] = lambda: 0 if self.fifo else 0x10
        bus.on_read[BASE + 0x40] = lambda: 0x10 if self.fifo else 0


class MiniUart(Uart):
    driver = "bcm2835_aux"
    clock_hz = 250_000_000
    dead = (0x54, 0x00)

    def connect(self) -> None:
        bus = self.host.bus
        bus.on_write[BASE + 0x40] = self.sent.append
        bus.on_read[BASE + 0x40] = self.pop
        bus.on_read[BASE + 0x54] = lambda: 0x60 | bool(self.fifo)
        bus.on_read[BASE] = lambda: int(bool(self.fifo))


class Dw8250(Uart):
    driver = "dw8250"
    clock_hz = 24_000_000
    dead = (0x14, 0x00)

    def connect(self) -> None:
        bus = self.host.bus
        bus.on_write[BASE] = self._write
        bus.on_read[BASE] = self.pop
        bus.on_read[BASE + 0x14] = lambda: 0x60 | bool(self.fifo)
        bus.on_read[BASE + 0x08] = lambda: 0xC4 if self.fifo else 0xC1

    def _write(self, value: int) -> None:
        if not self.host.bus.values.get(BASE + 0x0C, 0) & 0x80:
            self.sent.append(value)


KINDS = (Pl011, MiniUart, Dw8250)


@pytest.fixture(params=KINDS, ids=[kind.driver for kind in KINDS])
def uart(request: pytest.FixtureRequest, host: Host) -> Uart:
    """Each kind of UART, initialised, receiving by interrupt."""
    kind: type[Uart] = request.param
    uart = kind(host)
    assert uart.init() == 0
    assert uart.irq_init() == 0
    host.bus.trace.clear()
    return uart


@pytest.fixture(params=KINDS, ids=[kind.driver for kind in KINDS])
def polled(request: pytest.FixtureRequest, host: Host) -> Uart:
    """Each kind of UART, initialised, on a machine that delivers no interrupt."""
    kind: type[Uart] = request.param
    uart = kind(host, IRQ_NONE)
    assert uart.init() == 0
    assert uart.irq_init() == 0
    return uart


def test_output_reaches_the_line_with_carriage_returns(uart: Uart) -> None:
    assert uart.host.out(b"one\ntwo\n\n") == 9
    assert uart.sent == b"one\r\ntwo\r\n\r\n"


def test_output_of_any_byte_is_not_sign_extended(uart: Uart) -> None:
    uart.host.out(bytes([0x80, 0xFF, 0x00]))
    assert uart.sent == bytes([0x80, 0xFF, 0x00])


def test_each_character_is_checked_and_written_with_interrupts_masked(uart: Uart) -> None:
    uart.host.out(b"x")
    assert [access.masked for access in uart.host.bus.trace] == [True, True]
    assert not uart.host.lib.host_irqs_masked


def test_output_does_not_unmask_interrupts_of_a_crash(uart: Uart) -> None:
    uart.host.lib.host_irqs_masked = 1
    uart.host.out(b"x")
    assert uart.host.lib.host_irqs_masked == 1


def test_a_dead_transmitter_is_waited_for_once_and_what_is_dropped_is_counted(
    uart: Uart,
) -> None:
    host = uart.host
    register, value = uart.dead
    host.stick(BASE + register, value)
    assert host.out(b"abc") == 3
    # A million for the first character, then one look each.
    assert host.lib.host_stuck_reads == 1_000_000 + 2
    assert host.lib.host_tx_dropped() == 3
    assert uart.sent == b""


def test_a_transmitter_that_comes_back_is_used_again(uart: Uart) -> None:
    host = uart.host
    register, value = uart.dead
    host.stick(BASE + register, value)
    host.out(b"a")
    host.stick(0, 0)
    host.out(b"bc")
    assert uart.sent == b"bc"
    assert host.lib.host_tx_dropped() == 1


def test_flush_of_a_dead_uart_ends(uart: Uart) -> None:
    # Every busy flag at once: PL011 has it set, the other two have "idle" clear.
    uart.host.stick(BASE + uart.dead[0], 0x08 if uart.driver == "pl011" else 0)
    uart.flush()
    assert uart.host.lib.host_stuck_reads == 1_000_000


def test_input_is_received_by_interrupt(uart: Uart) -> None:
    host = uart.host
    assert host.lib.host_registered_irq == IRQ
    assert host.in_() == b""
    uart.fifo += b"hello"
    assert uart.interrupt() == 1
    assert uart.fifo == []
    assert host.in_() == b"hello"
    assert host.in_() == b""


def test_reading_with_interrupts_on_does_not_touch_the_uart(uart: Uart) -> None:
    uart.fifo += b"x"
    assert uart.host.in_() == b""
    assert uart.host.bus.trace == []


def test_an_interrupt_of_another_device_on_the_line_is_not_claimed(uart: Uart) -> None:
    assert uart.interrupt() == 0


def test_input_of_a_few_bytes_leaves_the_rest(uart: Uart) -> None:
    uart.fifo += b"abcdef"
    uart.interrupt()
    assert uart.host.in_(4) == b"abcd"
    assert uart.host.in_(4) == b"ef"


def test_a_full_ring_keeps_the_oldest_and_counts_what_is_lost(uart: Uart) -> None:
    data = bytes(range(256)) + b"0123456789"
    for byte in data:
        uart.fifo.append(byte)
        assert uart.interrupt() == 1
    assert uart.host.lib.host_rx_lost() == 10
    assert uart.host.in_() == data[:RING]
    uart.fifo += b"again"
    uart.interrupt()
    assert uart.host.in_() == b"again"


def test_an_interrupt_ends_when_data_ready_is_stuck(uart: Uart) -> None:
    endless = {"pl011": (0x18, 0x00), "bcm2835_aux": (0x54, 0x61), "dw8250": (0x14, 0x61)}
    uart.fifo += b"x"
    register, value = endless[uart.driver]
    uart.host.stick(BASE + register, value)
    assert uart.interrupt() == 1
    assert uart.host.lib.host_stuck_reads <= 256


def test_input_works_without_interrupts(polled: Uart) -> None:
    assert polled.interrupt() == -1
    polled.fifo += b"polled"
    assert polled.host.in_() == b"polled"


def test_input_works_before_interrupts_are_set_up(host: Host) -> None:
    for kind in KINDS:
        host.reset()
        uart = kind(host)
        uart.init()
        uart.fifo += b"early"
        assert host.in_() == b"early"


def test_a_refused_registration_is_reported_and_polling_goes_on(host: Host) -> None:
    for kind in KINDS:
        host.reset()
        host.lib.host_register_rc = -12
        uart = kind(host)
        uart.init()
        assert uart.irq_init() == -12
        uart.fifo += b"still"
        assert host.in_() == b"still"


def test_an_impossible_baud_rate_is_an_error_but_the_console_works(host: Host) -> None:
    for kind in KINDS:
        for clock_hz, baud in ((0, 115200), (1_000, 115200), (4_000_000_000, 10), (48, 0)):
            host.reset()
            uart = kind(host)
            uart.device = getattr(host.lib, f"host_{kind.driver}")(BASE, IRQ, clock_hz, baud)
            assert uart.init() == -22, (kind.driver, clock_hz, baud)
            host.out(b"text")
            assert uart.sent == b"text"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.one_of(st.binary(max_size=40), st.integers(min_value=1, max_value=80)), max_size=40
    )
)
@pytest.mark.parametrize("kind", KINDS)
def test_any_mix_of_receiving_and_reading_keeps_order_and_count(
    host: Host, kind: type[Uart], steps: list[bytes | int]
) -> None:
    host.reset()
    uart = kind(host)
    uart.init()
    uart.irq_init()
    expected = bytearray()
    lost = 0
    for step in steps:
        if isinstance(step, int):
            got = host.in_(step)
            assert got == bytes(expected[:step])
            del expected[:step]
            continue
        uart.fifo += step
        uart.interrupt()
        room = RING - len(expected)
        expected += step[:room]
        lost += max(0, len(step) - room)
    assert host.in_() == bytes(expected)
    assert host.lib.host_rx_lost() == lost
