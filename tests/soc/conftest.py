# SPDX-License-Identifier: BSD-3-Clause
"""The SoC drivers, compiled for the host, over registers that Python models."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cffi
import pytest

_HERE = Path(__file__).parent
_TREE = _HERE.parents[1]
_PORT = _TREE / "unikraft-port"

_SERIAL = ("pl011", "bcm2835_aux", "dw8250")
_SIMPLE = ("bcm2835_pm", "bcm2835_mbox", "bcm2835_gpio", "bcm2711_gpio", "sun50i_pio")

_CDEF = "".join(
    [
        """
extern uint32_t (*host_on_read)(uint64_t);
extern void (*host_on_write)(uint64_t, uint32_t);
extern void (*host_on_note)(const char *);
extern void (*host_on_interrupt)(uint32_t);
extern int64_t (*host_on_psci)(const char *, uint64_t, uint64_t, uint64_t, uint64_t);
extern uint64_t host_sysreg_value, host_physical, host_stuck_address, host_stuck_reads;
extern uint32_t host_stuck_value;
extern int host_register_rc, host_irqs_masked;
extern unsigned int host_registered_irq;
extern const void *host_buffer;
void host_reset(void);
int host_interrupt(void);
void host_exception(void);
void host_mask(unsigned int);
void host_unmask(unsigned int);
int host_configure(unsigned int, unsigned int);
int64_t host_out(const char *, uint64_t);
int64_t host_in(char *, uint64_t);
uint32_t host_tx_dropped(void);
uint32_t host_rx_lost(void);
uint32_t host_rx_overruns(void);
uint32_t host_rx_errors(void);
void *host_gicv2(uint64_t, uint64_t);
int gicv2_init(void *);
void gicv2_init_secure(void *);
int gicv2_priority_set(void *, unsigned int, uint8_t);
void gicv2_sgi_raise(void *, unsigned int);
void *host_bcm2836_intc(uint64_t, uint64_t);
int bcm2836_intc_init(void *);
void bcm2836_intc_mailbox_raise(void *, unsigned int);
void bcm2836_intc_mailbox_clear(void *, unsigned int);
void *host_psci(uint32_t);
void psci_power_off(void *);
void psci_reset(void *);
int64_t psci_version(void *);
int psci_cpu_on(void *, uint64_t, uint64_t, uint64_t);
void bcm2835_pm_power_off(void *);
void bcm2835_pm_reset(void *);
int bcm2835_mbox_property(void *, uint32_t, void *, uint64_t);
int bcm2835_mbox_command_line(void *, char *, uint64_t);
int bcm2835_mbox_arm_memory(void *, uint64_t *, uint64_t *);
int bcm2835_mbox_board_revision(void *, uint32_t *);
int bcm2835_mbox_board_serial(void *, uint64_t *);
int bcm2835_mbox_mac_address(void *, uint8_t *);
int bcm2835_mbox_clock_rate(void *, uint32_t, uint32_t *);
int bcm2835_mbox_temperature(void *, uint32_t *);
int bcm2835_mbox_power_on(void *, uint32_t);
void bcm2835_gpio_function(void *, unsigned int, unsigned int);
void bcm2835_gpio_pull(void *, unsigned int, unsigned int);
void bcm2711_gpio_function(void *, unsigned int, unsigned int);
void bcm2711_gpio_pull(void *, unsigned int, unsigned int);
void sun50i_pio_function(void *, unsigned int, unsigned int);
void sun50i_pio_pull(void *, unsigned int, unsigned int);
""",
        *(
            f"""
void *host_{driver}(uint64_t, uint32_t, uint32_t, uint32_t);
int {driver}_init(void *);
int {driver}_irq_init(void *);
void {driver}_flush(void *);
"""
            for driver in _SERIAL
        ),
        *(f"void *host_{driver}(uint64_t);\n" for driver in _SIMPLE),
    ]
)


@dataclass(frozen=True)
class Access:
    """One register access: `what` is "read", "write" or the text of a note."""

    what: str
    address: int = 0
    value: int = 0
    masked: bool = False


@dataclass
class Bus:
    """Registers by address: plain memory, but for those that a model takes over."""

    values: dict[int, int] = field(default_factory=dict)
    on_read: dict[int, Callable[[], int]] = field(default_factory=dict)
    on_write: dict[int, Callable[[int], None]] = field(default_factory=dict)
    trace: list[Access] = field(default_factory=list)

    def read(self, address: int) -> int:
        """Return the register's value."""
        if address in self.on_read:
            return self.on_read[address]()
        return self.values.get(address, 0)

    def write(self, address: int, value: int) -> None:
        """Set the register's value."""
        self.values[address] = value
        if address in self.on_write:
            self.on_write[address](value)

    def writes(self, base: int = 0) -> list[tuple[int, int]]:
        """Return (offset from `base`, value) of all writes, in order."""
        return [(a.address - base, a.value) for a in self.trace if a.what == "write"]

    def reads(self, base: int = 0) -> list[int]:
        """Return the offsets of all reads, in order."""
        return [a.address - base for a in self.trace if a.what == "read"]


