# SPDX-License-Identifier: BSD-3-Clause
"""FreeRTOS Common I/O's SPI, GPIO and UART over buses that log."""

from __future__ import annotations

from typing import Any

import pytest
from commonio import (
    GPIO_UNSUPPORTED,
    INVALID,
    OK,
    SPI_BUSY,
    SPI_NOTHING,
    SPI_READ,
    SPI_TRANSFER,
    SPI_WRITE,
    World,
)

# ---- SPI ----


def test_spi_writes_reads_and_transfers(world: World) -> None:
    handle = world.call("iot_spi_open", 0)
    assert handle
    assert not world.call("iot_spi_open", 0)
    assert not world.call("iot_spi_open", 1)
    config = world.host.new("uint32_t[4]", [1_000_000, 3, 0, 0xA5])
    assert world.call("iot_spi_ioctl", handle, 0, config) == OK
    out, into = world.bytes(1, 2), world.bytes(0, 0)
    assert world.call("iot_spi_write_sync", handle, out, 2) == OK
    assert (world.number("iot_spi_ioctl", handle, 2), world.number("iot_spi_ioctl", handle, 3)) == (
        2,
        0,
    )
    assert world.call("iot_spi_select_slave", 0, 1) == OK
    assert world.call("iot_spi_read_sync", handle, into, 2) == OK
    assert list(into[0:2]) == [0x20, 0x21]
    assert world.call("iot_spi_transfer_sync", handle, out, into, 2) == OK
    assert world.wire() == "s03:0102 s13:a5 s13:0102"
    assert world.number("iot_spi_ioctl", handle, 2) == 2
    assert world.number("iot_spi_ioctl", handle, 3) == 2
    assert world.call("iot_spi_close", handle) == OK
    assert world.call("iot_spi_close", handle) == INVALID


@pytest.mark.parametrize(
    ("name", "buffers", "code"),
    [("read", 1, SPI_READ), ("write", 1, SPI_WRITE), ("transfer", 2, SPI_TRANSFER)],
)
def test_spi_failures_are_told_by_what_was_asked(
    world: World, name: str, buffers: int, code: int
) -> None:
    handle, data = world.call("iot_spi_open", 0), world.bytes(0)
    world.lib.listen_spi(handle, 1)
    world.lib.bus_behaves(-4, 0)
    args = [data] * buffers
    assert world.call(f"iot_spi_{name}_sync", handle, *args, 1) == code
    assert world.call(f"iot_spi_{name}_async", handle, *args, 1) == OK
    world.host.advance(5)
    assert world.told() == (1, code)
    assert world.call(f"iot_spi_{name}_sync", handle, *[None] * buffers, 1) == INVALID
    assert world.call(f"iot_spi_{name}_sync", handle, *args, 0) == INVALID
    assert world.call(f"iot_spi_{name}_sync", None, *args, 1) == INVALID


def test_spi_is_busy_and_is_cancelled(world: World) -> None:
    handle, data = world.call("iot_spi_open", 0), world.bytes(0)
    world.lib.listen_spi(handle, 1)
    assert world.call("iot_spi_cancel", handle) == SPI_NOTHING
    world.lib.bus_behaves(0, 1_000_000)
    assert world.call("iot_spi_write_async", handle, data, 1) == OK
    assert world.call("iot_spi_read_sync", handle, data, 1) == SPI_BUSY
    config = world.host.new("uint32_t[4]", [1_000_000, 0, 0, 0])
    assert world.call("iot_spi_ioctl", handle, 0, config) == SPI_BUSY
    assert world.call("iot_spi_cancel", handle) == OK
    assert world.told()[0] == 0


@pytest.mark.parametrize("config", [[0, 0, 0, 0], [1000, 4, 0, 0], [1000, 0, 2, 0]])
def test_spi_settings_there_are_not_are_invalid(world: World, config: list[int]) -> None:
    handle = world.call("iot_spi_open", 0)
    assert world.call("iot_spi_ioctl", handle, 0, world.host.new("uint32_t[4]", config)) == INVALID
    assert world.call("iot_spi_select_slave", 0, 2) == INVALID
    assert world.call("iot_spi_select_slave", 0, -1) == INVALID
    assert world.call("iot_spi_select_slave", 1, 0) == INVALID


# ---- GPIO ----


def state(world: World, pin: int) -> list[int]:
    into = world.host.ffi.new("uint32_t[4]")
    world.lib.pin_state(pin, into)
    return [int(value) for value in into]


def set_pin(world: World, handle: Any, request: int, value: int) -> int:
    return int(world.call("iot_gpio_ioctl", handle, request, world.host.new("int32_t *", value)))


def test_a_pin_is_open_once_an_input_and_so_again_after_it(world: World) -> None:
    handle = world.call("iot_gpio_open", 3)
    assert handle
    assert not world.call("iot_gpio_open", 3)
    assert not world.call("iot_gpio_open", 8)
    assert not world.call("iot_gpio_open", -1)
    assert set_pin(world, handle, 1, 1) == OK  # direction: output
    assert set_pin(world, handle, 2, 1) == OK  # pull: up
    assert set_pin(world, handle, 4, 3) == OK  # interrupt: edge
    assert world.call("iot_gpio_write_sync", handle, 5) == OK
    assert state(world, 3) == [1, 1, 1, 3]
    read = world.bytes(0)
    assert (world.call("iot_gpio_read_sync", handle, read), read[0]) == (OK, 1)
    got = [world.number("iot_gpio_ioctl", handle, request, "int32_t") for request in range(7, 12)]
    assert got == [1, 1, 1, 1, 3]
    assert world.call("iot_gpio_close", handle) == OK
    assert state(world, 3)[0] == 0
    assert state(world, 3)[2:] == [0, 0]
    assert world.call("iot_gpio_close", handle) == INVALID


