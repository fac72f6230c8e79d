# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of timers and event groups share: memory, callbacks that are written down."""

from __future__ import annotations

from typing import Any

from uk_board.shimhost import Host, Puppet

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
