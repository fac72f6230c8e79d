# SPDX-License-Identifier: BSD-3-Clause
"""The debug layer against a modelled core: registers, memory, exception levels, locks."""

from __future__ import annotations

from random import Random

import pytest
from debug.modelbench import Setup

from uk_board.debug.a64 import System, mrs, msr
from uk_board.debug.probe import Probe, opened
from uk_board.errors import BenchError


def test_instructions_are_those_of_an_assembler() -> None:
    # aarch64-linux-gnu-as: mrs x0, dlr_el0; msr dbgdtr_el0, x0; mrs x3, dbgdtrrx_el0;
    # msr sctlr_el2, x0; mrs x30, ccsidr_el1
    assert mrs(0, System.DLR_EL0) == 0xD53B4520
    assert msr(System.DBGDTR_EL0, 0) == 0xD5130400
    assert mrs(3, System.DBGDTRRX_EL0) == 0xD5330503
    assert msr(System.SCTLR_EL2, 0) == 0xD51C1000
    assert mrs(30, System.CCSIDR_EL1) == 0xD539001E


def test_every_general_register_is_read_and_written_whole() -> None:
    setup = Setup()
    values = [0x1111_2222_0000_0000 * (n % 9) + n for n in range(31)]
    with setup.halted() as core:
        assert [core.read_x(n) for n in (1, 15, 30)] == [setup.core.x[n] for n in (1, 15, 30)]
        for number, value in enumerate(values):
            core.write_x(number, value)
        assert setup.core.x == values
        assert [core.read_x(n) for n in range(31)] == values


def test_a_halted_core_tells_where_it_was_and_goes_on_there() -> None:
    setup = Setup()
    where, state = setup.core.pc, setup.core.pstate
    with setup.halted() as core:
        assert core.is_halted
        assert core.read_system(System.DLR_EL0) == where
        assert core.read_system(System.DSPSR_EL0) == state
        core.resume()
        assert not core.is_halted
    assert (setup.core.pc, setup.core.halted) == (where, False)


def test_only_one_core_is_halted_though_others_listen() -> None:
    setup = Setup()
    with setup.halted():
        assert [core.halted for core in setup.chip.cores] == [True, False, False, False]


def test_words_that_are_stored_are_loaded_again() -> None:
    setup = Setup()
    setup.core.system[3, 4, 1, 0, 0] = 0  # SCTLR_EL2: no MMU
    random = Random(4711)
    with setup.halted() as core:
        for _ in range(30):
            words = [random.getrandbits(32) for _ in range(random.randint(1, 40))]
            at = 4 * random.randint(0, 4096)
            core.write_words(at, words)
            assert core.read_words(at, len(words)) == words
            assert [setup.chip.memory.load(at + 4 * n) for n in range(len(words))] == words


def test_the_last_word_of_memory_is_read_without_the_one_behind_it() -> None:
    setup = Setup()
    setup.core.system[3, 4, 1, 0, 0] = 0
    last = setup.chip.memory.size - 4
    with setup.halted() as core:
        core.write_words(last, [0x600DF00D])
        assert core.read_words(last, 1) == [0x600DF00D]


def test_an_access_to_no_memory_is_an_error_and_the_next_one_works() -> None:
    setup = Setup()
    setup.core.system[3, 4, 1, 0, 0] = 0
    end = setup.chip.memory.size
    with setup.halted() as core:
        with pytest.raises(BenchError, match=r"storing at 0x3ffffffc-0x40000004 failed: it ended"):
            core.write_words(end - 4, [1, 2])
        with pytest.raises(BenchError, match=r"loading from .* failed: it ended in an exception"):
            core.read_words(end, 2)
        core.write_words(0x1000, [5])
        assert core.read_words(0x1000, 1) == [5]


def test_an_undefined_instruction_is_an_error_that_names_it() -> None:
    with (
        Setup().halted() as core,
        pytest.raises(BenchError, match=r"core 0: instruction 00000000 failed: it ended in an exc"),
    ):
        core.run(0)


def test_a_core_that_needs_time_is_waited_for() -> None:
    setup = Setup()
    setup.core.latency = 3
    with setup.halted() as core:
        core.write_x(7, 0x123456789ABCDEF0)
        assert core.read_x(7) == 0x123456789ABCDEF0


