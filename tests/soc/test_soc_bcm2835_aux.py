# SPDX-License-Identifier: BSD-3-Clause
"""Mini UART: register traces and baud rates (BCM2835 ARM Peripherals, 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.soc.conftest import Host

BASE = 0x3F215000
IRQ, ENABLES, IO, IER, IIR, LCR, MCR, LSR, CNTL, BAUD = (
    0x00, 0x04, 0x40, 0x44, 0x48, 0x4C, 0x50, 0x54, 0x60, 0x68,
)  # fmt: skip


def start(host: Host, clock_hz: int = 250_000_000, baud: int = 115200) -> int:
    host.bus.on_read.setdefault(BASE + LSR, lambda: 0x60)
    return int(host.lib.bcm2835_aux_init(host.lib.host_bcm2835_aux(BASE, 61, clock_hz, baud)))


def test_init_programs_8n1_and_leaves_the_spi_masters_alone(host: Host) -> None:
    host.bus.values[BASE + ENABLES] = 0b110
    assert start(host) == 0
    assert host.bus.writes(BASE) == [
        (ENABLES, 0b111),
        (IER, 0),
        (CNTL, 0),
        (LCR, 3),
        (MCR, 0),
        (IIR, 6),
        (BAUD, 270),
        (CNTL, 3),
    ]


def test_receive_interrupt_is_bit_0_with_bits_3_and_2(host: Host) -> None:
    host.bus.on_read[BASE + LSR] = lambda: 0x60
    device = host.lib.host_bcm2835_aux(BASE, 61, 250_000_000, 115200)
    host.lib.bcm2835_aux_init(device)
    host.bus.trace.clear()
    assert host.lib.bcm2835_aux_irq_init(device) == 0
    assert host.bus.writes(BASE) == [(IER, 0x0D)]


def test_interrupt_of_an_spi_master_on_the_shared_line_is_not_claimed(host: Host) -> None:
    host.bus.on_read[BASE + LSR] = lambda: 0x60
    device = host.lib.host_bcm2835_aux(BASE, 61, 250_000_000, 115200)
    host.lib.bcm2835_aux_init(device)
    host.lib.bcm2835_aux_irq_init(device)
    host.bus.values[BASE + IRQ] = 0b110
    host.bus.trace.clear()
    assert host.lib.host_interrupt() == 0
    assert host.bus.reads(BASE) == [IRQ]


def test_an_overrun_is_counted_even_when_the_transmitter_reads_it(host: Host) -> None:
    start(host)
    status = [0x62, 0x60, 0x60]
    host.bus.on_read[BASE + LSR] = lambda: status.pop(0)
    host.out(b"ab")
    assert host.lib.host_rx_overruns() == 1


@pytest.mark.parametrize(
    ("clock_hz", "baud", "expected"),
    [(250_000_000, 115200, 270), (500_000_000, 115200, 542), (400_000_000, 9600, 5207)],
)
def test_baud_register_of_usual_clocks(host: Host, clock_hz: int, baud: int, expected: int) -> None:
    assert start(host, clock_hz, baud) == 0
    assert dict(host.bus.writes(BASE))[BAUD] == expected


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    clock_hz=st.integers(min_value=1_000_000, max_value=1_000_000_000),
    baud=st.sampled_from([110, 300, 1200, 9600, 57600, 115200, 921600, 31_250_000]),
)
def test_baud_register_is_the_nearest_there_is(host: Host, clock_hz: int, baud: int) -> None:
    host.reset()
    rc = start(host, clock_hz, baud)
    exact = clock_hz / (8 * baud) - 1
    if rc:
        assert rc == -22
        assert exact < -0.5 or exact > 65535.5 - 1e-9
    else:
        programmed = dict(host.bus.writes(BASE))[BAUD]
        assert 0 <= programmed <= 65535
        assert abs(programmed - exact) <= 0.5
