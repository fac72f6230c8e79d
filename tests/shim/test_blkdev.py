# SPDX-License-Identifier: BSD-3-Clause
"""FreeRTOS block drivers as uk_blkdev: queues, events and errors, with a driver that waits."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uk_board.shimhost import Host
from uk_board.tree import tree

READ, WRITE, FLUSH = 0, 1, 4
SUCCESS, MORE = 1, 2
PENDING = 2
SECTOR = 512
HERE = Path(__file__).parent / "blkdev"


@pytest.fixture(scope="session")
def blkdev_library(host_build: Callable[..., Path]) -> Path:
    root = tree()
    lib, bridge = root / "unikraft-port/lib/ukblkdev", root / "shim/blkdev"
    sources = [*sorted(lib.glob("*.c")), *sorted(bridge.glob("*.c")), HERE / "fake.c"]
    folders = [HERE, lib / "include", bridge / "include"]
    flags = [f"-I{folder}" for folder in folders]
    lines = (HERE / "fake.h").read_text().splitlines()
    cdef = "\n".join(lines)
    return host_build("blkdev", sources=sources, flags=flags, cdef=cdef)


class Bench:
    """A world with the device, and a task that uses it."""

    def __init__(self, library: Path) -> None:
        self.host = Host(library)
        self.lib = self.host.lib
        self.host.start()
        self.task = self.host.task("user", 4)
        self.keep: list[Any] = []

    def call(self, name: str, *args: object) -> int:
        return int(self.task(name, *args))

    def up(self, *, read_only: bool = False, length: int = 0, finishes: bool = True) -> None:
        assert self.call("fake_attach", read_only) == 0
        assert self.call("fake_up", 1, length, finishes) == 0
        self.call("fake_events", 1)

    def submit(self, number: int, operation: int, sector: int = 0, data: bytes = b"") -> int:
        into = self.host.new("uint8_t[]", data or bytes(SECTOR))
        self.keep.append(into)
        count = len(data) // SECTOR if data else 1
        return self.call("fake_submit", number, operation, sector, count, into)

    def go(self, result: int = 0) -> None:
        self.task("fake_go", result)

    def result(self, number: int) -> int:
        return int(self.lib.fake_result(number))


@pytest.fixture
def bench(blkdev_library: Path) -> Bench:
    return Bench(blkdev_library)


def test_a_request_is_under_way_until_the_driver_has_done_it(bench: Bench) -> None:
    bench.up()
    data = b"\x5a" * SECTOR
    assert bench.submit(0, WRITE, 3, data) == SUCCESS | MORE
    assert bench.result(0) == PENDING
    bench.go()
    assert bench.result(0) == 0
    assert bytes(bench.host.ffi.buffer(bench.lib.fake_memory(), 64 * SECTOR))[3 * SECTOR :][
        :SECTOR
    ] == (data)
    assert (bench.lib.fake_told(), bench.lib.fake_answered()) == (1, 1)


def test_the_device_is_as_large_as_the_driver_says(bench: Bench) -> None:
    bench.up()
    assert bench.call("fake_size") == 64 * SECTOR
    assert bench.call("fake_mode") == os.O_RDWR


def test_a_device_that_cannot_be_written_says_so(bench: Bench) -> None:
    bench.up(read_only=True)
    assert bench.call("fake_mode") == os.O_RDONLY
    bench.submit(0, WRITE)
    assert bench.result(0) == -errno.EROFS
    assert bench.lib.fake_calls() == 0


def test_requests_keep_their_order_and_a_flush_waits_for_the_writes_before_it(
    bench: Bench,
) -> None:
    bench.up()
    for number in range(3):
        assert bench.submit(number, WRITE, number) & SUCCESS
    assert bench.submit(3, FLUSH) & SUCCESS
    for number in range(3):
        assert [bench.result(n) for n in range(4)] == [0] * number + [PENDING] * (4 - number)
        assert bench.lib.fake_calls() == number + 1
        bench.go()
    assert [bench.result(n) for n in range(4)] == [0, 0, 0, 0]


def test_a_full_queue_takes_no_more_until_answers_are_fetched(bench: Bench) -> None:
    bench.up(length=2, finishes=False)
    assert bench.submit(0, READ) == SUCCESS | MORE
    assert bench.submit(1, READ) == SUCCESS
    assert bench.submit(2, READ) == 0
    bench.go()
    bench.go()
    assert bench.submit(2, READ) == 0
    assert bench.call("fake_finish") == 0
    assert (bench.result(0), bench.result(1)) == (0, 0)
    assert bench.submit(2, READ) == SUCCESS | MORE


def test_only_the_first_answer_is_told_until_answers_are_fetched(bench: Bench) -> None:
    bench.up(finishes=False)
    for number in range(3):
        bench.submit(number, READ)
        bench.go()
    assert bench.lib.fake_told() == 1
    assert bench.result(0) == PENDING
    bench.call("fake_finish")
    assert bench.lib.fake_answered() == 3
    bench.submit(3, READ)
    bench.go()
    assert bench.lib.fake_told() == 2


def test_without_events_the_user_looks_itself(bench: Bench) -> None:
    bench.up()
    assert bench.call("fake_events", 0) == 0
    bench.submit(0, READ)
    bench.go()
    assert bench.lib.fake_told() == 0
    bench.call("fake_finish")
    assert bench.result(0) == 0
    bench.submit(1, READ)
    bench.go()
    # An answer is there already, and nobody was told.
    assert bench.call("fake_events", 1) == 1


@pytest.mark.parametrize(
    ("sector", "count"), [(64, 1), (63, 2), (0, 0), (2**63, 1), (0, 2**32), (0, 2**32 + 1)]
)
def test_what_is_beyond_the_end_never_reaches_the_driver(
    bench: Bench, sector: int, count: int
) -> None:
    bench.up()
    bench.call("fake_submit", 0, READ, sector, count, bench.host.new("uint8_t[512]"))
    assert bench.result(0) == -errno.EINVAL
    assert bench.lib.fake_calls() == 0


def test_an_operation_that_there_is_not_is_refused(bench: Bench) -> None:
    bench.up()
    bench.submit(0, 3)
    assert bench.result(0) == -errno.EINVAL


def test_every_error_of_a_driver_keeps_its_own_number(bench: Bench) -> None:
    bench.up()
    seen = set()
    for error in range(-13, 0):
        bench.submit(0, READ)
        bench.go(error)
        seen.add(bench.result(0))
        assert bench.result(0) == bench.lib.blkdev_errno(error) < 0
    assert len(seen) == 13
    assert bench.lib.fake_failures() == 13


def test_a_device_stops_when_nothing_is_under_way_and_leaves_no_memory(bench: Bench) -> None:
    assert bench.call("fake_attach", 0) == 0
    before = bench.host.lib.host_live_blocks()
    assert bench.call("fake_up", 1, 4, 1) == 0
    bench.call("fake_events", 1)
    bench.submit(0, READ)
    assert bench.call("fake_down") == -errno.EBUSY
    bench.go()
    assert bench.call("fake_down") == 0
    bench.host.advance(1)
    assert bench.host.lib.host_live_blocks() == before
    assert bench.call("fake_up", 1, 4, 1) == 0


@pytest.mark.parametrize(
    ("queues", "length", "says"), [(2, 0, errno.EINVAL), (1, 65, errno.EINVAL)]
)
def test_more_than_there_is_cannot_be_configured(
    bench: Bench, queues: int, length: int, says: int
) -> None:
    assert bench.call("fake_attach", 0) == 0
    assert bench.call("fake_up", queues, length, 1) == -says


def test_without_memory_nothing_is_left_behind(bench: Bench) -> None:
    assert bench.call("fake_attach", 0) == 0
    before = bench.host.lib.host_live_blocks()
    for allocations in range(30):
        bench.host.lib.host_fail_after(allocations)
        rc = bench.call("fake_up", 1, 4, 1)
        bench.host.lib.host_fail_after(-1)
        if rc == 0:
            break
        assert rc == -errno.ENOMEM
        bench.host.advance(1)
        assert bench.host.lib.host_live_blocks() == before
    else:
        pytest.fail("never enough memory")
    assert allocations > 3
