# SPDX-License-Identifier: BSD-3-Clause
"""virtio-rng over a model: both versions, slow hosts, and what no device should say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uk_board.shimhost import Host
from uk_board.tree import tree

OK, NO_DEVICE, TIMEOUT = 0, -1, -2
LEGACY, MODERN = 1, 2
DRIVER_OK, FAILED = 0x04, 0x80
# Words that are tested at the start, and of a request
START, REQUEST = 1024, 256
CDEF = """
struct virtio_rng_model {
    uint32_t version, place, num_max, refuses, silent, answer, wrong_id, wrong_len, jump;
};
struct virtio_rng_model *model(void);
void model_begin(uint32_t version);
int model_init(uint32_t absent);
void model_answer(void);
uint32_t model_asked(void);
uint32_t model_resets(void);
uint32_t model_status(void);
int rng_read(void *data, size_t size);
"""


@pytest.fixture(scope="session")
def library(host_build: Callable[..., Path]) -> Path:
    drivers = tree() / "drivers"
    folders = [drivers / "rng/random", drivers / "rng/virtio_rng", drivers / "virtio/virtio_mmio"]
    found = [file for folder in folders for file in sorted(folder.glob("*.c"))]
    sources = [file for file in found if file.name != "random_test.c"]
    flags = ["-DMMIO_RECORDED", *(f"-I{folder}" for folder in (drivers / "rng", *folders))]
    return host_build("virtio_rng", sources=sources, flags=flags, cdef=CDEF)


class Bench:
    """A machine with virtio-rng, and a task that asks it."""

    def __init__(self, library: Path, version: int) -> None:
        self.host = Host(library)
        self.lib = self.host.lib
        self.lib.model_begin(version)
        self.model: Any = self.lib.model()
        self.host.start()
        self.task = self.host.task("user", 3)

    def call(self, name: str, *args: object) -> int:
        call = self.task.call(name, *args)
        for _ in range(20_000):
            if call.done:
                break
            self.host.advance(1)
        return int(call.result)

    def read(self, size: int) -> bytes | int:
        into = self.host.new(f"uint8_t[{size}]", b"\xee" * size)
        rc = self.call("rng_read", into, size)
        data = bytes(self.host.ffi.buffer(into))
        assert rc == OK or data == bytes(size)
        return rc or data


@pytest.fixture(params=[LEGACY, MODERN], ids=["legacy", "modern"])
def bench(request: pytest.FixtureRequest, library: Path) -> Bench:
    return Bench(library, request.param)


def test_numbers_come_by_the_buffer(bench: Bench) -> None:
    assert bench.call("model_init", 0) == OK
    assert bench.lib.model_asked() == START // REQUEST
    assert bench.lib.model_status() & DRIVER_OK
    first, second = bench.read(REQUEST * 4), bench.read(16)
    assert isinstance(first, bytes)
    assert isinstance(second, bytes)
    assert len(set(first)) > 100
    assert second not in first
    assert bench.lib.model_asked() == START // REQUEST + 2


def test_short_answers_are_taken_as_they_are(bench: Bench) -> None:
    bench.model.answer = 9  # two words and a byte of no use
    assert bench.call("model_init", 0) == OK
    assert bench.lib.model_asked() == START // 2


def test_a_machine_without_one_says_so_and_is_not_touched(bench: Bench) -> None:
    assert bench.call("model_init", 1) == NO_DEVICE
    bench.model.place = 9
    assert bench.call("model_init", 0) == NO_DEVICE
    assert bench.lib.model_resets() == 0


def is_refused(bench: Bench) -> bool:
    """Whether it is given up before it is asked for anything."""
    refused = bench.call("model_init", 0) == NO_DEVICE
    return refused and bool(bench.lib.model_status() & FAILED) and not bench.lib.model_asked()


def test_a_queue_that_is_too_small_is_refused(bench: Bench) -> None:
    bench.model.num_max = 1
    assert is_refused(bench)


def test_a_device_that_does_not_keep_to_its_features_is_refused(library: Path) -> None:
    bench = Bench(library, MODERN)
    bench.model.refuses = 1
    assert is_refused(bench)


def test_without_memory_there_is_none(bench: Bench) -> None:
    bench.lib.host_fail_after(0)
    assert bench.call("model_init", 0) == NO_DEVICE


def test_a_host_that_is_slow_is_waited_for_and_not_asked_twice(bench: Bench) -> None:
    assert bench.call("model_init", 0) == OK
    bench.model.silent = 1
    assert bench.read(4) == TIMEOUT
    assert bench.read(4) == TIMEOUT
    bench.model.silent = 0
    bench.lib.model_answer()
    assert isinstance(bench.read(4 * REQUEST), bytes)
    assert bench.lib.model_asked() == START // REQUEST + 1


def test_an_answer_of_less_than_a_word_is_none(bench: Bench) -> None:
    assert bench.call("model_init", 0) == OK
    bench.model.answer = 3
    assert bench.read(4) == TIMEOUT
    bench.model.answer = 4096
    assert isinstance(bench.read(4), bytes)


@pytest.mark.parametrize(
    ("fault", "value"),
    [("wrong_id", 1), ("wrong_id", 0xFFFFFFFF), ("wrong_len", 1025), ("jump", 1), ("jump", 0x7FFF)],
)
def test_what_cannot_be_ends_its_use(bench: Bench, fault: str, value: int) -> None:
    assert bench.call("model_init", 0) == OK
    resets = bench.lib.model_resets()
    setattr(bench.model, fault, value)
    assert bench.read(4) == TIMEOUT
    assert bench.lib.model_resets() == resets + 1
    setattr(bench.model, fault, 0)
    asked = bench.lib.model_asked()
    assert bench.read(4) == TIMEOUT
    assert bench.lib.model_asked() == asked
