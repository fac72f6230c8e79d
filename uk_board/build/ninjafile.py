# SPDX-License-Identifier: BSD-3-Clause
"""build.ninja and compile_commands.json of one image: plan -> text."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from uk_board.build.plan import APP, GENERATED, Plan, Unit
from uk_board.build.toolchain import Toolchain

LINKER_SCRIPT = Path("unikraft-port/core/image.ld")
ELF = "image.elf"
MAP = "image.map"
RAW = "image.bin"
IMAGE = "kernel8.img"
TOOLCHAIN = "toolchain.txt"
GEN = "gen"

_GENERAL_REGS = "-mgeneral-regs-only"
# In order: the language; code that runs without a C library and may touch page 0; no FP
# registers unless a file asks; sections that the linker can leave out; a frame chain for
# the backtrace (leaf functions are found through lr); no padding between functions and
# loops, for images are small and their caches are too; nothing but errors.
_CFLAGS = (
    "-std=gnu11 -O2 -g"
    " -ffreestanding -fno-delete-null-pointer-checks --param=min-pagesize=0"
    f" -fno-stack-protector -fno-pic -fno-common {_GENERAL_REGS}"
    " -ffunction-sections -fdata-sections -mno-outline-atomics"
    " -fno-omit-frame-pointer -momit-leaf-frame-pointer"
    " -fno-asynchronous-unwind-tables -fno-unwind-tables"
    " -fno-align-functions -fno-align-jumps -fno-align-loops"
    " -Wall -Wextra -Werror"
)
# With asserts, in what calls the API: a call is made by the function that makes it, and not, as
# the last thing of a function, by that one's caller. Messages about wrong calls name the caller.
_TRACEABLE = "-fno-optimize-sibling-calls"
_ASSERTS = "CONFIG_LIBUKDEBUG_ENABLE_ASSERT"
# Warnings of third-party sources are shown and end no build: a newer compiler has more of them.
_FOREIGN = "-Wno-error"
# Unikraft's headers ask for this one and not for GCC's __ASSEMBLER__.
_ASSEMBLY = "-D__ASSEMBLY__"
_LDFLAGS = (
    "-nostdlib -static -no-pie -Wl,--gc-sections -Wl,--build-id=none"
    " -Wl,-z,max-page-size=4096 -Wl,--fatal-warnings"
)


@dataclass(frozen=True)
class Compilation:
    """One object: its source, its place in the build folder, its compiler options."""

    source: Path
    object: str
    flags: tuple[str, ...]
    label: str

    @property
    def arguments(self) -> list[str]:
        """What the compiler is called with."""
        return [*self.flags, "-c", str(self.source), "-o", self.object]


def compilations(plan: Plan, folder: Path, generated: Sequence[Path]) -> Iterator[Compilation]:
    """Yield what is compiled for `plan`; `generated` are C files below folder/gen."""
    common = [
        f"-mcpu={plan.board.core}",
        *_CFLAGS.split(),
        # The same image wherever the tree and the build folder are.
        f"-ffile-prefix-map={plan.root}/=",
        f"-ffile-prefix-map={folder}=.",
        *(f"-ffile-prefix-map={plan.fetched(part).base}={part.name}" for part in plan.packages()),
    ]
    asserts = plan.config.get(_ASSERTS)
    parts = (*plan.drivers, *plan.packages())
    callers = {APP, *(part.name for part in parts)} if asserts else set()
    for unit in [*plan.units(), *_generated_units(plan, folder, generated)]:
        include = [f"-I{directory}" for directory in (folder / GEN / "include", *unit.include)]
        include += [text for directory in unit.foreign for text in ("-isystem", str(directory))]
        for source in unit.sources:
            name = unit.name_of(source)
            flags = [*common, *include]
            if unit.package:
                flags.append(_FOREIGN)
            flags += unit.flags.get(name, ())
            if unit.name in callers:
                flags.append(_TRACEABLE)
            if source.suffix == ".S":
                flags.append(_ASSEMBLY)
            if source.name in unit.fp:
                flags.remove(_GENERAL_REGS)
            below = (plan.root, folder)
            label = f"{unit.name}/{name}" if unit.package else _label(source, below)
            yield Compilation(source, f"obj/{unit.name}/{name}.o", tuple(flags), label)


def _generated_units(plan: Plan, folder: Path, generated: Sequence[Path]) -> Iterator[Unit]:
    """Sources made for a library count as the library's, board.c for itself."""
    for library in plan.libraries:
        below = folder / GEN / library.name
        sources = tuple(file for file in generated if below in file.parents)
        if sources:
            own = next(unit for unit in plan.units() if unit.name == library.name)
            yield Unit(library.name, sources, own.include, own.flags, foreign=own.foreign)
    rest = tuple(file for file in generated if file.parent == folder / GEN)
    yield Unit(GENERATED, rest, plan.everything(), {}, foreign=plan.all_foreign())


