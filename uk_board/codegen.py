# SPDX-License-Identifier: BSD-3-Clause
"""The C that says what an image is built for: plan -> text, always the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from uk_board.attach import Attach
from uk_board.board import Region
from uk_board.component import Value
from uk_board.plan import BuiltDevice, Plan

CONFIG_H = "include/uk/config.h"
DEVICES_H = "include/board_devices.h"
ADDRESSES_H = "include/board_addresses.h"
BOARD_C = "board.c"

Pieces = Iterator[str]


def generate(plan: Plan) -> dict[str, str]:
    """Return the generated files of an image: name below gen/ -> text."""
    files = {
        CONFIG_H: _config_h(plan),
        DEVICES_H: _devices_h(plan),
        ADDRESSES_H: _addresses_h(plan),
        BOARD_C: _board_c(plan),
    }
    return {name: _heading(plan) + "\n".join(lines) + "\n" for name, lines in files.items()}


def _heading(plan: Plan) -> str:
    return (
        "/* SPDX-License-Identifier: BSD-3-Clause */\n"
        f"/* Generated from boards/{plan.board.path.name} and apps/{plan.app.name}/app.toml by\n"
        f" * uk-board build {plan.board.name} --app {plan.app.name}\n"
        " */\n"
    )


def _config_h(plan: Plan) -> Pieces:
    yield "#ifndef __UK_CONFIG_H__"
    yield "#define __UK_CONFIG_H__"
    yield ""
    for key, value in sorted(plan.config.items()):
        if value is False:
            # As Kconfig: what is off is not defined.
            yield f"/* {key} is not set */"
        else:
            yield f"#define {key} {_literal(value)}"
    yield ""
    yield "#endif /* __UK_CONFIG_H__ */"


def _literal(value: Value) -> str:
    if isinstance(value, str):
        return _string(value)
    return str(int(value))


def _string(text: str) -> str:
    """Return a C string literal; TOML text may hold anything."""
    return '"' + "".join(map(_character, text.encode())) + '"'


def _character(byte: int) -> str:
    char = chr(byte)
    if char in '"\\':
        return "\\" + char
    # Octal escapes end after three digits, whatever follows.
    return char if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def _devices_h(plan: Plan) -> Pieces:
    yield "/* The board's devices that are built in, and what is wired to them. */"
    yield "#ifndef __BOARD_DEVICES_H__"
    yield "#define __BOARD_DEVICES_H__"
    yield ""
    yield from (f'#include "{header}"' for header in _headers(plan))
    yield ""
    for built in plan.devices:
        yield f"extern struct {built.driver.name} {built.variable};"
    for name in plan.app.devices:
        built = plan.built(name)
        yield ""
        yield f"/* {built.driver.caption}: what {built.driver.header} says */"
        yield f"#define {built.variable}_init() {built.driver.name}_init(&{built.variable})"
    if plan.app.storage:
        yield ""
        yield "/* From a task: BLOCK_OK, or why no card can be used. */"
        yield "int board_storage_start(void);"
    if plan.app.network:
        yield from _network_h()
    if plan.app.web_port is not None:
        yield ""
        yield f"#define APP_WEB_PORT {plan.app.web_port}"
    for attach in plan.app.attach:
        yield from _attach(plan, attach)
    yield ""
    yield "#endif /* __BOARD_DEVICES_H__ */"


def _network_h() -> Pieces:
    yield ""
    yield "/* Bring up what carries the network; a task calls it once. `tell` (or NULL)"
    yield " * hears of each device and its error, NET_* of net.h; 0, or the first error"
    yield " * when none of them is there."
    yield " */"
    yield "int board_network_start(void (*tell)(const char *device, int error));"


def _attach(plan: Plan, attach: Attach) -> Pieces:
    """Yield what the app is told of a part that is wired to the board."""
    name = f"APP_{attach.name.upper()}"
    yield ""
    yield f"/* {attach.device} */"
    yield f"#define {name}_BUS (&{plan.built(attach.bus).variable}.bus)"
    if attach.address is not None:
        yield f"#define {name}_ADDRESS 0x{attach.address:02x}"
    if attach.select is not None:
        yield f"#define {name}_SELECT {attach.select}"
    if attach.size_bytes is not None:
        yield f"#define {name}_SIZE {attach.size_bytes}"
    if attach.behind is not None:
        yield f"#define {name}_CHANNEL {attach.behind.channel}"


def _headers(plan: Plan) -> list[str]:
    return list(dict.fromkeys(built.driver.header for built in plan.devices))


def _addresses_h(plan: Plan) -> Pieces:
    yield "/* Registers of drivers with one device, for third-party code that wants constants. */"
    yield "#ifndef __BOARD_ADDRESSES_H__"
    yield "#define __BOARD_ADDRESSES_H__"
    yield ""
    for driver in plan.drivers:
        devices = [built.device for built in plan.devices if built.driver is driver]
        for region in driver.regions if len(devices) == 1 else ():
            name = f"{driver.name}_{region}".upper()
            yield f"#define {name} 0x{devices[0].regions[region].base:x}UL"
    yield ""
    yield "#endif /* __BOARD_ADDRESSES_H__ */"


def _board_c(plan: Plan) -> Pieces:
    yield "#include <board.h>"
    yield '#include "board_devices.h"'
    if plan.app.network:
        yield '#include "net.h"'
    yield ""
    yield from _firmware(plan)
    for built in plan.devices:
        yield from _variable(plan, built)
    yield from _regions("ram", plan.board.ram)
    yield from _regions("mmio", plan.board.mmio)
    yield from _regions("reserved", plan.board.reserved)
    yield from _irq_slots(plan)
    if plan.app.network:
        yield from _network_c(plan)
    if any(built.driver.device_class == "usb" for built in plan.devices):
        yield from _usb_drivers(plan)
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
    yield from _call("int", "firmware_property", mailbox, "property", parameters)


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


def _network_c(plan: Plan) -> Pieces:
    yield "int board_network_start(void (*tell)(const char *device, int error))"
    yield "{"
    yield "\tint error, first = 0;"
    yield "\t_Bool any = 0;"
    for name in plan.board.network:
        built = plan.built(name)
        call = f"{built.driver.name}_init(&{built.variable})"
        yield ""
        if built.driver.interrupts:
            # Of a device that the emulator lacks, the runner takes the interrupt away.
            yield f"\tif ({built.variable}.{built.driver.interrupts[0]} == BOARD_IRQ_NONE)"
            yield "\t\terror = NET_ERR_NO_DEVICE;"
            yield "\telse"
            yield f"\t\terror = {call};"
        else:
            yield f"\terror = {call};"
        yield "\tany = any || !error;"
        yield "\tfirst = first ? first : error;"
        yield "\tif (tell)"
        yield f'\t\ttell("{name}", error);'
    yield "\treturn any ? 0 : first;"
    yield "}"
    yield ""


def _usb_drivers(plan: Plan) -> Pieces:
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


def _regions(name: str, regions: Sequence[Region]) -> Pieces:
    if not regions:
        return
    yield f"static const struct board_region {name}[] = {{"
    for region in regions:
        yield f"\t{{ 0x{region.base:x}, 0x{region.size:x} }},"
    yield "};"
    yield ""


def _irq_slots(plan: Plan) -> Pieces:
    slots = _slots(plan)
    if not slots:
        return
    yield "/* What the boot argument ukboard.poll=<name> sets to BOARD_IRQ_NONE */"
    yield "static const struct board_irq_slot irq_slots[] = {"
    yield from slots
    yield "};"
    yield ""


def _slots(plan: Plan) -> list[str]:
    """Return a line for each field that a boot argument may set: no interrupt, no device."""
    return [
        f'\t{{ "{built.device.name}", &{built.variable}.{field} }},'
        for built in plan.devices
        for field in (*built.driver.interrupts, *(["absent"] if built.driver.optional else ()))
    ]


def _roles(plan: Plan) -> Iterator[tuple[str, Pieces]]:
    """Yield the field of `struct board` and the wrapper behind it."""
    board = plan.board
    controller = plan.built(board.interrupt_controller)
    if controller.driver.secure:
        yield "secure_init", _call("void", "secure_init", controller, "init_secure")
    if pins := list(_pins(plan)):
        yield "pins_init", _function("void", "pins_init", "void", pins)
    console = plan.built(board.console)
    yield "console_init", _call("int", "console_init", console, "init")
    if console.driver.interrupts:
        yield "console_irq_init", _call("int", "console_irq_init", console, "irq_init")
    yield "console_flush", _call("void", "console_flush", console, "flush")
    yield "intctlr_init", _call("int", "intctlr_init", controller, "init")
    power = plan.built(board.power)
    yield "power_off", _call("void", "power_off", power, "power_off")
    yield "reset", _call("void", "reset", power, "reset")
    if board.mailbox:
        mailbox = plan.built(board.mailbox)
        parameters = (("char *", "buf"), ("__sz ", "len"))
        yield "command_line", _call("int", "command_line", mailbox, "command_line", parameters)


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


def _call(
    result: str,
    name: str,
    built: BuiltDevice,
    function: str,
    parameters: Sequence[tuple[str, str]] = (),
) -> Pieces:
    declared = ", ".join(kind + argument for kind, argument in parameters) or "void"
    passed = "".join(f", {argument}" for _, argument in parameters)
    call = f"{built.driver.name}_{function}(&{built.variable}{passed});"
    yield from _function(result, name, declared, [call if result == "void" else f"return {call}"])


def _function(result: str, name: str, parameters: str, statements: Sequence[str]) -> Pieces:
    yield f"static {result} {name}({parameters})"
    yield "{"
    yield from (f"\t{statement}" for statement in statements)
    yield "}"
    yield ""


def _board(plan: Plan, roles: list[str]) -> Pieces:
    board = plan.board
    yield "const struct board board = {"
    yield f"\t.name = {_string(board.name)},"
    yield f"\t.title = {_string(board.title)},"
    for name, regions in (("ram", board.ram), ("mmio", board.mmio), ("reserved", board.reserved)):
        if regions:
            yield f"\t.{name} = {name},"
            yield f"\t.{name}_count = {len(regions)},"
    yield f"\t.spin_table = 0x{board.spin_table:x},"
    yield f"\t.cores = {board.cores},"
    yield f"\t.timer_irq = {board.timer_interrupt},"
    if slots := _slots(plan):
        yield "\t.irq_slots = irq_slots,"
        yield f"\t.irq_slot_count = {len(slots)},"
    for role in roles:
        yield f"\t.{role} = {role},"
    yield "};"
