# SPDX-License-Identifier: BSD-3-Clause
"""The generated C: every fact of board and app arrives, the same each time."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from smalltree import driver, write_tree

from uk_board.build.catalogue import load_catalogue
from uk_board.build.codegen import BOARD_C, CONFIG_H, DEVICES_H, generate
from uk_board.build.commonio import common_io
from uk_board.build.component import load_app
from uk_board.build.plan import make_plan
from uk_board.errors import DescriptorError
from uk_board.facts.board import Board, Device, Emulator, Pin, Region

APP = """\
caption = "Reads a sensor"
[config]
CONFIG_A = 7
CONFIG_B = false
[[attach]]
name = "t0"
device = "tmp105"
bus = "i2c1"
address = 0x48
"""


@pytest.fixture
def equipped_board(small_board: Board) -> Board:
    """The made-up board with an I2C bus, a mailbox and a PSCI-like power switch."""
    devices = {
        **small_board.devices,
        "i2c1": Device(
            "i2c1", "test,bsc", {"base": Region(0xFE80_4000, 0x1000)}, 149, clock_hz=500
        ),
        "mbox": Device("mbox", "test,mbox", {"base": Region(0xFE00_B880, 0x40)}),
        "pm": Device("pm", "test,pm", {"base": Region(0x900_0000, 0x1000)}, conduit="hvc"),
    }
    return replace(
        small_board,
        devices=devices,
        mailbox="mbox",
        spin_table=0xD8,
        reserved=(Region(0x4000_0000, 0x1000),),
    )


@pytest.fixture
def files(small_tree: Path, equipped_board: Board) -> dict[str, str]:
    """The generated files of the app above on that board."""
    write_tree(small_tree, {"apps/small/app.toml": APP})
    write_tree(small_tree, driver("bsc", "i2c", "init"))
    write_tree(small_tree, driver("mbox", "mailbox", "command_line"))
    for name, more in (
        ("bsc", 'interrupts = ["irq"]\nclock = true\n'),
        ("uart", 'interrupts = ["irq"]\nclock = true\nbaud = true\n'),
    ):
        toml = small_tree / f"unikraft-port/soc/{name}/driver.toml"
        toml.write_text(toml.read_text() + more)
    return generate_for(small_tree, equipped_board)


def generate_for(root: Path, board: Board) -> dict[str, str]:
    return generate(make_plan(root, load_catalogue(root), board, load_app("small", root)))


def test_config_h_has_defaults_and_the_apps_changes(files: dict[str, str]) -> None:
    text = files[CONFIG_H]
    assert "#define CONFIG_A 7\n" in text
    assert "/* CONFIG_B is not set */\n" in text
    assert '#define CONFIG_C "text"\n' in text


def test_each_device_is_a_variable_of_its_driver(files: dict[str, str]) -> None:
    assert (
        "struct bsc board_i2c1 = {\n\t.base = 0xfe804000,\n\t.irq = 149,\n\t.clock_hz = 500,\n};\n"
    ) in files[BOARD_C]
    assert "\t.dist = 0x8000000,\n\t.cpu = 0x8010000,\n" in files[BOARD_C]
    assert "\t.baud = 115200,\n" in files[BOARD_C]
    assert "\t.conduit = PM_HVC,\n" in files[BOARD_C]


def test_a_device_without_an_interrupt_polls(small_tree: Path, equipped_board: Board) -> None:
    toml = small_tree / "unikraft-port/soc/pm/driver.toml"
    toml.write_text(toml.read_text() + 'interrupts = ["irq"]\n')
    write_tree(small_tree, driver("mbox", "mailbox", "command_line"))
    assert "\t.irq = BOARD_IRQ_NONE,\n" in generate_for(small_tree, equipped_board)[BOARD_C]


def test_roles_call_their_drivers(files: dict[str, str]) -> None:
    for call in (
        "return uart_init(&board_uart0);",
        "return uart_irq_init(&board_uart0);",
        "\tuart_flush(&board_uart0);",
        "return intc_init(&board_gic);",
        "\tpm_power_off(&board_pm);",
        "\tpm_reset(&board_pm);",
        "return mbox_command_line(&board_mbox, buf, len);",
    ):
        assert call in files[BOARD_C]


def test_pins_of_devices_in_the_image_are_set_by_their_controller(
    small_tree: Path, small_board: Board
) -> None:
    write_tree(small_tree, driver("mux", "pins", "function", "pull"))
    pins = (Pin(14, "alt0", "none"), Pin(32, "input"))
    devices = {
        **small_board.devices,
        "uart0": replace(small_board.devices["uart0"], pins=pins),
        "unused": Device("unused", "test,uart", pins=(Pin(7, "alt5"),)),
        "gpio": Device("gpio", "test,mux", {"base": Region(0xFE20_0000, 0xB4)}),
    }
    board = replace(small_board, devices=devices, pin_controller="gpio")
    text = generate_for(small_tree, board)[BOARD_C]
    assert (
        "static void pins_init(void)\n"
        "{\n"
        "\tmux_function(&board_gpio_pins, 14, MUX_ALT0);\n"
        "\tmux_pull(&board_gpio_pins, 14, MUX_PULL_NONE);\n"
        "\tmux_function(&board_gpio_pins, 32, MUX_INPUT);\n"
        "}\n"
    ) in text
    assert "\t.pins_init = pins_init,\n" in text


def test_a_board_without_pins_builds_no_pin_controller(files: dict[str, str]) -> None:
    assert "pins_init" not in files[BOARD_C]
    assert "secure_init" not in files[BOARD_C]


def test_a_controller_with_a_secure_side_hands_it_over(
    small_tree: Path, small_board: Board
) -> None:
    toml = small_tree / "unikraft-port/soc/intc/driver.toml"
    toml.write_text(toml.read_text() + "secure = true\n")
    assert "\tintc_init_secure(&board_gic);\n" in generate_for(small_tree, small_board)[BOARD_C]


def test_the_board_has_every_region_and_number(files: dict[str, str]) -> None:
    for line in (
        "{ 0x40000000, 0x10000000 },",
        "{ 0x12345000, 0x1000 },",
        "{ 0x40000000, 0x1000 },",
        ".spin_table = 0xd8,",
        ".cores = 4,",
        ".timer_irq = 27,",
        '{ "uart0.irq", &board_uart0.irq },',
        '{ "i2c1.irq", &board_i2c1.irq },',
        ".slot_count = 2,",
    ):
        assert line in files[BOARD_C]


def test_apps_see_their_devices_and_what_is_wired_to_them(files: dict[str, str]) -> None:
    text = files[DEVICES_H]
    assert '#include "bsc.h"\n' in text
    assert "extern struct bsc board_i2c1;\n" in text
    assert "#define APP_T0_BUS (&board_i2c1.bus)\n" in text
    assert "#define APP_T0_ADDRESS 0x48\n" in text


def test_generated_files_say_where_they_come_from(files: dict[str, str]) -> None:
    for text in files.values():
        assert text.startswith("/* SPDX-License-Identifier: BSD-3-Clause */\n")
        assert "boards/made-up.toml and apps/small/app.toml" in text
        assert "uk-board build made-up --app small" in text


def test_the_same_facts_give_the_same_text(
    files: dict[str, str], small_tree: Path, equipped_board: Board
) -> None:
    assert generate_for(small_tree, equipped_board) == files


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(title=st.text(max_size=30))
def test_any_title_is_the_same_text_in_c(
    title: str, small_tree: Path, small_board: Board, tmp_path: Path
) -> None:
    generated = generate_for(small_tree, replace(small_board, title=title))[BOARD_C]
    literal = next(line for line in generated.splitlines() if ".title = " in line)
    source = tmp_path / "title.c"
    source.write_text(
        f"#include <stdio.h>\nstruct t {{ const char *title; }} t = {{ {literal.strip()} }};\n"
        "int main(void) { for (const char *c = t.title; *c; c++)"
        ' printf("%d ", (unsigned char)*c); return 0; }\n'
    )
    subprocess.run(["gcc", "-std=gnu11", "-o", tmp_path / "title", source], check=True, timeout=60)
    said = subprocess.run([tmp_path / "title"], capture_output=True, timeout=60, check=True).stdout
    assert (
        bytes(json.loads("[" + ",".join(said.decode().split()) + "]"))
        == (title.encode().partition(b"\0")[0])
    )


def test_parts_are_told_where_they_are(small_tree: Path, equipped_board: Board) -> None:
    parts = """\
