# SPDX-License-Identifier: BSD-3-Clause
"""GICv2 against a model of distributor and CPU interface (Arm IHI 0048B)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.soc.conftest import Host

DIST = 0xFF841000
CPU = 0xFF842000
CTLR, TYPER, IGROUPR, ISENABLER, ICENABLER = 0x000, 0x004, 0x080, 0x100, 0x180
ICPENDR, ICACTIVER, IPRIORITYR, ITARGETSR, ICFGR, SGIR = 0x280, 0x380, 0x400, 0x800, 0xC00, 0xF00
GICC_CTLR, PMR, BPR, IAR, EOIR = 0x00, 0x04, 0x08, 0x0C, 0x10
LINES = 224
SPURIOUS = 1023
EDGE, LEVEL = 1, 2


class Gic:
    """Enable bits, triggers and acknowledge of a GIC with `LINES` interrupts."""

    def __init__(self, host: Host, security: bool = False, fixed_ppis: bool = True) -> None:
        self.host = host
        self.enabled: set[int] = set()
        self.pending: list[int] = []
        self.active: list[int] = []
        bus = host.bus
        bus.values[DIST + TYPER] = (LINES // 32 - 1) | (0x400 if security else 0) | 3 << 5
        for word in range(8):
            bus.values[DIST + ITARGETSR + 4 * word] = 0x01010101
        for word in range(LINES // 32):
            self._enable_word(word)
        if fixed_ppis:
            bus.on_read[DIST + ICFGR + 4] = lambda: 0x55540000
        bus.on_read[CPU + IAR] = self._acknowledge
        bus.on_write[CPU + EOIR] = self._end

    def _enable_word(self, word: int) -> None:
        def bits(value: int) -> set[int]:
            return {word * 32 + bit for bit in range(32) if value >> bit & 1}

        def read() -> int:
            return sum(1 << bit for bit in range(32) if word * 32 + bit in self.enabled)

        bus = self.host.bus
        bus.on_write[DIST + ISENABLER + 4 * word] = lambda value: self.enabled.update(bits(value))
        bus.on_write[DIST + ICENABLER + 4 * word] = lambda value: self.enabled.difference_update(
            bits(value)
        )
        bus.on_read[DIST + ISENABLER + 4 * word] = read

    def _acknowledge(self) -> int:
        if not self.pending:
            return SPURIOUS
        self.active.append(self.pending.pop(0))
        return self.active[-1]

    def _end(self, value: int) -> None:
        assert self.active.pop() == value

    def start(self) -> Any:
        """Initialise the driver."""
        device = self.host.lib.host_gicv2(DIST, CPU)
        assert self.host.lib.gicv2_init(device) == 0
        return device


def test_init_masks_everything_before_it_switches_the_controller_on(host: Host) -> None:
    gic = Gic(host)
    gic.enabled = set(range(LINES))
    gic.start()
    assert gic.enabled == set()
    writes = host.bus.writes()
    assert writes[:2] == [(CPU + GICC_CTLR, 0), (DIST + CTLR, 0)]
    assert writes[-4:] == [
        (DIST + CTLR, 1),
        (CPU + PMR, 0xFF),
        (CPU + BPR, 0),
        (CPU + GICC_CTLR, 1),
    ]


def test_init_gives_every_interrupt_one_priority_and_shared_ones_to_this_core(
    host: Host,
) -> None:
    Gic(host).start()
    values = host.bus.values
    for word in range(LINES // 4):
        assert values[DIST + IPRIORITYR + 4 * word] == 0xA0A0A0A0
    for word in range(8, LINES // 4):
        assert values[DIST + ITARGETSR + 4 * word] == 0x01010101
    for word in range(2, LINES // 16):
        assert values[DIST + ICFGR + 4 * word] == 0
    for word in range(LINES // 32):
        assert values[DIST + ICPENDR + 4 * word] == 0xFFFFFFFF
        assert values[DIST + ICACTIVER + 4 * word] == 0xFFFFFFFF


def test_init_writes_nothing_beyond_the_lines_that_there_are(host: Host) -> None:
    Gic(host).start()
    offsets = [offset for offset, _ in host.bus.writes(DIST) if 0 < offset < 0xF00]
    assert IPRIORITYR + LINES not in offsets
    assert ITARGETSR + LINES not in offsets
    assert ICFGR + LINES // 4 not in offsets
    assert ICENABLER + LINES // 8 not in offsets
    # The first 32 belong to this core: targets are read-only, SGIs fixed.
    assert not [offset for offset in offsets if ITARGETSR <= offset < ITARGETSR + 32]
    assert not [offset for offset in offsets if ICFGR <= offset < ICFGR + 8]


def test_init_does_not_touch_the_groups(host: Host) -> None:
    Gic(host, security=True).start()
    assert not [o for o, _ in host.bus.writes(DIST) if IGROUPR <= o < ISENABLER]


def test_secure_init_gives_all_to_the_other_side_when_there_is_one(host: Host) -> None:
    Gic(host, security=True)
    host.lib.gicv2_init_secure(host.lib.host_gicv2(DIST, CPU))
    groups = [(DIST + IGROUPR + 4 * word, 0xFFFFFFFF) for word in range(LINES // 32)]
    assert host.bus.writes() == [
        *groups,
        (DIST + CTLR, 3),
        (CPU + PMR, 0xFF),
        (CPU + GICC_CTLR, 0xB),
    ]


def test_secure_init_does_nothing_without_security_extensions(host: Host) -> None:
    Gic(host)
    host.lib.gicv2_init_secure(host.lib.host_gicv2(DIST, CPU))
    assert host.bus.writes() == []


def test_dispatch_costs_one_read_and_one_write(host: Host) -> None:
    gic = Gic(host)
    gic.start()
    gic.pending = [153, 27]
    host.bus.trace.clear()
    host.lib.host_exception()
    assert host.interrupts == [153]
    assert [(a.what, a.address - CPU, a.value) for a in host.bus.trace] == [
        ("read", IAR, 153),
        ("write", EOIR, 153),
    ]
    # What else is pending enters again.
    host.lib.host_exception()
    assert host.interrupts == [153, 27]


@pytest.mark.parametrize("special", [1020, 1021, 1022, 1023])
def test_special_numbers_are_neither_handled_nor_ended(host: Host, special: int) -> None:
    gic = Gic(host)
    gic.start()
    host.bus.on_read[CPU + IAR] = lambda: special
    host.bus.trace.clear()
    host.lib.host_exception()
    assert host.interrupts == []
    assert host.bus.writes() == []


def test_an_sgi_is_ended_with_the_core_that_raised_it(host: Host) -> None:
    gic = Gic(host)
    gic.start()
    gic.pending = [3 << 10 | 5]
    host.bus.trace.clear()
    host.lib.host_exception()
    assert host.interrupts == [5]
    assert host.bus.writes() == [(CPU + EOIR, 3 << 10 | 5)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(irq=st.integers(min_value=0, max_value=LINES - 1))
def test_every_interrupt_is_unmasked_masked_and_dispatched_alone(host: Host, irq: int) -> None:
    host.reset()
    gic = Gic(host)
    gic.start()
    host.lib.host_unmask(irq)
    assert gic.enabled == {irq}
    gic.pending = [irq]
    host.lib.host_exception()
    assert host.interrupts == [irq]
    assert gic.active == []
    host.lib.host_mask(irq)
    assert gic.enabled == set()


def test_a_shared_interrupt_becomes_edge_triggered_and_level_again(host: Host) -> None:
    gic = Gic(host)
    gic.start()
    assert host.lib.host_configure(97, EDGE) == 0
    assert host.bus.values[DIST + ICFGR + 4 * 6] == 0b1000
    assert host.lib.host_configure(97, LEVEL) == 0
    assert host.bus.values[DIST + ICFGR + 4 * 6] == 0


def test_the_trigger_changes_only_while_the_interrupt_is_masked(host: Host) -> None:
    gic = Gic(host)
    gic.start()
    seen: list[bool] = []
    host.bus.on_write[DIST + ICFGR + 4 * 6] = lambda _: seen.append(97 in gic.enabled)
    host.lib.host_unmask(97)
    host.lib.host_unmask(98)
    host.lib.host_configure(97, EDGE)
    assert seen == [False]
    assert gic.enabled == {97, 98}
    host.lib.host_mask(97)
    host.lib.host_configure(97, LEVEL)
    assert gic.enabled == {98}


def test_the_present_trigger_and_no_trigger_change_nothing(host: Host) -> None:
    Gic(host).start()
    host.bus.trace.clear()
    assert host.lib.host_configure(97, LEVEL) == 0
    assert host.lib.host_configure(97, 0) == 0
    assert host.bus.writes() == []


def test_a_fixed_trigger_is_reported(host: Host) -> None:
    gic = Gic(host)
    gic.start()
    host.lib.host_unmask(27)
    assert host.lib.host_configure(27, EDGE) == -95
    assert gic.enabled == {27}


def test_an_interrupt_beyond_the_last_is_refused(host: Host) -> None:
    gic = Gic(host)
    device = gic.start()
    assert host.lib.host_configure(LINES, EDGE) == -22
    assert host.lib.gicv2_priority_set(device, LINES, 0) == -22
    assert host.lib.gicv2_priority_set(device, 1023, 0) == -22


def test_a_priority_leaves_its_neighbours_alone(host: Host) -> None:
    device = Gic(host).start()
    assert host.lib.gicv2_priority_set(device, 98, 0x10) == 0
    assert host.bus.values[DIST + IPRIORITYR + 96] == 0xA010A0A0
    assert host.lib.gicv2_priority_set(device, 99, 0xF0) == 0
    assert host.bus.values[DIST + IPRIORITYR + 96] == 0xF010A0A0


def test_an_sgi_goes_to_this_core_after_what_was_written_before(host: Host) -> None:
    device = Gic(host).start()
    host.bus.trace.clear()
    host.lib.gicv2_sgi_raise(device, 7)
    assert [(a.what, a.address, a.value) for a in host.bus.trace] == [
        ("dsb ishst", 0, 0),
        ("write", DIST + SGIR, 2 << 24 | 7),
    ]


def test_the_largest_gic_has_1020_interrupts(host: Host) -> None:
    Gic(host)
    host.bus.values[DIST + TYPER] = 0x1F
    host.lib.gicv2_init(host.lib.host_gicv2(DIST, CPU))
    assert host.bus.values[DIST + IPRIORITYR + 1020] == 0xA0A0A0A0
    host.lib.host_unmask(1019)
    assert host.lib.host_configure(1020, LEVEL) == -22
