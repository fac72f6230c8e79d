# SPDX-License-Identifier: BSD-3-Clause
"""The SPI0 driver over a register model, with the shim on the host below it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.shimhost import Host
from uk_board.tree import tree

CS, FIFO, CLK = 0x00, 0x04, 0x08
OK, ARGUMENT, TIMEOUT, NO_INTERRUPT, CANCELLED = 0, -1, -4, -5, -6
CLEAR = 0x30
CDEF = """
struct access { uint32_t offset, value, is_write; };
void model_reset(uint32_t qemu, uint32_t interrupt, uint32_t connected);
void model_stuck(uint32_t stuck);
void model_clock(uint32_t hz);
void model_time(uint32_t bytes);
uint32_t model_wire(uint8_t *bytes);
uint32_t model_trace(struct access *trace);
int model_init(void);
int model_transfer(uint32_t hz, uint32_t select, uint32_t mode, uint32_t lsb_first,
    const uint8_t *tx, uint8_t *rx, size_t length);
void model_cancel(void);
"""
both = pytest.mark.parametrize("interrupt", [True, False], ids=["interrupt", "polling"])
machines = pytest.mark.parametrize("qemu", [True, False], ids=["qemu", "datasheet"])


@pytest.fixture(scope="session")
def spi_library(host_build: Callable[..., Path]) -> Path:
    folder = tree() / "drivers/spi/bcm2835_spi"
    return host_build(
        "spi",
        sources=[folder / "bcm2835_spi.c", folder / "bcm2835_spi_test.c"],
        flags=["-DMMIO_RECORDED", f"-I{folder.parent}", f"-I{folder}"],
        cdef=CDEF,
    )


class Bench:
    """A model of the controller, a world of tasks, and one that uses the driver."""

    def __init__(self, library: Path, *, qemu: bool, interrupt: bool, connected: bool) -> None:
        self.host = Host(library)
        self.lib = self.host.lib
        self.lib.model_reset(qemu, interrupt, connected)
        self.host.start()
        self.task = self.host.task("user", 3)

    def call(self, name: str, *args: object) -> int:
        """Make a driver call, letting bytes and time pass until it returns."""
        call = self.task.call(name, *args)
        for _ in range(600):
            if call.done:
                break
            self.lib.model_time(64)
            if not call.done:
                self.host.advance(1)
        return int(call.result)

    def transfer(
        self,
        tx: bytes | None,
        length: int,
        *,
        hz: int = 1_000_000,
        select: int = 0,
        mode: int = 0,
        keep: bool = True,
        lsb_first: bool = False,
    ) -> tuple[int, bytes]:
        out = self.host.new("uint8_t[]", tx) if tx is not None else None
        into = self.host.new("uint8_t[]", max(1, length)) if keep else None
        result = self.call("model_transfer", hz, select, mode, lsb_first, out, into, length)
        return result, bytes(into) if into is not None else b""

    def wire(self) -> bytes:
        into = self.host.ffi.new("uint8_t[1024]")
        return bytes(into[0 : self.lib.model_wire(into)])

    def writes(self) -> list[tuple[int, int]]:
        into = self.host.ffi.new("struct access[16384]")
        length = self.lib.model_trace(into)
        return [(int(one.offset), int(one.value)) for one in into[0:length] if one.is_write]


Make = Callable[..., Bench]


@pytest.fixture
def bench(spi_library: Path) -> Make:
    def make(*, qemu: bool = False, interrupt: bool = True, connected: bool = True) -> Bench:
        made = Bench(spi_library, qemu=qemu, interrupt=interrupt, connected=connected)
        assert made.call("model_init") == OK
        made.writes()
        return made

    return make


def complement(data: bytes) -> bytes:
    return bytes(255 - byte for byte in data)


@both
@machines
@pytest.mark.parametrize("length", [1, 4, 63, 64, 65, 300])
def test_bytes_go_out_and_come_in(bench: Make, qemu: bool, interrupt: bool, length: int) -> None:
    made = bench(qemu=qemu, interrupt=interrupt)
    data = bytes(n & 0xFF for n in range(length))
    assert made.transfer(data, length) == (OK, complement(data))
    assert made.wire() == data


@both
def test_one_way_transfers_send_the_fill_and_keep_nothing(bench: Make, interrupt: bool) -> None:
    made = bench(interrupt=interrupt)
    assert made.transfer(None, 3) == (OK, complement(b"\xa5" * 3))
    assert made.wire() == b"\xa5" * 3
    assert made.transfer(b"abc", 3, keep=False) == (OK, b"")
    assert made.wire() == b"abc"


def test_the_trace_of_a_short_transfer(bench: Make) -> None:
    made = bench(qemu=True, interrupt=False)
    assert made.transfer(b"\x9f\x00", 2, select=1, mode=3)[0] == OK
    assert made.writes() == [
        (CS, CLEAR),
        (CLK, 250),
        (CS, 0x8D),  # TA, CPOL, CPHA, chip select 1
        (FIFO, 0x9F),
        (FIFO, 0x00),
        (CS, CLEAR),
    ]


@pytest.mark.parametrize(("mode", "bits"), [(0, 0x0), (1, 0x4), (2, 0x8), (3, 0xC)])
def test_modes_are_polarity_and_phase(bench: Make, mode: int, bits: int) -> None:
    made = bench(qemu=True, interrupt=True)
    assert made.transfer(b"a", 1, mode=mode)[0] == OK
    assert (CS, 0x680 | bits) in made.writes()


@pytest.mark.parametrize(
    ("hz", "divider"), [(1_000_000, 250), (500_000_000, 2), (3_000_000, 84), (3815, 65532)]
)
def test_the_clock_is_never_faster_than_asked_for(bench: Make, hz: int, divider: int) -> None:
    made = bench(qemu=True, interrupt=False)
    assert made.transfer(b"a", 1, hz=hz)[0] == OK
    assert (CLK, divider) in made.writes()


def test_the_largest_divider_is_written_as_0(bench: Make) -> None:
    made = bench(qemu=True, interrupt=False)
    made.lib.model_clock(65_536_000)
    assert made.transfer(b"a", 1, hz=1000)[0] == OK
    assert (CLK, 0) in made.writes()
    assert made.transfer(b"a", 1, hz=999)[0] == ARGUMENT


def test_what_the_bus_cannot_do_is_refused_before_it_sees_it(bench: Make) -> None:
    made = bench()
    assert made.transfer(b"a", 0)[0] == ARGUMENT
    assert made.transfer(b"a", 1, select=2)[0] == ARGUMENT
    assert made.transfer(b"a", 1, mode=4)[0] == ARGUMENT
    assert made.transfer(b"a", 1, hz=0)[0] == ARGUMENT
    assert made.transfer(b"a", 1, hz=3000)[0] == ARGUMENT
    assert made.transfer(b"a", 1, lsb_first=True)[0] == ARGUMENT
    assert made.writes() == []


@both
def test_a_controller_that_hangs_is_left_after_a_deadline(bench: Make, interrupt: bool) -> None:
    made = bench(interrupt=interrupt)
    made.lib.model_stuck(1)
    before = made.host.main("xTaskGetTickCount")
    assert made.transfer(b"abc", 3)[0] == TIMEOUT
    assert made.host.main("xTaskGetTickCount") - before < 20
    made.lib.model_stuck(0)
    assert made.transfer(b"abc", 3) == (OK, complement(b"abc"))


def test_an_interrupt_that_does_not_come_is_told(bench: Make) -> None:
    made = bench(qemu=True, connected=False)
    assert made.transfer(b"abc", 3)[0] == NO_INTERRUPT


@both
def test_a_transfer_is_cancelled(bench: Make, interrupt: bool) -> None:
    made = bench(interrupt=interrupt)
    made.lib.model_stuck(1)
    waiting = made.task.call("model_transfer", 1000000, 0, 0, 0, None, None, 200)
    assert not waiting.done
    other = made.host.task("other", 4)
    other("model_cancel")
    for _ in range(20):
        made.host.advance(1)
    assert waiting.result == CANCELLED
    other("model_cancel")  # nothing is under way: nothing happens
    made.lib.model_stuck(0)
    assert made.transfer(b"abc", 3) == (OK, complement(b"abc"))


@pytest.mark.parametrize("hz", [0, 65535])
def test_a_clock_that_cannot_be_divided_is_refused(spi_library: Path, hz: int) -> None:
    made = Bench(spi_library, qemu=True, interrupt=False, connected=True)
    made.lib.model_clock(hz)
    assert made.call("model_init") == ARGUMENT
