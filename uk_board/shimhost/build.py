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

from uk_board.build.gencache import shim_sources
from uk_board.build.toolchain import find_ninja
from uk_board.errors import BenchError, MissingError
from uk_board.shimgen import host_sources

LIBRARY = "libshim.so"
MODULE = "_shim"
# Beside the library: the names of the APIs in the order of host_called.
NAMES = "names.txt"
_HOST = Path("shim", "host")
SHIM = Path("shim", "freertos")
PROGRAM = Path("shim", "program")
# What Python does not call.
_NOT_FOR_PYTHON = {"FreeRTOSConfig.h"}
_CFLAGS = "-std=gnu11 -g -O1 -fPIC -Wall -Wextra -Werror"
# What cffi writes keeps no style, but its calls fit the prototypes or do not compile.
# It calls everything, also what an option that is off takes away, and lets values fall.
_MODULE_FLAGS = "-std=gnu11 -O0 -fPIC -Wall -Werror -Wno-unused-value"


@dataclass(frozen=True)
class Recipe:
    """How one build compiles and links: commands as lists of words."""

    tree: Path
    folder: Path
    flags: tuple[str, ...]

    @property
    def compiler(self) -> str:
        """The host's C compiler. Raises: MissingError."""
        compiler = shutil.which("gcc") or shutil.which("cc")
        if compiler is None:
            raise MissingError("gcc", "is not there; the shim on the host needs a C compiler")
        return compiler

    def compile(self) -> list[str]:
        """Return what compiles a file of the library, without `-c in -o out`."""
        return [*self._common(), *_CFLAGS.split(), *self.flags]

    def compile_module(self) -> list[str]:
        """Return the same for what cffi wrote."""
        return [*self._common(), f"-I{sysconfig.get_path('include')}", *_MODULE_FLAGS.split()]

    def link(self) -> list[str]:
        """Return what links, without `objects -o out`."""
        return [self.compiler, "-shared", *self.flags]

    def _common(self) -> list[str]:
        host, shim = self.tree / _HOST, self.tree / SHIM
        program = self.tree / PROGRAM / "include"
        folders = (self.folder, host, host / "include", shim, shim / "include", program)
        port = '-DSHIM_PORT_H="port_host.h"'
        return [self.compiler, port, *(f"-I{folder}" for folder in folders)]

    def object(self, source: Path) -> Path:
        """Return the object that `source` becomes."""
        return self.folder / "obj" / f"{source.parent.name}-{source.name}.o"


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
    config: str = "",
) -> Path:
    """Bring the shared library of the shim, the host core and `sources` up to date in `folder`.

    `cdef` declares what Python calls in `sources`, `config` is another FreeRTOSConfig.h.
    The module lies beside the library.
    Raises: MissingError without a C compiler, BenchError when it does not compile.
    """
    folder.mkdir(parents=True, exist_ok=True)
    recipe = Recipe(tree, folder.resolve(), tuple(flags))
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _write_sources(recipe, cdef, config)
        own = [file for place in (SHIM, _HOST, PROGRAM) for file in (tree / place).glob("*.c")]
        generated = [file for file in recipe.folder.glob("*.c") if file.stem != MODULE]
        ninja = _ninja_lines(recipe, [*sorted(own), *sorted(generated), *sources])
        _write(recipe.folder / "build.ninja", "\n".join(ninja) + "\n")
        run_tool([str(find_ninja())], recipe.folder)
    return recipe.folder / LIBRARY


def _write_sources(recipe: Recipe, cdef: str, config: str) -> None:
    folder = recipe.folder
    files = dict(shim_sources(recipe.tree, folder.parent / "generated.json", host_sources))
    if config:
        files["FreeRTOSConfig.h"] = config
    for stale in {file.name for file in folder.glob("*.[ch]")} - {*files, f"{MODULE}.c"}:
        (folder / stale).unlink()
    for name, text in files.items():
        if name != "cdef.h":
            _write(folder / name, text)
    places = (recipe.tree / _HOST, recipe.tree / PROGRAM / "include")
    found = sorted(file for place in places for file in place.glob("*.h"))
    headers = [file for file in found if file.name not in _NOT_FOR_PYTHON]
    plain = [_plain(file.read_text(encoding="utf-8")) for file in headers]
    included = [files["api.h"], *(f'#include "{file.name}"\n' for file in headers), cdef]
    _write_module(folder, "\n".join([files["cdef.h"], *plain, cdef]), "".join(included))


def _write_module(folder: Path, declared: str, included: str) -> None:
    """Let cffi write its module, unless it has from the same text."""
    made, remembered = folder / f"{MODULE}.c", folder / "declared.txt"
    if made.exists() and _read(remembered) == declared + included:
        return
    ffi = cffi.FFI()
    ffi.cdef(declared)
    ffi.set_source(MODULE, included)
    with contextlib.redirect_stdout(io.StringIO()):
        ffi.emit_c_code(str(made))
    _write(remembered, declared + included)


def _plain(header: str) -> str:
    """Leave of the preprocessor's lines what cffi understands: numbers."""
    lines = header.splitlines()
    return "\n".join(
        line
        for line in lines
        if not line.startswith("#") or (line.startswith("#define") and len(line.split()) > 2)
    )


def _ninja_lines(recipe: Recipe, sources: Sequence[Path]) -> Iterator[str]:
    depfile = "-MD -MF $out.d"
    yield from ("# The shim on the host, by uk_board/shimhost.", "builddir = .")
    for rule, command in (("cc", recipe.compile()), ("cc_module", recipe.compile_module())):
        yield from (f"rule {rule}", f"  command = {shlex.join(command)} {depfile} -c $in -o $out")
        yield from ("  depfile = $out.d", "  deps = gcc")
    yield from ("rule link", f"  command = {shlex.join(recipe.link())} $in -o $out")
    for source in sources:
        yield f"build {recipe.object(source)}: cc {source}"
    yield f"build obj/{MODULE}.o: cc_module {MODULE}.c"
    library = recipe.folder / LIBRARY
    yield f"build {library}: link {' '.join(str(recipe.object(source)) for source in sources)}"
    # Named by its path: each module loads the library beside it and no other.
    yield f"build {module_path(library).name}: link obj/{MODULE}.o {library}"


def run_tool(command: Sequence[str], folder: Path) -> None:
    """Run a compiler or ninja in `folder`. Raises: BenchError with what it said."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stdout.splitlines() if not line.startswith("[")]
        said += done.stderr.splitlines()
        raise BenchError("shim on the host", "does not compile", last_lines=said)


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _write(file: Path, text: str) -> None:
    """Write, but leave a file that says the same: what depends on it is up to date."""
    if _read(file) != text:
        file.write_text(text, encoding="utf-8")
