# SPDX-License-Identifier: BSD-3-Clause
"""USB devices that hang around boards, by their ids."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["serial", "sd-mux", "reader", "probe", "boot", "relay"]


@dataclass(frozen=True)
class Known:
    """What a device is for, its name, and Linux's driver where it is a serial adapter."""

    kind: Kind
    name: str
    driver: str = ""


def _serial(driver: str, **names: str) -> dict[str, Known]:
    return {
        ids.removeprefix("usb_").replace("_", ":"): Known("serial", name, driver)
        for ids, name in names.items()
    }


_ALL = {
    # usb.ids 2025.07: Future Technology Devices International
    **_serial(
        "ftdi_sio",
        usb_0403_6001="FTDI FT232R",
        usb_0403_6010="FTDI FT2232",
        usb_0403_6011="FTDI FT4232H",
        usb_0403_6014="FTDI FT232H",
        usb_0403_6015="FTDI FT-X",
    ),
    # usb.ids 2025.07: Silicon Labs
    **_serial("cp210x", usb_10c4_ea60="CP210x", usb_10c4_ea70="CP2105", usb_10c4_ea71="CP2108"),
    # usb.ids 2025.07: QinHeng Electronics
    **_serial("ch341", usb_1a86_7523="CH340", usb_1a86_7522="CH340K", usb_1a86_5523="CH341"),
    # Unverified: from memory of the vendor's product pages
    **_serial("cdc_acm", usb_1a86_55d3="CH343", usb_1a86_55d4="CH9102"),
    # usb.ids 2025.07: Prolific Technology
    **_serial("pl2303", usb_067b_2303="PL2303", usb_067b_23a3="PL2303GC"),
    # Unverified, but for 000c: from memory of the Pico SDK
    "2e8a:000a": Known("serial", "Raspberry Pi Pico (CDC)", "cdc_acm"),
    "2e8a:000c": Known("probe", "Raspberry Pi Debug Probe", "cdc_acm"),
    # usb.ids 2025.07: NXP, SEGGER
    "0d28:0204": Known("probe", "CMSIS-DAP DAPLink"),
    "1366:0101": Known("probe", "J-Link"),
    "1366:0105": Known("probe", "J-Link with a serial port"),
    # SDWire's own set-up (sd-mux-ctrl --init) writes these ids
    "04e8:6001": Known("sd-mux", "SDWire"),
    # labgrid 26.0.1, resource/udev.py
    "0bda:0316": Known("sd-mux", "SDWire3"),
    "0424:4041": Known("sd-mux", "LXA USB-SD-Mux"),
    "0424:4050": Known("reader", "SDWire's card reader"),
    "16c0:05df": Known("relay", "HID relay"),
    "5131:2007": Known("relay", "LC-US8 relay"),
    # usbboot 87d6e03, main.c
    "0a5c:2763": Known("boot", "Raspberry Pi boot ROM (BCM2835)"),
    "0a5c:2764": Known("boot", "Raspberry Pi boot ROM (BCM2837)"),
    "0a5c:2711": Known("boot", "Raspberry Pi boot ROM (BCM2711)"),
    # usb.ids 2025.07: Onda (unverified)
    "1f3a:efe8": Known("boot", "Allwinner FEL"),
}
KNOWN = MappingProxyType(_ALL)