caption = "Parts"
[[attach]]
name = "e0"
device = "memory"
bus = "i2c1"
select = 1
size_bytes = 256
[[attach]]
name = "t0"
device = "tmp105"
bus = "i2c1"
address = 0x48
behind = { part = "e0", channel = 5 }
"""
    write_tree(small_tree, {"apps/small/app.toml": parts})
    for name in ("bsc", "mbox", "pm"):
        write_tree(small_tree, driver(name, "x", "init"))
    plan = make_plan(
        small_tree, load_catalogue(small_tree), equipped_board, load_app("small", small_tree)
    )
    header = generate(plan)[DEVICES_H]
    assert "#define APP_E0_SELECT 1\n#define APP_E0_SIZE 256\n" in header
    assert "#define APP_T0_ADDRESS 0x48\n#define APP_T0_CHANNEL 5\n" in header
    assert "APP_E0_ADDRESS" not in header


def test_instances_of_common_io_have_the_numbers_of_the_devices(
    small_tree: Path, equipped_board: Board
) -> None:
    write_tree(small_tree, {"apps/small/app.toml": 'caption = "A"\ndevices = ["i2c1", "pins0"]\n'})
    write_tree(small_tree, driver("bsc", "i2c", "init"))
    write_tree(small_tree, driver("port", "gpio", "init"))
    for name in ("mbox", "pm"):
        write_tree(small_tree, driver(name, "x", "init"))
    pins = Device("pins0", "test,port", {"base": Region(0xFE20_0000, 0xB4)})
    board = replace(equipped_board, devices={**equipped_board.devices, "pins0": pins})
    plan = make_plan(small_tree, load_catalogue(small_tree), board, load_app("small", small_tree))
    text = common_io(plan)
    assert "\t{ 1, &board_i2c1.bus, start_i2c1 },\n\t{ 0, NULL, NULL },\n" in text
    assert "common_io_spi[] = {\n\t{ 0, NULL, NULL },\n" in text
    assert "common_io_gpio = {\n\t&board_pins0.port.chip, start_pins0,\n};" in text
    assert "\treturn bsc_init(&board_i2c1);\n" in text
    assert f"\t.port = {{ &serial_uart_ops, {board.baud} }},\n" in text


@pytest.fixture
def stored_board(small_tree: Path, equipped_board: Board) -> Board:
    """The board above with two slots for cards, behind a driver that asks the firmware."""
    write_tree(small_tree, driver("mbox", "mailbox", "command_line"))
    write_tree(small_tree, driver("slot", "mmc", "init"))
    toml = small_tree / "unikraft-port/soc/slot/driver.toml"
    toml.write_text(toml.read_text() + "clock = true\nfirmware = true\n")
    slots = {
        name: Device(
            name, "test,slot", {"base": Region(base, 0x100)}, firmware_clock=clock, clock_hz=None
        )
        for name, base, clock in (("sd0", 0xFE34_0000, 12), ("sd1", 0xFE30_0000, 1))
    }
    devices = {**equipped_board.devices, **slots}
    return replace(equipped_board, devices=devices, storage=("sd1", "sd0"))


def test_an_app_with_storage_looks_into_the_slots_in_their_order(
    small_tree: Path, stored_board: Board
) -> None:
    write_tree(small_tree, {"apps/small/app.toml": 'caption = "Writes"\nstorage = true\n'})
    files = generate_for(small_tree, stored_board)
    calls = [line for line in files[BOARD_C].splitlines() if "slot_init" in line]
    assert calls == ["\tnext = slot_init(&board_sd1);", "\tnext = slot_init(&board_sd0);"]
    assert "int board_storage_start(void);\n" in files[DEVICES_H]


def test_drivers_that_ask_the_firmware_get_its_mailbox(
    small_tree: Path, stored_board: Board
) -> None:
    write_tree(small_tree, {"apps/small/app.toml": 'caption = "Asks"\ndevices = ["sd0"]\n'})
    text = generate_for(small_tree, stored_board)[BOARD_C]
    assert "\treturn mbox_property(&board_mbox, tag, value, size);\n" in text
    assert "\t.firmware = firmware_property,\n\t.firmware_clock = 12,\n" in text
    assert ".clock_hz" not in text.partition("board_sd0 = {")[2].partition("};")[0]


def test_without_a_mailbox_nobody_asks_the_firmware(small_tree: Path, stored_board: Board) -> None:
    write_tree(small_tree, {"apps/small/app.toml": 'caption = "Asks"\ndevices = ["sd0"]\n'})
    slot = replace(stored_board.devices["sd0"], firmware_clock=None, clock_hz=100)
    board = replace(stored_board, mailbox=None, devices={**stored_board.devices, "sd0": slot})
    text = generate_for(small_tree, board)[BOARD_C]
    assert "firmware" not in text
    assert "\t.clock_hz = 100,\n" in text


@pytest.mark.parametrize(("mailbox", "given"), [("mailbox", "firmware_property"), (None, "NULL")])
def test_drivers_of_usb_devices_that_ask_the_firmware_are_given_its_mailbox(
    small_tree: Path, stored_board: Board, mailbox: str | None, given: str
) -> None:
    write_tree(
        small_tree, {**driver("ctl", "usb", "init"), **driver("eth", "net"), **driver("key", "net")}
    )
    for name, more in (("eth", "firmware = true\n"), ("key", "")):
        toml = small_tree / f"unikraft-port/soc/{name}/driver.toml"
        toml.write_text(toml.read_text() + f'bus = "usb"\n{more}')
    app = 'caption = "On USB"\ndevices = ["usb0"]\ndrivers = ["eth", "key"]\n'
    write_tree(small_tree, {"apps/small/app.toml": app})
    usb = Device("usb0", "test,ctl", {"base": Region(0xFE98_0000, 0x100)})
    board = replace(stored_board, devices={**stored_board.devices, "usb0": usb})
    board = replace(board, mailbox=board.mailbox if mailbox else None)
    text = generate_for(small_tree, board)[BOARD_C]
    assert "int eth_init(int (*firmware)(uint32_t, void *, size_t));\nint key_init(void);\n" in text
    assert f"\t\terror = eth_init({given});\n" in text
    assert "\t\terror = key_init();\n" in text
    assert ("mbox_property(&board_mbox, tag, value, size)" in text) == bool(mailbox)


def test_storage_on_a_board_without_any_is_told(small_tree: Path, equipped_board: Board) -> None:
    write_tree(small_tree, driver("mbox", "mailbox", "command_line"))
    write_tree(small_tree, {"apps/small/app.toml": 'caption = "Writes"\nstorage = true\n'})
    with pytest.raises(DescriptorError, match=r"app\.toml: storage: made-up has none; "):
        generate_for(small_tree, equipped_board)


def test_a_device_that_a_machine_may_lack_can_be_told_so_at_boot(
    small_tree: Path, stored_board: Board
) -> None:
    write_tree(small_tree, {"apps/small/app.toml": 'caption = "Asks"\ndevices = ["sd0"]\n'})
    toml = small_tree / "unikraft-port/soc/slot/driver.toml"
    toml.write_text(toml.read_text() + 'optional = true\ninterrupts = ["irq"]\n')
    files = generate_for(small_tree, stored_board)
    assert '{ "sd0.irq", &board_sd0.irq },\n\t{ "sd0", &board_sd0.absent },' in files[BOARD_C]
    assert "#define board_sd0_init() slot_init(&board_sd0)\n" in files[DEVICES_H]


def test_a_device_that_the_emulator_lacks_needs_a_driver_that_can_be_told(
    small_tree: Path, stored_board: Board
) -> None:
    write_tree(small_tree, {"apps/small/app.toml": 'caption = "Asks"\ndevices = ["sd0"]\n'})
    board = replace(stored_board, emulator=Emulator("none", absent=("sd0",)))
    with pytest.raises(DescriptorError, match=r"emulator\.absent: driver slot would use sd0 "):
        generate_for(small_tree, board)
    toml = small_tree / "unikraft-port/soc/slot/driver.toml"
    toml.write_text(toml.read_text() + "optional = true\n")
    assert '{ "sd0", &board_sd0.absent },' in generate_for(small_tree, board)[BOARD_C]
