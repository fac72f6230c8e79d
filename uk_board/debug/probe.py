# SPDX-License-Identifier: BSD-3-Clause
"""Debug probes, by pyOCD: which there are, and a chip's debug bus through one."""

from __future__ import annotations

import functools
import importlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from uk_board.debug.facts import DebugFacts
from uk_board.debug.port import Component
from uk_board.debug.registers import DEVTYPE_CORE
from uk_board.errors import BenchError, MissingError, UsageError

# Where pyocd.yaml says nothing else; the wires of a bench carry this.
FREQUENCY_HZ = 4_000_000
# Arm IHI 0031, MEM-AP registers: control and status, transfer address, banked data 0 to 3
_CSW, _TAR, _BD0 = 0x00, 0x04, 0x10
# Arm IHI 0031, MEM-AP, CSW: Size 32 bits, AddrInc off
_CSW_MODE, _CSW_WORDS = 0x37, 0x02
# Arm IHI 0031, AP identification: class MEM-AP, bits 16:13; type APB, bits 3:0
_MEM_AP_MASK, _MEM_AP, _APB_MASK, _APB = 0xF << 13, 8 << 13, 0xF, 2
# So many access ports are looked at where nobody knows which leads to the cores
_PORTS = 4
# What pulled-up or floating wires read as
_NOBODY = (0x00000000, 0xFFFFFFFF)


@dataclass(frozen=True)
class Probe:
    """A probe that is plugged in; `serial` is what a bench file names it by."""

    serial: str
    title: str
    handle: Any

    def __str__(self) -> str:
        return f"{self.serial} ({self.title})"


def probes() -> list[Probe]:
    """Return all probes that pyOCD knows. Raises: MissingError without pyOCD; BenchError."""
    aggregator = module("probe.aggregator").DebugProbeAggregator
    with explained("debug probes"):
        found = [
            Probe(each.unique_id, each.description, each)
            for each in aggregator.get_all_connected_probes()
        ]
    return sorted(found, key=lambda probe: probe.serial)


def choose(serial: str | None, there: Sequence[Probe]) -> Probe:
    """Return the probe `serial`, or the only one.

    Raises:
        BenchError: it is not there, or there is none.
        UsageError: there are several, and nobody said which.
    """
    listed = ", ".join(map(str, there)) or "none is plugged in"
    if serial is not None:
        fitting = [probe for probe in there if probe.serial.lower() == serial.lower()]
        if not fitting:
            raise BenchError("--probe", f"no debug probe {serial}; there: {listed}")
        return fitting[0]
    if not there:
        raise BenchError(
            "debug probe",
            "none is plugged in; pyOCD knows CMSIS-DAP, J-Link, ST-Link and picoprobe",
            hint="uk-board probes",
        )
    if len(there) > 1:
        raise UsageError(
            "--probe",
            f"is missing, and {len(there)} debug probes are there: {listed}",
            hint='name one by its serial number, or in the bench file: probe = "..."',
        )
    return there[0]


@dataclass(frozen=True)
class Opened:
    """A chip's debug bus, and what was found on the way there."""

    port: ApPort
    dp_idr: int
    components: tuple[Component, ...]


@contextmanager
def session_of(probe: Probe, options: Mapping[str, object]) -> Iterator[Any]:
    """Yield a session of pyOCD, not opened yet; give the probe back at the end."""
    with explained(probe.title):
        session = module("core.session").Session(
            probe.handle,
            auto_open=False,
            option_defaults={"frequency": FREQUENCY_HZ},
            **options,
        )
    try:
        yield session
    finally:
        _close(session)


@contextmanager
def opened(probe: Probe, facts: DebugFacts) -> Iterator[Opened]:
    """Open a probe and the chip's debug bus behind it; give the probe back at the end.

    Raises: BenchError.
    """
    # pyOCD has no target of this kind; one of its kinds must be named.
    options = {"target_override": "cortex_m", "warning.cortex_m_default": False}
    with session_of(probe, options) as session:
        with explained(probe.title):
            session.open(init_board=False)
        yield _connected(session, probe, facts)


def _close(session: Any) -> None:
    """Give the probe back; one that has been pulled out cannot be, which was told before."""
    try:
        with explained("debug probe"):
            session.close()
    except BenchError:
        logging.getLogger(__name__).debug("the probe was not closed", exc_info=True)


def _connected(session: Any, probe: Probe, facts: DebugFacts) -> Opened:
    protocols = module("probe.debug_probe").DebugProbe.Protocol
    there = session.probe.supported_wire_protocols
    if protocols.JTAG not in there:
        spoken = ", ".join(each.name for each in there if each is not protocols.DEFAULT)
        raise BenchError(str(probe), f"does not speak JTAG; it speaks {spoken}, the board JTAG")
    dap = session.target.dp
    with explained(probe.title):
        try:
            dap.connect(protocols.JTAG)
        except RuntimeError as error:
            raise _nobody(probe, facts, f"no debug port answers ({error})") from error
        if dap.dpidr.idr == _NOBODY[1]:
            raise _nobody(probe, facts, f"the debug port says 0x{dap.dpidr.idr:08x}")
        if facts.access_port is not None:
            return _port(dap, probe, facts, facts.access_port)
        return _port_with_cores(dap, probe, facts)


