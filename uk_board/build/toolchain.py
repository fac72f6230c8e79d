# SPDX-License-Identifier: BSD-3-Clause
"""The programs that a build runs: cross compiler, objcopy, ninja."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from uk_board.errors import MissingError

DEFAULT_PREFIX = "aarch64-linux-gnu-"
# Debian's package for each program with the default prefix.
PACKAGES = {"gcc": "gcc-aarch64-linux-gnu", "objcopy": "binutils-aarch64-linux-gnu"}

Which = Callable[[str], str | None]


@dataclass(frozen=True)
class Toolchain:
    """Where the programs are."""

    gcc: Path
    objcopy: Path
    ninja: Path

    def identity(self) -> str:
        """Return a text that differs when another compiler stands there."""
        lines = []
        for program in (self.gcc, self.objcopy):
            real = program.resolve()
            status = real.stat()
            lines.append(f"{program} -> {real}: {status.st_size} bytes, {status.st_mtime_ns} ns")
        return "\n".join(lines) + "\n"


def cross_prefix(environment: Mapping[str, str] = os.environ) -> str:
    """Return the prefix of the cross tools, as the user or the default has it."""
    return environment.get("CROSS_COMPILE") or DEFAULT_PREFIX


def find_toolchain(
    environment: Mapping[str, str] = os.environ, which: Which = shutil.which
) -> Toolchain:
    """Return the programs of a build.

    Raises:
        MissingError: one is not there; says what to install.
    """
    prefix = cross_prefix(environment)
    return Toolchain(
        _cross_tool(prefix, "gcc", which), _cross_tool(prefix, "objcopy", which), find_ninja(which)
    )


def _cross_tool(prefix: str, tool: str, which: Which) -> Path:
    found = which(prefix + tool)
    if found:
        return Path(found)
    hint = f"apt-get install {PACKAGES[tool]}"
    if prefix != DEFAULT_PREFIX:
        hint = f"CROSS_COMPILE={DEFAULT_PREFIX}, or a prefix whose {tool} is on PATH"
    raise MissingError(prefix + tool, "not on PATH; it builds for ARM64", hint=hint)


def find_ninja(which: Which = shutil.which) -> Path:
    """Return ninja: the one installed beside this Python, else one on PATH.

    Raises:
        MissingError: there is none.
    """
    beside = Path(sys.executable).with_name("ninja")
    found = str(beside) if os.access(beside, os.X_OK) else which("ninja")
    if not found:
        raise MissingError(
            "ninja",
            "not beside Python and not on PATH; it runs the build",
            hint="pip install ninja",
        )
    return Path(found)
