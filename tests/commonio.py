# SPDX-License-Identifier: BSD-3-Clause
"""Tasks that use FreeRTOS Common I/O, over buses that log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

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


def build_common_io(host_build: Callable[..., Path]) -> Path:
    """Return the library of what is tested."""
    place = tree() / "shim/common_io"
    drivers = tree() / "drivers"
    folders = [
        place,
        place / "include",
        *(drivers / name for name in ("i2c", "spi", "gpio", "uart")),
    ]
    return host_build(
        "common_io",
        sources=[*sorted(place.glob("*.c")), Path(__file__).parent / "shim" / "common_io_bus.c"],
        flags=[f"-I{folder}" for folder in folders],
        cdef=CDEF + declarations(),
    )
