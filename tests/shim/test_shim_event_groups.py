# SPDX-License-Identifier: BSD-3-Clause
"""Event groups: creation, setting, interrupts, deletion."""

from __future__ import annotations

from typing import Any

import pytest
from eventworld import ALL, ANY, CLEAR, KEEP, WAITS, bits, dynamic, static, waiter
from timerworld import FOREVER, QUEUE_LENGTH, timer

from uk_board.shimhost import Host, Puppet

IRQ = 5


# ---- Creation, end ----


def test_a_group_starts_without_bits(host: Host, group: Any) -> None:
    assert bits(host, group) == 0


def test_a_static_group_allocates_nothing(host: Host) -> None:
    memory = host.new("StaticEventGroup_t *")
    before = host.lib.host_live_blocks()
    group = host.main("xEventGroupCreateStatic", memory)
    assert group == host.ffi.cast("EventGroupHandle_t", memory)
    assert host.main("xEventGroupSetBits", group, 5) == 5
    host.main("vEventGroupDelete", group)
    assert host.lib.host_live_blocks() == before


def test_only_a_static_group_tells_its_memory(host: Host) -> None:
    where, group = host.new("StaticEventGroup_t **"), static(host)
    assert host.main("xEventGroupGetStaticBuffer", dynamic(host), where) == 0
    assert where[0] == host.ffi.NULL
    assert host.main("xEventGroupGetStaticBuffer", group, where) == 1
    assert where[0] == host.ffi.cast("StaticEventGroup_t *", group)


def test_a_group_that_cannot_be_allocated_is_null(host: Host) -> None:
    before = host.lib.host_live_blocks()
    with host.failing_after(0):
        assert host.main("xEventGroupCreate") == host.ffi.NULL
    assert host.lib.host_live_blocks() == before


def test_a_deleted_group_gives_its_memory_back(host: Host) -> None:
    before = host.lib.host_live_blocks()
    group = dynamic(host)
    assert host.lib.host_live_blocks() == before + 1
    host.main("vEventGroupDelete", group)
    assert host.lib.host_live_blocks() == before


def test_deletion_wakes_all_waiters_with_no_bits(host: Host, group: Any) -> None:
    host.main("xEventGroupSetBits", group, 0x8)
    calls = [
        waiter(host, group, 1, CLEAR, ANY),
        waiter(host, group, 9, KEEP, ALL, priority=5),
        host.task("limited").call(WAITS, group, 2, KEEP, ANY, 50),
        host.task("meets").call("xEventGroupSync", group, 0x10, 0x33, 50),
        host.thread("native", 4).call(WAITS, group, 4, KEEP, ANY, FOREVER),
    ]
    host.main("vEventGroupDelete", group)
    assert [call.result for call in calls] == [0] * len(calls)
    host.advance(100)


def test_deletion_lets_a_higher_waiter_run_at_once(host: Host) -> None:
    group, low = dynamic(host), host.task("low", 2)
    wait = waiter(host, group, 1, CLEAR, ANY)
    low.post("vEventGroupDelete", group)
    low.post("vTaskSuspendAll")
    host.run()
    assert wait.result == 0


def test_a_group_keeps_a_number(host: Host, group: Any) -> None:
    assert host.main("uxEventGroupGetNumber", group) == 0
    host.main("vEventGroupSetNumber", group, 7)
    assert host.main("uxEventGroupGetNumber", group) == 7
    assert host.main("uxEventGroupGetNumber", None) == 0


# ---- Bits ----


def test_setting_returns_the_bits_then(host: Host, group: Any) -> None:
    assert host.main("xEventGroupSetBits", group, 0x3) == 0x3
    assert host.main("xEventGroupSetBits", group, 0x800000) == 0x800003
    assert host.main("xEventGroupSetBits", group, 0) == 0x800003


def test_clearing_returns_the_bits_before(host: Host, group: Any) -> None:
    host.main("xEventGroupSetBits", group, 0x7)
    assert host.main("xEventGroupClearBits", group, 0xA) == 0x7
    assert bits(host, group) == 0x5


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("xEventGroupSetBits", (1 << 24,)),
        ("xEventGroupClearBits", (1 << 31,)),
        (WAITS, (1 << 24, 0, 0, 0)),
        ("xEventGroupSync", (1 << 24, 1, 0)),
        ("xEventGroupSync", (1, 1 << 24, 0)),
        ("xEventGroupSetBitsFromISR", (1 << 24, None)),
        ("xEventGroupClearBitsFromISR", (1 << 24,)),
    ],
)
def test_the_upper_8_bits_are_refused(host: Host, name: str, arguments: tuple[Any, ...]) -> None:
    assert not host.task("task").call(name, dynamic(host), *arguments).done
    assert f"{name}: the upper 8 bits are not for applications" in host.output()


