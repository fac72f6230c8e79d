# SPDX-License-Identifier: BSD-3-Clause
"""The timer task, and the calls that others leave to it."""

from __future__ import annotations

from timerworld import (
    DAEMON_PRIORITY,
    FOREVER,
    QUEUE_LENGTH,
    above,
    active,
    callbacks,
    fired,
    timer,
)

from uk_board.shimhost import Host

IRQ = 5
SUSPENDED = 3


# ---- Calls by the timer task ----


def test_a_pended_call_is_made_by_the_timer_task(host: Host) -> None:
    task, thing = above(host), host.new("int *")
    sent = task.post("xTimerPendFunctionCall", host.lib.host_pended, thing, 0xFFFFFFFF, 0)
    before = task.post("host_callback_count")
    host.run()
    assert (sent.result, before.result) == (1, 0)
    (call,) = callbacks(host)
    assert (call.object, call.value) == (thing, 0xFFFFFFFF)
    assert call.task == host.main("xTimerGetTimerDaemonTaskHandle")


def test_an_interrupt_pends_a_call(host: Host) -> None:
    irq, thing, woken = host.interrupt(IRQ), host.new("int *"), host.new("BaseType_t *")
    irq.post("xTimerPendFunctionCallFromISR", host.lib.host_pended, thing, 7, woken)
    count = irq.post("host_callback_count")
    host.raise_interrupt(IRQ)
    assert (count.result, woken[0]) == (0, 1)
    assert [(one.object, one.value) for one in callbacks(host)] == [(thing, 7)]


def test_a_call_pended_with_a_wait_fails_in_time(host: Host) -> None:
    puppet, task, pended = host.puppet(), host.task("task", 3), host.lib.host_pended
    one = timer(host, 1, puppet=puppet)
    puppet.post("vTaskDelay", 50)
    host.main("xTimerStart", one, 0)
    host.advance(1)
    for _ in range(QUEUE_LENGTH):
        assert task("xTimerPendFunctionCall", pended, None, 0, 0) == 1
    last = task.call("xTimerPendFunctionCall", pended, None, 1, 10)
    host.advance(10)
    assert last.result == 0
    host.advance(50)
    assert [call.value for call in callbacks(host)[1:]] == [0] * QUEUE_LENGTH


def test_a_pended_call_may_not_wait_while_suspended(host: Host) -> None:
    task = host.task("task")
    task("vTaskSuspendAll")
    assert not task.call("xTimerPendFunctionCall", host.lib.host_pended, None, 0, 1).done
    assert "xTimerPendFunctionCall: would wait while the scheduler" in host.output()


# ---- The timer task ----


def test_the_timer_task_is_there_when_the_scheduler_runs(world: Host) -> None:
    early = world.thread("early", 1).call("xTimerGetTimerDaemonTaskHandle")
    assert not early.done
    assert "there is no timer task yet" in world.output()
    world.start()
    handle = world.main("xTimerGetTimerDaemonTaskHandle")
    assert world.ffi.string(world.main("pcTaskGetName", handle)) == b"Tmr Svc"
    assert world.main("uxTaskPriorityGet", handle) == DAEMON_PRIORITY


def test_commands_before_the_start_wait_for_it_but_not_their_caller(world: Host) -> None:
    timers = [timer(world, n + 1, reload=True) for n in range(QUEUE_LENGTH + 1)]
    starts = [world.main("xTimerStart", one, FOREVER) for one in timers]
    assert starts == [1] * QUEUE_LENGTH + [0]
    assert world.main("xTimerPendFunctionCall", world.lib.host_pended, None, 0, FOREVER) == 0
    assert not any(active(world, one) for one in timers)
    world.start()
    assert [active(world, one) for one in timers] == [True] * QUEUE_LENGTH + [False]
    world.advance(5)
    assert [len(fired(world, one)) for one in timers] == [5, 2, 1, 1, 1, 0]


def test_a_start_before_the_scheduler_counts_from_tick_zero(world: Host) -> None:
    world.advance(1000)
    one, changed = timer(world, 10), timer(world, 99)
    world.main("xTimerStart", one, 0)
    world.main("xTimerChangePeriod", changed, 12, 0)
    world.advance(1000)
    world.start()
    world.advance(20)
    assert (fired(world, one), fired(world, changed)) == ([10], [12])


def test_a_start_after_the_scheduler_s_end_counts_from_then(world: Host) -> None:
    world.advance(5)
    world.start()
    world.advance(50)
    world.task("ends").call("vTaskEndScheduler")
    one = timer(world, 10)
    world.main("xTimerStart", one, 0)
    world.advance(9)
    assert fired(world, one) == []
    world.advance(1)
    assert fired(world, one) == [60]


def test_the_scheduler_does_not_start_without_its_timer_task(world: Host) -> None:
    starters = [world.thread("starter", 1) for _ in range(2)]
    before = world.lib.host_live_blocks()
    for allocations, starter in enumerate(starters):
        with world.failing_after(allocations):
            assert not starter.call("vTaskStartScheduler").done
        assert "vTaskStartScheduler: no memory for the timer task" in world.output()
        assert world.main("xTaskGetSchedulerState") == 1
        assert world.lib.host_live_blocks() == before
    world.start()
    assert world.main("xTaskGetSchedulerState") == 2


def test_commands_wait_for_a_timer_task_that_is_suspended(host: Host) -> None:
    daemon, one = host.main("xTimerGetTimerDaemonTaskHandle"), timer(host, 3)
    host.main("vTaskSuspend", daemon)
    host.main("xTimerStart", one, 0)
    assert not active(host, one)
    assert host.main("eTaskGetState", daemon) == SUSPENDED
    host.advance(2)
    host.main("vTaskResume", daemon)
    assert active(host, one)
    host.advance(1)
    assert fired(host, one) == [3]


def test_a_unikraft_thread_uses_timers(host: Host) -> None:
    thread = host.thread("native", 9)
    one = timer(host, 3, by=thread)
    assert thread("xTimerStart", one, FOREVER) == 1
    assert thread("xTimerIsTimerActive", one) == 1
    host.advance(3)
    assert fired(host, one) == [3]
