# SPDX-License-Identifier: BSD-3-Clause
"""Task notifications."""

from __future__ import annotations

import pytest

from uk_board.shimhost import Host

FOREVER = 0xFFFFFFFF
IRQ = 4
NO_ACTION, SET_BITS, INCREMENT, OVERWRITE, WITHOUT_OVERWRITE = range(5)


@pytest.mark.parametrize(
    ("action", "value"),
    [(NO_ACTION, 1), (SET_BITS, 7), (INCREMENT, 2), (OVERWRITE, 6), (WITHOUT_OVERWRITE, 6)],
)
def test_notify_actions(host: Host, action: int, value: int) -> None:
    task, other = host.task("task", 2), host.task("other", 2)
    before, got = host.new("uint32_t *"), host.new("uint32_t *")
    task("ulTaskNotifyValueClear", None, FOREVER)
    other("xTaskNotify", task.handle, 1, OVERWRITE)
    task("xTaskNotifyStateClear", None)
    assert other("xTaskNotifyAndQuery", task.handle, 6, action, before) == 1
    assert before[0] == 1
    assert task("xTaskNotifyWait", 0, 0, got, 0) == 1
    assert got[0] == value


def test_a_pending_value_is_not_overwritten(host: Host) -> None:
    task, got = host.task("task", 2), host.new("uint32_t *")
    assert host.main("xTaskNotify", task.handle, 5, WITHOUT_OVERWRITE) == 1
    assert host.main("xTaskNotify", task.handle, 6, WITHOUT_OVERWRITE) == 0
    assert task("xTaskNotifyWait", 0, 0, got, 0) == 1
    assert got[0] == 5


def test_notify_take_counts_or_clears(host: Host) -> None:
    task = host.task("task", 2)
    for _ in range(3):
        host.main("xTaskNotifyGive", task.handle)
    assert task("ulTaskNotifyTake", 0, 0) == 3
    assert task("ulTaskNotifyTake", 1, 0) == 2
    assert task("ulTaskNotifyTake", 1, 0) == 0
    wait = task.call("ulTaskNotifyTake", 1, 10)
    host.advance(3)
    host.main("xTaskNotifyGive", task.handle)
    assert wait.result == 1
    late = task.call("ulTaskNotifyTake", 1, 10)
    host.advance(10)
    assert late.result == 0


def test_notify_wait_clears_bits_and_times_out(host: Host) -> None:
    task, got = host.task("task", 2), host.new("uint32_t *")
    host.main("xTaskNotify", task.handle, 0xF0F0, OVERWRITE)
    assert task("xTaskNotifyWait", 0xFF, 0x00FF, got, 0) == 1
    assert got[0] == 0xF0F0  # pending: nothing is cleared on entry
    assert task("ulTaskNotifyValueClear", None, 0) == 0xF000
    late = task.call("xTaskNotifyWait", 0xF000, 0, got, 4)
    host.advance(4)
    assert late.result == 0
    assert got[0] == 0
    wait = task.call("xTaskNotifyWait", 0, FOREVER, None, FOREVER)
    host.main("xTaskNotify", task.handle, 3, SET_BITS)
    assert wait.result == 1


def test_an_interrupt_gives_a_notification(host: Host) -> None:
    high, low, irq = host.task("high", 3), host.task("low", 2), host.interrupt(IRQ)
    woken = host.new("BaseType_t *")
    wait = high.call("ulTaskNotifyTake", 1, FOREVER)
    irq.post("vTaskNotifyGiveFromISR", high.handle, woken)
    low.post("host_raise", IRQ)
    after = low.post("eTaskGetState", high.handle)
    host.run()
    assert (wait.result, woken[0], after.result) == (1, 1, 2)
    woken[0] = 0
    irq.post("vTaskNotifyGiveFromISR", high.handle, None)  # nobody waits
    host.raise_interrupt(IRQ)
    assert high("ulTaskNotifyTake", 1, 0) == 1
    assert woken[0] == 0


def test_an_interrupt_notifies_a_value(host: Host) -> None:
    task, irq = host.task("task", 2), host.interrupt(IRQ)
    woken, before, got = host.new("BaseType_t *"), host.new("uint32_t *"), host.new("uint32_t *")
    wait = task.call("xTaskNotifyWait", 0, 0, got, FOREVER)
    irq.post("xTaskNotifyFromISR", task.handle, 8, SET_BITS, woken)
    query = irq.post("xTaskNotifyAndQueryFromISR", task.handle, 9, WITHOUT_OVERWRITE, before, woken)
    host.raise_interrupt(IRQ)
    assert (wait.result, got[0], woken[0]) == (1, 8, 1)
    assert (query.result, before[0]) == (0, 8)


def test_notification_state_and_value_can_be_cleared(host: Host) -> None:
    task = host.task("task", 2)
    host.main("xTaskNotify", task.handle, 0xFF, OVERWRITE)
    assert host.main("xTaskNotifyStateClear", task.handle) == 1
    assert host.main("xTaskNotifyStateClear", task.handle) == 0
    assert task("xTaskNotifyWait", 0, 0, None, 0) == 0
    assert host.main("ulTaskNotifyValueClear", task.handle, 0x0F) == 0xFF
    assert task("ulTaskNotifyValueClear", None, 0) == 0xF0


def test_notification_indexes_are_apart(host: Host) -> None:
    task, irq, got = host.task("task", 2), host.interrupt(IRQ), host.new("uint32_t *")
    wait = task.call("ulTaskNotifyTakeIndexed", 1, 1, FOREVER)
    host.main("xTaskNotifyGive", task.handle)
    host.main("xTaskNotifyGiveIndexed", task.handle, 2)
    assert not wait.done
    host.main("xTaskNotifyGiveIndexed", task.handle, 1)
    assert wait.result == 1
    host.main("xTaskNotifyIndexed", task.handle, 1, 5, OVERWRITE)
    assert task("xTaskNotifyWaitIndexed", 1, 0, 0, got, 0) == 1
    assert got[0] == 5
    host.main("xTaskNotifyAndQueryIndexed", task.handle, 2, 0, NO_ACTION, got)
    assert got[0] == 1
    irq.post("vTaskNotifyGiveIndexedFromISR", task.handle, 2, None)
    irq.post("xTaskNotifyIndexedFromISR", task.handle, 1, 1, INCREMENT, None)
    irq.post("xTaskNotifyAndQueryIndexedFromISR", task.handle, 0, 2, SET_BITS, got, None)
    host.raise_interrupt(IRQ)
    assert got[0] == 1
    values = [task("ulTaskNotifyValueClearIndexed", None, index, 0) for index in range(3)]
    assert values == [3, 6, 2]
    assert [task("xTaskNotifyStateClearIndexed", None, index) for index in range(3)] == [1, 1, 1]
    assert not task.call("ulTaskNotifyTakeIndexed", 3, 1, 0).done
    assert "the index is not below configTASK_NOTIFICATION_ARRAY_ENTRIES" in host.output()


def test_suspension_ends_a_wait_for_a_notification(host: Host) -> None:
    # FreeRTOS: the wait is over when the task is resumed, with nothing received.
    task = host.task("task", 2)
    wait = task.call("xTaskNotifyWait", 0, 0, None, FOREVER)
    host.main("vTaskSuspend", task.handle)
    host.main("vTaskResume", task.handle)
    assert wait.result == 0
