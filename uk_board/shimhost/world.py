# SPDX-License-Identifier: BSD-3-Clause
"""One FreeRTOS world on this machine, driven from Python.

A `Host` is one FreeRTOS world with virtual time. Its tasks are puppets: they
make the calls that are posted to them, in order, each when the scheduler lets
them. Nothing runs but inside `run`, `advance` and what calls them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import BuiltinFunctionType
from typing import Any

from uk_board.shimhost.build import MODULE, NAMES, module_path

TICK_NS = 1_000_000


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
        self._host.check()
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


class _Noting:
    """cffi's library; notes which of its names are asked for."""

    def __init__(self, lib: Any, asked: set[str]) -> None:
        self.__dict__.update(_lib=lib, _asked=asked)

    def __getattr__(self, name: str) -> Any:
        self._asked.add(name)
        return getattr(self._lib, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._lib, name, value)


class Host:
    """One world: no task, scheduler not started. The one before of this library is gone."""

    def __init__(self, library: Path) -> None:
        """Begin a world in `library`, as `build` returned it."""
        module = _load(library)
        self.ffi = module.ffi
        self._asked: set[str] = set()
        self._real = module.lib
        self.lib = _Noting(module.lib, self._asked)
        self._number = self.lib.host_begin()
        self._names = library.with_name(NAMES)
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
        self.check()
        self.lib.host_run()

    def advance(self, ticks: float) -> None:
        """Let virtual time pass, with everything that becomes due in it."""
        self.check()
        self.lib.host_advance(round(ticks * TICK_NS))

    def raise_interrupt(self, number: int) -> None:
        """Raise an interrupt while all tasks wait, and run what it woke."""
        self.lib.host_raise(number)
        self.run()

    def output(self) -> str:
        """Return what was printed since the last call."""
        return str(self.ffi.string(self.lib.host_output()).decode())

    def called(self) -> set[str]:
        """Return the functions of the API that were called, by whatever way.

        None of a world that is gone.
        """
        if self.lib.host_world() != self._number:
            return set()
        names = self._names.read_text(encoding="utf-8").split()
        noted = self.ffi.buffer(self.lib.host_called)
        return {name for name, note in zip(names, noted, strict=True) if note != b"\0"}

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

    def check(self) -> None:
        """Assert that no later world has taken the place of this one."""
        assert self.lib.host_world() == self._number, "another Host of this library was made"

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
        """Return the address of an API or macro and its result type."""
        self._asked.add(name)
        pointer = self.ffi.addressof(self._real, name)
        return self.raw(pointer), self.ffi.typeof(pointer).result

    def raw(self, value: Any) -> int:
        """Return `value` as the 64 bits that a register holds."""
        if value is None:
            return 0
        if isinstance(value, int):
            return value & 0xFFFFFFFFFFFFFFFF
        if isinstance(value, BuiltinFunctionType):
            value = self.ffi.addressof(self._real, value.__name__)
        return int(self.ffi.cast("uintptr_t", value))

    def converted(self, raw: int, ctype: Any) -> Any:
        """Return a register's 64 bits as a value of `ctype`."""
        if ctype.kind == "void":
            return None
        if ctype.kind == "enum":
            return int(self.ffi.cast("int", raw))
        value = self.ffi.cast(ctype, raw)
        return int(value) if ctype.kind == "primitive" else value

    def _puppet(self) -> Puppet:
        return Puppet(self, self.new("struct puppet *"))

    def _thread(self, name: str, level: int) -> Puppet:
        puppet = self._puppet()
        assert self.lib.puppet_thread_create(puppet.struct, self.text(name), level) == 0
        self.run()
        return puppet


def _load(library: Path) -> Any:
    """Import the module beside `library`; each library has its own variables."""
    spec = spec_from_file_location(MODULE, module_path(library))
    assert spec is not None
    assert spec.loader is not None, "an extension module has a loader"
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