def test_an_open_drain_lets_go_for_high(world: World) -> None:
    handle = world.call("iot_gpio_open", 3)
    assert set_pin(world, handle, 3, 0) == OK
    assert set_pin(world, handle, 1, 1) == OK
    assert state(world, 3)[:2] == [1, 0]
    assert world.call("iot_gpio_write_sync", handle, 1) == OK
    assert state(world, 3)[:2] == [0, 0]
    assert world.call("iot_gpio_write_sync", handle, 0) == OK
    assert state(world, 3)[:2] == [1, 0]


def test_a_pins_interrupt_calls_back(world: World) -> None:
    handle = world.call("iot_gpio_open", 3)
    world.lib.listen_gpio(handle, 1)
    assert set_pin(world, handle, 4, 1) == OK
    world.lib.pin_fires(3, 1)
    assert world.told() == (1, 1)
    without = world.call("iot_gpio_open", 7)
    assert set_pin(world, without, 4, 1) == GPIO_UNSUPPORTED


def test_gpio_nonsense_is_invalid_and_speed_is_not_supported(world: World) -> None:
    handle = world.call("iot_gpio_open", 3)
    for request, value in ((0, 8), (0, -1), (1, 2), (2, 3), (3, 2), (4, 6), (14, 0)):
        assert set_pin(world, handle, request, value) == INVALID
    for request in (5, 6, 12, 13):
        assert set_pin(world, handle, request, 0) == GPIO_UNSUPPORTED
    assert world.call("iot_gpio_ioctl", handle, 1, None) == INVALID
    assert world.call("iot_gpio_read_sync", handle, None) == INVALID
    assert world.call("iot_gpio_read_sync", None, world.bytes(0)) == INVALID
    assert world.call("iot_gpio_write_sync", None, 1) == INVALID


# ---- UART ----


def test_a_serial_port_writes_and_reads_as_it_goes(world: World) -> None:
    handle = world.call("iot_uart_open", 0)
    assert handle
    assert not world.call("iot_uart_open", 0)
    assert not world.call("iot_uart_open", 1)
    world.lib.port_takes(2)
    assert world.call("iot_uart_write_sync", handle, world.bytes(1, 10, 3), 3) == OK
    assert world.wire() == "u00:010a u00:03"
    assert world.number("iot_uart_ioctl", handle, 2) == 3
    into = world.bytes(0, 0)
    waiting = world.task.call("iot_uart_read_sync", handle, into, 2)
    for byte in (0x41, 0x0A):
        assert not waiting.done
        world.lib.port_receives(byte)
        world.host.advance(2)
    assert (waiting.result, list(into[0:2])) == (OK, [0x41, 0x0A])
    assert world.number("iot_uart_ioctl", handle, 3) == 2
    assert world.number("iot_uart_ioctl", handle, 2) == 0
    assert world.call("iot_uart_close", handle) == OK
    assert world.call("iot_uart_close", handle) == INVALID


def test_a_serial_port_tells_of_its_end_and_is_cancelled(world: World) -> None:
    handle, into = world.call("iot_uart_open", 0), world.bytes(0, 0)
    world.lib.listen_uart(handle, 1)
    world.lib.port_takes(9)
    assert world.call("iot_uart_write_async", handle, world.bytes(7), 1) == OK
    world.host.advance(3)
    assert world.told() == (1, 0)  # write completed
    assert world.call("iot_uart_cancel", handle) == 5  # nothing to cancel
    assert world.call("iot_uart_read_async", handle, into, 2) == OK
    assert world.call("iot_uart_write_sync", handle, into, 1) == 4  # busy
    world.lib.port_receives(0x41)
    world.host.advance(3)
    assert world.call("iot_uart_cancel", handle) == OK
    assert world.told()[0] == 0
    assert world.number("iot_uart_ioctl", handle, 3) == 1  # what came until then
    assert world.call("iot_uart_read_async", handle, into, 1) == OK
    world.lib.port_receives(0x42)
    world.host.advance(3)
    assert world.told() == (1, 1)  # read completed


def test_a_serial_port_is_set_as_the_board_has_it(world: World) -> None:
    handle = world.call("iot_uart_open", 0)
    config = world.host.new("uint32_t[4]", [0] * 4)
    assert world.call("iot_uart_ioctl", handle, 1, config) == OK
    assert list(config[0:4]) == [115_200, 0, 0, 8]
    assert world.call("iot_uart_ioctl", handle, 0, config) == OK
    config[0] = 9600
    assert world.call("iot_uart_ioctl", handle, 0, config) == 6  # not supported
    for args in ((None, config, 1), (handle, None, 1), (handle, config, 0)):
        assert world.call("iot_uart_write_sync", *args) == INVALID
        assert world.call("iot_uart_read_async", *args) == INVALID
    assert world.call("iot_uart_ioctl", handle, 9, config) == INVALID
    assert world.call("iot_uart_cancel", None) == INVALID
