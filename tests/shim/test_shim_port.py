# SPDX-License-Identifier: BSD-3-Clause
"""The port: critical sections, interrupts, heap."""

from __future__ import annotations

from uk_board.shimhost import Host

FOREVER = 0xFFFFFFFF
IRQ = 9


def test_a_switch_waits_for_the_end_of_the_critical_section(host: Host) -> None:
    high, low = host.task("high", 3), host.task("low", 2)
    wait = high.call("ulTaskNotifyTake", 1, FOREVER)
    for name in ("taskENTER_CRITICAL", "portENTER_CRITICAL"):
        low.post(name)
    low.post("xTaskNotifyGive", high.handle)
    low.post("portEXIT_CRITICAL")
    inside = low.post("ulTaskNotifyValueClear", high.handle, 0)
    low.post("taskEXIT_CRITICAL")
    after = low.post("ulTaskNotifyValueClear", high.handle, 0)
    host.run()
    assert (inside.result, after.result, wait.result) == (1, 0, 1)


def test_an_interrupt_waits_for_the_end_of_the_critical_section(host: Host) -> None:
    task, irq = host.task("task", 2), host.interrupt(IRQ)
    count = irq.post("xTaskGetTickCountFromISR")
    task.post("vPortEnterCritical")
    task.post("host_raise", IRQ)
    task.post("vPortEnterCritical")
    task.call("vPortExitCritical")
    # All puppets wait now: the section is left with the thread, and taken up with it.
    task.post("vPortExitCritical")
    host.run()
    assert count.done


def test_blocking_in_a_critical_section_keeps_it_for_the_task(host: Host) -> None:
    one, two = host.task("one", 2), host.task("two", 2)
    one.post("taskENTER_CRITICAL")
    delay = one.post("vTaskDelay", 3)
    one.post("taskEXIT_CRITICAL")
    two.post("taskENTER_CRITICAL")
    two.post("taskEXIT_CRITICAL")
    masked = two.post("ukplat_lcpu_irqs_disabled")
    host.run()
    assert masked.result == 0
    host.advance(3)
    assert delay.done
    assert one("ukplat_lcpu_irqs_disabled") == 0


def test_a_yield_in_a_critical_section_keeps_it_for_the_task(host: Host) -> None:
    one, two = host.task("one", 2), host.task("two", 2)
    one.post("taskENTER_CRITICAL")
    one.post("taskYIELD")
    mine = one.post("ukplat_lcpu_irqs_disabled")
    one.post("taskEXIT_CRITICAL")
    after = one.post("ukplat_lcpu_irqs_disabled")
    two.post("taskENTER_CRITICAL")
    two.post("taskEXIT_CRITICAL")
    others = two.post("ukplat_lcpu_irqs_disabled")
    host.run()
    assert (mine.result, after.result, others.result) == (1, 0, 0)


def test_leaving_a_critical_section_twice_is_a_broken_rule(host: Host) -> None:
    assert not host.task("task").call("vPortExitCritical").done
    assert "vPortExitCritical: without vPortEnterCritical" in host.output()


def test_the_interrupt_mask_is_kept(host: Host) -> None:
    task = host.task("task", 2)
    asked = []
    for name in (
        "portDISABLE_INTERRUPTS",
        "portENABLE_INTERRUPTS",
        "taskDISABLE_INTERRUPTS",
        "taskENABLE_INTERRUPTS",
    ):
        task.post(name)
        asked.append(task.post("ukplat_lcpu_irqs_disabled"))
    host.run()
    assert [call.result for call in asked] == [1, 0, 1, 0]
    state = host.new("uint64_t[4]")
    task.call("test_masks", state)
    assert list(state) == [1, 1, 1, 0]


def test_an_installed_handler_runs_in_interrupt_context(host: Host) -> None:
    task, irq = host.task("task", 2), host.interrupt(IRQ)
    puppet = host.puppet()
    install = task("xPortInstallInterruptHandler", IRQ, host.lib.puppet_isr, puppet.struct)
    instead = puppet.post("xPortIsInsideInterrupt")
    host.raise_interrupt(IRQ)
    assert (install, instead.result) == (1, 1)  # it replaces the first one
    task("xPortInstallInterruptHandler", IRQ, host.lib.puppet_isr, irq.struct)
    inside = irq.post("xPortIsInsideInterrupt")
    host.raise_interrupt(IRQ)
    assert inside.result == 1
    assert task("xPortIsInsideInterrupt") == 0
    task.call("vPortDisableInterrupt", IRQ)
    again = irq.post("xPortIsInsideInterrupt")
    host.raise_interrupt(IRQ)
    assert not again.done
    task.call("vPortEnableInterrupt", IRQ)
    host.raise_interrupt(IRQ)
    assert again.done


def test_an_interrupt_reads_priorities(host: Host) -> None:
    task, irq = host.task("task", 4), host.interrupt(IRQ)
    calls = [
        irq.post(name, task.handle)
        for name in ("uxTaskPriorityGetFromISR", "uxTaskBasePriorityGetFromISR")
    ]
    host.raise_interrupt(IRQ)
    assert [call.result for call in calls] == [4, 4]


def test_the_heap_gives_and_takes_back(host: Host) -> None:
    task = host.task("task", 2)
    free = task("xPortGetFreeHeapSize")
    memory = task("pvPortMalloc", 100)
    # With configASSERT, a tag lies in front of it.
    assert task("xPortGetFreeHeapSize") == free - 100 - 16
    task.call("vPortFree", memory)
    task.call("vPortFree", None)
    assert task("xPortGetFreeHeapSize") == free
    assert task("pvPortMalloc", 0) == host.ffi.NULL
    zeroed = task("pvPortCalloc", 4, 8)
    assert bytes(host.ffi.buffer(zeroed, 32)) == bytes(32)
    assert task("pvPortCalloc", 1 << 33, 1 << 33) == host.ffi.NULL
    with host.failing_after(0):
        assert task("pvPortMalloc", 8) == host.ffi.NULL


def test_the_core_that_yields_is_the_caller_s(host: Host) -> None:
    first, second = host.task("first", 2), host.task("second", 2)
    first.post("test_yield_core", 0)
    turn = second.post("xTaskGetCurrentTaskHandle")
    seen = first.post("eTaskGetState", second.handle)
    host.run()
    assert turn.result == second.handle
    assert seen.result == 2  # it had its turn, and waits for what to do next


def test_milliseconds_and_ticks_convert(host: Host) -> None:
    task = host.task("task", 2)
    assert task("test_ms_to_ticks", 1500) == 1500
    assert task("test_ms_to_ticks", 0x7FFFFFFF) == 0x7FFFFFFF
    assert task("test_ticks_to_ms", 250) == 250
