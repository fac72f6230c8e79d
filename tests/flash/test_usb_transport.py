# SPDX-License-Identifier: BSD-3-Clause
"""Our USB devices through pyusb itself, on a backend that has models in place of libusb."""

from __future__ import annotations

import errno
from array import array
from types import SimpleNamespace
from typing import Any

import pytest
import usb.backend
import usb.core
from felmodel import A64

from uk_board.errors import BenchError
from uk_board.facts.boards import board_folders, load_board
from uk_board.media import egon
from uk_board.usb import felboot
from uk_board.usb.felmedium import Load, Parts
from uk_board.usb.felthunks import start_of_image
from uk_board.usb.transport import PyUsbBus, Waiting

FACTS = load_board("pine64", board_folders()).fel
FEL = {(0x1F3A, 0xEFE8)}
TREE = b"\xd0\x0d\xfe\xed" + (64).to_bytes(4, "big") + bytes(56)


class Backend(usb.backend.IBackend):
    """A bus with boards; `endpoints` are those of the interface of each."""

    def __init__(self, *boards: A64, endpoints: tuple[int, ...] = (0x01, 0x82)) -> None:
        self.boards, self.endpoints = boards, endpoints
        self.claimed: list[int] = []
        self.driver = True
        self.log: list[tuple[Any, ...]] = []
        self.gone = False

    def enumerate_devices(self) -> Any:
        return iter(range(len(self.boards)))

    def get_parent(self, dev: int) -> None:
        return None

    def get_device_descriptor(self, dev: int) -> SimpleNamespace:
        path = self.boards[dev].path
        return SimpleNamespace(
            bLength=18,
            bDescriptorType=1,
            bcdUSB=0x200,
            bDeviceClass=0,
            bDeviceSubClass=0,
            bDeviceProtocol=0,
            bMaxPacketSize0=64,
            idVendor=0x1F3A,
            idProduct=0xEFE8,
            bcdDevice=0x2B3,
            iManufacturer=0,
            iProduct=0,
            iSerialNumber=0,
            bNumConfigurations=1,
            address=dev + 4,
            bus=int(path.partition("-")[0]),
            port_number=1,
            port_numbers=tuple(map(int, path.partition("-")[2].split("."))),
            speed=3,
        )

    def get_configuration_descriptor(self, dev: int, config: int) -> SimpleNamespace:
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=2,
            wTotalLength=32,
            bNumInterfaces=1,
            bConfigurationValue=1,
            iConfiguration=0,
            bmAttributes=0x80,
            bMaxPower=75,
            extra_descriptors=[],
        )

    def get_interface_descriptor(self, dev: int, intf: int, alt: int, config: int) -> Any:
        if intf or alt or config:
            raise IndexError
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=4,
            bInterfaceNumber=0,
            bAlternateSetting=0,
            bNumEndpoints=len(self.endpoints),
            bInterfaceClass=0xFF,
            bInterfaceSubClass=0xFF,
            bInterfaceProtocol=0xFF,
            iInterface=0,
            extra_descriptors=[],
        )

    def get_endpoint_descriptor(self, dev: int, ep: int, intf: int, alt: int, config: int) -> Any:
        if ep >= len(self.endpoints):
            raise IndexError
        return SimpleNamespace(
            bLength=7,
            bDescriptorType=5,
            bEndpointAddress=self.endpoints[ep],
            bmAttributes=2,
            wMaxPacketSize=512,
            bInterval=0,
            bRefresh=0,
            bSynchAddress=0,
            extra_descriptors=[],
        )

    def open_device(self, dev: int) -> int:
        self.boards[dev].opened = 1
        return dev

    def close_device(self, handle: int) -> None:
        self.boards[handle].opened = 0

    def get_configuration(self, handle: int) -> int:
        return 1

    def claim_interface(self, handle: int, intf: int) -> None:
        self.claimed.append(intf)

    def release_interface(self, handle: int, intf: int) -> None:
        self.claimed.remove(intf)

    def bulk_write(self, handle: int, ep: int, intf: int, data: array[int], timeout: int) -> int:
        assert self.claimed == [0]
        assert 500 <= timeout <= 60_000, "milliseconds"
        self._do(lambda: self.boards[handle].bulk_out(ep, data.tobytes(), timeout / 1000))
        return len(data)

    def bulk_read(self, handle: int, ep: int, intf: int, buff: array[int], timeout: int) -> int:
        got = self._do(lambda: self.boards[handle].bulk_in(ep, len(buff), timeout / 1000))
        buff[: len(got)] = array("B", got)
        return len(got)

    def ctrl_transfer(
        self, handle: int, kind: int, request: int, value: int, index: int, data: Any, timeout: int
    ) -> int:
        self.log.append((kind, request, value, index, len(data)))
        if kind & 0x80:
            data[0] = 0x5C
            return 1
        return len(data)

    def is_kernel_driver_active(self, handle: int, intf: int) -> bool:
        return self.driver

    def detach_kernel_driver(self, handle: int, intf: int) -> None:
        assert self.driver
        self.driver = False

    def attach_kernel_driver(self, handle: int, intf: int) -> None:
        assert not self.driver
        self.driver = True

    def reset_device(self, handle: int) -> None:
        self.log.append(("reset",))

    def _do(self, transfer: Any) -> Any:
        if self.gone:
            raise usb.core.USBError("No such device", -4, errno.ENODEV)
        try:
            return transfer()
        except BenchError as error:
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT) from error


