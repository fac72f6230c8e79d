# SPDX-License-Identifier: BSD-3-Clause
"""FreeRTOS Common I/O's I2C over a bus that logs: return codes, callbacks, cancelling."""

from __future__ import annotations

import pytest
from commonio import (
    ADDRESS,
    BUS_TIMEOUT,
    GET,
    I2C_BUSY,
    INVALID,
    NACK,
    NO_ADDRESS,
    NO_STOP,
    NOTHING,
    OK,
    READ_FAILED,
    RESET,
    RX_BYTES,
    SET,
    STATE,
    TX_BYTES,
    UNSUPPORTED,
    WRITE_FAILED,
    World,
)


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
