# SPDX-License-Identifier: BSD-3-Clause
"""Pin multiplexers of BCM2835, BCM2711 and A64: register traces for every pin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.soc.conftest import Host

BASE = 0xFE200000
GPPUD, GPPUDCLK, PUP_PDN = 0x94, 0x98, 0xE4
ALT0, ALT5 = 4, 2
KINDS = (("bcm2835_gpio", 54), ("bcm2711_gpio", 58))


def function(host: Host, kind: str, pin: int, value: int) -> None:
    device = getattr(host.lib, f"host_{kind}")(BASE)
    getattr(host.lib, f"{kind}_function")(device, pin, value)


@pytest.mark.parametrize(("kind", "pins"), KINDS)
def test_every_pin_has_its_three_bits_and_leaves_the_others(
    host: Host, kind: str, pins: int
) -> None:
    for pin in range(pins):
        for value in range(8):
            host.reset()
            register, shift = BASE + pin // 10 * 4, pin % 10 * 3
            before = 0x2AAAAAAA
            host.bus.values[register] = before
            function(host, kind, pin, value)
            expected = before & ~(7 << shift) | value << shift
            assert host.bus.writes() == [(register, expected)]


@pytest.mark.parametrize(("kind", "pins"), KINDS)
def test_console_pins_14_and_15_are_in_the_second_register(
    host: Host, kind: str, pins: int
) -> None:
    function(host, kind, 14, ALT0)
    function(host, kind, 15, ALT0)
    assert host.bus.values[BASE + 4] == 0x00024000
    function(host, kind, 14, ALT5)
    function(host, kind, 15, ALT5)
    assert host.bus.values[BASE + 4] == 0x00012000


@pytest.mark.parametrize("pull", [0, 1, 2])
def test_bcm2835_pull_is_clocked_in_and_the_signals_removed(host: Host, pull: int) -> None:
    for pin in range(54):
        host.reset()
        host.lib.bcm2835_gpio_pull(host.lib.host_bcm2835_gpio(BASE), pin, pull)
        clock = GPPUDCLK + pin // 32 * 4
        assert host.bus.writes(BASE) == [
            (GPPUD, pull),
            (clock, 1 << pin % 32),
            (GPPUD, 0),
            (clock, 0),
        ]


@pytest.mark.parametrize("pull", [0, 1, 2])
def test_bcm2711_pull_is_two_bits_of_its_own(host: Host, pull: int) -> None:
    for pin in range(58):
        host.reset()
        register, shift = BASE + PUP_PDN + pin // 16 * 4, pin % 16 * 2
        host.bus.values[register] = 0x55555555
        host.lib.bcm2711_gpio_pull(host.lib.host_bcm2711_gpio(BASE), pin, pull)
        expected = 0x55555555 & ~(3 << shift) | pull << shift
        assert host.bus.writes() == [(register, expected)]


@pytest.mark.parametrize("value", range(6))
def test_every_pin_of_the_a64_has_its_bits_and_leaves_the_others(host: Host, value: int) -> None:
    for pin in range(256):
        port, n = BASE + pin // 32 * 0x24, pin % 32
        host.reset()
        register, shift = port + n // 8 * 4, n % 8 * 4
        host.bus.values[register] = 0x55555555
        function(host, "sun50i_pio", pin, value)
        expected = 0x55555555 & ~(7 << shift) | value << shift
        assert host.bus.writes() == [(register, expected)]


@pytest.mark.parametrize("value", range(3))
def test_every_pin_of_the_a64_has_its_pull(host: Host, value: int) -> None:
    for pin in range(256):
        port, n = BASE + pin // 32 * 0x24, pin % 32
        host.reset()
        register, shift = port + 0x1C + n // 16 * 4, n % 16 * 2
        host.bus.values[register] = 0xAAAAAAAA
        host.lib.sun50i_pio_pull(host.lib.host_sun50i_pio(BASE), pin, value)
        expected = 0xAAAAAAAA & ~(3 << shift) | value << shift
        assert host.bus.writes() == [(register, expected)]
