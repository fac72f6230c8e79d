# SPDX-License-Identifier: BSD-3-Clause
"""The BSC and TMP105 drivers over a register model, with the shim on the host below them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.shimhost import Host, Puppet
from uk_board.tree import tree

C, S, DLEN, A, FIFO, DIV, CLKT = 0x00, 0x04, 0x08, 0x0C, 0x10, 0x14, 0x1C
OK, ARGUMENT, NACK, STRETCH, TIMEOUT, NO_INTERRUPT, CANCELLED = 0, -1, -2, -3, -4, -5, -6
CLEAR, ALL = 0x10, 0x302
ALL_BYTES = 0xFFFFFFFF
CDEF = """
struct access { uint32_t offset, value, is_write; };
void model_reset(uint32_t qemu, uint32_t interrupt, uint32_t connected);
void model_faults(uint32_t nack_after, uint32_t holds_clock, uint32_t stuck);
void model_temperature(int32_t milli_celsius);
void model_clock(uint32_t hz);
uint32_t model_trace(struct access *trace);
void model_time(uint32_t bytes);
int model_init(void);
int model_transfer(uint8_t address, const uint8_t *tx, size_t tx_len, uint8_t *rx, size_t rx_len);
int model_configure(uint32_t hz, uint32_t stretch_ms);
void model_cancel(void);
int model_tmp105_init(uint8_t address);
int model_tmp105_read(int32_t *milli_celsius);
"""


@pytest.fixture(scope="session")
def driver_library(host_build: Callable[..., Path]) -> Path:
    drivers = tree() / "drivers"
    bsc, tmp105 = drivers / "i2c/bcm2835_bsc", drivers / "sensor/tmp105"
    sources = [bsc / "bcm2835_bsc.c", bsc / "bcm2835_bsc_test.c", tmp105 / "tmp105.c"]
    flags = [
        "-DMMIO_RECORDED",
        *(f"-I{folder}" for folder in (drivers / "i2c", bsc, tmp105.parent, tmp105)),
    ]
    return host_build("drivers", sources=sources, flags=flags, cdef=CDEF)


class Bench:
    """A model of the machine, a world of tasks, and one task that uses the drivers."""

    def __init__(self, library: Path, qemu: bool, interrupt: bool, connected: bool) -> None:
        self.host = Host(library)
        self.lib = self.host.lib
        self.lib.model_reset(qemu, interrupt, connected)
        self.host.start()
        self.task: Puppet = self.host.task("user", 3)
        self.waits = interrupt or not qemu

    def call(self, name: str, *args: object) -> int:
        """Make a driver call, letting bytes and time pass until it returns."""
        call = self.task.call(name, *args)
        for _ in range(400):
            if call.done:
                break
            self.lib.model_time(4)
            if not call.done:
                self.host.advance(1)
        return int(call.result)

    def trace(self) -> list[tuple[str, int, int]]:
        """Return the accesses since the last call as (kind, offset, value)."""
        into = self.host.ffi.new("struct access[16384]")
        length = self.lib.model_trace(into)
        return [
            ("write" if one.is_write else "read", one.offset, one.value) for one in into[0:length]
        ]

    def writes(self) -> list[tuple[int, int]]:
        """Return the register writes since the last call."""
        return [(offset, value) for kind, offset, value in self.trace() if kind == "write"]

    def temperature(self) -> int:
        into = self.host.new("int32_t *")
        assert self.call("model_tmp105_read", into) == OK
        return int(into[0])


Make = Callable[..., Bench]


@pytest.fixture
def bench(driver_library: Path) -> Make:
    def make(*, qemu: bool, interrupt: bool, connected: bool = True, init: bool = True) -> Bench:
        made = Bench(driver_library, qemu, interrupt, connected)
        if init:
            assert made.call("model_init") == OK
            made.trace()
        return made

    return make


every_machine = pytest.mark.parametrize(
    ("qemu", "interrupt"),
    [(True, True), (True, False), (False, True), (False, False)],
    ids=["qemu-interrupt", "qemu-polling", "sheet-interrupt", "sheet-polling"],
)


def test_init_sets_the_clock_and_starts_nothing(bench: Make) -> None:
    made = bench(qemu=True, interrupt=False, init=False)
    assert made.call("model_init") == OK
    # 250 MHz / 100 kHz; 35 ms of 100 kHz
    assert made.trace() == [
        ("write", C, CLEAR),
        ("write", S, ALL),
        ("write", DIV, 2500),
        ("write", CLKT, 3500),
    ]


def test_a_read_is_a_write_message_and_a_read_message(bench: Make) -> None:
    made = bench(qemu=True, interrupt=False)
    tx, rx = made.host.new("uint8_t[1]", b"\x01"), made.host.new("uint8_t[2]")
    assert made.call("model_transfer", 0x48, tx, 1, rx, 2) == OK
    assert made.trace() == [
        # the write: ST before the byte, which QEMU would drop otherwise
        ("write", C, CLEAR),
        ("write", S, ALL),
        ("write", DLEN, 1),
        ("write", A, 0x48),
        ("write", C, 0x8080),
        ("read", S, 0x15),
        ("write", FIFO, 0x01),
        ("read", S, 0x12),
        ("read", S, 0x12),
        ("write", C, CLEAR),
        ("write", S, ALL),
        # the read
        ("write", C, CLEAR),
        ("write", S, ALL),
        ("write", DLEN, 2),
        ("write", A, 0x48),
        ("write", C, 0x8081),
        ("read", S, 0x39),
        ("read", FIFO, 0x00),
        ("read", S, 0x39),
        ("read", FIFO, 0x00),
        ("read", S, 0x12),
        ("read", S, 0x12),
        ("write", C, CLEAR),
        ("write", S, ALL),
    ]


def test_interrupts_are_enabled_with_the_start(bench: Make) -> None:
    made = bench(qemu=True, interrupt=True)
    tx, rx = made.host.new("uint8_t[1]"), made.host.new("uint8_t[2]")
    assert made.call("model_transfer", 0x48, tx, 1, rx, 2) == OK
    starts = [value for offset, value in made.writes() if offset == C and value != CLEAR]
    assert starts == [0x8380, 0x8581]


@every_machine
def test_the_sensor_is_read_in_12_bits(bench: Make, qemu: bool, interrupt: bool) -> None:
    made = bench(qemu=qemu, interrupt=interrupt)
    assert made.call("model_tmp105_init", 0x48) == OK
    for milli_celsius, shown in (
        (21500, 21500),
        (25437, 25375),
        (-10250, -10250),
        (125000, 125000),
        (-55000, -55000),
        (0, 0),
    ):
        made.lib.model_temperature(milli_celsius)
        assert made.temperature() == shown


@every_machine
def test_nobody_at_the_address(bench: Make, qemu: bool, interrupt: bool) -> None:
    made = bench(qemu=qemu, interrupt=interrupt)
    assert made.call("model_tmp105_init", 0x49) == NACK
    rx = made.host.new("uint8_t[2]")
    assert made.call("model_transfer", 0x10, None, 0, rx, 2) == NACK
    # and the bus works after it
    assert made.call("model_tmp105_init", 0x48) == OK
    assert made.temperature() == 21500


@pytest.mark.parametrize("interrupt", [True, False])
def test_a_refused_byte(bench: Make, interrupt: bool) -> None:
    made = bench(qemu=False, interrupt=interrupt)
    made.lib.model_faults(1, 0, 0)
    assert made.call("model_tmp105_init", 0x48) == NACK
    made.lib.model_faults(ALL_BYTES, 0, 0)
    assert made.call("model_tmp105_init", 0x48) == OK


@pytest.mark.parametrize("interrupt", [True, False])
def test_a_device_that_holds_the_clock(bench: Make, interrupt: bool) -> None:
    made = bench(qemu=False, interrupt=interrupt)
    made.lib.model_faults(ALL_BYTES, 1, 0)
    assert made.call("model_tmp105_init", 0x48) == STRETCH
    made.lib.model_faults(ALL_BYTES, 0, 0)
    assert made.call("model_tmp105_init", 0x48) == OK


@pytest.mark.parametrize("interrupt", [True, False])
def test_a_controller_that_hangs_is_left_after_a_deadline(bench: Make, interrupt: bool) -> None:
    made = bench(qemu=False, interrupt=interrupt)
    made.lib.model_faults(ALL_BYTES, 0, 1)
    before = made.host.main("xTaskGetTickCount")
    assert made.call("model_tmp105_init", 0x48) == TIMEOUT
    assert made.host.main("xTaskGetTickCount") - before < 200
    assert made.writes()[-2:] == [(C, CLEAR), (S, ALL)]
    made.lib.model_faults(ALL_BYTES, 0, 0)
    assert made.call("model_tmp105_init", 0x48) == OK


def test_an_interrupt_that_does_not_come_is_told(bench: Make) -> None:
    # As on QEMU's raspi4b when nobody says that it must poll.
    made = bench(qemu=True, interrupt=True, connected=False)
    assert made.call("model_tmp105_init", 0x48) == NO_INTERRUPT
    # The message was brought to its end: the bus is not left busy.
    assert made.call("model_transfer", 0x10, made.host.new("uint8_t[1]"), 1, None, 0) == NACK


@pytest.mark.parametrize("interrupt", [True, False])
def test_messages_longer_than_the_fifo(bench: Make, interrupt: bool) -> None:
    made = bench(qemu=False, interrupt=interrupt)
    tx, rx = made.host.new("uint8_t[64]"), made.host.new("uint8_t[64]")
    assert made.call("model_transfer", 0x48, tx, 64, rx, 64) == OK
    assert rx[0] == 0x15  # 21.5 degrees in 9 bits
    assert rx[1] == 0x80


def test_nonsense_is_refused_before_the_bus_sees_it(bench: Make) -> None:
    made = bench(qemu=True, interrupt=False)
    tx = made.host.new("uint8_t[1]")
    assert made.call("model_transfer", 0x80, tx, 1, None, 0) == ARGUMENT
    assert made.call("model_transfer", 0x48, None, 0, None, 0) == ARGUMENT
    assert made.call("model_transfer", 0x48, tx, 0x10000, None, 0) == ARGUMENT
    assert made.trace() == []


def test_two_tasks_take_turns_on_the_bus(bench: Make) -> None:
    made = bench(qemu=False, interrupt=True)
    other = made.host.task("other", 4)
    assert made.call("model_tmp105_init", 0x48) == OK
    first = made.task.call("model_tmp105_read", made.host.new("int32_t *"))
    second = other.call("model_tmp105_read", made.host.new("int32_t *"))
    assert not first.done
    assert not second.done
    while not second.done:
        made.lib.model_time(1)
    assert (first.result, second.result) == (OK, OK)


def test_polling_lets_lower_tasks_run(bench: Make) -> None:
    made = bench(qemu=False, interrupt=False)
    made.lib.model_faults(ALL_BYTES, 0, 1)
    waiting = made.task.call("model_tmp105_init", 0x48)
    assert not waiting.done
    low = made.host.task("low", 1)
    assert low("uxTaskPriorityGet", None) == 1


@pytest.mark.parametrize(
    ("clock_hz", "divider"), [(500_000_000, 5000), (19_300_000, 194), (100_000, 2)]
)
def test_the_bus_is_never_faster_than_100_khz(bench: Make, clock_hz: int, divider: int) -> None:
    made = bench(qemu=True, interrupt=False, init=False)
    made.lib.model_clock(clock_hz)
    assert made.call("model_init") == OK
    assert (DIV, divider) in made.writes()


@pytest.mark.parametrize("clock_hz", [0, 99_999])
def test_a_clock_that_cannot_give_100_khz_is_refused(bench: Make, clock_hz: int) -> None:
    made = bench(qemu=True, interrupt=False, init=False)
    made.lib.model_clock(clock_hz)
    assert made.call("model_init") == ARGUMENT
    assert made.trace() == []


@pytest.mark.parametrize(
    ("hz", "stretch_ms", "divider", "clkt"),
    [(400_000, 35, 626, 14_000), (1_000_000, 35, 626, 14_000), (50_000, 2000, 5000, 65_535)],
)
def test_the_speed_is_set_as_far_as_the_controller_goes(
    bench: Make, hz: int, stretch_ms: int, divider: int, clkt: int
) -> None:
    made = bench(qemu=True, interrupt=False)
    assert made.call("model_configure", hz, stretch_ms) == OK
    assert made.writes()[-2:] == [(DIV, divider), (CLKT, clkt)]


def test_a_speed_that_the_clock_cannot_give_leaves_the_one_there_is(bench: Make) -> None:
    made = bench(qemu=True, interrupt=False)
    assert made.call("model_configure", 0, 35) == ARGUMENT
    assert made.call("model_configure", 1000, 35) == ARGUMENT
    assert made.writes() == []


@pytest.mark.parametrize("interrupt", [True, False])
def test_a_transfer_is_cancelled(bench: Make, interrupt: bool) -> None:
    made = bench(qemu=False, interrupt=interrupt)
    made.lib.model_faults(ALL_BYTES, 0, 1)
    waiting = made.task.call("model_tmp105_init", 0x48)
    assert not waiting.done
    made.host.task("other", 4)("model_cancel")
    for _ in range(5):
        made.host.advance(1)
    assert waiting.result == CANCELLED
    assert made.writes()[-2:] == [(C, CLEAR), (S, ALL)]
    made.lib.model_faults(ALL_BYTES, 0, 0)
    assert made.call("model_tmp105_init", 0x48) == OK
