# SPDX-License-Identifier: BSD-3-Clause
"""A debug probe that is none: a plug-in of pyOCD, with a modelled chip on its wires.

pyOCD finds it by its entry point, as any probe; the file that UK_BOARD_PROBE_MODEL names says
which probes are plugged in, and takes what became of their chips.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from debug.boardmodels import port_of
from debug.chipmodel import DebugPort
from debug.memorymodel import FaultError
from pyocd.core import exceptions
from pyocd.core.plugin import Plugin
from pyocd.probe.debug_probe import DebugProbe

VARIABLE = "UK_BOARD_PROBE_MODEL"
# What goes wrong on the wires, by the names of a scenario. Only access ports may say WAIT;
# those that do so on the debug port itself are broken.
TROUBLES: dict[str, tuple[type[exceptions.Error], str]] = {
    "wait": (exceptions.TransferTimeoutError, "WAIT"),
    "wait on all": (exceptions.TransferTimeoutError, "WAIT"),
    "fault": (exceptions.TransferFaultError, "FAULT"),
    "parity": (exceptions.TransferProtocolError, "parity error"),
    "no ack": (exceptions.TransferError, "no acknowledge"),
    "gone": (exceptions.ProbeError, "no such device (it may have been disconnected)"),
}


class ModelProbe(DebugProbe):
    """A probe like CMSIS-DAP: writes are posted, their faults are told by what comes later."""

    def __init__(self, serial: str, port: DebugPort, protocols: Sequence[str] = ("JTAG",)) -> None:
        super().__init__()
        self.port, self._serial = port, serial
        self._protocols = [DebugProbe.Protocol[name] for name in protocols]
        self._protocol: DebugProbe.Protocol | None = None
        self._open = False
        self._late: FaultError | None = None
        swd = {DebugProbe.Capability.SWJ_SEQUENCE, DebugProbe.Capability.SWD_SEQUENCE}
        self._capabilities = swd if "SWD" in protocols else set()
        # What was sent besides accesses: bits and their values
        self.sent: list[tuple[int, ...]] = []
        self.accesses = 0
        # What happens at which access, and from then on
        self.trouble: tuple[int, str] | None = None
        self.on_close: Callable[[], None] = lambda: None
        port.before = self._count

    # ---- pyOCD's interface ----

    vendor_name = "uk-board"
    product_name = "model probe"
    is_open = property(lambda self: self._open)
    unique_id = property(lambda self: self._serial)
    wire_protocol = property(lambda self: self._protocol)
    supported_wire_protocols = property(
        lambda self: [DebugProbe.Protocol.DEFAULT, *self._protocols]
    )
    capabilities = property(lambda self: self._capabilities)

    @classmethod
    def get_all_connected_probes(
        cls, unique_id: str | None = None, is_explicit: bool = False
    ) -> Sequence[DebugProbe]:
        file = os.environ.get(VARIABLE)
        return [] if file is None else probes_of(Path(file))

    @classmethod
    def get_probe_with_id(cls, unique_id: str, is_explicit: bool = False) -> DebugProbe | None:
        there = cls.get_all_connected_probes()
        return next((each for each in there if each.unique_id == unique_id), None)

    def open(self) -> None:
        self._open = True

    def close(self) -> None:
        self._open = False
        self.on_close()

    def connect(self, protocol: DebugProbe.Protocol | None = None) -> None:
        default = protocol in (None, DebugProbe.Protocol.DEFAULT)
        self._protocol = self._protocols[0] if default else protocol

    def disconnect(self) -> None:
        self._protocol = None

    def set_clock(self, frequency: float) -> None:
        pass

    def swj_sequence(self, length: int, bits: int) -> None:
        pass

    def swd_sequence(self, sequences: Sequence[tuple[int, ...]]) -> tuple[int, list[bytes]]:
        self.sent += sequences
        return 0, [b"\0" for each in sequences if len(each) == 1]

    def reset(self) -> None:
        self.port.ap.chip.reset()

    def is_reset_asserted(self) -> bool:
        return False

    def read_dp(self, addr: int, now: bool = True) -> Any:
        return self._result(self._read(lambda: self.port.dp(addr, None)), now)

    def write_dp(self, addr: int, data: int) -> None:
        self.port.dp(addr, data)

    def read_ap(self, addr: int, now: bool = True) -> Any:
        return self._result(self._read(lambda: self.port.apacc(addr, None)), now)

    def write_ap(self, addr: int, data: int) -> None:
        try:
            self.port.apacc(addr, data)
        except FaultError as fault:
            self._late = self._late or fault

    def read_ap_multiple(self, addr: int, count: int = 1, now: bool = True) -> Any:
        values = [self._read(lambda: self.port.apacc(addr, None)) for _ in range(count)]
        return self._result(values, now)

    def write_ap_multiple(self, addr: int, values: Sequence[int]) -> None:
        for value in values:
            self.write_ap(addr, value)

    # ---- the wires ----

    def _read(self, access: Callable[[], int]) -> int:
        late, self._late = self._late, None
        try:
            if late is not None:
                raise late
            return access()
        except FaultError as fault:
            raise exceptions.TransferFaultError(str(fault)) from fault

    def _result(self, value: Any, now: bool) -> Any:
        return value if now else lambda: value

    def _count(self, to_debug_port: bool) -> None:
        self.accesses += 1
        if self.trouble is None or self.accesses < self.trouble[0]:
            return
        kind, text = TROUBLES[self.trouble[1]]
        if not (self.trouble[1] in ("wait", "fault") and to_debug_port):
            raise kind(text)


class ModelProbePlugin(Plugin):
    """What the entry point names."""

    def load(self) -> type[DebugProbe]:
        return ModelProbe

    @property
    def name(self) -> str:
        return "model"

    @property
    def description(self) -> str:
        return "A modelled chip"


def probes_of(file: Path) -> list[DebugProbe]:
    """Return the probes of a scenario; each writes what became of its chip beside the file."""
    return [_probe_of(entry, file) for entry in json.loads(file.read_text())]


def _probe_of(entry: dict[str, Any], file: Path) -> ModelProbe:
    port = port_of(entry["chip"])
    probe = ModelProbe(entry["serial"], port, entry.get("protocols", ["JTAG"]))
    if "trouble" in entry:
        probe.trouble = (entry["at"], entry["trouble"])
    kept = file.with_suffix(f".{entry['serial']}")
    probe.on_close = lambda: kept.write_text(json.dumps(port.ap.chip.report()))
    return probe
