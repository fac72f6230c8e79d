# SPDX-License-Identifier: BSD-3-Clause
"""Acquire a place of a rack for as long as a `with` lasts."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import os
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from types import FrameType
from typing import Any, TypeVar

from uk_board.desk.benchfile import Place
from uk_board.errors import BenchError
from uk_board.rack.coordinator import Session, address_of, connect
from uk_board.rack.holder import Holder, Tell
from uk_board.rack.keeper import end_tags
from uk_board.rack.lease import Owner, Times
from uk_board.rack.places import bench_place

T = TypeVar("T")


class Held:
    """A place that is ours now; `lost` says why it is not any more."""

    def __init__(self, holder: Holder, place: Place) -> None:
        self.holder = holder
        self.place = place

    @property
    def lost(self) -> str:
        """Why the place is no longer ours, or nothing."""
        return self.holder.lost

    @property
    def trouble(self) -> str:
        """What keeps the lease from being confirmed just now, or nothing."""
        return self.holder.trouble

    def error(self) -> BenchError:
        """Return the error that tells of a place that vanished."""
        why = self.lost or self.trouble
        return BenchError(
            f"place {self.place.name}",
            f"vanished while it was used: {why}",
            hint="uk-board rack status",
        )


@contextlib.contextmanager
def acquire(
    board: str,
    *,
    coordinator: str | None = None,
    tags: Mapping[str, str] | None = None,
    wait_s: float = 0.0,
    result: Callable[[], str] = lambda: "",
    tell: Tell = lambda text: None,
    on_lost: Callable[[str], None] | None = None,
    times: Times | None = None,
) -> Iterator[Place]:
    """Yield a free place with this board (and these tags) and keep its lease; release it always.

    `result` is asked at the end for what `rack status` shows; without, passed or failed.
    `on_lost` is called in another thread when the place must not be used any more; without,
    the main thread is interrupted, and leaving the `with` tells why.

    Raises: BenchError (no such place, none free within `wait_s`, or it vanished), MissingError.
    """
    times = times or Times()
    wanted = {"board": board, **(tags or {})}
    with held(wanted, address_of(coordinator), wait_s, tell, result, on_lost, times) as ours:
        yield ours.place


@contextlib.contextmanager
def held(
    wanted: Mapping[str, str],
    address: str,
    wait_s: float,
    tell: Tell,
    result: Callable[[], str],
    on_lost: Callable[[str], None] | None,
    times: Times,
) -> Iterator[Held]:
    """Do what `acquire` does; yield the place together with its lease."""
    owner = Owner.of_this_process()

    async def to_coordinator() -> Session:
        return await connect(address, owner, times)

    with _loop() as loop, _ended_by_sigterm():
        holder = Holder(to_coordinator, owner, times=times, tell=tell)
        done = asyncio.Event()
        outcome = "failed"
        keeping: concurrent.futures.Future[None] | None = None
        try:
            taken = _result(loop, holder.take(wanted, wait_s))
            keeping = asyncio.run_coroutine_threadsafe(
                _keep(holder, done, on_lost or _interrupt_main), loop
            )
            ours = Held(holder, bench_place(taken, holder.session.resources, address))
            tell(f"acquired {ours.place.name}")
            try:
                yield ours
            except BaseException as error:
                if holder.lost or (holder.trouble and isinstance(error, BenchError)):
                    raise ours.error() from error
                raise
            if holder.lost and on_lost is None:  # else it was told
                raise ours.error()
            outcome = "passed"
        finally:
            loop.call_soon_threadsafe(done.set)
            if keeping is not None:
                keeping.result(times.fence_s)
            _give_back(loop, holder, end_tags(result() or outcome, str(owner)))


async def _keep(holder: Holder, done: asyncio.Event, on_lost: Callable[[str], None]) -> None:
    await holder.keep(done)
    # Again and again: whoever uses the place must stop before another one comes.
    while holder.lost and not done.is_set():
        on_lost(holder.lost)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(done.wait(), 2.0)


def _interrupt_main(reason: str) -> None:
    os.kill(os.getpid(), signal.SIGINT)


def _result(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in the loop's thread; an interrupted wait cancels it."""
    future = asyncio.run_coroutine_threadsafe(work, loop)
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


def _give_back(loop: asyncio.AbstractEventLoop, holder: Holder, tags: Mapping[str, str]) -> None:
    """Release a place. Asked to end meanwhile, that is what is done first; twice is meant."""
    future = asyncio.run_coroutine_threadsafe(holder.release(tags), loop)
    try:
        future.result()
    except KeyboardInterrupt:
        future.result()
        raise


@contextlib.contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Yield an event loop that runs in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="lease", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        with contextlib.suppress(concurrent.futures.TimeoutError):
            asyncio.run_coroutine_threadsafe(_cancel_all(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        if not loop.is_running():
            loop.close()


async def _cancel_all() -> None:
    """End what an interruption left under way."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


@contextlib.contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end what runs as Ctrl-C does, where nobody else has thought of it."""
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt  # SystemExit would only fail the test that pytest runs

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