def test_waiting_for_nothing_is_a_broken_rule(host: Host, group: Any) -> None:
    for name, arguments in ((WAITS, (0, 0, 0, 0)), ("xEventGroupSync", (1, 0, 0))):
        assert not host.task("task").call(name, group, *arguments).done
        assert f"{name}: there is no bit to wait for" in host.output()


def test_waiting_while_suspended_is_a_broken_rule(host: Host, group: Any) -> None:
    task = host.task("task")
    task("vTaskSuspendAll")
    assert task(WAITS, group, 1, 0, 0, 0) == 0
    assert not task.call(WAITS, group, 1, 0, 0, 1).done
    assert "would wait while the scheduler is suspended" in host.output()


# ---- Interrupts ----


def test_an_interrupt_sets_bits_by_the_timer_task(host: Host, group: Any) -> None:
    irq, woken = host.interrupt(IRQ), host.new("BaseType_t *")
    wait = waiter(host, group, 0x6, CLEAR, ANY)
    posted = irq.post("xEventGroupSetBitsFromISR", group, 0x3, woken)
    seen = irq.post("xEventGroupGetBitsFromISR", group)
    host.raise_interrupt(IRQ)
    assert (posted.result, woken[0], seen.result) == (1, 1, 0)
    assert wait.result == 0x3
    assert bits(host, group) == 0x1


def test_an_interrupt_clears_bits_by_the_timer_task(host: Host, group: Any) -> None:
    irq = host.interrupt(IRQ)
    host.main("xEventGroupSetBits", group, 0x7)
    posted = irq.post("xEventGroupClearBitsFromISR", group, 0x5)
    seen = irq.post("xEventGroupGetBitsFromISR", group)
    host.raise_interrupt(IRQ)
    assert (posted.result, seen.result) == (1, 0x7)
    assert bits(host, group) == 0x2


def test_an_interrupt_reads_bits_at_once(host: Host, group: Any) -> None:
    irq = host.interrupt(IRQ)
    host.main("xEventGroupSetBits", group, 0x800001)
    seen = irq.post("xEventGroupGetBitsFromISR", group)
    host.raise_interrupt(IRQ)
    assert seen.result == 0x800001


def test_an_interrupt_cannot_set_bits_while_the_command_queue_is_full(
    host: Host, group: Any
) -> None:
    irq, one = host.interrupt(IRQ), timer(host, 3)
    for _ in range(QUEUE_LENGTH):
        irq.post("xTimerStopFromISR", one, None)
    calls = [
        irq.post("xEventGroupSetBitsFromISR", group, 0x1, None),
        irq.post("xEventGroupClearBitsFromISR", group, 0x1),
    ]
    host.raise_interrupt(IRQ)
    assert [call.result for call in calls] == [0, 0]
    assert bits(host, group) == 0


def test_setting_bits_in_an_interrupt_is_a_broken_rule(host: Host, group: Any) -> None:
    irq = host.interrupt(IRQ)
    call = irq.post("xEventGroupSetBits", group, 0x1)
    host.raise_interrupt(IRQ)
    assert not call.done
    assert "xEventGroupSetBits: called from an interrupt handler" in host.output()


def test_pended_calls_can_set_and_clear_bits(host: Host, group: Any) -> None:
    pend = "xTimerPendFunctionCall"
    host.main(pend, host.lib.vEventGroupSetBitsCallback, group, 0x7, 0)
    host.main(pend, host.lib.vEventGroupClearBitsCallback, group, 0x2, 0)
    assert bits(host, group) == 0x5


# ---- Before the scheduler ----


def test_bits_can_be_set_before_the_scheduler_starts(world: Host) -> None:
    group, irq = dynamic(world), world.interrupt(IRQ)
    assert world.main("xEventGroupSetBits", group, 0x1) == 0x1
    irq.post("xEventGroupSetBitsFromISR", group, 0x2, None)
    world.raise_interrupt(IRQ)
    task: Puppet = world.task("task")
    wait = task.post(WAITS, group, 0x3, CLEAR, ALL, FOREVER)
    assert bits(world, group) == 0x1
    world.start()
    assert wait.result == 0x3