def parts() -> Parts:
    start = start_of_image(0x4A000000, 0x40080000, TREE)
    loads = (
        Load("atf", 0x44000, b"m" * 5000),
        Load("start", 0x4A000000, start),
        Load("kernel8.img", 0x40080000, b"k" * 150_000),
    )
    return Parts(egon.build(b"c" * 200), loads, 0x44000)


def boot(backend: Backend, path: str | None = None) -> felboot.Booted:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    waiting = Waiting(5.0, lambda: now[0], sleep)
    return felboot.boot(PyUsbBus(backend), FACTS, parts(), 1 << 30, path=path, waiting=waiting)


def test_a_board_in_fel_starts_through_pyusb() -> None:
    board = A64(path="1-1.4")
    backend = Backend(board)
    boot(backend)
    assert board.started is not None
    assert board.started[0] == 0x40080000
    assert backend.claimed == []
    assert board.opened == 0


def test_a_board_is_chosen_by_its_path_on_usb() -> None:
    left, right = A64(path="2-1.1"), A64(path="2-1.2.4")
    with pytest.raises(BenchError, match=r"2 devices wait: 1f3a:efe8 at USB 2-1.1, .*2-1.2.4"):
        boot(Backend(left, right))
    boot(Backend(left, right), path="2-1.2.4")
    assert right.started
    assert not left.transfers


def test_a_pulled_cable_and_silence_are_told() -> None:
    backend = Backend(A64())
    backend.gone = True
    gone = "does not answer: No such device; the board is in FEL, as it was"
    with pytest.raises(BenchError, match=gone):
        boot(backend)
    with pytest.raises(BenchError, match="does not answer: Operation timed out"):
        boot(Backend(A64(hangs=True)))


def test_a_device_without_two_bulk_endpoints_is_no_board() -> None:
    with pytest.raises(BenchError, match="has 1 bulk endpoints; out and in are expected"):
        boot(Backend(A64(), endpoints=(0x01,)))


def test_control_transfers_drivers_and_resets_reach_the_device() -> None:
    backend = Backend(A64())
    [device] = PyUsbBus(backend).find(FEL)
    device.control_out(0x0B, 0x20F1, 0, 1.0)
    assert device.control_in(0x0C, 0, 0, 1, 1.0) == b"\x5c"
    device.detach_driver()
    device.detach_driver()
    assert not backend.driver
    device.attach_driver()
    device.attach_driver()
    assert backend.driver
    device.reset()
    device.close()
    assert backend.log == [(0x40, 0x0B, 0x20F1, 0, 0), (0xC0, 0x0C, 0, 0, 1), ("reset",)]
    assert (device.interfaces, device.serial_index) == (1, 0)
