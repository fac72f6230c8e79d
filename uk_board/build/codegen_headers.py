# SPDX-License-Identifier: BSD-3-Clause
"""The generated headers: plan -> what code may ask of its configuration and its board."""

from __future__ import annotations

from uk_board.build.component import Value
from uk_board.build.ctext import Pieces, c_string
from uk_board.build.plan import Plan
from uk_board.emulation.attach import Attach


def config_h(plan: Plan) -> Pieces:
    """Yield uk/config.h: the options of all libraries."""
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
        return c_string(value)
    return str(int(value))


def devices_h(plan: Plan) -> Pieces:
    """Yield board_devices.h: what the app may use."""
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
    yield ' * hears of each device and its error, NET_* of net.h, and of "random numbers",'
    yield " * from hardware; 0, or the first error of a device when none is there."
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


def addresses_h(plan: Plan) -> Pieces:
    """Yield board_addresses.h: registers as constants."""
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