def test_a_core_that_is_outrun_says_so() -> None:
    setup = Setup()
    with setup.halted() as core:
        setup.core.latency = 3
        with pytest.raises(BenchError, match="failed: the probe outran it"):
            list(core.run_for_each(0xD5033F9F, range(4)))


def test_an_instruction_that_never_ends_is_an_error() -> None:
    setup = Setup()
    with setup.halted() as core:
        setup.core.latency = 10**9
        with pytest.raises(BenchError, match=r"instruction d5033f9f does not end within 2 s"):
            core.run(0xD5033F9F)


@pytest.mark.parametrize("left", ["txfull", "rxfull", "err", "ma", "hde"])
def test_what_an_earlier_debugger_left_does_not_matter(left: str) -> None:
    setup = Setup()
    setup.core.os_lock = False
    setup.core.request_halt()
    setattr(setup.core, left, True)
    with setup.halted() as core:
        core.write_x(3, 77)
        assert core.read_x(3) == 77
        assert not setup.core.hde


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_a_core_goes_up_but_not_down(level: int) -> None:
    setup = Setup()
    setup.core.level = level
    with setup.halted() as core:
        core.go_up(2)
        assert core.level == setup.core.level == max(level, 2)


def test_a_level_that_is_not_there_is_an_error() -> None:
    setup = Setup()
    setup.core.levels, setup.core.level = 1, 1
    with setup.halted() as core, pytest.raises(BenchError, match="d4a00002 failed"):
        core.go_up(2)


def test_a_core_without_power_gets_it() -> None:
    setup = Setup()
    setup.core.powered = False
    with setup.halted():
        assert setup.core.halted


def test_a_core_that_is_missing_in_the_rom_table_is_found_where_it_is_known_to_be() -> None:
    setup = Setup()
    table = setup.chip.pages[setup.chip.rom]
    table.entries = table.entries[2:]
    with setup.halted():
        assert setup.core.halted


def test_a_core_that_gets_no_power_is_an_error() -> None:
    setup = Setup()
    setup.core.powered = setup.core.can_power = False
    with (
        setup.attached() as core,
        pytest.raises(BenchError, match=r"core 0: is switched off"),
    ):
        core.unlock()


def test_a_core_in_reset_is_an_error() -> None:
    setup = Setup()
    setup.core.in_reset = True
    with setup.attached() as core, pytest.raises(BenchError, match=r"is held in reset \(EDPRSR.R"):
        core.unlock()


def test_the_os_lock_of_a_reset_is_opened() -> None:
    setup = Setup()
    assert setup.core.os_lock
    with setup.halted():
        assert not setup.core.os_lock


def test_a_double_lock_is_an_error() -> None:
    setup = Setup()
    setup.core.double_lock = True
    with setup.attached() as core, pytest.raises(BenchError, match="debug is locked: EDPRSR stays"):
        core.unlock()


def test_debug_that_the_chip_locks_is_an_error() -> None:
    setup = Setup()
    setup.core.authentic = 0xFE
    with (
        setup.attached() as core,
        pytest.raises(BenchError, match=r"locked by the chip .*: DBGAUTHSTATUS_EL1 is 0x000000fe"),
    ):
        core.unlock()


def test_a_core_that_does_not_halt_is_an_error() -> None:
    setup = Setup()
    setup.core.stubborn = True
    with pytest.raises(BenchError, match=r"core 0: it does not halt within 2 s; EDSCR is 0x0004"):
        setup.start(b"\0" * 64)
    assert setup.clock.now < 5


def test_a_core_in_32_bit_code_is_refused_and_goes_on() -> None:
    setup = Setup()
    setup.core.aarch32 = True
    with pytest.raises(BenchError, match=r"runs 32-bit code at EL2; .* It goes on as before"):
        setup.start(b"\0" * 64)
    assert not setup.core.halted
    assert setup.chip.memory.pages == {}


def test_after_a_fault_that_was_told_late_the_port_knows_where_it_is() -> None:
    setup = Setup()
    with opened(Probe("M1", "model probe", setup.probe), setup.facts) as bus:
        bus.port.write(0x80999000, 1)  # nothing is there; the next read tells
        with pytest.raises(BenchError, match=r"0x80410fbc: the chip refuses \(FAULT\)"):
            bus.port.read(0x80410FBC)
        assert bus.port.read(0x80410FBC) == 0x47706A15  # EDDEVARCH
