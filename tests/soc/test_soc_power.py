# SPDX-License-Identifier: BSD-3-Clause
"""Power-off and reset: the Raspberry Pi's watchdog, and PSCI calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.soc.conftest import Host

PM = 0x3F100000
RSTC, RSTS, WDOG = 0x1C, 0x20, 0x24
PASSWORD = 0x5A000000
AUTO, SMC, HVC = 0, 1, 2


@pytest.fixture
def watchdog(host: Host) -> Any:
    """A watchdog that does not bite."""
    host.stick(PM + WDOG, 0)
    return host.lib.host_bcm2835_pm(PM)


def test_watchdog_power_off_asks_for_partition_63(host: Host, watchdog: Any) -> None:
    host.bus.values = {PM + RSTC: 0x00000102, PM + RSTS: 0x00001001}
    host.lib.bcm2835_pm_power_off(watchdog)
    assert host.bus.writes(PM) == [
        (RSTS, PASSWORD | 0x1555),
        (WDOG, PASSWORD | 328),
        (RSTC, PASSWORD | 0x122),
    ]


def test_watchdog_reset_asks_for_partition_0(host: Host, watchdog: Any) -> None:
    host.bus.values = {PM + RSTC: 0x00000132, PM + RSTS: 0x00001555}
    host.lib.bcm2835_pm_reset(watchdog)
    assert host.bus.writes(PM) == [
        (RSTS, PASSWORD | 0x1000),
        (WDOG, PASSWORD | 328),
        (RSTC, PASSWORD | 0x122),
    ]


def test_every_watchdog_write_carries_the_password_whatever_was_read(
    host: Host, watchdog: Any
) -> None:
    host.bus.values = {PM + RSTC: 0xFFFFFFFF, PM + RSTS: 0xFFFFFFFF}
    host.lib.bcm2835_pm_reset(watchdog)
    assert [value >> 24 for _, value in host.bus.writes(PM)] == [0x5A] * 3


def test_a_watchdog_that_does_not_bite_is_waited_for_a_bounded_time(
    host: Host, watchdog: Any
) -> None:
    host.lib.bcm2835_pm_reset(watchdog)
    assert host.lib.host_stuck_reads == 1_000_000


def calls_of(host: Host, answer: int) -> list[tuple[str, int, tuple[int, int, int]]]:
    calls: list[tuple[str, int, tuple[int, int, int]]] = []

    def firmware(conduit: str, function: int, arguments: tuple[int, int, int]) -> int:
        calls.append((conduit, function, arguments))
        return answer

    host.psci = firmware
    return calls


def test_psci_functions_have_their_identifiers(host: Host) -> None:
    calls = calls_of(host, 0)
    device = host.lib.host_psci(SMC)
    host.lib.psci_power_off(device)
    host.lib.psci_reset(device)
    host.lib.psci_cpu_on(device, 0x80000001, 0x80000, 7)
    assert calls == [
        ("smc", 0x84000008, (0, 0, 0)),
        ("smc", 0x84000009, (0, 0, 0)),
        ("smc", 0xC4000003, (0x80000001, 0x80000, 7)),
    ]


@pytest.mark.parametrize(
    ("conduit", "pfr0", "expected"),
    [
        (SMC, 0x0000, "smc"),
        (HVC, 0x2222, "hvc"),
        # QEMU virt: plain, with virtualization=on; Pine64 with Trusted Firmware
        (AUTO, 0x0011, "hvc"),
        (AUTO, 0x0111, "smc"),
        (AUTO, 0x2222, "smc"),
    ],
)
def test_psci_conduit_is_the_boards_or_what_the_processor_shows(
    host: Host, conduit: int, pfr0: int, expected: str
) -> None:
    calls = calls_of(host, 0)
    host.lib.host_sysreg_value = pfr0
    host.lib.psci_reset(host.lib.host_psci(conduit))
    assert [call[0] for call in calls] == [expected]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(0, 0), (-1, -95), (-2, -22), (-3, -1), (-4, -17), (-5, -17), (-6, -5), (-9, -22)],
)
@pytest.mark.parametrize("upper", [0, 1 << 32], ids=["sign", "no sign"])
def test_psci_errors_become_error_numbers(
    host: Host, answer: int, expected: int, upper: int
) -> None:
    # A 32-bit result may come with its upper half zero.
    calls_of(host, answer & 0xFFFFFFFF if upper else answer)
    assert host.lib.psci_cpu_on(host.lib.host_psci(SMC), 1, 0, 0) == expected


def test_psci_version_is_read_and_its_absence_reported(host: Host) -> None:
    calls_of(host, 0x00010001)
    assert host.lib.psci_version(host.lib.host_psci(HVC)) == 0x00010001
    calls_of(host, 0xFFFFFFFF)
    assert host.lib.psci_version(host.lib.host_psci(HVC)) == -95
