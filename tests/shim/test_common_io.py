# SPDX-License-Identifier: BSD-3-Clause
"""FreeRTOS Common I/O over buses that log: its return codes, callbacks, cancelling."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uk_board.shimhost import Host
from uk_board.tree import tree

OK, INVALID = 0, 1
I2C_BUSY, READ_FAILED, NACK, BUS_TIMEOUT, NOTHING, UNSUPPORTED, NO_ADDRESS = 2, 4, 5, 6, 7, 8, 9
WRITE_FAILED = 3
SPI_WRITE, SPI_READ, SPI_TRANSFER, SPI_BUSY, SPI_NOTHING = 2, 3, 4, 5, 6
GPIO_UNSUPPORTED = 4
NO_STOP, ADDRESS, SET, GET, STATE, RESET, TX_BYTES, RX_BYTES = range(8)
CDEF = """
void bus_behaves(int with, uint32_t ticks);
void bus_starts_with(int with);
uint32_t bus_starts(void);
uint32_t bus_speed(uint32_t *ms);
const char *bus_text(void);
void listen_i2c(void *handle, uint32_t by);
void listen_i2c_again(void *handle);
void listen_spi(void *handle, uint32_t by);
void listen_gpio(void *handle, uint32_t by);
uint32_t listen_calls(int *status);
void port_takes(size_t count);
void port_receives(uint8_t byte);
void listen_uart(void *handle, uint32_t by);
void pin_state(uint32_t pin, uint32_t *into);
void pin_fires(uint32_t pin, uint32_t level);
"""


def declarations() -> str:
    """Return the functions of the headers as cffi reads them: handles are pointers."""
    lines = []
    for name in ("i2c", "spi", "gpio", "uart"):
        header = tree() / f"shim/common_io/include/iot_{name}.h"
        statements = header.read_text().split(";")
        for statement in statements:
            text = " ".join(statement.rpartition("*/")[2].split())
            if f"iot_{name}_" in text and "(" in text and "typedef" not in text:
                for handle in (
                    "IotI2CHandle_t",
                    "IotSPIHandle_t",
                    "IotGpioHandle_t",
                    "IotUARTHandle_t",
                ):
                    text = text.replace(f"{handle} const", "void *").replace(handle, "void *")
                for request in ("I2CIoctl", "SPIIoctl", "GpioIoctl", "UARTIoctl"):
                    text = text.replace(f"Iot{request}Request_t", "int")
                lines.append(text.replace("*const", "*") + ";")
    return "\n".join(line for line in lines if "set_callback" not in line)


@pytest.fixture(scope="session")
def common_io_library(host_build: Callable[..., Path]) -> Path:
    place = tree() / "shim/common_io"
    drivers = tree() / "drivers"
    folders = [
        place,
        place / "include",
        *(drivers / name for name in ("i2c", "spi", "gpio", "uart")),
    ]
    return host_build(
        "common_io",
        sources=[*sorted(place.glob("*.c")), Path(__file__).parent / "common_io_bus.c"],
        flags=[f"-I{folder}" for folder in folders],
        cdef=CDEF + declarations(),
    )


class World:
    """A world of tasks, two of which use Common I/O."""

    def __init__(self, library: Path) -> None:
        self.host = Host(library)
        self.lib = self.host.lib
        self.host.start()
        self.task = self.host.task("user", 3)
        self.other = self.host.task("other", 2)

    def call(self, name: str, *args: Any) -> Any:
        """Make a call, letting time pass until it returns."""
        call = self.task.call(name, *args)
        for _ in range(100):
            if call.done:
                break
            self.host.advance(1)
        return call.result

    def bytes(self, *values: int) -> Any:
        return self.host.new("uint8_t[]", list(values))

    def wire(self) -> str:
        return bytes(self.host.ffi.string(self.lib.bus_text())).decode().strip()

    def told(self) -> tuple[int, int]:
        """Return calls of the callback since the last time, and the last status."""
        status = self.host.ffi.new("int *")
        return int(self.lib.listen_calls(status)), int(status[0])

    def number(self, name: str, handle: Any, request: int, kind: str = "uint16_t") -> int:
        into = self.host.new(f"{kind} *")
        assert self.call(name, handle, request, into) == OK
        return int(into[0])

    def i2c(self, address: int = 0x48) -> Any:
        handle = self.call("iot_i2c_open", 1)
        assert handle
        at = self.host.new("uint16_t *", address)
        assert self.call("iot_i2c_ioctl", handle, ADDRESS, at) == OK
        return handle


@pytest.fixture
def world(common_io_library: Path) -> World:
    return World(common_io_library)


# ---- I2C ----


def test_an_instance_is_open_once_and_is_the_boards(world: World) -> None:
    assert not world.call("iot_i2c_open", 0)
    assert not world.call("iot_i2c_open", -1)
    handle = world.call("iot_i2c_open", 1)
    assert handle
    assert not world.call("iot_i2c_open", 1)
    assert world.call("iot_i2c_close", handle) == OK
    assert world.call("iot_i2c_close", handle) == INVALID
    assert world.call("iot_i2c_open", 1) == handle
    assert world.lib.bus_starts() == 1


def test_a_controller_that_does_not_start_is_not_open(world: World) -> None:
    world.lib.bus_starts_with(-1)
    assert not world.call("iot_i2c_open", 1)
    world.lib.bus_starts_with(0)
    assert world.call("iot_i2c_open", 1)


def test_what_is_written_and_read_and_how_much(world: World) -> None:
    handle = world.i2c()
    data = world.bytes(1, 2, 3)
    assert world.call("iot_i2c_write_sync", handle, data, 3) == OK
    assert world.number("iot_i2c_ioctl", handle, TX_BYTES) == 3
    assert world.number("iot_i2c_ioctl", handle, RX_BYTES) == 0
    assert world.call("iot_i2c_read_sync", handle, data, 2) == OK
    assert list(data[0:3]) == [0x10, 0x11, 3]
    assert world.number("iot_i2c_ioctl", handle, TX_BYTES) == 0
    assert world.number("iot_i2c_ioctl", handle, RX_BYTES) == 2
    assert world.wire() == "i48:010203 i48:"


def test_a_write_without_stop_goes_out_with_the_read(world: World) -> None:
    handle = world.i2c()
    data = world.bytes(0xAB, 0)
    assert world.call("iot_i2c_ioctl", handle, NO_STOP, None) == OK
    assert world.call("iot_i2c_write_sync", handle, data, 1) == OK
    assert world.wire() == ""
    data[0] = 0  # it was copied
    assert world.call("iot_i2c_read_sync", handle, data, 2) == OK
    assert world.wire() == "i48:ab"
    assert world.number("iot_i2c_ioctl", handle, TX_BYTES) == 1
    assert world.number("iot_i2c_ioctl", handle, RX_BYTES) == 2
    # For one operation only
    assert world.call("iot_i2c_write_sync", handle, data, 1) == OK
    assert world.wire() == "i48:10"


def test_two_writes_without_stop_are_one_and_a_write_takes_them_along(world: World) -> None:
    handle = world.i2c()
    for value in (1, 2):
        assert world.call("iot_i2c_ioctl", handle, NO_STOP, None) == OK
        assert world.call("iot_i2c_write_sync", handle, world.bytes(value), 1) == OK
    assert world.call("iot_i2c_write_sync", handle, world.bytes(3), 1) == OK
    assert world.wire() == "i48:0102 i48:03"


def test_what_cannot_be_kept_is_not_supported(world: World) -> None:
    handle = world.i2c()
    data = world.bytes(*range(33))
    assert world.call("iot_i2c_ioctl", handle, NO_STOP, None) == OK
    assert world.call("iot_i2c_write_sync", handle, data, 33) == UNSUPPORTED
    assert world.wire() == ""


def test_the_address_may_be_set_anew_before_the_read(world: World) -> None:
    handle = world.i2c()
    data = world.bytes(0xAB, 0)
    assert world.call("iot_i2c_ioctl", handle, NO_STOP, None) == OK
    assert world.call("iot_i2c_write_sync", handle, data, 1) == OK
    at = world.host.new("uint16_t *", 0x48)
    assert world.call("iot_i2c_ioctl", handle, ADDRESS, at) == OK
    assert world.call("iot_i2c_ioctl", handle, NO_STOP, None) == OK
    assert world.call("iot_i2c_read_sync", handle, data, 2) == OK
    assert world.wire() == "i48:ab"
    assert world.number("iot_i2c_ioctl", handle, TX_BYTES) == 1


def test_what_was_kept_for_another_device_still_goes_to_it(world: World) -> None:
    handle = world.i2c()
    data = world.bytes(0xAB, 0)
    assert world.call("iot_i2c_ioctl", handle, NO_STOP, None) == OK
    assert world.call("iot_i2c_write_sync", handle, data, 1) == OK
    at = world.host.new("uint16_t *", 0x49)
    assert world.call("iot_i2c_ioctl", handle, ADDRESS, at) == OK
    assert world.call("iot_i2c_read_sync", handle, data, 2) == OK
    assert world.wire() == "i48:ab i49:"
    assert world.number("iot_i2c_ioctl", handle, TX_BYTES) == 0


@pytest.mark.parametrize(
    ("error", "read", "write", "status"),
    [
        (-2, NACK, NACK, 5),
        (-3, BUS_TIMEOUT, BUS_TIMEOUT, 6),
        (-4, BUS_TIMEOUT, BUS_TIMEOUT, 6),
        (-5, READ_FAILED, WRITE_FAILED, 1),
    ],
)
def test_errors_have_their_codes(
    world: World, error: int, read: int, write: int, status: int
) -> None:
    handle = world.i2c()
    world.lib.listen_i2c(handle, 1)
    world.lib.bus_behaves(error, 0)
    data = world.bytes(1)
    assert world.call("iot_i2c_read_sync", handle, data, 1) == read
    assert world.call("iot_i2c_write_sync", handle, data, 1) == write
    assert world.told()[0] == 0  # not for synchronous ones
    assert world.call("iot_i2c_read_async", handle, data, 1) == OK
    world.host.advance(5)
    assert world.told() == (1, status)
    assert world.number("iot_i2c_ioctl", handle, RX_BYTES) == 0


def test_nonsense_is_invalid(world: World) -> None:
    handle, data = world.i2c(), world.bytes(1)
    for name in ("read_sync", "write_sync", "read_async", "write_async"):
        for args in ((None, data, 1), (handle, None, 1), (handle, data, 0)):
            assert world.call(f"iot_i2c_{name}", *args) == INVALID
    assert world.call("iot_i2c_ioctl", None, TX_BYTES, data) == INVALID
    assert world.call("iot_i2c_ioctl", handle, TX_BYTES, None) == INVALID
    assert world.call("iot_i2c_ioctl", handle, 99, data) == INVALID
    assert world.call("iot_i2c_cancel", None) == INVALID
    assert world.call("iot_i2c_close", None) == INVALID
    world.call("iot_i2c_close", handle)
    assert world.call("iot_i2c_write_sync", handle, data, 1) == INVALID
    assert world.wire() == ""


def test_an_address_must_be_set_and_has_seven_bits(world: World) -> None:
    handle, data = world.call("iot_i2c_open", 1), world.bytes(1)
    assert world.call("iot_i2c_read_sync", handle, data, 1) == NO_ADDRESS
    at = world.host.new("uint16_t *", 0x80)
    assert world.call("iot_i2c_ioctl", handle, ADDRESS, at) == UNSUPPORTED
    assert world.call("iot_i2c_write_async", handle, data, 1) == NO_ADDRESS


def test_the_speed_is_the_buss(world: World) -> None:
    handle, ms = world.i2c(), world.host.ffi.new("uint32_t *")
    config = world.host.new("uint32_t[2]", [20, 400_000])
    assert world.call("iot_i2c_ioctl", handle, SET, config) == OK
    assert (world.lib.bus_speed(ms), ms[0]) == (400_000, 20)
    config[1] = 1_000_000
    assert world.call("iot_i2c_ioctl", handle, SET, config) == INVALID
    assert world.call("iot_i2c_ioctl", handle, GET, config) == OK
    assert list(config[0:2]) == [20, 400_000]
    assert world.call("iot_i2c_ioctl", handle, RESET, None) == UNSUPPORTED


def test_an_asynchronous_read_lets_the_caller_go_on_and_tells_its_end(world: World) -> None:
    handle, data = world.i2c(), world.bytes(0, 0)
    world.lib.listen_i2c(handle, 1)
    world.lib.bus_behaves(0, 10)
    started = world.task.call("iot_i2c_read_async", handle, data, 2)
    assert (started.done, started.result) == (True, OK)
    assert world.number("iot_i2c_ioctl", handle, STATE, "int") == I2C_BUSY
    assert world.call("iot_i2c_write_sync", handle, data, 1) == I2C_BUSY
    assert world.call("iot_i2c_read_async", handle, data, 1) == I2C_BUSY
    assert world.told()[0] == 0
    world.host.advance(12)
    assert world.told() == (1, 0)
    assert list(data[0:2]) == [0x10, 0x11]
    assert world.number("iot_i2c_ioctl", handle, STATE, "int") == 0
    assert world.number("iot_i2c_ioctl", handle, RX_BYTES) == 2


def test_the_next_operation_may_begin_in_the_callback(world: World) -> None:
    handle = world.i2c()
    world.lib.listen_i2c(handle, 1)
    world.lib.listen_i2c_again(handle)
    assert world.call("iot_i2c_write_async", handle, world.bytes(7), 1) == OK
    world.host.advance(5)
    assert world.told() == (2, 0)
    assert world.wire() == "i48:07 i48:"


def test_cancelling_ends_the_operation_and_nobody_is_told(world: World) -> None:
    handle, data = world.i2c(), world.bytes(0, 0)
    world.lib.listen_i2c(handle, 1)
    assert world.call("iot_i2c_cancel", handle) == NOTHING
    world.lib.bus_behaves(0, 1_000_000)
    assert world.call("iot_i2c_read_async", handle, data, 2) == OK
    world.host.advance(2)
    assert world.call("iot_i2c_cancel", handle) == OK
    assert world.call("iot_i2c_cancel", handle) == NOTHING
    world.lib.bus_behaves(0, 0)
    world.host.advance(50)
    assert world.told()[0] == 0
    assert list(data[0:2]) == [0, 0]
    assert world.call("iot_i2c_read_sync", handle, data, 2) == OK


def test_closing_ends_what_is_under_way(world: World) -> None:
    handle = world.i2c()
    world.lib.bus_behaves(0, 1_000_000)
    assert world.call("iot_i2c_read_async", handle, world.bytes(0), 1) == OK
    assert world.call("iot_i2c_close", handle) == OK
    world.lib.bus_behaves(0, 0)
    assert world.call("iot_i2c_open", 1) == handle


def test_no_memory_for_the_task_is_a_failure_and_not_the_end(world: World) -> None:
    handle, data = world.i2c(), world.bytes(0)
    world.lib.host_fail_after(0)
    assert world.call("iot_i2c_read_async", handle, data, 1) == READ_FAILED
    world.lib.host_fail_after(-1)
    assert world.call("iot_i2c_read_async", handle, data, 1) == OK


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
