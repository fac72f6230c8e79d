# SPDX-License-Identifier: BSD-3-Clause
"""Software timers: creation and expiry."""

from __future__ import annotations

import pytest
from timerworld import above, active, callbacks, fired, spend, timer

from uk_board.shimhost import Host

TICKS = 1 << 32


# ---- Creation ----


def test_a_timer_is_created_asleep(host: Host) -> None:
    one = timer(host, 7)
    assert not active(host, one)
    assert host.main("xTimerGetPeriod", one) == 7
    assert host.ffi.string(host.main("pcTimerGetName", one)) == b"timer"
    assert host.main("xTimerGetStaticBuffer", one, host.new("StaticTimer_t **")) == 0
    host.advance(20)
    assert fired(host, one) == []


def test_a_static_timer_allocates_nothing(host: Host) -> None:
    memory, where = host.new("StaticTimer_t *"), host.new("StaticTimer_t **")
    before = host.lib.host_live_blocks()
    callback = host.lib.host_timer_callback
    one = host.main("xTimerCreateStatic", host.text("s"), 3, 0, None, callback, memory)
    assert one == host.ffi.cast("TimerHandle_t", memory)
    assert host.main("xTimerGetStaticBuffer", one, where) == 1
    assert where[0] == memory
    host.main("xTimerStart", one, 0)
    host.advance(3)
    assert fired(host, one) == [3]
    host.main("xTimerStart", one, 0)
    host.main("xTimerDelete", one, 0)
    host.advance(3)
    assert fired(host, one) == [3]
    assert host.lib.host_live_blocks() == before


def test_a_timer_that_cannot_be_allocated_is_null(host: Host) -> None:
    before = host.lib.host_live_blocks()
    callback = host.lib.host_timer_callback
    with host.failing_after(0):
        one = host.main("xTimerCreate", host.text("x"), 1, 0, None, callback)
    assert one == host.ffi.NULL
    assert host.lib.host_live_blocks() == before


def test_a_period_of_zero_is_a_broken_rule(host: Host) -> None:
    task, callback = host.task("task"), host.lib.host_timer_callback
    one = timer(host, 5)
    assert not task.call("xTimerCreate", None, 0, 0, None, callback).done
    assert "xTimerCreate: the period is 0" in host.output()
    assert not host.task("other").call("xTimerChangePeriod", one, 0, 0).done
    assert "xTimerGenericCommandFromTask: the period is 0" in host.output()


def test_a_timer_keeps_an_id_and_a_number(host: Host) -> None:
    one = timer(host, 5)
    assert host.main("pvTimerGetTimerID", one) == host.ffi.NULL
    host.main("vTimerSetTimerID", one, 0x1234)
    assert host.main("pvTimerGetTimerID", one) == host.ffi.cast("void *", 0x1234)
    assert host.main("uxTimerGetTimerNumber", one) == 0
    host.main("vTimerSetTimerNumber", one, 9)
    assert host.main("uxTimerGetTimerNumber", one) == 9


# ---- Expiry ----


def test_a_one_shot_timer_expires_once(host: Host) -> None:
    host.advance(0.5)
    one = timer(host, 3)
    assert host.main("xTimerStart", one, 0) == 1
    assert active(host, one)
    host.advance(2.4)
    assert fired(host, one) == []
    host.advance(0.1)
    assert fired(host, one) == [3]
    host.advance(20)
    assert fired(host, one) == [3]
    assert not active(host, one)
    assert callbacks(host)[0].active == 0
    assert callbacks(host)[0].task == host.main("xTimerGetTimerDaemonTaskHandle")


def test_an_auto_reload_timer_expires_each_period(host: Host) -> None:
    one = timer(host, 3, reload=True)
    host.main("xTimerStart", one, 0)
    host.advance(10)
    assert fired(host, one) == [3, 6, 9]
    assert active(host, one)
    assert callbacks(host)[0].active == 1


def test_timers_expire_in_order_and_equals_as_they_were_started(host: Host) -> None:
    timers = [timer(host, period) for period in (5, 3, 5, 9, 3)]
    for one in timers:
        host.main("xTimerStart", one, 0)
    host.advance(9)
    order = [timers.index(one.object) for one in callbacks(host)]
    assert order == [1, 4, 0, 2, 3]
    assert [one.tick for one in callbacks(host)] == [3, 3, 5, 5, 9]


def test_missed_periods_are_caught_up(host: Host) -> None:
    task, one = above(host), timer(host, 3, reload=True)
    host.main("xTimerStart", one, 0)
    spend(task, 10)
    host.run()
    assert fired(host, one) == [10, 10, 10]
    assert [call.value for call in callbacks(host)] == [6, 9, 12]
    host.advance(2)
    assert fired(host, one) == [10, 10, 10, 12]


def test_a_stop_in_a_caught_up_callback_holds_afterwards(host: Host) -> None:
    task, puppet = above(host), host.puppet()
    one = timer(host, 3, reload=True, puppet=puppet)
    host.main("xTimerStart", one, 0)
    puppet.post("xTimerStop", one, 0)
    spend(task, 7)
    host.run()
    assert fired(host, one) == [7, 7]
    assert not active(host, one)
    host.advance(10)
    assert len(callbacks(host)) == 2


def test_the_reload_mode_can_be_changed(host: Host) -> None:
    one = timer(host, 3, reload=True)
    host.main("xTimerStart", one, 0)
    host.advance(4)
    host.main("vTimerSetReloadMode", one, 0)
    assert host.main("xTimerGetReloadMode", one) == 0
    assert host.main("uxTimerGetReloadMode", one) == 0
    host.advance(10)
    assert fired(host, one) == [3, 6]
    host.main("vTimerSetReloadMode", one, 1)
    assert host.main("xTimerGetReloadMode", one) == 1
    assert host.main("uxTimerGetReloadMode", one) == 1
    host.main("xTimerStart", one, 0)
    host.advance(6)
    assert len(fired(host, one)) == 4


def test_the_expiry_time_is_told_in_ticks_that_wrap(host: Host) -> None:
    host.advance(TICKS - 4)
    one, task = timer(host, 10, reload=True), above(host)
    host.main("xTimerStart", one, 0)
    assert host.main("xTimerGetExpiryTime", one) == 6
    host.advance(9)
    assert fired(host, one) == []
    host.advance(1)
    assert fired(host, one) == [6]
    spend(task, 25)
    host.run()
    assert fired(host, one) == [6, 31, 31]
    assert host.main("xTimerGetExpiryTime", one) == 36


@pytest.mark.parametrize(("period", "expected"), [(10, [8]), (5, [3]), (4, [3]), (6, [4])])
def test_a_command_from_before_the_wrap_counts_from_then(
    host: Host, period: int, expected: list[int]
) -> None:
    host.advance(3 * TICKS - 2)
    one, task = timer(host, period), above(host)
    task.post("xTimerStart", one, 0)
    spend(task, 5)
    host.run()
    host.advance(period)
    assert fired(host, one) == expected


def test_the_longest_period_is_kept(host: Host) -> None:
    host.advance(3)
    one = timer(host, TICKS - 1)
    host.main("xTimerStart", one, 0)
    host.advance(TICKS - 2)
    assert fired(host, one) == []
    host.advance(1)
    assert fired(host, one) == [2]