class Host:
    """The compiled drivers (`lib`) between a bus and what they do to the core."""

    def __init__(self, ffi: Any, lib: Any) -> None:
        self.ffi = ffi
        self.lib = lib
        self.bus = Bus()
        self.interrupts: list[int] = []
        self.failures: list[BaseException] = []
        self.psci: Callable[[str, int, tuple[int, int, int]], int] = lambda *_: 0
        self._callbacks = self._connect()

    def _connect(self) -> list[Any]:
        """Point the C side's hooks here; it holds no reference, so keep what is returned."""
        hooks = {
            "host_on_read": ("uint32_t(uint64_t)", self._read),
            "host_on_write": ("void(uint64_t, uint32_t)", self._write),
            "host_on_note": ("void(const char *)", self._note),
            "host_on_interrupt": ("void(uint32_t)", self._interrupt),
            "host_on_psci": (
                "int64_t(const char *, uint64_t, uint64_t, uint64_t, uint64_t)",
                self._psci,
            ),
        }
        callbacks = []
        for name, (signature, function) in hooks.items():
            callbacks.append(self.ffi.callback(signature, function, onerror=self._failed))
            setattr(self.lib, name, callbacks[-1])
        return callbacks

    def reset(self) -> None:
        """Forget everything: a new bus, a new core."""
        self.bus = Bus()
        self.interrupts = []
        self.failures = []
        self.psci = lambda *_: 0
        self.lib.host_reset()

    def out(self, text: bytes) -> int:
        """Write to the console that the driver registered."""
        return int(self.lib.host_out(text, len(text)))

    def in_(self, size: int = 4096) -> bytes:
        """Read from the console what is there."""
        buffer = self.ffi.new("char[]", size)
        return bytes(self.ffi.buffer(buffer, self.lib.host_in(buffer, size)))

    def stick(self, address: int, value: int) -> None:
        """Let a register read the same for ever, as broken hardware does."""
        self.lib.host_stuck_address = address
        self.lib.host_stuck_value = value

    def _failed(self, _type: object, failure: BaseException, _traceback: object) -> None:
        # No exception can pass through C: the fixture raises it at the end.
        self.failures.append(failure)

    def _read(self, address: int) -> int:
        value = self.bus.read(address)
        self.bus.trace.append(Access("read", address, value, self._masked()))
        return value

    def _write(self, address: int, value: int) -> None:
        self.bus.trace.append(Access("write", address, value, self._masked()))
        self.bus.write(address, value)

    def _masked(self) -> bool:
        return bool(self.lib.host_irqs_masked)

    def _note(self, what: Any) -> None:
        self.bus.trace.append(Access(self.ffi.string(what).decode()))

    def _interrupt(self, irq: int) -> None:
        self.interrupts.append(irq)

    def _psci(self, conduit: Any, function: int, a: int, b: int, c: int) -> int:
        return self.psci(self.ffi.string(conduit).decode(), function, (a, b, c))


def _compile(target: Path) -> None:
    """Compile drivers and fakes; undefined behaviour traps."""
    drivers = sorted((_PORT / "soc").glob("*/*.c"))
    include = [_HERE / "include", _PORT / "soc", _PORT / "core" / "include"]
    command = ["gcc", "-std=gnu11", "-O1", "-g", "-ffreestanding", "-fPIC", "-shared"]
    command += ["-fsanitize=undefined", "-fsanitize-undefined-trap-on-error"]
    command += ["-Wall", "-Wextra", "-Werror", "-include", "host_calls.h"]
    command += [f"-I{folder}" for folder in include]
    command += [str(file) for file in (*drivers, _HERE / "host.c", _HERE / "devices.c")]
    result = subprocess.run(
        [*command, "-o", str(target)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Host:
    """The drivers as a shared library, compiled once."""
    target = tmp_path_factory.mktemp("soc") / "soc.so"
    _compile(target)
    ffi = cffi.FFI()
    ffi.cdef(_CDEF)
    return Host(ffi, ffi.dlopen(str(target)))


@pytest.fixture
def host(compiled: Host) -> Iterator[Host]:
    """The drivers over an empty bus."""
    compiled.reset()
    yield compiled
    for failure in compiled.failures:
        raise failure
