# SPDX-License-Identifier: BSD-3-Clause
"""USB devices as boot protocols see them; pyusb behind it, or a model of the device."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

from uk_board.errors import BenchError, MissingError

# Vendor and product number.
Id = tuple[int, int]
_POLL_S = 0.2
# What helps where several devices wait, and the method has the option.
CHOOSE = "--usb-path with the place of one"
# USB 2.0, table 9-2: vendor request to the device, out and in.
VENDOR_OUT, VENDOR_IN = 0x40, 0xC0
# USB 2.0, table 9-13: direction and transfer type of an endpoint
_IN, _BULK = 0x80, 2


class UsbDevice(Protocol):
    """An opened device. Every call raises BenchError when the device fails or is silent."""

    @property
    def title(self) -> str:
        """Ids and place, for people."""

    @property
    def serial_index(self) -> int:
        """The number of its serial-number string, iSerialNumber."""

    @property
    def interfaces(self) -> int:
        """How many interfaces its configuration has."""

    @property
    def path(self) -> str:
        """Where it is plugged in, such as "1-1.2"."""

    @property
    def bulk_endpoints(self) -> tuple[int, int]:
        """The addresses of its bulk endpoints, out and in."""

    def control_out(self, request: int, value: int, index: int, timeout_s: float) -> None:
        """Send a vendor request without data."""

    def control_in(
        self, request: int, value: int, index: int, size: int, timeout_s: float
    ) -> bytes:
        """Send a vendor request and return its data, at most `size` bytes."""

    def bulk_out(self, endpoint: int, data: bytes, timeout_s: float) -> None:
        """Send all of `data`."""

    def bulk_in(self, endpoint: int, size: int, timeout_s: float) -> bytes:
        """Return what comes in one transfer, at most `size` bytes."""

    def attach_driver(self) -> None:
        """Let the kernel's driver have its first interface, if it has not."""

    def detach_driver(self) -> None:
        """Take its first interface from the kernel's driver, if it has it."""

    def reset(self) -> None:
        """Reset it; it may come back as another device, or not at once."""

    def close(self) -> None:
        """Give it back."""


class UsbBus(Protocol):
    """Where devices are found."""

    def find(self, ids: Collection[Id]) -> list[UsbDevice]:
        """Return the devices with these ids, opened."""


@dataclass(frozen=True)
class Waiting:
    """How long to wait for a device, and by what clock."""

    timeout_s: float = 60.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class NoDeviceError(BenchError):
    """No such device came."""


def wait_for(
    bus: UsbBus,
    ids: Collection[Id],
    what: str,
    waiting: Waiting,
    *,
    path: str | None = None,
    choose: str = "unplug the others",
) -> UsbDevice:
    """Return the one device with these ids, once it is there; with `path`, the one at that place.

    Raises:
        NoDeviceError: none came in time.
        BenchError: there are several; `choose` is the hint.
    """
    deadline_s = waiting.clock() + waiting.timeout_s
    shown = ", ".join(f"{vendor:04x}:{product:04x}" for vendor, product in sorted(ids))
    shown += f" at {path}" if path else ""
    while True:
        found = bus.find(ids)
        fitting = [device for device in found if path in (None, device.path)]
        for device in found:
            if len(fitting) != 1 or device is not fitting[0]:
                device.close()
        if len(fitting) == 1:
            return fitting[0]
        places = ", ".join(device.title for device in found)
        if fitting:
            problem = f"{len(fitting)} devices wait: {places}; one is expected"
            raise BenchError(what, problem, hint=choose)
        if waiting.clock() >= deadline_s:
            others = f"; there are: {places}" if found else ""
            problem = f"no USB device {shown} came within {waiting.timeout_s:g} s{others}"
            raise NoDeviceError(what, problem)
        waiting.sleep(_POLL_S)


