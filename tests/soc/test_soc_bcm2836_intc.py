# SPDX-License-Identifier: BSD-3-Clause
"""BCM2836/BCM2835 interrupt controllers against a model: every source, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.soc.conftest import Host

LOCAL = 0x40000000
ARM = 0x3F00B200
GPU_ROUTING, PMU_SET, PMU_CLEAR, LOCAL_ROUTING, TIMER_CONTROL = 0x0C, 0x10, 0x14, 0x24, 0x34
TIMER_IRQS, MAILBOX_IRQS, SOURCE, MAILBOX_SET, MAILBOX_CLEAR = 0x40, 0x50, 0x60, 0x80, 0xC0
BASIC, PENDING, FIQ, ENABLE, ENABLE_BASIC = 0x00, 0x04, 0x0C, 0x10, 0x18
DISABLE, DISABLE_BASIC = 0x1C, 0x24
GPU, BASIC_BASE, COUNT = 32, 96, 104
# BCM2835 ARM Peripherals, 7.5: GPU interrupts that the basic register repeats
SHORT = (7, 9, 10, 18, 19, 53, 54, 55, 56, 57, 62)
LOCAL_SOURCES = (0, 1, 2, 3, 4, 5, 6, 7, 9, 11)
NUMBERS = (*LOCAL_SOURCES, *range(GPU, COUNT))


class Intc:
    """Lines that are raised, masks in front of them, pending registers behind.

    `repeats`: QEMU also counts a repeated interrupt in bits 8 and 9 of the
    basic pending register; silicon does not.
    """

    def __init__(self, host: Host, repeats: bool = False) -> None:
        self.host = host
        self.repeats = repeats
        self.raised: set[int] = set()
        self.enabled: set[int] = set()
        bus = host.bus
        bus.on_read[LOCAL + SOURCE] = self._source
        bus.on_read[ARM + BASIC] = self._basic
        for bank in range(2):
            bus.on_read[ARM + PENDING + 4 * bank] = self._pending(bank)
            self._mask_bank(ENABLE + 4 * bank, DISABLE + 4 * bank, GPU + 32 * bank)
        self._mask_bank(ENABLE_BASIC, DISABLE_BASIC, BASIC_BASE)

    def _mask_bank(self, enable: int, disable: int, first: int) -> None:
        def numbers(value: int) -> set[int]:
            return {first + bit for bit in range(32) if value >> bit & 1}

        bus = self.host.bus
        bus.on_write[ARM + enable] = lambda value: self.enabled.update(numbers(value))
        bus.on_write[ARM + disable] = lambda value: self.enabled.difference_update(numbers(value))

    def _live(self) -> set[int]:
        return self.raised & self.enabled

    def _source(self) -> int:
        values = self.host.bus.values
        timers = values.get(LOCAL + TIMER_IRQS, 0)
        mailboxes = values.get(LOCAL + MAILBOX_IRQS, 0)
        mask = timers | mailboxes << 4 | (values.get(LOCAL + PMU_SET, 0) & 1) << 9
        mask |= bool(values.get(LOCAL + TIMER_CONTROL, 0) & 1 << 29) << 11
        source = sum(1 << number for number in self.raised if number < GPU) & mask
        return source | (bool(self._live()) << 8)

    def _basic(self) -> int:
        value = 0
        for number in self._live():
            gpu = number - GPU
            if number >= BASIC_BASE:
                value |= 1 << (number - BASIC_BASE)
                continue
            if gpu in SHORT:
                value |= 1 << (10 + SHORT.index(gpu))
            if gpu not in SHORT or self.repeats:
                value |= 1 << (8 + gpu // 32)
        return value

    def _pending(self, bank: int) -> Any:
        return lambda: sum(
            1 << (number - GPU) % 32
            for number in self._live()
            if number < BASIC_BASE and (number - GPU) // 32 == bank
        )

    def start(self) -> Any:
        """Initialise the driver."""
        device = self.host.lib.host_bcm2836_intc(LOCAL, ARM)
        assert self.host.lib.bcm2836_intc_init(device) == 0
        return device


def test_init_masks_everything_and_routes_to_core_0_without_fiq(host: Host) -> None:
    host.bus.values[LOCAL + TIMER_CONTROL] = 0x30001234
    Intc(host).start()
    assert host.bus.writes(LOCAL)[:6] == [
        (GPU_ROUTING, 0),
        (PMU_CLEAR, 0xFF),
        (LOCAL_ROUTING, 0),
        (TIMER_CONTROL, 0x10001234),
        (TIMER_IRQS, 0),
        (MAILBOX_IRQS, 0),
    ]
    assert host.bus.writes(ARM)[6:] == [
        (FIQ, 0),
        (DISABLE, 0xFFFFFFFF),
        (DISABLE + 4, 0xFFFFFFFF),
        (DISABLE_BASIC, 0xFF),
    ]


@pytest.mark.parametrize("repeats", [False, True], ids=["silicon", "qemu"])
@pytest.mark.parametrize("number", NUMBERS)
def test_every_source_is_dispatched_by_its_number(host: Host, number: int, repeats: bool) -> None:
    intc = Intc(host, repeats)
    intc.start()
    intc.raised = {number}
    host.lib.host_exception()
    assert host.interrupts == []
    host.lib.host_unmask(number)
    host.lib.host_exception()
    assert host.interrupts == [number]
    host.lib.host_mask(number)
    if number != 9:  # the model's PMU has two registers
        host.lib.host_exception()
    assert host.interrupts == [number]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raised=st.sets(st.sampled_from([n for n in NUMBERS if n != 9])), repeats=st.booleans())
def test_all_pending_ones_are_served_by_entering_again(
    host: Host, raised: set[int], repeats: bool
) -> None:
    host.reset()
    intc = Intc(host, repeats)
    intc.start()
    for number in raised:
        host.lib.host_unmask(number)
    intc.raised = set(raised)
    for _ in range(len(raised)):
        host.lib.host_exception()
        intc.raised.discard(host.interrupts[-1])
    assert set(host.interrupts) == raised
    assert len(host.interrupts) == len(raised)
    host.lib.host_exception()
    assert len(host.interrupts) == len(raised)


def test_a_timer_interrupt_costs_one_read(host: Host) -> None:
    intc = Intc(host)
    intc.start()
    host.lib.host_unmask(3)
    intc.raised = {3}
    host.bus.trace.clear()
    host.lib.host_exception()
    assert [access.address for access in host.bus.trace] == [LOCAL + SOURCE]


def test_a_repeated_gpu_interrupt_costs_two_reads(host: Host) -> None:
    intc = Intc(host)
    intc.start()
    host.lib.host_unmask(GPU + 57)
    intc.raised = {GPU + 57}
    host.bus.trace.clear()
    host.lib.host_exception()
    assert [access.address for access in host.bus.trace] == [LOCAL + SOURCE, ARM + BASIC]


def test_an_interrupt_that_went_away_is_no_interrupt(host: Host) -> None:
    intc = Intc(host)
    intc.start()
    host.bus.on_read[LOCAL + SOURCE] = lambda: 1 << 8
    host.lib.host_exception()
    host.bus.on_read[ARM + BASIC] = lambda: 1 << 9
    host.lib.host_exception()
    assert host.interrupts == []
    assert intc.raised == set()


def test_unmasking_one_timer_keeps_the_others(host: Host) -> None:
    Intc(host).start()
    host.lib.host_unmask(3)
    host.lib.host_unmask(1)
    assert host.bus.values[LOCAL + TIMER_IRQS] == 0b1010
    host.lib.host_mask(3)
    assert host.bus.values[LOCAL + TIMER_IRQS] == 0b0010


def test_performance_monitor_has_a_set_and_a_clear_register(host: Host) -> None:
    Intc(host).start()
    host.bus.trace.clear()
    host.lib.host_unmask(9)
    host.lib.host_mask(9)
    assert host.bus.writes(LOCAL) == [(PMU_SET, 1), (PMU_CLEAR, 1)]


@pytest.mark.parametrize("number", [8, 10, 12, 31, COUNT, 255])
def test_a_number_that_is_no_interrupt_is_refused(host: Host, number: int) -> None:
    Intc(host).start()
    assert host.lib.host_configure(number, 0) == -22


@pytest.mark.parametrize("number", NUMBERS)
def test_every_interrupt_is_level_triggered(host: Host, number: int) -> None:
    Intc(host).start()
    assert host.lib.host_configure(number, 0) == 0
    assert host.lib.host_configure(number, 2) == 0
    assert host.lib.host_configure(number, 1) == -95


def test_a_mailbox_is_raised_and_taken_back(host: Host) -> None:
    device = Intc(host).start()
    host.bus.trace.clear()
    host.lib.bcm2836_intc_mailbox_raise(device, 2)
    host.lib.bcm2836_intc_mailbox_clear(device, 2)
    assert [(a.what, a.address, a.value) for a in host.bus.trace] == [
        ("dsb ishst", 0, 0),
        ("write", LOCAL + MAILBOX_SET + 8, 1),
        ("write", LOCAL + MAILBOX_CLEAR + 8, 0xFFFFFFFF),
    ]
