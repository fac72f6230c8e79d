# SPDX-License-Identifier: BSD-3-Clause
"""The pins of the Raspberry Pis over a register model: levels, functions, pulls, events."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.shimhost import Host
from uk_board.tree import tree

OK, PIN, ARGUMENT, NO_INTERRUPT = 0, -1, -2, -3
NONE, RISING, FALLING, EDGE, LOW, HIGH = range(6)
REN, EDS, PUP_PDN = 0x4C, 0x40, 0xE4
CDEF = """
int model_init(uint32_t newer, uint32_t interrupt);
void model_drive(uint32_t pin, uint32_t level);
uint32_t model_word(uint32_t offset);
uint32_t model_pulled(uint32_t pin);
void model_called(uint32_t *into);
int pin_function(uint32_t pin, uint32_t function);
uint32_t pin_function_now(uint32_t pin);
int pin_pull(uint32_t pin, uint32_t pull);
int pin_write(uint32_t pin, uint32_t level);
int pin_read(uint32_t pin);
int pin_event(uint32_t pin, uint32_t event, uint32_t handled);
"""


@pytest.fixture(scope="session")
def gpio_library(host_build: Callable[..., Path]) -> Path:
    gpio = tree() / "drivers/gpio"
    folders = [gpio / "bcm2835_gpio_io", gpio / "bcm2711_gpio_io"]
    sources = [folder / f"{folder.name}.c" for folder in folders]
    return host_build(
        "gpio",
        sources=[*sources, Path(__file__).parent / "gpio_model.c"],
        flags=["-DMMIO_RECORDED", f"-I{gpio}", *(f"-I{folder}" for folder in folders)],
        cdef=CDEF,
    )


class Pins:
    """A model of the pins, a world of tasks, and one that uses the driver."""

    def __init__(self, library: Path, *, newer: bool, interrupt: bool = True) -> None:
        self.host = Host(library)
        self.lib = self.host.lib
        self.host.start()
        self.task = self.host.task("user", 3)
        assert self.call("model_init", newer, interrupt) == OK

    def call(self, name: str, *args: int) -> int:
        return int(self.task(name, *args))

    def called(self) -> tuple[int, ...]:
        """Return calls of the handler since the last time, pin, level, in an interrupt."""
        into = self.host.ffi.new("uint32_t[4]")
        self.lib.model_called(into)
        return tuple(int(value) for value in into)


@pytest.fixture(params=[False, True], ids=["bcm2835", "bcm2711"])
def pins(request: pytest.FixtureRequest, gpio_library: Path) -> Pins:
    return Pins(gpio_library, newer=request.param)


@pytest.mark.parametrize("pin", [0, 9, 10, 27, 31, 32, 53])
def test_an_output_is_read_back_and_others_stay(pins: Pins, pin: int) -> None:
    assert pins.call("pin_write", pin, 1) == OK
    assert pins.call("pin_read", pin) == 0  # it is no output yet
    assert pins.call("pin_function", pin, 1) == OK
    assert pins.call("pin_function_now", pin) == 1
    assert pins.call("pin_read", pin) == 1
    assert sum(pins.call("pin_read", other) for other in range(54)) == 1
    assert sum(pins.call("pin_function_now", other) for other in range(54)) == 1
    assert pins.call("pin_write", pin, 0) == OK
    assert pins.call("pin_read", pin) == 0


def test_an_input_is_what_drives_it(pins: Pins) -> None:
    pins.lib.model_drive(33, 1)
    assert pins.call("pin_read", 33) == 1


def test_pulls_of_the_older_chips_are_clocked_in(gpio_library: Path) -> None:
    pins = Pins(gpio_library, newer=False)
    for pin, pull, value in ((4, 1, 2), (40, 2, 1), (4, 0, 0)):
        assert pins.call("pin_pull", pin, pull) == OK
        assert pins.lib.model_pulled(pin) == value
    assert pins.lib.model_word(0x94) == 0
    assert pins.lib.model_word(0x98) == 0


def test_pulls_of_the_newer_chip_have_two_bits_each(gpio_library: Path) -> None:
    pins = Pins(gpio_library, newer=True)
    assert pins.call("pin_pull", 17, 1) == OK
    assert pins.call("pin_pull", 18, 2) == OK
    assert pins.lib.model_word(PUP_PDN + 4) == 0x24
    assert pins.call("pin_pull", 17, 0) == OK
    assert pins.lib.model_word(PUP_PDN + 4) == 0x20


@pytest.mark.parametrize(
    ("event", "seen"), [(RISING, [1, 0, 1]), (FALLING, [0, 1, 0]), (EDGE, [1, 1, 1])]
)
def test_edges_are_told_in_an_interrupt(pins: Pins, event: int, seen: list[int]) -> None:
    assert pins.call("pin_event", 5, event, 1) == OK
    for level, calls in zip((1, 0, 1), seen, strict=True):
        pins.lib.model_drive(5, level)
        told = pins.called()
        assert told[0] == calls
        if calls:
            assert told[1:] == (5, level, 1)
    pins.lib.model_drive(6, 1)
    assert pins.called()[0] == 0


@pytest.mark.parametrize(("event", "level"), [(LOW, 0), (HIGH, 1)])
def test_a_level_is_told_once_until_it_is_asked_for_again(
    pins: Pins, event: int, level: int
) -> None:
    pins.lib.model_drive(27, 1 - level)
    assert pins.call("pin_event", 27, event, 1) == OK
    assert pins.called()[0] == 0
    pins.lib.model_drive(27, level)
    assert pins.called() == (1, 27, level, 1)
    pins.lib.model_drive(27, 1 - level)
    pins.lib.model_drive(27, level)
    assert pins.called()[0] == 0
    assert pins.call("pin_event", 27, event, 1) == OK
    assert pins.called()[0] == 1


def test_no_event_is_none(pins: Pins) -> None:
    assert pins.call("pin_event", 5, EDGE, 1) == OK
    assert pins.call("pin_event", 5, NONE, 0) == OK
    pins.lib.model_drive(5, 1)
    assert pins.called()[0] == 0


def test_what_was_set_before_is_quiet_after_the_start(pins: Pins) -> None:
    assert (pins.lib.model_word(REN), pins.lib.model_word(EDS)) == (0, 0)


def test_nonsense_is_refused(pins: Pins) -> None:
    assert pins.call("pin_write", 54, 1) == PIN
    assert pins.call("pin_read", 54) == PIN
    assert pins.call("pin_function", 54, 0) == PIN
    assert pins.call("pin_function", 1, 8) == ARGUMENT
    assert pins.call("pin_pull", 1, 3) == ARGUMENT
    assert pins.call("pin_event", 1, 6, 1) == ARGUMENT
    assert pins.call("pin_event", 1, EDGE, 0) == ARGUMENT
    assert pins.call("pin_event", 28, EDGE, 1) == NO_INTERRUPT


def test_a_machine_without_the_interrupt_has_no_events(gpio_library: Path) -> None:
    pins = Pins(gpio_library, newer=False, interrupt=False)
    assert pins.call("pin_event", 5, EDGE, 1) == NO_INTERRUPT
    assert pins.call("pin_write", 5, 1) == OK