class PyUsbBus:
    """The devices of this machine, by libusb."""

    def __init__(self, backend: Any = None) -> None:
        """Use a backend of pyusb's, by default libusb. Raises: MissingError without pyusb."""
        self._core, self._util = _pyusb()
        self._backend = backend

    def find(self, ids: Collection[Id]) -> list[UsbDevice]:
        """Return the devices with these ids, opened."""
        try:
            found = self._core.find(
                find_all=True,
                backend=self._backend,
                custom_match=lambda device: (device.idVendor, device.idProduct) in ids,
            )
            return [_PyUsbDevice(device, self._core, self._util) for device in found]
        except self._core.NoBackendError:
            raise MissingError("libusb-1.0", "not found; it reaches USB devices") from None


def _pyusb() -> tuple[ModuleType, ModuleType]:
    try:
        import usb.core
        import usb.util
    except ImportError:
        raise MissingError(
            "pyusb",
            "this Python package is not installed; it reaches USB devices",
            hint="pip install 'uk-board[desk]'",
        ) from None
    return usb.core, usb.util


class _PyUsbDevice:
    def __init__(self, device: Any, core: ModuleType, util: ModuleType) -> None:
        self._device, self._core, self._util = device, core, util
        self._claimed = False

    @property
    def title(self) -> str:
        device = self._device
        return f"{device.idVendor:04x}:{device.idProduct:04x} at USB {self.path}"

    @property
    def path(self) -> str:
        """As the kernel names it: the bus, then the ports on the way."""
        ports = self._device.port_numbers or ()
        return f"{self._device.bus}-{'.'.join(map(str, ports))}"

    @property
    def serial_index(self) -> int:
        return int(self._device.iSerialNumber)

    @property
    def interfaces(self) -> int:
        return int(self._call(self._device.get_active_configuration).bNumInterfaces)

    @property
    def bulk_endpoints(self) -> tuple[int, int]:
        found: dict[int, int] = {}
        for interface in self._call(self._device.get_active_configuration):
            for endpoint in interface:
                if self._util.endpoint_type(endpoint.bmAttributes) == _BULK:
                    address = int(endpoint.bEndpointAddress)
                    found.setdefault(self._util.endpoint_direction(address), address)
        if len(found) != 2:
            raise BenchError(
                self.title, f"has {len(found)} bulk endpoints; out and in are expected"
            )
        return found[0], found[_IN]

    def control_out(self, request: int, value: int, index: int, timeout_s: float) -> None:
        self._call(
            lambda: self._device.ctrl_transfer(
                VENDOR_OUT, request, value, index, None, _ms(timeout_s)
            )
        )

    def control_in(
        self, request: int, value: int, index: int, size: int, timeout_s: float
    ) -> bytes:
        return bytes(
            self._call(
                lambda: self._device.ctrl_transfer(
                    VENDOR_IN, request, value, index, size, _ms(timeout_s)
                )
            )
        )

    def bulk_out(self, endpoint: int, data: bytes, timeout_s: float) -> None:
        count = self._call(lambda: self._device.write(endpoint, data, _ms(timeout_s)))
        if count != len(data):
            raise BenchError(self.title, f"took {count} bytes of {len(data)}")

    def bulk_in(self, endpoint: int, size: int, timeout_s: float) -> bytes:
        return bytes(self._call(lambda: self._device.read(endpoint, size, _ms(timeout_s))))

    def attach_driver(self) -> None:
        if not self._call(lambda: self._device.is_kernel_driver_active(0)):
            self._call(lambda: self._device.attach_kernel_driver(0))

    def detach_driver(self) -> None:
        if self._call(lambda: self._device.is_kernel_driver_active(0)):
            self._call(lambda: self._device.detach_kernel_driver(0))

    def reset(self) -> None:
        self._call(self._device.reset)

    def close(self) -> None:
        self._util.dispose_resources(self._device)

    def _call(self, transfer: Callable[[], Any]) -> Any:
        try:
            return transfer()
        except self._core.USBError as error:
            raise BenchError(self.title, f"does not answer: {error.strerror or error}") from error


def _ms(timeout_s: float) -> int:
    return int(timeout_s * 1000)
