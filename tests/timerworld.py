# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of timers and event groups share: memory, callbacks that are written down."""

from __future__ import annotations

from typing import Any

from uk_board.shimhost import TICK_NS, Host, Puppet

FOREVER = 0xFFFFFFFF
DAEMON_PRIORITY = 20  # as shim/host/FreeRTOSConfig.h has it
QUEUE_LENGTH = 5


def callbacks(host: Host) -> list[Any]:
    """What the timer task has called so far."""
    return [host.lib.host_callbacks()[n] for n in range(host.lib.host_callback_count())]


def fired(host: Host, timer: Any) -> list[int]:
    """The ticks at which `timer` has called back."""
    return [one.tick for one in callbacks(host) if one.object == timer]


def timer(
    host: Host, period: int, *, reload: bool = False, puppet: Puppet | None = None, by: Any = None
) -> Any:
    """Create a timer; what is posted to `puppet` is done in its callback."""
    made = (by or host.main)(
        "xTimerCreate",
        host.text("timer"),
        period,
        int(reload),
        puppet.struct if puppet else None,
        host.lib.host_timer_callback,
    )
    assert made != host.ffi.NULL
    return made


def above(host: Host) -> Puppet:
    """A task that the timer task cannot preempt."""
    return host.task("above", DAEMON_PRIORITY + 1)


def spend(task: Puppet, ticks: float) -> None:
    """Let time pass while `task` runs."""
    task.post("host_spend", round(ticks * TICK_NS))


def now(host: Host) -> int:
    return int(host.main("xTaskGetTickCount"))


def active(host: Host, one: Any) -> bool:
    return bool(host.main("xTimerIsTimerActive", one))


def fill(host: Host, task: Puppet, one: Any) -> list[Any]:
    """Let `task` fill the command queue with stop commands."""
    return [task.post("xTimerStop", one, 0) for _ in range(QUEUE_LENGTH)]
