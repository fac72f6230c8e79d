# SPDX-License-Identifier: BSD-3-Clause
"""The Allwinner TWI driver over a model of its steps, with the shim on the host below it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.shimhost import Host
from uk_board.tree import tree

OK, ARGUMENT, NACK, TIMEOUT, NO_INTERRUPT, CANCELLED, BUS = 0, -1, -2, -4, -5, -6, -7
ALL_BYTES = 0xFFFFFFFF
CLOCK_HZ = 24_000_000
CDEF = """
void model_reset(uint32_t interrupt, uint32_t connected, uint32_t clock_hz);
void model_faults(uint32_t nack_after, uint32_t stuck, uint32_t lost);
void model_time(uint32_t steps);
const char *model_bus(void);
uint32_t model_ccr(void);
uint32_t model_resets(void);
int model_init(void);
int model_transfer(uint8_t address, const uint8_t *tx, size_t tx_len, uint8_t *rx, size_t rx_len);
int model_configure(uint32_t hz);
void model_cancel(void);
"""
both = pytest.mark.parametrize("interrupt", [True, False], ids=["interrupt", "polling"])


@pytest.fixture(scope="session")
def twi_library(host_build: Callable[..., Path]) -> Path:
    folder = tree() / "drivers/i2c/sun6i_twi"
    return host_build(
        "twi",
        sources=[folder / "sun6i_twi.c", folder / "sun6i_twi_test.c"],
        flags=["-DMMIO_RECORDED", f"-I{folder.parent}", f"-I{folder}"],
        cdef=CDEF,
    )


class Bench:
    """A model of the controller, a world of tasks, and one that uses the driver."""

    def __init__(
        self, library: Path, interrupt: bool, connected: bool = True, clock_hz: int = CLOCK_HZ
    ) -> None:
        self.host = Host(library)
        self.lib = self.host.lib
        self.lib.model_reset(interrupt, connected, clock_hz)
        self.host.start()
        self.task = self.host.task("user", 3)

    def call(self, name: str, *args: object) -> int:
        """Make a driver call, letting steps and time pass until it returns."""
        call = self.task.call(name, *args)
        for _ in range(400):
            if call.done:
                break
            self.lib.model_time(4)
            if not call.done:
                self.host.advance(1)
        return int(call.result)

    def transfer(self, address: int, tx: bytes, count: int) -> tuple[int, bytes]:
        into = self.host.new("uint8_t[]", max(1, count))
        out = self.host.new("uint8_t[]", tx or b"\0")
        result = self.call("model_transfer", address, out, len(tx), into, count)
        return result, bytes(into[0:count])

    def bus(self) -> str:
        return bytes(self.host.ffi.string(self.lib.model_bus())).decode().strip()


Make = Callable[..., Bench]


@pytest.fixture
def bench(twi_library: Path) -> Make:
    def make(interrupt: bool = True, connected: bool = True) -> Bench:
        made = Bench(twi_library, interrupt, connected)
        assert made.call("model_init") == OK
        return made

    return make


@both
def test_a_write_and_its_read_are_joined_by_a_repeated_start(bench: Make, interrupt: bool) -> None:
    made = bench(interrupt)
    assert made.transfer(0x48, b"\x03", 3) == (OK, b"\xa3\xa4\xa5")
    # The last byte that is read is not acknowledged.
    assert made.bus() == "S 90A 03A Sr 91A a3a a4a a5n P"


@both
def test_writes_and_reads_alone(bench: Make, interrupt: bool) -> None:
    made = bench(interrupt)
    assert made.transfer(0x48, b"\x01\x55\x66", 0) == (OK, b"")
    assert made.bus() == "S 90A 01A 55A 66A P"
    assert made.transfer(0x48, b"", 1) == (OK, b"\xa3")
    assert made.bus() == "S 91A a3n P"
    assert made.transfer(0x48, b"\x01", 2) == (OK, b"\x55\x66")


@both
def test_nobody_at_the_address_ends_with_a_stop(bench: Make, interrupt: bool) -> None:
    made = bench(interrupt)
    assert made.transfer(0x10, b"\x01", 1)[0] == NACK
    assert made.bus() == "S 20N P"
    assert made.transfer(0x10, b"", 1)[0] == NACK
    assert made.bus() == "S 21N P"
    assert made.transfer(0x48, b"\x00", 1) == (OK, b"\xa0")


@both
def test_a_refused_byte_ends_with_a_stop(bench: Make, interrupt: bool) -> None:
    made = bench(interrupt)
    made.lib.model_faults(1, 0, 0)
    assert made.transfer(0x48, b"\x01\x02\x03", 2)[0] == NACK
    assert made.bus() == "S 90A 01A 02N P"


@both
def test_lost_arbitration_is_told_and_the_bus_works_after_it(bench: Make, interrupt: bool) -> None:
    made = bench(interrupt)
    made.lib.model_faults(ALL_BYTES, 0, 1)
    assert made.transfer(0x48, b"\x01", 1)[0] == BUS
    made.lib.model_faults(ALL_BYTES, 0, 0)
    made.bus()
    assert made.transfer(0x48, b"\x01", 1) == (OK, b"\xa1")
    assert made.bus() == "S 90A 01A Sr 91A a1n P"


@both
def test_a_bus_that_hangs_is_left_after_a_deadline_and_reset(bench: Make, interrupt: bool) -> None:
    made = bench(interrupt)
    made.lib.model_faults(ALL_BYTES, 1, 0)
    resets = made.lib.model_resets()
    before = made.host.main("xTaskGetTickCount")
    assert made.transfer(0x48, b"\x01", 1)[0] == TIMEOUT
    assert made.host.main("xTaskGetTickCount") - before < 200
    assert made.lib.model_resets() == resets + 1
    assert made.lib.model_ccr() == 0x59
    made.lib.model_faults(ALL_BYTES, 0, 0)
    assert made.transfer(0x48, b"\x01", 1) == (OK, b"\xa1")


def test_an_interrupt_that_does_not_come_is_told(bench: Make) -> None:
    made = bench(True, connected=False)
    assert made.transfer(0x48, b"\x01", 1)[0] == NO_INTERRUPT


@both
def test_a_transfer_is_cancelled(bench: Make, interrupt: bool) -> None:
    made = bench(interrupt)
    made.lib.model_faults(ALL_BYTES, 1, 0)
    out = made.host.new("uint8_t[1]")
    waiting = made.task.call("model_transfer", 0x48, out, 1, None, 0)
    assert not waiting.done
    made.host.task("other", 4)("model_cancel")
    for _ in range(5):
        made.host.advance(1)
    assert waiting.result == CANCELLED
    made.lib.model_faults(ALL_BYTES, 0, 0)
    assert made.transfer(0x48, b"\x01", 1) == (OK, b"\xa1")


@pytest.mark.parametrize(
    ("hz", "ccr"),
    # M in bits 6:3, N in 2:0: 24 MHz / (2^N * (M + 1) * 10)
    [(100_000, 11 << 3 | 1), (400_000, 5 << 3), (1_000_000, 5 << 3), (30_000, 9 << 3 | 3)],
)
def test_the_speed_is_never_faster_than_asked_for(bench: Make, hz: int, ccr: int) -> None:
    made = bench(False)
    assert made.call("model_configure", hz) == OK
    assert made.lib.model_ccr() == ccr
    m, n = ccr >> 3, ccr & 7
    assert CLOCK_HZ / (2**n * (m + 1) * 10) <= hz


def test_a_speed_that_the_clock_cannot_give_is_refused(bench: Make, twi_library: Path) -> None:
    made = bench(False)
    assert made.call("model_configure", 0) == ARGUMENT
    assert made.call("model_configure", 1000) == ARGUMENT
    assert made.lib.model_ccr() == 0x59
    assert Bench(twi_library, False, clock_hz=0).call("model_init") == ARGUMENT
