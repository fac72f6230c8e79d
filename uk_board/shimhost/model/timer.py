# SPDX-License-Identifier: BSD-3-Clause
"""The model's software timers: a task that does what the queue of commands tells it."""

from __future__ import annotations

from collections.abc import Callable

from uk_board.shimhost.model.kernel import Kernel, Result, Steps, Task, WaitList
from uk_board.shimhost.model.queue import PASS, woken

# As shim/host/FreeRTOSConfig.h and that of apps/replay have it.
PRIORITY = 20
QUEUE_LENGTH = 5
FAIL = 0
Command = Callable[[], Steps]


class Timer:
    """A timer; `callback` begins its calls, which the timer task makes."""

    def __init__(self, period: int, *, auto_reload: bool, callback: Command) -> None:
        self.period, self.auto_reload, self.callback = period, auto_reload, callback
        self.expiry = 0
        self.active = self.deleted = False
        self.callers = 0  # who wait to put a command for it


class Daemon:
    """The timer task: commands first, then timers whose time has come, one by one."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.commands: list[Command] = []
        self.receivers, self.senders = WaitList(), WaitList()
        self.timers: list[Timer] = []  # active ones by expiry, first come first
        self.task = Task("timers", PRIORITY, PRIORITY, steps=self._main())

    def full(self) -> bool:
        """No room for a command."""
        return len(self.commands) >= QUEUE_LENGTH

    def _main(self) -> Steps:
        while True:
            if self.commands:
                command = self.commands.pop(0)
                yield from woken(self.k, self.senders, Result())
                yield from command()
            elif self.timers and self.timers[0].expiry <= self.k.now:
                yield from self._expired(self.timers.pop(0), self.k.now)
            else:
                until = self.timers[0].expiry if self.timers else None
                yield from self.k.block(self.receivers, until)

    def _schedule(self, timer: Timer, since: int, now: int) -> bool:
        """Let it expire a period after `since`; False: that is not to come any more."""
        timer.expiry = since + timer.period
        if timer.expiry <= now:
            return False
        place = sum(other.expiry <= timer.expiry for other in self.timers)
        self.timers.insert(place, timer)
        return True

    def _expired(self, timer: Timer, now: int) -> Steps:
        """One that is periodic calls back for each period that was missed."""
        if timer.auto_reload:
            while not self._schedule(timer, timer.expiry, now):
                yield from timer.callback()
        else:
            timer.active = False
        yield from timer.callback()

    def leave(self, timer: Timer, *, active: bool) -> None:
        """Take a timer from those that are active."""
        if timer in self.timers:
            self.timers.remove(timer)
        timer.active = active

    def begin(self, timer: Timer, since: int) -> Steps:
        """Start it from when it was told to, which may be long ago."""
        self.leave(timer, active=True)
        if not self._schedule(timer, since, self.k.now):
            yield from self._expired(timer, self.k.now)

    def change_period(self, timer: Timer, period: int) -> Steps:
        """Start it from now."""
        yield from ()
        self.leave(timer, active=True)
        timer.period = period
        self._schedule(timer, self.k.now, self.k.now)

    def stop(self, timer: Timer) -> Steps:
        """End it."""
        yield from ()
        self.leave(timer, active=False)


def daemon(k: Kernel) -> Daemon:
    """Return the kernel's timer task."""
    assert isinstance(k.daemon, Daemon)
    return k.daemon


def pend(k: Kernel, command: Command, ticks: int = 0) -> Steps:
    """Do as xTimerPendFunctionCall, and what all commands do: leave them to the timer task."""
    d = daemon(k)
    # Where nobody could make room, nobody waits for it.
    if k.in_isr or k.locks:
        ticks = 0
    if not (yield from k.wait_until(lambda: not d.full(), d.senders, ticks)):
        return Result(FAIL)
    d.commands.append(command)
    return (yield from woken(k, d.receivers, Result(PASS)))


def start(k: Kernel, t: Timer, ticks: int) -> Steps:
    """Do as xTimerStart and xTimerReset: it counts from the call, not from the command."""
    d, since = daemon(k), k.now
    return (yield from _command(k, t, lambda: d.begin(t, since), ticks))


def stop(k: Kernel, t: Timer, ticks: int) -> Steps:
    """Do as xTimerStop."""
    d = daemon(k)
    return (yield from _command(k, t, lambda: d.stop(t), ticks))


def change_period(k: Kernel, t: Timer, period: int, ticks: int) -> Steps:
    """Do as xTimerChangePeriod: it starts the timer, too."""
    d = daemon(k)
    return (yield from _command(k, t, lambda: d.change_period(t, period), ticks))


def delete(k: Kernel, t: Timer, ticks: int) -> Steps:
    """Do as xTimerDelete: nobody is in a call for the timer, or begins one any more."""
    if t.deleted or t.callers:
        return Result(skipped=True)
    d, t.deleted = daemon(k), True
    result = yield from pend(k, lambda: d.stop(t), ticks)
    t.deleted = result.value == PASS
    return result


def _command(k: Kernel, t: Timer, command: Command, ticks: int) -> Steps:
    if t.deleted:
        return Result(skipped=True)
    t.callers += 1
    result = yield from pend(k, command, ticks)
    t.callers -= 1
    return result


def set_mode(k: Kernel, t: Timer, auto_reload: int) -> Steps:
    """Do as vTimerSetReloadMode."""
    yield from ()
    if t.deleted:
        return Result(skipped=True)
    t.auto_reload = bool(auto_reload)
    return Result(int(t.auto_reload))


def is_active(k: Kernel, t: Timer) -> Steps:
    """Do as xTimerIsTimerActive and xTimerGetPeriod."""
    yield from ()
    return Result(skipped=True) if t.deleted else Result(int(t.active), t.period)


def expiry(k: Kernel, t: Timer) -> Steps:
    """Do as xTimerGetExpiryTime: of one that is not active, the last."""
    yield from ()
    return Result(skipped=True) if t.deleted else Result(t.expiry)


MAKERS: dict[str, object] = {}
VERBS = {
    "tstart": start,
    "treset": start,
    "tstop": stop,
    "tperiod": change_period,
    "tdelete": delete,
    "tmode": set_mode,
    "tactive": is_active,
    "texpiry": expiry,
}
