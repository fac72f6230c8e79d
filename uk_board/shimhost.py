# SPDX-License-Identifier: BSD-3-Clause
"""The shim on this machine: built over the host core, its tasks driven from Python.

A `Host` is one FreeRTOS world with virtual time. Its tasks are puppets: they
make the calls that are posted to them, in order, each when the scheduler lets
them. Nothing runs but inside `run`, `advance` and what calls them.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cffi

from uk_board.errors import BenchError, MissingError
from uk_board.shimgen import host_sources

_HOST = Path("shim", "host")
_SHIM = Path("shim", "freertos")
_HOST_CDEF = """
struct puppet {
    void *thread; TaskHandle_t task; uint32_t posted; uint32_t done; _Bool parked;
    struct { uint64_t function; uint64_t args[7]; uint64_t result; } calls[64];
};
void puppet_main(void *arg);
void puppet_isr(void *arg);
void puppet_post(struct puppet *puppet, uint64_t function, const uint64_t *args);
void puppet_bind(struct puppet *puppet, TaskHandle_t task);
int puppet_thread_create(struct puppet *puppet, const char *name, unsigned int level);
void host_run(void);
void host_advance(unsigned long ns);
void host_spend(unsigned long ns);
void host_raise(unsigned int irq);
void host_slice(void);
void host_fail_after(long n);
long host_live_blocks(void);
const char *host_output(void);
int ukplat_lcpu_irqs_disabled(void);
void test_old_binary(SemaphoreHandle_t *made);
void test_yield_from_isr(BaseType_t *woken);
void test_delay_until(TickType_t *previous, TickType_t increment);
TickType_t test_ms_to_ticks(uint32_t ms);
TickType_t test_ticks_to_ms(uint32_t ticks);
void test_masks(uint64_t *masked);
"""
TICK_NS = 1_000_000
# Beside the library: what it declares, and the names of the APIs in the order of host_called.
_CDEF = "cdef.h"
_NAMES = "names.txt"


def build(
    tree: Path, folder: Path, *, sources: Sequence[Path] = (), flags: Sequence[str] = ()
) -> Path:
    """Compile the shim, the host core and `sources` into a shared library below `folder`.

    Raises: MissingError without a C compiler, BenchError when it does not compile.
    """
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise MissingError("gcc", "is not there; the shim on the host needs a C compiler")
    made = host_sources(tree)
    files = {**made.files, _CDEF: made.cdef, _NAMES: "\n".join(made.names)}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    shim = [*(tree / _SHIM).glob("*.c"), *(tree / _HOST).glob("*.c"), *folder.glob("*.c")]
    include = (
        folder,
        tree / _HOST,
        tree / _HOST / "include",
        tree / _SHIM,
        tree / _SHIM / "include",
    )
    library = folder / "libshim.so"
    command = [compiler, "-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-fPIC"]
    command += ["-shared", '-DSHIM_PORT_H="port_host.h"', *flags]
    command += [f"-I{directory}" for directory in include]
    command += [*map(str, [*sorted(shim), *sources]), "-o", str(library)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(
            "shim on the host", "does not compile", last_lines=done.stderr.splitlines()
        )
    return library


class Call:
    """A call posted to a puppet; `result` is there once it is done."""

    def __init__(self, host: Host, puppet: Any, number: int, result_type: Any) -> None:
        self._host, self._puppet, self._number = host, puppet, number
        self._type = result_type
        self._value: Any = None

    @property
    def done(self) -> bool:
        """Whether the call has returned."""
        return bool(self._puppet.done > self._number)

    @property
    def result(self) -> Any:
        """What it returned. Fails while it has not."""
        assert self.done, "the call has not returned"
        raw = self._puppet.calls[self._number % 64].result
        return self._host.converted(raw, self._type)


class Puppet:
    """A task, Unikraft thread or interrupt handler that makes the calls posted to it."""

    def __init__(self, host: Host, struct: Any) -> None:
        self._host = host
        self.struct = struct

    @property
    def handle(self) -> Any:
        """The FreeRTOS handle of a task."""
        return self.struct.task

    def post(self, name: str, *args: Any) -> Call:
        """Let it call `name` when it next runs; returns at once."""
        function, result = self._host.function(name)
        values = [self._host.raw(arg) for arg in args]
        number = self.struct.posted
        packed = self._host.ffi.new("uint64_t[7]", values)
        self._host.lib.puppet_post(self.struct, function, packed)
        return Call(self._host, self.struct, number, result)

    def call(self, name: str, *args: Any) -> Call:
        """Post a call and run every task until all wait; it need not be done then."""
        call = self.post(name, *args)
        self._host.run()
        return call

    def __call__(self, name: str, *args: Any) -> Any:
        """Make a call that returns at once, and return its result."""
        return self.call(name, *args).result


class Host:
    """One world: a fresh copy of the library, no task, scheduler not started."""

    def __init__(self, library: Path, cdef: str = "") -> None:
        """Load `library`; `cdef` declares what it has beside the shim."""
        self.ffi = cffi.FFI()
        self.ffi.cdef(
            "struct xSTATIC_TCB { uint64_t opaque[256]; };"
            "struct xSTATIC_QUEUE { uint64_t opaque[16]; };"
        )
        self.ffi.cdef((library.parent / _CDEF).read_text(encoding="utf-8"))
        self.ffi.cdef(_HOST_CDEF + cdef)
        self.lib = self._fresh(library)
        self._names = (library.parent / _NAMES).read_text(encoding="utf-8").split()
        self._asked: set[str] = set()
        self._keep: list[Any] = []
        self.main = self._thread("main", 1)

    # ---- Making ----

    def task(self, name: str, priority: int = 1) -> Puppet:
        """Create a task. It starts at once if the scheduler runs."""
        return self.task_from(self.main, name, priority)

    def task_from(self, creator: Puppet, name: str, priority: int) -> Puppet:
        """Create a task by a call of `creator`."""
        puppet = self._puppet()
        handle = self.new("TaskHandle_t *")
        created = creator(
            "xTaskCreate",
            self.lib.puppet_main,
            self.text(name),
            256,
            puppet.struct,
            priority,
            handle,
        )
        assert created == 1, "no memory for a task"
        self.lib.puppet_bind(puppet.struct, handle[0])
        return puppet

    def bind(self, puppet: Puppet, handle: Any) -> None:
        """Tell a puppet its task, when it was created by hand."""
        self.lib.puppet_bind(puppet.struct, handle)

    def puppet(self) -> Puppet:
        """Return a puppet without a task, to create one for by hand."""
        return self._puppet()

    def thread(self, name: str, level: int) -> Puppet:
        """Create a plain Unikraft thread."""
        return self._thread(name, level)

    def interrupt(self, number: int) -> Puppet:
        """Install an interrupt handler; what is posted to it happens when it is raised."""
        puppet = self._puppet()
        installed = self.main(
            "xPortInstallInterruptHandler", number, self.lib.puppet_isr, puppet.struct
        )
        assert installed == 1
        self.main("vPortEnableInterrupt", number)
        return puppet

    def start(self) -> Call:
        """Call vTaskStartScheduler from a thread of its own; `main` stays free."""
        return self._thread("starter", 1).call("vTaskStartScheduler")

    # ---- Running ----

    def run(self) -> None:
        """Run until every task waits."""
        self.lib.host_run()

    def advance(self, ticks: float) -> None:
        """Let virtual time pass, with everything that becomes due in it."""
        self.lib.host_advance(round(ticks * TICK_NS))

    def raise_interrupt(self, number: int) -> None:
        """Raise an interrupt while all tasks wait, and run what it woke."""
        self.lib.host_raise(number)
        self.run()

    def output(self) -> str:
        """Return what was printed since the last call."""
        return str(self.ffi.string(self.lib.host_output()).decode())

    def called(self) -> set[str]:
        """Return the APIs that were called up to now, by whatever way."""
        noted = self.ffi.buffer(self.lib.host_called)
        return {name for name, note in zip(self._names, noted, strict=True) if note != b"\0"}

    def asked(self) -> set[str]:
        """Return the functions that the test posted or looked up by name."""
        return set(self._asked)

    @contextmanager
    def failing_after(self, allocations: int) -> Iterator[None]:
        """Let only so many more allocations succeed."""
        self.lib.host_fail_after(allocations)
        try:
            yield
        finally:
            self.lib.host_fail_after(-1)

    # ---- C values ----

    def new(self, ctype: str, *value: Any) -> Any:
        """Return C memory that lives as long as the host."""
        made = self.ffi.new(ctype, *value)
        self._keep.append(made)
        return made

    def text(self, value: str) -> Any:
        """Return a C string that lives as long as the host."""
        return self.new("char[]", value.encode())

    def function(self, name: str) -> tuple[int, Any]:
        """Return the address of an API (a macro by its wrapper) and its result type."""
        self._asked.add(name)
        try:
            pointer = getattr(self.lib, name)
        except AttributeError:
            pointer = getattr(self.lib, f"call_{name}")
        return self.raw(pointer), self.ffi.typeof(pointer).result

    def raw(self, value: Any) -> int:
        """Return `value` as the 64 bits that a register holds."""
        if value is None:
            return 0
        if isinstance(value, int):
            return value & 0xFFFFFFFFFFFFFFFF
        return int(self.ffi.cast("uintptr_t", value))

    def converted(self, raw: int, ctype: Any) -> Any:
        """Return a register's 64 bits as a value of `ctype`."""
        if ctype.kind == "void":
            return None
        if ctype.kind == "enum":
            return int(self.ffi.cast("int", raw))
        value = self.ffi.cast(ctype, raw)
        return int(value) if ctype.kind == "primitive" else value

    def _fresh(self, library: Path) -> Any:
        """Load a copy: the loader gives the same file the same variables."""
        with tempfile.TemporaryDirectory() as folder:
            return self.ffi.dlopen(shutil.copy(library, folder))

    def _puppet(self) -> Puppet:
        return Puppet(self, self.new("struct puppet *"))

    def _thread(self, name: str, level: int) -> Puppet:
        puppet = self._puppet()
        assert self.lib.puppet_thread_create(puppet.struct, self.text(name), level) == 0
        self.run()
        return puppet
