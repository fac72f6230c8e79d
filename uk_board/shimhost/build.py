# SPDX-License-Identifier: BSD-3-Clause
"""The host core and the shim as a shared library, and cffi's module over it."""

from __future__ import annotations

import contextlib
import fcntl
import io
import shlex
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cffi

from uk_board.errors import BenchError, MissingError
from uk_board.gencache import shim_sources
from uk_board.shimgen import host_sources
from uk_board.toolchain import find_ninja

LIBRARY = "libshim.so"
MODULE = "_shim"
_HOST = Path("shim", "host")
_SHIM = Path("shim", "freertos")
# What Python does not call.
_NOT_FOR_PYTHON = {"FreeRTOSConfig.h"}
_CFLAGS = "-std=gnu11 -g -O1 -fPIC -Wall -Wextra -Werror"
# What cffi writes keeps no style, but its calls fit the prototypes or do not compile.
_MODULE_FLAGS = "-std=gnu11 -O0 -fPIC -Wall -Werror"


@dataclass(frozen=True)
class _Plan:
    """One build: where from, where to, how."""

    tree: Path
    folder: Path
    compiler: str
    sources: tuple[Path, ...]
    flags: tuple[str, ...]

    def include(self) -> list[str]:
        """The compiler's options for the headers."""
        host, shim = self.tree / _HOST, self.tree / _SHIM
        folders = (self.folder, host, host / "include", shim, shim / "include")
        return [f"-I{folder}" for folder in folders]

    def all_sources(self) -> list[Path]:
        """The C files of the library."""
        own = [*(self.tree / _SHIM).glob("*.c"), *(self.tree / _HOST).glob("*.c")]
        generated = [file for file in self.folder.glob("*.c") if file.stem != MODULE]
        return [*sorted(own), *sorted(generated), *self.sources]


def module_path(library: Path) -> Path:
    """Return cffi's module that belongs to `library`."""
    return library.with_name(MODULE + str(sysconfig.get_config_var("EXT_SUFFIX")))


def build(
    tree: Path,
    folder: Path,
    *,
    sources: Sequence[Path] = (),
    flags: Sequence[str] = (),
    cdef: str = "",
) -> Path:
    """Bring the shared library of the shim, the host core and `sources` up to date in `folder`.

    `cdef` declares what Python calls in `sources`. The module lies beside the library.
    Raises: MissingError without a C compiler, BenchError when it does not compile.
    """
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise MissingError("gcc", "is not there; the shim on the host needs a C compiler")
    folder.mkdir(parents=True, exist_ok=True)
    plan = _Plan(tree, folder.resolve(), compiler, tuple(sources), tuple(flags))
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _write_sources(plan, cdef)
        _write(plan.folder / "build.ninja", "\n".join(_ninja_lines(plan)) + "\n")
        _run_ninja(plan.folder)
    return plan.folder / LIBRARY


def _write_sources(plan: _Plan, cdef: str) -> None:
    files = shim_sources(plan.tree, plan.folder.parent / "generated.json", host_sources)
    for stale in {file.name for file in plan.folder.glob("*.[ch]")} - {*files, f"{MODULE}.c"}:
        (plan.folder / stale).unlink()
    for name, text in files.items():
        if name != "cdef.h":
            _write(plan.folder / name, text)
    headers = [
        file for file in sorted((plan.tree / _HOST).glob("*.h")) if file.name not in _NOT_FOR_PYTHON
    ]
    plain = [_plain(file.read_text(encoding="utf-8")) for file in headers]
    declared = "\n".join([files["cdef.h"], *plain, cdef])
    included = [files["api.h"], *(f'#include "{file.name}"\n' for file in headers), cdef]
    made, remembered = plan.folder / f"{MODULE}.c", plan.folder / "declared.txt"
    key = declared + "".join(included)
    if not made.exists() or _read(remembered) != key:
        ffi = cffi.FFI()
        ffi.cdef(declared)
        ffi.set_source(MODULE, "".join(included))
        with contextlib.redirect_stdout(io.StringIO()):
            ffi.emit_c_code(str(made))
        _write(remembered, key)


def _plain(header: str) -> str:
    """Leave of the preprocessor's lines what cffi understands: numbers."""
    lines = header.splitlines()
    return "\n".join(
        line
        for line in lines
        if not line.startswith("#") or (line.startswith("#define") and len(line.split()) > 2)
    )


def _ninja_lines(plan: _Plan) -> Iterator[str]:
    compiler, flags = plan.compiler, shlex.join(plan.flags)
    include = shlex.join([*plan.include(), f"-I{sysconfig.get_path('include')}"])
    port = shlex.quote('-DSHIM_PORT_H="port_host.h"')
    common = f"{compiler} {port} {include} -MD -MF $out.d"
    yield from (
        "# The shim on the host, by uk_board/shimhost.",
        "builddir = .",
        "rule cc",
        f"  command = {common} {_CFLAGS} {flags} -c $in -o $out",
        "  depfile = $out.d",
        "  deps = gcc",
        "rule cc_module",
        f"  command = {common} {_MODULE_FLAGS} -c $in -o $out",
        "  depfile = $out.d",
        "  deps = gcc",
        "rule link",
        f"  command = {compiler} -shared {flags} $in -o $out",
    )
    objects = []
    for source in plan.all_sources():
        objects.append(f"obj/{source.parent.name}-{source.name}.o")
        yield f"build {objects[-1]}: cc {source}"
    yield f"build obj/{MODULE}.o: cc_module {MODULE}.c"
    library = plan.folder / LIBRARY
    yield f"build {library}: link {' '.join(objects)}"
    # Named by its path: each module loads the library beside it and no other.
    yield f"build {module_path(library).name}: link obj/{MODULE}.o {library}"


def _run_ninja(folder: Path) -> None:
    done = subprocess.run(
        [str(find_ninja())], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = [line for line in done.stdout.splitlines() if not line.startswith("[")]
        raise BenchError("shim on the host", "does not compile", last_lines=said)


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _write(file: Path, text: str) -> None:
    """Write, but leave a file that says the same: what depends on it is up to date."""
    if _read(file) != text:
        file.write_text(text, encoding="utf-8")