def _port(dap: Any, probe: Probe, facts: DebugFacts, number: int) -> Opened:
    access = module("coresight.ap")
    address = access.APv1Address(number)
    idr = dap.read_ap(address.address + address.idr_address)
    if idr & _MEM_AP_MASK != _MEM_AP or idr in _NOBODY:
        problem = f"access port {number} has IDR 0x{idr:08x}, which is that of no memory port"
        raise _nobody(probe, facts, problem)
    ap = access.AccessPort.create(dap, address)
    ap.find_components()
    port = ApPort(ap, f"{probe.title}, AP {number}")
    return Opened(port, dap.dpidr.idr, tuple(_components(ap)))


def _port_with_cores(dap: Any, probe: Probe, facts: DebugFacts) -> Opened:
    """Return the first port to a debug bus whose ROM table names cores."""
    access = module("coresight.ap")
    seen = []
    for number in range(_PORTS):
        address = access.APv1Address(number)
        idr = dap.read_ap(address.address + address.idr_address)
        seen.append(f"{number} 0x{idr:08x}")
        if idr & (_MEM_AP_MASK | _APB_MASK) == _MEM_AP | _APB and idr not in _NOBODY:
            found = _port(dap, probe, facts, number)
            if any(each.device_type == DEVTYPE_CORE for each in found.components):
                return found
    problem = f"no access port leads to cores; their IDRs are {', '.join(seen)}"
    raise _nobody(probe, facts, problem)


def _nobody(probe: Probe, facts: DebugFacts, problem: str) -> BenchError:
    pins = "; ".join(f"{signal} {place}" for signal, place in sorted(facts.pins.items()))
    return BenchError(
        str(probe),
        f"{problem}; the board must have power, and its pins must be those of JTAG: {pins}",
        hint="docs/jtag.md says what makes them so",
    )


def _components(ap: Any) -> Iterator[Component]:
    found: list[Any] = []
    if ap.rom_table is not None:
        ap.rom_table.for_each(found.append)
    for each in found:
        if each.valid:
            yield Component(each.address, each.designer, each.part, each.devtype, each.archid)


class ApPort:
    """A memory access port by its banked data registers: 16 bytes without a new address."""

    def __init__(self, ap: Any, title: str) -> None:
        self.title = title
        self._ap, self._bank = ap, -1
        self._csw = (ap.original_csw & ~_CSW_MODE) | _CSW_WORDS

    def read(self, address: int) -> int:
        """Return the word at `address`."""
        with self._at(address) as register:
            return int(self._ap.read_reg(register))

    def write(self, address: int, value: int) -> None:
        """Write a word."""
        with self._at(address) as register:
            self._ap.write_reg(register, value)

    def write_all(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Write words to addresses in this order."""
        for address, value in pairs:
            self.write(address, value)

    def write_stream(self, address: int, words: Sequence[int]) -> None:
        """Write words to one address, one after the other."""
        with self._at(address) as register:
            self._ap.dp.write_ap_multiple(self._ap.address.address + register, words)

    def read_stream(self, address: int, count: int) -> list[int]:
        """Read one address `count` times."""
        with self._at(address) as register:
            return list(self._ap.dp.read_ap_multiple(self._ap.address.address + register, count))

    @contextmanager
    def _at(self, address: int) -> Iterator[int]:
        """Yield the register that `address` is at once its bank is chosen."""
        bank = address & ~0xF
        with explained(f"{self.title}: 0x{address:08x}"):
            try:
                if bank != self._bank:
                    self._ap.write_reg(_CSW, self._csw)
                    self._ap.write_reg(_TAR, bank)
                    self._bank = bank
                yield _BD0 + (address & 0xC)
            except BaseException:
                self._bank = -1
                raise


@functools.cache
def module(name: str) -> ModuleType:
    """Return a module of pyOCD. Imported when needed: it takes long, and may not be there."""
    try:
        found = importlib.import_module(f"pyocd.{name}")
    except ImportError:
        raise MissingError(
            "pyocd",
            "this Python package is not installed; it reaches debug probes",
            hint="pip install 'uk-board[desk]'",
        ) from None
    log = logging.getLogger("pyocd")
    if not log.handlers:
        # What it logs is in the errors as well; without a handler Python prints it.
        log.addHandler(logging.NullHandler())
    return found


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn what pyOCD raises into errors of ours."""
    errors = module("core.exceptions")
    try:
        yield
    except errors.ProbeError as error:
        problem = f"the probe does not answer any more: {error}; it was pulled out, or hangs"
        raise BenchError(where, problem) from error
    except (errors.TransferTimeoutError, RecursionError) as error:
        # pyOCD answers WAIT by an abort; where that gets a WAIT as well, by another, and so on.
        raise BenchError(where, "the chip answers WAIT for ever; its debug bus hangs") from error
    except errors.TransferFaultError as error:
        problem = "the chip refuses (FAULT): nothing is there, it has no power, or it is locked"
        raise BenchError(where, problem) from error
    except errors.TransferError as error:
        problem = f"the answer is garbled ({error}); wires too long, or the clock too fast"
        hint = "a slower clock, in pyocd.yaml: frequency: 1000000"
        raise BenchError(where, problem, hint=hint) from error
    except (errors.Error, OSError) as error:
        raise BenchError(where, f"pyOCD reports: {error}") from error
