# SPDX-License-Identifier: BSD-3-Clause
"""Event groups for several tests."""

from __future__ import annotations

from typing import Any

from timerworld import FOREVER

from uk_board.shimhost import Call, Host

ANY, ALL = 0, 1
KEEP, CLEAR = 0, 1
WAITS = "xEventGroupWaitBits"


def dynamic(host: Host) -> Any:
    made = host.main("xEventGroupCreate")
    assert made != host.ffi.NULL
    return made


def static(host: Host) -> Any:
    return host.main("xEventGroupCreateStatic", host.new("StaticEventGroup_t *"))


def bits(host: Host, group: Any) -> int:
    return int(host.main("xEventGroupGetBits", group))


def waiter(host: Host, group: Any, wanted: int, *how: int, priority: int = 3) -> Call:
    """A new task's call of xEventGroupWaitBits, for ever."""
    return host.task("waiter", priority).call(WAITS, group, wanted, *how, FOREVER)
