# SPDX-License-Identifier: BSD-3-Clause
"""Images into a modelled core: what it holds when it runs, and what errors say of its state."""

from __future__ import annotations

import functools
from random import Random

import pytest
from debug.modelbench import Setup
from debug.probemodel import TROUBLES

from uk_board.debug.load import Blob, start
from uk_board.disk.writer import Progress
from uk_board.errors import BenchError

IMAGE = Random(1).randbytes(4_501)
DC_CISW_X0 = 0xD5087E40


@pytest.mark.parametrize("name", ["rpi3", "rpi4", "pine64"])
def test_an_image_runs_at_its_address_as_a_boot_loader_starts_it(name: str) -> None:
    setup = Setup(name)
    setup.start(IMAGE, device_tree=0x0123_4568)
    core, at = setup.core, setup.board.load_address
    assert setup.chip.memory.bytes(at, len(IMAGE)) == IMAGE
    assert (core.halted, core.pc, core.level) == (False, at, 2)
    assert core.x[:4] == [0x0123_4568, 0, 0, 0]
    assert core.pstate == 0x3C9  # D, A, I, F masked; EL2h
    # M, C and I of SCTLR_EL2
    assert core.system[3, 4, 1, 0, 0] & (1 << 12 | 1 << 2 | 1) == 0
    assert not core.stale_code


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_an_image_starts_at_el2_wherever_the_core_was_below(level: int) -> None:
    setup = Setup()
    setup.core.level = level
    assert setup.start(IMAGE).level == setup.core.level == max(level, 2)
    assert setup.chip.memory.bytes(setup.board.load_address, len(IMAGE)) == IMAGE


def test_an_image_starts_at_el1_where_there_is_no_more() -> None:
    setup = Setup()
    setup.core.levels = setup.core.level = 1
    assert setup.start(IMAGE).level == setup.core.level == 1
    assert setup.core.pstate == 0x3C5


def test_what_caches_hold_does_not_come_over_the_image_and_is_not_lost() -> None:
    setup = Setup()
    at = setup.board.load_address
    first, second = setup.core.caches
    first.spoil(at + 64, 1, b"\xee" * 64)
    second.spoil(at + 4096, 3, b"\xdd" * 64)
    second.spoil(at + (1 << 20), 0, b"\xcc" * 64)
    assert setup.start(IMAGE).caches_were_on
    assert setup.chip.memory.bytes(at, len(IMAGE)) == IMAGE
    assert setup.chip.memory.bytes(at + (1 << 20), 64) == b"\xcc" * 64


def test_caches_that_were_off_cost_no_time() -> None:
    setup = Setup()
    setup.core.system[3, 0, 1, 0, 0] = setup.core.system[3, 4, 1, 0, 0] = 0x30C50830
    assert not setup.start(IMAGE).caches_were_on
    assert DC_CISW_X0 not in setup.core.executed


def test_every_line_of_the_caches_is_written_back_once() -> None:
    setup = Setup()
    setup.start(IMAGE)
    lines = sum(cache.sets * cache.ways for cache in setup.core.caches)
    assert setup.core.executed.count(DC_CISW_X0) == lines


def test_an_event_that_waits_does_not_halt_the_core_again() -> None:
    setup = Setup()
    setup.core.edesr, setup.core.edecr = 0b100, 0b100
    setup.start(IMAGE)
    assert not setup.core.halted
    assert setup.core.edecr == 0


def test_a_core_that_does_not_go_on_is_an_error() -> None:
    setup = Setup()
    setup.core.stays = True
    said = r"it does not leave debug state within 2 s; .*; the image is in memory, and it may run"
    with pytest.raises(BenchError, match=said):
        setup.start(IMAGE)


def test_that_a_core_went_on_before_does_not_count() -> None:
    setup = Setup()
    with setup.halted() as core:
        setup.core.restarted, setup.core.stays = True, True
        with pytest.raises(BenchError, match="it does not leave debug state"):
            core.resume()


def test_memory_that_forgets_a_bit_is_found_and_the_core_stays_halted() -> None:
    setup = Setup()
    at = setup.board.load_address + 4200
    there = int.from_bytes(IMAGE[4200:4204], "little")
    bit = there & -there
    setup.chip.memory.broken[at] = bit
    problem = (
        rf"0x{at:x} \(image\) reads 0x{there & ~bit:08x}, 0x{there:08x} was written;.*"
        r"it is halted with all 4,501 bytes in memory, which are not verified"
    )
    with pytest.raises(BenchError, match=problem):
        setup.start(IMAGE)
    assert setup.core.halted


