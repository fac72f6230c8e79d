# SPDX-License-Identifier: BSD-3-Clause
"""PHYs as drivers of FreeRTOS+TCP have them handled, over a model of an MDIO bus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.shimhost import Host
from uk_board.tree import tree

S10, S100, AUTO = 1, 2, 3
HALF, FULL = 1, 2
DIRECT, CROSSED = 1, 2
DP83848, KSZ = 0x20005C90, 0x00221560
ANAR, PHYCR = 4, 0x19
CDEF = """
void phy_put(uint32_t address, uint32_t id, uint32_t partner);
void phy_cable(uint32_t address, _Bool link);
void phy_get_stuck(uint32_t address);
uint32_t phy_register(uint32_t address, uint32_t reg);
int phy_find(void);
int phy_configure(uint32_t speed, uint32_t duplex, uint32_t mdix);
int phy_negotiate(void);
int phy_fix(void);
int phy_check(int received);
uint32_t phy_links_up(void);
void phy_found(uint32_t *speed, uint32_t *duplex, uint32_t *id);
"""
# IEEE 802.3-2018, Annex 28B: a selector, then 10 and 100 Mbit/s, each half and full
EVERYTHING, ONLY_10 = 0x1E1, 0x61


@pytest.fixture(scope="session")
def phy_library(host_build: Callable[..., Path]) -> Path:
    shim = tree() / "shim/freertos_tcp"
    flags = [f"-I{shim / 'include'}"]
    return host_build(
        "tcp_phy", sources=[shim / "phy.c", shim / "phy_test.c"], flags=flags, cdef=CDEF
    )


class Bus:
    """PHYs, and a task of a driver that handles them."""

    def __init__(self, library: Path) -> None:
        self.host = Host(library)
        self.lib = self.host.lib
        self.host.start()
        self.task = self.host.task("driver", 3)

    def call(self, name: str, *args: object) -> int:
        call = self.task.call(name, *args)
        for _ in range(100):
            if call.done:
                break
            self.host.advance(50)
        return int(call.result)

    def negotiated(self) -> tuple[int, int]:
        speed, duplex, ident = (self.host.new("uint32_t *") for _ in range(3))
        self.lib.phy_found(speed, duplex, ident)
        return speed[0], duplex[0]


@pytest.fixture
def bus(phy_library: Path) -> Bus:
    return Bus(phy_library)


def test_phys_are_found_wherever_they_are(bus: Bus) -> None:
    assert bus.call("phy_find") == 0
    assert bus.call("phy_configure", AUTO, AUTO, AUTO) == -1
    for address in (0, 7, 31):
        bus.lib.phy_put(address, KSZ, EVERYTHING)
    assert bus.call("phy_find") == 3
    bus.lib.phy_put(5, KSZ, EVERYTHING)
    bus.lib.phy_put(6, KSZ, EVERYTHING)
    assert bus.call("phy_find") == 4


@pytest.mark.parametrize(
    ("partner", "result"),
    [
        (EVERYTHING, (S100, FULL)),
        (0xE1, (S100, HALF)),
        (ONLY_10, (S10, FULL)),
        (0x21, (S10, HALF)),
        # 28B.3: 100 Mbit/s half comes before 10 Mbit/s full
        (0xC1, (S100, HALF)),
    ],
)
@pytest.mark.parametrize("ident", [DP83848, KSZ])
def test_both_sides_agree_on_the_best_they_can(
    bus: Bus, ident: int, partner: int, result: tuple[int, int]
) -> None:
    bus.lib.phy_put(3, ident, partner)
    bus.call("phy_find")
    assert bus.call("phy_configure", AUTO, AUTO, AUTO) == 0
    assert bus.call("phy_negotiate") == 0
    assert bus.negotiated() == result
    assert bus.lib.phy_links_up() == 1


@pytest.mark.parametrize(
    ("speed", "duplex", "offered"),
    [
        (AUTO, AUTO, 0x1E1),
        (S100, AUTO, 0x181),
        (S10, AUTO, 0x61),
        (AUTO, FULL, 0x141),
        (AUTO, HALF, 0xA1),
        (S100, FULL, 0x101),
        (S10, HALF, 0x21),
    ],
)
def test_only_what_is_wanted_is_offered(bus: Bus, speed: int, duplex: int, offered: int) -> None:
    bus.lib.phy_put(1, KSZ, EVERYTHING)
    bus.call("phy_find")
    bus.call("phy_configure", speed, duplex, AUTO)
    assert bus.lib.phy_register(1, ANAR) == offered


def test_a_fixed_speed_is_not_negotiated(bus: Bus) -> None:
    bus.lib.phy_put(1, KSZ, EVERYTHING)
    bus.call("phy_find")
    bus.call("phy_configure", S100, FULL, AUTO)
    bus.call("phy_fix")
    assert bus.lib.phy_register(1, 0) == 0x2100


def test_crossing_is_set_where_it_is_known_how(bus: Bus) -> None:
    bus.lib.phy_put(1, DP83848, EVERYTHING)
    bus.call("phy_find")
    for mdix, bits in ((AUTO, 0x8000), (CROSSED, 0x4000), (DIRECT, 0)):
        bus.call("phy_configure", AUTO, AUTO, mdix)
        assert bus.lib.phy_register(1, PHYCR) == bits


def test_without_a_partner_negotiation_ends_and_there_is_no_link(bus: Bus) -> None:
    bus.lib.phy_put(1, KSZ, 0)
    bus.call("phy_find")
    bus.call("phy_configure", AUTO, AUTO, AUTO)
    assert bus.call("phy_negotiate") == 0
    assert bus.lib.phy_links_up() == 0


def test_one_that_stays_in_reset_holds_up_nobody_for_long(bus: Bus) -> None:
    bus.lib.phy_put(1, KSZ, EVERYTHING)
    bus.lib.phy_get_stuck(1)
    bus.call("phy_find")
    assert bus.call("phy_configure", AUTO, AUTO, AUTO) == 0


def test_a_link_that_goes_and_comes_is_seen_each_time(bus: Bus) -> None:
    bus.lib.phy_put(1, KSZ, EVERYTHING)
    bus.call("phy_find")
    bus.call("phy_configure", AUTO, AUTO, AUTO)
    bus.call("phy_negotiate")
    assert bus.call("phy_check", 0) == 0  # asks, finds what it knew
    bus.lib.phy_cable(1, False)
    assert bus.call("phy_check", 0) == 0  # not asked again before 15 s
    bus.host.advance(15_000)
    assert bus.call("phy_check", 0) == 1
    assert bus.lib.phy_links_up() == 0
    bus.lib.phy_cable(1, True)
    bus.host.advance(1000)
    assert bus.call("phy_check", 0) == 1
    assert bus.lib.phy_links_up() == 1


def test_a_frame_that_came_shows_a_link_without_asking(bus: Bus) -> None:
    bus.lib.phy_put(1, KSZ, 0)
    bus.call("phy_find")
    assert bus.lib.phy_links_up() == 0
    assert bus.call("phy_check", 1) == 1
    assert bus.lib.phy_links_up() == 1
    assert bus.call("phy_check", 1) == 0
