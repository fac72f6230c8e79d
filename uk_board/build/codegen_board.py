# SPDX-License-Identifier: BSD-3-Clause
"""The generated board.c: plan -> the devices, the memory and the roles of a board."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from uk_board.build.codegen_network import network_c, network_headers, usb_drivers
from uk_board.build.ctext import Pieces, c_call, c_function, c_string
from uk_board.build.plan import BuiltDevice, Plan
from uk_board.facts.board import Region, lacks_interrupt


def board_c(plan: Plan) -> Pieces:
    """Yield what the core, the drivers and the app find of the board."""
    yield "#include <board.h>"
    yield '#include "board_devices.h"'
    if plan.app.network:
        yield from (f'#include "{header}"' for header in network_headers(plan))
    yield ""
    yield from _firmware(plan)
    for built in plan.devices:
        yield from _variable(plan, built)
    yield from _regions("ram", plan.board.ram)
    yield from _regions("mmio", plan.board.mmio)
    yield from _regions("reserved", plan.board.reserved)
    yield from _slots(plan)
    if plan.app.network:
        yield from network_c(plan)
    if any(built.driver.device_class == "usb" for built in plan.devices):
        yield from usb_drivers(plan)
    roles = dict(_roles(plan))
    for wrapper in roles.values():
        yield from wrapper
    yield from _storage_start(plan)
    yield from _board(plan, list(roles))


def _firmware(plan: Plan) -> Pieces:
    """Yield what drivers call to ask the firmware; nothing where none does."""
    if plan.board.mailbox is None or not any(driver.firmware for driver in plan.drivers):
        return
    mailbox = plan.built(plan.board.mailbox)
    yield f"extern struct {mailbox.driver.name} {mailbox.variable};"
    yield ""
    parameters = (("uint32_t ", "tag"), ("void *", "value"), ("size_t ", "size"))
    yield from c_call("int", "firmware_property", mailbox, "property", parameters)


def _storage_start(plan: Plan) -> Pieces:
    """Yield the function that looks for a card in the board's slots, in their order."""
    if not plan.app.storage:
        return
    yield "/* Take the first card into use; otherwise the most telling error. */"
    yield "int board_storage_start(void)"
    yield "{"
    yield "\tint rc = BLOCK_ERR_NO_MEDIUM;"
    yield "\tint next;"
    yield ""
    for name in plan.board.storage:
        built = plan.built(name)
        yield f"\tnext = {built.driver.name}_init(&{built.variable});"
        yield "\tif (!next)"
        yield "\t\treturn BLOCK_OK;"
        yield "\tif (next != BLOCK_ERR_NO_MEDIUM)"
        yield "\t\trc = next;"
    yield "\treturn rc;"
    yield "}"
    yield ""


def _variable(plan: Plan, built: BuiltDevice) -> Pieces:
    device, driver = built.device, built.driver
    yield (
        "/* Not const: boot arguments may take the interrupt away. */"
        if driver.interrupts
        else (f"/* {driver.caption} */")
    )
    yield f"struct {driver.name} {built.variable} = {{"
    for region in driver.regions:
        yield f"\t.{region} = 0x{device.regions[region].base:x},"
    for interrupt in driver.interrupts:
        number = "BOARD_IRQ_NONE" if device.interrupt is None else device.interrupt
        yield f"\t.{interrupt} = {number},"
    if driver.count:
        yield f"\t.count = {device.count},"
    if device.conduit:
        yield f"\t.conduit = {driver.name.upper()}_{device.conduit.upper()},"
    if driver.clock and device.clock_hz is not None:
        yield f"\t.clock_hz = {device.clock_hz},"
    if driver.firmware and plan.board.mailbox:
        yield "\t.firmware = firmware_property,"
        if device.firmware_clock is not None:
            yield f"\t.firmware_clock = {device.firmware_clock},"
    if driver.baud:
        yield f"\t.baud = {plan.board.baud},"
    yield "};"
    yield ""


def _regions(name: str, regions: Sequence[Region]) -> Pieces:
    if not regions:
        return
    yield f"static const struct board_region {name}[] = {{"
    for region in regions:
        yield f"\t{{ 0x{region.base:x}, 0x{region.size:x} }},"
    yield "};"
    yield ""


def _slots(plan: Plan) -> Pieces:
    slots = _slot_lines(plan)
    if not slots:
        return
    yield "/* What the boot argument ukboard.lacks=<name> sets */"
    yield "static const struct board_slot slots[] = {"
    yield from slots
    yield "};"
    yield ""


def _slot_lines(plan: Plan) -> list[str]:
    """Return a line for each field that a boot argument may set: no interrupt, no device."""
    lines = []
    for built in plan.devices:
        names = {field: lacks_interrupt(built.device.name) for field in built.driver.interrupts}
        if built.driver.optional:
            names["absent"] = built.device.name
        lines += [f'\t{{ "{name}", &{built.variable}.{field} }},' for field, name in names.items()]
    return lines


def _roles(plan: Plan) -> Iterator[tuple[str, Pieces]]:
    """Yield the field of `struct board` and the wrapper behind it."""
    board = plan.board
    controller = plan.built(board.interrupt_controller)
    if controller.driver.secure:
        yield "secure_init", c_call("void", "secure_init", controller, "init_secure")
    if pins := list(_pins(plan)):
        yield "pins_init", c_function("void", "pins_init", "void", pins)
    console = plan.built(board.console)
    yield "console_init", c_call("int", "console_init", console, "init")
    if console.driver.interrupts:
        yield "console_irq_init", c_call("int", "console_irq_init", console, "irq_init")
    yield "console_flush", c_call("void", "console_flush", console, "flush")
    yield "intctlr_init", c_call("int", "intctlr_init", controller, "init")
    power = plan.built(board.power)
    yield "power_off", c_call("void", "power_off", power, "power_off")
    yield "reset", c_call("void", "reset", power, "reset")
    if board.mailbox:
        mailbox = plan.built(board.mailbox)
        parameters = (("char *", "buf"), ("__sz ", "len"))
        yield "command_line", c_call("int", "command_line", mailbox, "command_line", parameters)


def _pins(plan: Plan) -> Pieces:
    """Yield the statements that set the pins of the devices in the image."""
    if plan.board.pin_controller is None:
        return
    for built in plan.devices:
        for pin in built.device.pins:
            controller = plan.pin_controller
            name, prefix = controller.driver.name, controller.driver.name.upper()
            target = f"&{controller.variable}, {pin.pin}"
            yield f"{name}_function({target}, {prefix}_{pin.function.upper()});"
            if pin.pull:
                yield f"{name}_pull({target}, {prefix}_PULL_{pin.pull.upper()});"


def _board(plan: Plan, roles: list[str]) -> Pieces:
    board = plan.board
    yield "const struct board board = {"
    yield f"\t.name = {c_string(board.name)},"
    yield f"\t.title = {c_string(board.title)},"
    for name, regions in (("ram", board.ram), ("mmio", board.mmio), ("reserved", board.reserved)):
        if regions:
            yield f"\t.{name} = {name},"
            yield f"\t.{name}_count = {len(regions)},"
    yield f"\t.spin_table = 0x{board.spin_table:x},"
    yield f"\t.cores = {board.cores},"
    yield f"\t.timer_irq = {board.timer_interrupt},"
    if slots := _slot_lines(plan):
        yield "\t.slots = slots,"
        yield f"\t.slot_count = {len(slots)},"
    for role in roles:
        yield f"\t.{role} = {role},"
    yield "};"