def ninja_text(plan: Plan, folder: Path, toolchain: Toolchain, parts: Sequence[Compilation]) -> str:
    """Return build.ninja, to be run in `folder`."""
    script = plan.root / LINKER_SCRIPT
    gcc, objcopy = _shell([str(toolchain.gcc)]), _shell([str(toolchain.objcopy)])
    objects = [part.object for part in parts]
    text = [
        f"# {plan.name}: by uk-board build {plan.board.name} --app {plan.app.name}",
        "builddir = .",
        *_rule(
            "cc",
            f"{gcc} -MD -MF $out.d $flags -c $in -o $out",
            "compile $label",
            depfile="$out.d",
            deps="gcc",
        ),
        *_rule(
            "link",
            f"{gcc} {_shell(_link_flags(plan, script))} -o {ELF} @{ELF}.rsp -lgcc",
            f"link {ELF}",
            rspfile=f"{ELF}.rsp",
            rspfile_content="$in_newline",
        ),
        *_rule("raw", f"{objcopy} -O binary $in $out", f"write {RAW}"),
    ]
    for part in parts:
        text += _edge([part.object], "cc", [str(part.source)], [TOOLCHAIN])
        text.append(f"  flags = {_shell(part.flags)}")
        text.append(f"  label = {part.label.replace('$', '$$')}")
    text += _edge([ELF, "|", MAP], "link", objects, [str(script), TOOLCHAIN])
    text += _edge([RAW], "raw", [ELF], [])
    return "\n".join(text) + "\n"


def _link_flags(plan: Plan, script: Path) -> list[str]:
    return [
        f"-mcpu={plan.board.core}",
        *_LDFLAGS.split(),
        f"-Wl,--defsym=LOAD_ADDRESS=0x{plan.board.load_address:x}",
        f"-Wl,-Map={MAP}",
        "-T",
        str(script),
    ]


def _rule(name: str, command: str, description: str, **variables: str) -> Iterator[str]:
    yield f"rule {name}"
    yield f"  command = {command}"
    yield f"  description = {description}"
    yield from (f"  {variable} = {value}" for variable, value in variables.items())


def _edge(
    outputs: Sequence[str], rule: str, inputs: Sequence[str], implicit: Sequence[str]
) -> Iterator[str]:
    """Yield a build statement; `implicit` are inputs that the command does not name."""
    left = " ".join(map(_path, outputs))
    right = " ".join(map(_path, [*inputs, "|", *implicit] if implicit else inputs))
    yield f"build {left}: {rule} {right}"


def _label(source: Path, folders: Sequence[Path]) -> str:
    """Return `source` as a user knows it: below the tree or the build folder."""
    for folder in folders:
        if source.is_relative_to(folder):
            return str(source.relative_to(folder))
    return str(source)


def _path(path: str) -> str:
    """Return `path` as ninja reads it back."""
    return re.sub(r"[$ :]", lambda found: "$" + found[0], path)


def _shell(arguments: Sequence[str]) -> str:
    """Return arguments as first ninja and then the shell read them back."""
    return shlex.join(arguments).replace("$", "$$")


def compile_commands(folder: Path, toolchain: Toolchain, parts: Sequence[Compilation]) -> str:
    """Return compile_commands.json, which editors read."""
    entries = [
        {
            "directory": str(folder),
            "file": str(part.source),
            "output": part.object,
            "arguments": [str(toolchain.gcc), *part.arguments],
        }
        for part in parts
    ]
    return json.dumps(entries, indent=1) + "\n"
