# SPDX-License-Identifier: BSD-3-Clause
"""What a board's facts must fulfil among themselves: one small check for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from uk_board.errors import known_names
from uk_board.facts.board import Board
from uk_board.facts.descriptor import Document, Problem
from uk_board.facts.memory_checks import (
    devices_are_aligned,
    devices_are_in_mmio,
    devices_do_not_overlap,
    load_address_is_free_ram,
    memory_does_not_overlap,
    mmio_is_whole_pages,
    ram_is_ascending,
    ram_is_whole_pages,
    reserved_is_ram,
    there_is_ram,
)
from uk_board.usb.felfacts import findings

# The numbers that uk_intctlr_irq_register() takes, by what the controller is compatible with.
# GICv2: 0-15 are software's own, from 1020 on they are special (Arm IHI 0048B, 2.2.1).
_GICV2 = range(16, 1020)
# Per-core sources 0-11 (BCM2836 ARM-local peripherals (QA7) rev 3.4, 4.10), then 64 of the GPU,
# then 8 of the ARM (BCM2835 ARM Peripherals, 7.5).
_BCM2836 = range(32 + 64 + 8)
INTERRUPTS = {
    "arm,gic-400": _GICV2,
    "arm,cortex-a15-gic": _GICV2,
    "brcm,bcm2836-l1-intc": _BCM2836,
}

VERIFIED = ("qemu", "model", "datasheet", "hardware <year>-<month>-<day>")
_VERIFIED = re.compile(r"qemu|model|datasheet|hardware \d{4}-\d\d-\d\d")

# Device names become names in C, board names become folders.
_DEVICE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_BOARD_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")

Check = Callable[[Board], Iterator[Problem]]


def check(board: Board, document: Document) -> None:
    """Raise the DescriptorError of the first check that `board` fails."""
    for named in CHECKS:
        for steps, problem in named(board):
            raise document.error(steps, problem)


def names_are_plain(board: Board) -> Iterator[Problem]:
    """Names can be used in C and as folders."""
    if not _BOARD_NAME.fullmatch(board.name):
        yield (
            (),
            f'"{board.name}" is no board name; lower-case letters, digits, - and _ are expected',
        )
    for name in board.devices:
        if not _DEVICE_NAME.fullmatch(name):
            problem = "is no device name; lower-case letters, digits and _ are expected"
            yield ("devices", name), problem


def roles_are_devices(board: Board) -> Iterator[Problem]:
    """Every role names a device."""
    roles = {
        "interrupt_controller": board.interrupt_controller,
        "pin_controller": board.pin_controller,
        "console": board.console,
        "power": board.power,
        "mailbox": board.mailbox,
    }
    for role, name in roles.items():
        if name is not None and name not in board.devices:
            yield (role,), f'no device "{name}"; {known_names(name, board.devices)}'
    for number, name in enumerate(board.network):
        if name not in board.devices:
            problem = f'no device "{name}"; {known_names(name, board.devices)}'
            yield ("network", number), problem


def storage_is_devices(board: Board) -> Iterator[Problem]:
    """What may hold a card is a device."""
    for number, name in enumerate(board.storage):
        if name not in board.devices:
            problem = f'no device "{name}"; {known_names(name, board.devices)}'
            yield ("storage", number), problem


def firmware_clocks_have_a_mailbox(board: Board) -> Iterator[Problem]:
    """Only where there is firmware to ask does it know a clock."""
    for name, device in board.devices.items():
        if device.firmware_clock is not None and board.mailbox is None:
            problem = "the board has no mailbox to ask; it names a device"
            yield ("devices", name, "firmware_clock"), problem


def pins_have_a_controller(board: Board) -> Iterator[Problem]:
    """Pins can only be set where something sets them."""
    for name, device in board.devices.items():
        if device.pins and board.pin_controller is None:
            problem = "the board has no pin_controller to set them; it names a device"
            yield ("devices", name, "pins"), problem


def pins_have_one_function(board: Board) -> Iterator[Problem]:
    """No two devices want one pin."""
    users: dict[int, str] = {}
    for name, device in board.devices.items():
        for number, pin in enumerate(device.pins):
            if pin.pin in users:
                problem = f"pin {pin.pin} is already a pin of {users[pin.pin]}; one function each"
                yield ("devices", name, "pins", number), problem
            users[pin.pin] = name


def emulator_names_devices(board: Board) -> Iterator[Problem]:
    """What the emulator section says is said of devices."""
    if board.emulator is None:
        return
    emulator = board.emulator
    named: dict[str, Iterable[str]] = {
        "poll": emulator.poll,
        "absent": emulator.absent,
        "i2c_buses": emulator.i2c_buses,
        "spi_buses": emulator.spi_buses,
    }
    for key, names in named.items():
        for name in names:
            if name not in board.devices:
                yield ("emulator", key), f'no device "{name}"; {known_names(name, board.devices)}'


def fel_has_places_of_its_own(board: Board) -> Iterator[Problem]:
    """What FEL puts into SRAM fits there."""
    if board.fel is not None:
        for steps, problem in findings(board.fel):
            yield ("fel", *steps), problem


def verified_words_are_known(board: Board) -> Iterator[Problem]:
    """How a feature was verified is said in one of a few words."""
    for feature, word in board.verified.items():
        if not _VERIFIED.fullmatch(word):
            yield ("verified", feature), f'unknown word "{word}"; {known_names(word, VERIFIED)}'


def parts_are_of_devices(board: Board) -> Iterator[Problem]:
    """What is part of a device is part of one that there is."""
    for name, device in board.devices.items():
        if device.part_of is not None and device.part_of not in board.devices:
            problem = f'no device "{device.part_of}"; {known_names(device.part_of, board.devices)}'
            yield ("devices", name, "part_of"), problem


def region_nodes_name_regions(board: Board) -> Iterator[Problem]:
    """A node of its own is for a region that there is."""
    for device in board.devices.values():
        for name in device.region_nodes:
            if name not in device.regions:
                known = known_names(name, device.regions)
                yield ("devices", device.name, "region_nodes"), f'no region "{name}"; {known}'


def interrupt_controller_is_known(board: Board) -> Iterator[Problem]:
    """The numbering of interrupts is that of a controller we know."""
    name = board.interrupt_controller
    compatible = board.devices[name].compatible
    if compatible not in INTERRUPTS:
        known = known_names(compatible, INTERRUPTS)
        steps = ("devices", name, "compatible")
        yield steps, f'no interrupt numbers known for "{compatible}"; {known}'


def interrupts_are_in_range(board: Board) -> Iterator[Problem]:
    """The controller has every interrupt that is named."""
    numbers = INTERRUPTS[board.devices[board.interrupt_controller].compatible]
    expected = f"{numbers[0]} to {numbers[-1]} is expected"
    if board.timer_interrupt not in numbers:
        yield ("timer_interrupt",), f"{board.timer_interrupt} is out of range; {expected}"
    for device in board.devices.values():
        if device.interrupt is not None and device.interrupt not in numbers:
            steps = ("devices", device.name, "interrupt")
            yield steps, f"{device.interrupt} is out of range; {expected}"


def interrupts_are_shared_knowingly(board: Board) -> Iterator[Problem]:
    """Two devices have one interrupt only where both say so."""
    users = [device for device in board.devices.values() if device.interrupt is not None]
    for one, other in combinations(users, 2):
        if one.interrupt == other.interrupt and not (
            one.interrupt_shared and other.interrupt_shared
        ):
            steps = ("devices", other.name, "interrupt")
            yield (
                steps,
                f"{other.interrupt} is that of {one.name}, too; "
                "interrupt_shared = true is expected of both",
            )
        if other.interrupt == board.timer_interrupt or one.interrupt == board.timer_interrupt:
            device = one if one.interrupt == board.timer_interrupt else other
            steps = ("devices", device.name, "interrupt")
            yield steps, f"{device.interrupt} is the timer's; another one is expected"


# In this order: later ones rely on what earlier ones found to be so.
CHECKS: tuple[Check, ...] = (
    names_are_plain,
    roles_are_devices,
    storage_is_devices,
    firmware_clocks_have_a_mailbox,
    pins_have_a_controller,
    pins_have_one_function,
    emulator_names_devices,
    fel_has_places_of_its_own,
    verified_words_are_known,
    there_is_ram,
    ram_is_whole_pages,
    ram_is_ascending,
    mmio_is_whole_pages,
    memory_does_not_overlap,
    reserved_is_ram,
    load_address_is_free_ram,
    devices_are_aligned,
    devices_are_in_mmio,
    parts_are_of_devices,
    devices_do_not_overlap,
    region_nodes_name_regions,
    interrupt_controller_is_known,
    interrupts_are_in_range,
    interrupts_are_shared_knowingly,
)
