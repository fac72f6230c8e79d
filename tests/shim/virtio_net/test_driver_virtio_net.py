# SPDX-License-Identifier: BSD-3-Clause
"""virtio-net over a model, the bridge to Unikraft's network devices on it, a small stack above."""

from __future__ import annotations

import pytest
from virtiobench import (
    ANY_LAYOUT,
    DRIVER_OK,
    EINVAL,
    EIO,
    ENOMEM,
    LEGACY,
    MAC,
    MEMORY,
    MODERN,
    MORE,
    NO_DEVICE,
    OK,
    RING,
    RX,
    STATUS,
    SUCCESS,
    TIMEOUT,
    TX,
    Make,
    both,
    frame,
)

# ---- Finding it, setting it up ----


@both
@pytest.mark.parametrize("place", [0, 1, 3])
def test_it_is_found_in_any_place(bench: Make, version: int, place: int) -> None:
    made = bench(version, place).up()
    assert made.lib.stack_link()
    assert made.arrive(frame(60))
    made.interrupt()  # of that place
    assert made.receive() == (SUCCESS | MORE, frame(60))


def test_nothing_is_there(bench: Make) -> None:
    assert bench(place=4).call("model_init") == NO_DEVICE


def test_an_old_device_that_wants_two_descriptors_is_refused(bench: Make) -> None:
    assert bench(LEGACY, features=MAC | STATUS).call("model_init") == NO_DEVICE


def test_a_device_that_does_not_keep_to_its_features_is_refused(bench: Make) -> None:
    made = bench(MODERN)
    made.lib.model_faults(1, 0, 1024)
    assert made.call("model_init") == NO_DEVICE


def test_a_device_that_does_not_reset_is_given_up(bench: Make) -> None:
    made = bench(LEGACY)
    made.lib.model_faults(0, 1, 1024)
    made.lib.model_needs_reset()
    assert made.call("model_init") == TIMEOUT


@pytest.mark.parametrize("largest", [0, RING - 1])
def test_a_device_with_too_small_queues_is_refused(bench: Make, largest: int) -> None:
    made = bench(LEGACY)
    made.lib.model_faults(0, 0, largest)
    assert made.call("model_init") == NO_DEVICE


@both
def test_without_memory_nothing_is_started_or_lost(bench: Make, version: int) -> None:
    for allocations in range(3):
        made = bench(version)
        before = made.lib.host_live_blocks()
        made.lib.host_fail_after(allocations)
        assert made.call("model_init") in (MEMORY, NO_DEVICE)
        made.lib.host_fail_after(-1)
        # A handler that was installed stays so.
        assert made.lib.host_live_blocks() <= before + 1


def test_the_legacy_registers_are_written_in_order(bench: Make) -> None:
    made = bench(LEGACY)
    assert made.call("model_init") == OK
    writes = [(at, value) for kind, at, value in made.trace() if kind == "write"]
    pages = [value for at, value in writes if at == 0x040]
    assert pages[1] == pages[0] + 1
    assert writes == [
        (0x070, 0),
        (0x070, 0x01),
        (0x070, 0x03),
        (0x014, 0),
        (0x024, 0),
        (0x020, made.features),
        (0x028, 2048),
        *[(0x030, RX), (0x038, RING), (0x03C, 64), (0x040, pages[0])],
        *[(0x030, TX), (0x038, RING), (0x03C, 64), (0x040, pages[1])],
        (0x070, 0x03 | DRIVER_OK),
    ]


def test_the_modern_registers_are_written_in_order(bench: Make) -> None:
    made = bench(MODERN)
    assert made.call("model_init") == OK
    writes = [(at, value) for kind, at, value in made.trace() if kind == "write"]
    offsets = [at for at, _ in writes]
    queue = [0x030, 0x038, 0x080, 0x084, 0x090, 0x094, 0x0A0, 0x0A4, 0x044]
    features = [0x014, 0x024, 0x020, 0x014, 0x024, 0x020]
    assert offsets == [0x070, 0x070, 0x070, *features, 0x070, *queue, *queue, 0x070]
    accepted = [value for at, value in writes if at == 0x020]
    assert accepted == [made.features & ~ANY_LAYOUT, 1]
    assert [value for at, value in writes if at == 0x070] == [0, 0x01, 0x03, 0x0B, 0x0F]


# ---- Links ----


@both
def test_a_link_that_goes_and_comes_is_an_event(bench: Make, version: int) -> None:
    made = bench(version).up()
    made.receive()
    before = made.lib.stack_events()
    made.lib.model_link(0)
    made.host.run()
    assert not made.lib.stack_link()
    assert made.lib.stack_events() == before + 1
    assert made.send(frame(60)) == EIO
    made.receive()
    made.lib.model_link(1)
    made.host.run()
    assert made.lib.stack_link()
    assert made.lib.stack_events() == before + 2
    assert made.send(frame(60)) & SUCCESS


def test_a_device_that_does_not_tell_of_its_link_has_one(bench: Make) -> None:
    made = bench(features=MAC | ANY_LAYOUT).up()
    assert made.lib.stack_link()


# ---- The stack's side ----


@pytest.mark.parametrize(
    ("descriptors", "limit", "error"), [(3, 9, EINVAL), (257, 300, EINVAL), (16, 15, ENOMEM)]
)
def test_queues_that_cannot_be_are_refused(
    bench: Make, descriptors: int, limit: int, error: int
) -> None:
    made = bench()
    assert made.call("model_init") == OK
    assert made.call("stack_start", 0, descriptors, limit) == error
