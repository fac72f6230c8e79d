# SPDX-License-Identifier: BSD-3-Clause
"""What the machine has of what uk-board needs: each tool, its version, what to do."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from uk_board.build.toolchain import Which, cross_prefix, find_ninja
from uk_board.errors import MissingError

# Answers the first output of a command; raises OSError when it cannot be run.
Ask = Callable[[list[str]], str]
State = Literal["ok", "missing", "too old", "optional"]

QUESTION_TIMEOUT_S = 20.0
NINJA = (1, 11, 1)
# Not the digit of "addr2line".
_VERSION = re.compile(r"\b\d+(?:\.\d+)*")


@dataclass(frozen=True)
class Finding:
    """One tool: what is there, what is needed, what to do."""

    name: str
    purpose: str
    state: State
    found: str
    needed: str
    advice: str

    @property
    def hinders(self) -> bool:
        """Whether uk-board cannot do its work without a change here."""
        return self.state in ("missing", "too old")


@dataclass(frozen=True)
class _Program:
    command: tuple[str, ...]
    purpose: str
    needed: tuple[int, ...]
    package: str
    optional: bool = False


@dataclass(frozen=True)
class Package:
    """A Python package, as pyproject.toml asks for it; `extra`: only for that extra."""

    name: str
    purpose: str
    needed: tuple[int, ...]
    extra: str = ""


def _programs() -> list[_Program]:
    prefix = cross_prefix()
    binutils = "binutils-aarch64-linux-gnu"
    return [
        _Program(
            ("qemu-system-aarch64", "--version"), "emulated boards", (9, 0), "qemu-system-arm"
        ),
        # -dumpfullversion: -dumpversion of Debian's GCC has the major number only.
        _Program(
            (f"{prefix}gcc", "-dumpfullversion"), "builds images", (12,), "gcc-aarch64-linux-gnu"
        ),
        _Program((f"{prefix}objcopy", "--version"), "writes kernel8.img", (2, 35), binutils),
        _Program(
            (f"{prefix}addr2line", "--version"), "names the lines of a crash", (2, 35), binutils
        ),
        _Program(
            ("gdb-multiarch", "--version"), "run --gdb: looks inside", (), "gdb-multiarch", True
        ),
        _Program(
            ("dtc", "--version"), "reads and writes device trees", (), "device-tree-compiler", True
        ),
    ]


PACKAGES = (
    Package("cffi", "the FreeRTOS shim", (1, 16)),
    Package("click", "the command line", (8, 1)),
    Package("construct", "binary formats", (2, 10, 70)),
    Package("pycparser", "the FreeRTOS shim", (2, 21)),
    Package("pyelftools", "reads ELF images", (0, 30)),
    Package("pytest", "tests on boards", (8, 0)),
    Package("pytest-embedded", "tests on boards", (2, 0)),
    Package("pytest-timeout", "tests on boards", (2, 3)),
    Package("qemu.qmp", "talks to QEMU", (0, 0, 3)),
    Package("rich", "tables and progress", (13, 0)),
    Package("tree-sitter", "reads drivers for `shim check`", (0, 23)),
    Package("tree-sitter-c", "reads drivers for `shim check`", (0, 23)),
    Package("pylibfdt", "device trees for `check`", (1, 7), "dtb"),
    Package("pyserial", "consoles on a serial server", (3, 5), "console"),
    Package("pyudev", "sees adapters come back", (0, 24), "console"),
    Package("pyocd", "debug probes", (0, 46), "desk"),
    Package("pyusb", "boards that are started over USB", (1, 2), "desk"),
)


def ask(command: list[str]) -> str:
    """Run `command` and return what it says; for `examine`."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=QUESTION_TIMEOUT_S,
        check=False,
    )
    return done.stdout


def installed_version(package: str) -> str | None:
    """Return the version of a Python package, None when it is not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def examine(
    *,
    which: Which = shutil.which,
    ask: Ask = ask,
    version_of: Callable[[str], str | None] = installed_version,
) -> list[Finding]:
    """Return one finding per tool, those that are needed always first."""
    findings = [_python(), *(_program(tool, which, ask) for tool in _programs())]
    findings.insert(4, _ninja(which, ask))
    findings.extend(_packages(version_of))
    return sorted(findings, key=lambda finding: finding.state == "optional")


def _python() -> Finding:
    """The interpreter that runs this is new enough, or this would not run."""
    return Finding("python", "runs uk-board", "ok", platform.python_version(), ">= 3.11", "")


def _program(tool: _Program, which: Which, ask: Ask) -> Finding:
    path = which(tool.command[0])
    install = f"apt-get install {tool.package}"
    if path is None:
        state: State = "optional" if tool.optional else "missing"
        return _finding(tool.command[0], tool.purpose, state, "", tool.needed, install)
    try:
        version = first_version(ask([path, *tool.command[1:]]))
    except (OSError, subprocess.SubprocessError) as error:
        advice = f"{path} does not run ({error}): {install}"
        return _finding(tool.command[0], tool.purpose, "missing", "", tool.needed, advice)
    return _judged(tool.command[0], tool.purpose, version, tool.needed, install)


def _ninja(which: Which, ask: Ask) -> Finding:
    try:
        path = str(find_ninja(which))
    except MissingError as error:
        return _finding("ninja", "runs the build", "missing", "", NINJA, error.hint)
    version = first_version(ask([path, "--version"]))
    return _judged("ninja", "runs the build", version, NINJA, "pip install --upgrade ninja")


def _packages(version_of: Callable[[str], str | None]) -> Iterator[Finding]:
    for package in PACKAGES:
        version = version_of(package.name)
        install = f"{Path(sys.prefix) / 'bin/pip'} install {package.name}"
        if version is None:
            state: State = "optional" if package.extra else "missing"
            yield _finding(package.name, package.purpose, state, "", package.needed, install)
        else:
            found = first_version(version)
            yield _judged(package.name, package.purpose, found, package.needed, install)


def _judged(
    name: str, purpose: str, version: str, needed: tuple[int, ...], install: str
) -> Finding:
    numbers = tuple(int(part) for part in version.split(".") if part)
    if numbers >= needed:
        return _finding(name, purpose, "ok", version, needed, "")
    return _finding(name, purpose, "too old", version or "unknown", needed, install)


def _finding(
    name: str, purpose: str, state: State, found: str, needed: tuple[int, ...], advice: str
) -> Finding:
    least = f">= {'.'.join(map(str, needed))}" if needed else "any"
    return Finding(Path(name).name, purpose, state, found or "-", least, advice)


def first_version(text: str) -> str:
    """Return the first dotted number of a program's answer, "" when there is none."""
    line = text.strip().splitlines()[0] if text.strip() else ""
    # "GNU objcopy (GNU Binutils for Debian) 2.40": the number in brackets may be a package's.
    outside = re.sub(r"\([^)]*\)", "", line)
    found = _VERSION.search(outside) or _VERSION.search(line)
    return found[0] if found else ""
