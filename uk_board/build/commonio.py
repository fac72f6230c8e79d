# SPDX-License-Identifier: BSD-3-Clause
"""The C that says which instance of FreeRTOS Common I/O is which device of the board."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uk_board.build.plan import BuiltDevice, Plan

COMMON_IO_C = "common_io_board.c"

# Where a driver of a class keeps what the class calls it by.
_MEMBERS = {"i2c": "bus", "spi": "bus", "gpio": "port.chip"}
_NUMBERED = re.compile(r".*?(\d+)")


def common_io(plan: Plan) -> str:
    """Return the tables of the devices in the image: device i2c1 is instance 1 of I2C."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    yield "/* SPDX-License-Identifier: BSD-3-Clause */"
    yield f"/* Generated from boards/{plan.board.path.name} by"
    yield f" * uk-board build {plan.board.name} --app {plan.app.name}"
    yield " */"
    yield "#include <stddef.h>"
    yield '#include "board_devices.h"'
    yield '#include "common_io_board.h"'
    yield '#include "serial_uart.h"'
    yield ""
    for device_class in _MEMBERS:
        for _, built in _instances(plan, device_class):
            yield f"static int start_{built.device.name}(void)"
            yield "{"
            yield f"\treturn {built.driver.name}_init(&{built.variable});"
            yield "}"
            yield ""
    yield from _ports(plan)
    yield from _numbered(plan, "i2c")
    yield from _numbered(plan, "spi")
    yield "const struct common_io_gpio common_io_gpio = {"
    yield from (f"\t{_entry(built)}," for _, built in _instances(plan, "gpio"))
    yield "};"


def _instances(plan: Plan, device_class: str) -> list[tuple[int, BuiltDevice]]:
    """Return the devices of a class with their numbers; of pins there is one set."""
    found = [built for built in plan.devices if built.driver.device_class == device_class]
    if device_class == "gpio":
        return [(0, built) for built in found[:1]]
    numbers = [_NUMBERED.fullmatch(built.device.name) for built in found]
    return [(int(one[1]), built) for one, built in zip(numbers, found, strict=True) if one]


def _entry(built: BuiltDevice) -> str:
    member = _MEMBERS[built.driver.device_class]
    return f"&{built.variable}.{member}, start_{built.device.name}"


def _numbered(plan: Plan, device_class: str) -> Iterator[str]:
    yield f"const struct common_io_{device_class} common_io_{device_class}[] = {{"
    for number, built in _instances(plan, device_class):
        yield f"\t{{ {number}, {_entry(built)} }},"
    yield "\t{ 0, NULL, NULL },"
    yield "};"
    yield ""


def _ports(plan: Plan) -> Iterator[str]:
    """Yield the serial ports: UARTs of the SoC that are set up as consoles."""
    console = plan.built(plan.board.console)
    number = _NUMBERED.fullmatch(console.device.name)
    name = f"port_{console.device.name}"
    if number:
        yield f"static struct serial_uart {name} = {{"
        yield f"\t.port = {{ &serial_uart_ops, {plan.board.baud} }},"
        yield f"\t.serial = &{console.variable}.port,"
        yield "};"
        yield ""
    yield "const struct common_io_uart common_io_uart[] = {"
    if number:
        yield f"\t{{ {number[1]}, &{name}.port }},"
    yield "\t{ 0, NULL },"
    yield "};"
    yield ""