def test_an_image_that_leaves_memory_stops_where_memory_ends() -> None:
    setup = Setup("pine64")
    setup.chip.memory.size = 0x80000 + 4096 + 12
    said = (
        r"failed: it ended in an exception; .*; it is halted with 4,096 of 4,501 bytes"
        r" in memory: half an image\ntry: switch the board off and on"
    )
    with pytest.raises(BenchError, match=said):
        setup.start(IMAGE)


def test_an_interruption_says_that_half_an_image_is_there() -> None:
    def interrupt(progress: Progress) -> None:
        if progress.phase == "load":
            raise KeyboardInterrupt

    setup = Setup()
    said = "core 0: interrupted; it is halted with 4,096 of 4,501 bytes in memory: half an image"
    with setup.attached() as core, pytest.raises(BenchError, match=said):
        start(core, [Blob("image", 0x80000, IMAGE)], 0x80000, 0, interrupt)
    assert setup.core.halted


def test_progress_reaches_the_end_of_each_phase() -> None:
    setup, seen = Setup(), {}
    with setup.attached() as core:
        blobs = [Blob("image", 0x80000, IMAGE), Blob("tree", 0x90000, b"abcdefg")]
        start(core, blobs, 0x80000, 0, lambda each: seen.update({each.phase: each}))
    size = len(IMAGE) + 7
    assert {phase: (each.done, each.total) for phase, each in seen.items()} == {
        "caches": (72, 72),
        "load": (size, size),
        "verify": (size, size),
    }
    assert setup.chip.memory.bytes(0x90000, 8) == b"abcdefg\0"


@functools.cache
def accesses_of_a_start() -> int:
    setup = Setup()
    setup.start(IMAGE)
    return setup.probe.accesses


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_at_any_moment_is_an_error_that_says_what_state_the_core_is_in(
    trouble: str,
) -> None:
    whole = accesses_of_a_start()
    for at in sorted(Random(trouble).sample(range(1, whole - 20), 15)):
        setup = Setup()
        setup.probe.trouble = (at, trouble)
        with pytest.raises(BenchError) as raised:
            setup.start(IMAGE)
        text = str(raised.value)
        if setup.core.halted:
            told = "halted" in text and "was not halted" not in text
            assert told or "it may run" in text, f"access {at}: {text}"
        loaded = setup.chip.memory.pages
        if "nothing was loaded" in text or "was not halted" in text:
            assert not loaded
        elif loaded:
            assert "memory" in text


def test_a_probe_that_is_pulled_out_in_the_middle_says_so() -> None:
    setup = Setup()
    setup.probe.trouble = (accesses_of_a_start() // 3, "gone")
    said = (
        r"model probe, AP 0: 0x804100\w\w: the probe does not answer any more: no such device.*;"
        r" it was pulled out, or hangs; it is halted with [\d,]+ of 4,501 bytes in memory:"
        r" half an image\ntry: switch the board off and on"
    )
    with pytest.raises(BenchError, match=said):
        setup.start(IMAGE)


@pytest.mark.parametrize("seed", range(8))
def test_a_probe_that_answers_nonsense_ends_in_an_error(seed: int) -> None:
    setup, random = Setup(), Random(seed)
    real, begin = setup.port.apacc, random.randint(1, 900)

    def nonsense(register: int, value: int | None) -> int:
        answer = real(register, value)
        return answer if setup.probe.accesses < begin else random.getrandbits(32)

    setup.port.apacc = nonsense
    with pytest.raises(BenchError):
        setup.start(IMAGE)


@pytest.mark.parametrize("answer", [0, 0xFFFFFFFF])
def test_wires_that_lead_nowhere_are_told(answer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyocd.coresight.dap.DP_POWER_REQUEST_TIMEOUT", 0.05)
    setup = Setup()
    setup.port.dp = setup.port.apacc = lambda register, value: answer
    with pytest.raises(
        BenchError,
        match=r"M1 \(model probe\): .*; the board must have power.*TCK GPIO 25, header pin 22; ",
    ):
        setup.start(IMAGE)
