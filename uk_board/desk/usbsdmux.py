# SPDX-License-Identifier: BSD-3-Clause
"""The USB-SD-Mux of Linux Automation: a port expander behind the I2C bus of its card reader.

Sources: Microchip 50002283A (I2C over USB of the USB2642: the two vendor commands); NXP PCA9536
and TI TCA6408A data sheets (registers); usbsdmux 25.8, usbsdmux.py (what hangs on which pin; no
code of it is here).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from construct import Bytes, Const, Int8ub, Int16ub, Padded, Padding, Struct

from uk_board.desk.scsi import Scsi

# Microchip 50002283A: SCSI command and action, then the I2C transfer. Data is always 512 bytes.
_DATA_BYTES = 512
I2C_WRITE = Struct(
    Const(b"\xcf\x23"), "address" / Int8ub, Padding(1), "size" / Int16ub, Padding(10)
)
I2C_WRITE_READ = Struct(
    Const(b"\xcf\x22"),
    "write_address" / Int8ub,
    "read_address" / Int8ub,
    "size" / Int16ub,
    "written" / Int8ub,
    "register" / Padded(9, Bytes(1)),
)
# PCA9536 and TCA6408A alike
_INPUT, _OUTPUT, _DIRECTION = 0, 1, 3
# How long the card's supply takes to fall; usbsdmux waits as long.
_DISCHARGE_S = 1.0


@dataclass(frozen=True)
class Expander:
    """Its I2C address, and the pins; each means what its name says when it is high."""

    address: int
    data_off: int
    power_off: int
    to_board: int
    no_card: int

    @property
    def pins(self) -> int:
        """All pins that are ours; others are for whatever else hangs on it."""
        return self.data_off | self.power_off | self.to_board | self.no_card


CLASSIC = Expander(address=0x41, data_off=1, power_off=2, to_board=4, no_card=8)
FAST = Expander(address=0x20, data_off=4, power_off=2, to_board=1, no_card=8)
# By what the reader says that it is.
MODELS: Mapping[str, Expander] = MappingProxyType(
    {"sdmux HS-SD/MMC": CLASSIC, "sdFST HS-SD/MMC": FAST}
)


class UsbSdMux:
    """One of them. Every call raises BenchError when a transfer fails."""

    def __init__(self, scsi: Scsi, pins: Expander, sleep: Callable[[float], None]) -> None:
        self._scsi, self._pins, self._sleep = scsi, pins, sleep

    def off(self) -> None:
        """Take the card from both sides, and wait until it has no supply any more."""
        pins = self._pins
        self._set(pins.data_off | pins.power_off | pins.no_card)
        self._write(_DIRECTION, self._read(_DIRECTION) & ~pins.pins & 0xFF)
        self._sleep(_DISCHARGE_S)

    def on(self, *, to_board: bool) -> None:
        """Give the card to a side; `off` was before. Lines are switched before they have supply."""
        pins = self._pins
        side = pins.to_board | pins.no_card if to_board else 0
        if to_board:
            self._set(pins.data_off | pins.power_off | side)
        self._set(side)

    def state(self) -> tuple[bool, bool]:
        """Return whether the card has supply, and whether it is the board's."""
        levels = self._read(_INPUT)
        return not levels & self._pins.power_off, bool(levels & self._pins.to_board)

    def _set(self, levels: int) -> None:
        others = self._read(_OUTPUT) & ~self._pins.pins & 0xFF
        self._write(_OUTPUT, others | levels)

    def _write(self, register: int, value: int) -> None:
        data = bytes([register, value])
        command = I2C_WRITE.build({"address": self._pins.address << 1, "size": len(data)})
        self._scsi.write(command, data.ljust(_DATA_BYTES, b"\0"))

    def _read(self, register: int) -> int:
        command = I2C_WRITE_READ.build(
            {
                "write_address": self._pins.address << 1,
                "read_address": self._pins.address << 1 | 1,
                "size": 1,
                "written": 1,
                "register": bytes([register]),
            }
        )
        return self._scsi.read(command, _DATA_BYTES)[0]
