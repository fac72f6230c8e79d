# SPDX-License-Identifier: BSD-3-Clause
"""Random numbers: two generators over models, and the health tests of their words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uk_board.shimhost import Host
from uk_board.tree import tree

OK, NO_DEVICE, TIMEOUT, HEALTH = 0, -1, -2, -3
START = 1024
CDEF = """
struct rng_model { uint32_t stuck_after, every, silent_after, looks, lock_outs; };
struct rng_model *rng_model(void);
void model_reset(void);
int model_init(uint32_t is_new, uint32_t absent);
uint32_t model_made(void);
uint32_t model_warm_up(void);
uint32_t model_words(void);
int rng_read(void *data, size_t size);
"""


@pytest.fixture(scope="session")
def rng_library(host_build: Callable[..., Path]) -> Path:
    rng = tree() / "drivers/rng"
    folders = [rng / name for name in ("random", "bcm2835_rng", "bcm2711_rng200")]
    sources = [file for folder in folders for file in sorted(folder.glob("*.c"))]
    flags = ["-DMMIO_RECORDED", *(f"-I{folder}" for folder in (rng, *folders))]
    return host_build("rng", sources=sources, flags=flags, cdef=CDEF)


class Bench:
    """One generator, and a task that asks it."""

    def __init__(self, library: Path, is_new: bool) -> None:
        self.host = Host(library)
        self.lib = self.host.lib
        self.lib.model_reset()
        self.model: Any = self.lib.rng_model()
        self.is_new = is_new
        self.host.start()
        self.task = self.host.task("user", 3)

    def call(self, name: str, *args: object) -> int:
        call = self.task.call(name, *args)
        for _ in range(100_000):
            if call.done:
                break
            self.host.advance(1)
        return int(call.result)

    def init(self, absent: bool = False) -> int:
        return self.call("model_init", self.is_new, absent)

    def read(self, size: int) -> bytes | int:
        into = self.host.new(f"uint8_t[{size + 1}]", b"\xee" * (size + 1))
        rc = self.call("rng_read", into, size)
        data = bytes(self.host.ffi.buffer(into))
        assert data[size] == 0xEE
        if rc:
            assert data[:size] == bytes(size)
        return rc if rc else data[:size]


@pytest.fixture(params=[False, True], ids=["bcm2835", "rng200"])
def bench(request: pytest.FixtureRequest, rng_library: Path) -> Bench:
    return Bench(rng_library, request.param)


def test_the_first_words_are_tested_and_thrown_away(bench: Bench) -> None:
    assert bench.init() == OK
    assert bench.lib.model_made() == START
    assert bench.lib.model_words() == START
    if not bench.is_new:
        assert bench.lib.model_warm_up() == 0x40000


@pytest.mark.parametrize("size", [1, 3, 4, 5, 64, 1000])
def test_any_number_of_bytes_can_be_had(bench: Bench, size: int) -> None:
    assert bench.init() == OK
    first, second = bench.read(size), bench.read(size)
    assert isinstance(first, bytes)
    assert isinstance(second, bytes)
    assert bench.lib.model_made() == START + 2 * ((size + 3) // 4)
    if size > 3:
        assert first != second


def test_a_machine_without_one_says_so_and_is_not_touched(bench: Bench) -> None:
    assert bench.init(absent=True) == NO_DEVICE
    assert bench.lib.model_made() == 0


def test_a_source_that_is_slow_is_waited_for(bench: Bench) -> None:
    bench.model.looks = 3
    assert bench.init() == OK
    assert isinstance(bench.read(16), bytes)


@pytest.mark.parametrize("after", [0, START - 1])
def test_a_source_that_gives_nothing_is_not_attached(bench: Bench, after: int) -> None:
    bench.model.silent_after = after
    assert bench.init() == TIMEOUT


def test_a_source_that_falls_silent_is_told_and_comes_back(bench: Bench) -> None:
    assert bench.init() == OK
    bench.model.silent_after = START + 2
    assert bench.read(16) == TIMEOUT
    bench.model.silent_after = 0xFFFFFFFF
    assert isinstance(bench.read(16), bytes)


def test_a_source_that_is_stuck_from_the_start_is_refused(bench: Bench) -> None:
    bench.model.stuck_after = 0
    assert bench.init() == HEALTH
    assert bench.lib.model_made() == 4


def test_a_source_that_gets_stuck_gives_three_of_the_same_at_most_and_is_off_for_good(
    bench: Bench,
) -> None:
    assert bench.init() == OK
    bench.model.stuck_after = START
    assert bench.read(4) == bench.read(4) == bench.read(4) == b"\xaa\xaa\x55\x55"
    assert bench.read(4) == HEALTH
    bench.model.stuck_after = 0xFFFFFFFF
    assert bench.read(4) == HEALTH


def test_a_word_that_comes_too_often_is_noticed(bench: Bench) -> None:
    # One in 5 never repeats, but 102 in a window of 512 are not random. It is noticed in the
    # first window that begins with it: word 1 + 512 k is a multiple of 5 for k = 2.
    assert bench.init() == OK
    bench.model.every = 5
    results = [bench.read(64) for _ in range(130)]
    assert HEALTH in results
    assert results[-1] == HEALTH


def test_a_word_that_comes_now_and_then_is_no_alarm(bench: Bench) -> None:
    # 8 in a window may be with 8 bits of entropy a word, 13 may not. k = 55 begins with it.
    assert bench.init() == OK
    bench.model.every = 63
    assert all(isinstance(bench.read(1000), bytes) for _ in range(120))
    assert bench.lib.model_made() > 56 * 512


def test_a_failure_that_the_block_reports_once_is_mended_by_a_restart(rng_library: Path) -> None:
    made = Bench(rng_library, is_new=True)
    assert made.init() == OK
    made.model.lock_outs = 1
    assert isinstance(made.read(8), bytes)
    made.model.lock_outs = 5
    assert made.read(8) == HEALTH


def test_without_a_source_nothing_is_made_up(rng_library: Path) -> None:
    made = Bench(rng_library, is_new=False)
    made.init(absent=True)
    # An earlier test's source is not of this machine.
    if made.lib.model_words() == 0:
        assert made.read(16) in (NO_DEVICE, TIMEOUT)
