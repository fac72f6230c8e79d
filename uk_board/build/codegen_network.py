# SPDX-License-Identifier: BSD-3-Clause
"""The part of board.c that brings up what carries the network: plan -> text."""

from __future__ import annotations

from uk_board.build.ctext import Pieces, c_function
from uk_board.build.plan import RANDOM_CLASS, BuiltDevice, Plan

# What board_network_start() calls the source of random numbers.
RANDOM = "random numbers"


def network_headers(plan: Plan) -> Pieces:
    """Yield what network_c() needs."""
    if _random_source(plan):
        yield "lwip_port.h"
    yield "net.h"


def network_c(plan: Plan) -> Pieces:
    """Yield board_network_start()."""
    yield from _random_start(plan)
    yield "int board_network_start(void (*tell)(const char *device, int error))"
    yield "{"
    yield "\tint error, first = 0;"
    yield "\t_Bool any = 0;"
    yield ""
    yield "\terror = random_start();"
    yield "\tif (tell)"
    yield f'\t\ttell("{RANDOM}", error);'
    for name in plan.board.network:
        built = plan.built(name)
        yield ""
        yield f"\terror = {built.driver.name}_init(&{built.variable});"
        yield "\tany = any || !error;"
        yield "\tfirst = first ? first : error;"
        yield "\tif (tell)"
        yield f'\t\ttell("{name}", error);'
    yield "\treturn any ? 0 : first;"
    yield "}"
    yield ""


def _random_source(plan: Plan) -> BuiltDevice | None:
    sources = (built for built in plan.devices if built.driver.device_class == RANDOM_CLASS)
    return next(sources, None)


def _random_start(plan: Plan) -> Pieces:
    """Yield the function that seeds lwIP's generator; the first source of the board does."""
    source = _random_source(plan)
    yield "/* With a source of random numbers, nobody guesses ports and sequence numbers. */"
    if source is None:
        yield from c_function("int", "random_start", "void", ["return NET_ERR_NO_DEVICE;"])
        return
    read = ["return rng_read(data, size) == RNG_OK;"]
    yield from c_function("bool", "random_fill", "void *data, size_t size", read)
    yield from c_function(
        "int",
        "random_start",
        "void",
        [
            f"if ({source.driver.name}_init(&{source.variable})",
            "    || !lwip_port_random_source(random_fill))",
            "\treturn NET_ERR_NO_DEVICE;",
            "return NET_OK;",
        ],
    )


def usb_drivers(plan: Plan) -> Pieces:
    """Yield what the USB host asks for the drivers of what it may find."""
    drivers = [driver for driver in plan.drivers if driver.bus == "usb"]
    asking = "int (*firmware)(uint32_t, void *, size_t)"
    yield "/* The USB host asks, before it starts. */"
    yield "int usb_host_drivers(void);"
    for driver in drivers:
        yield f"int {driver.name}_init({asking if driver.firmware else 'void'});"
    yield ""
    yield "int usb_host_drivers(void)"
    yield "{"
    yield "\tint error = 0;"
    yield ""
    for driver in drivers:
        firmware = "firmware_property" if plan.board.mailbox else "NULL"
        yield "\tif (!error)"
        yield f"\t\terror = {driver.name}_init({firmware if driver.firmware else ''});"
    yield "\treturn error;"
    yield "}"
    yield ""
