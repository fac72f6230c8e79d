# SPDX-License-Identifier: BSD-3-Clause
"""AddressSanitizer and UndefinedBehaviorSanitizer over the shim: flags, and how to run Python."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from uk_board.errors import MissingError

FLAGS = (
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=undefined",
    "-fno-omit-frame-pointer",
)
# Set in `environment`: who builds the shim there builds it with FLAGS.
VARIABLE = "UK_BOARD_SANITIZE"
_RUNTIMES = ("libasan.so", "libubsan.so")


def environment(compiler: str = "gcc", base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment of a Python that can load a library built with FLAGS.

    The sanitizers' runtimes must be there before anything allocates: they are preloaded.
    Raises: MissingError when the compiler has none.
    """
    # Python keeps what it has until the process ends: that is no leak of the shim's, and the
    # host core counts the shim's blocks itself.
    options = {"ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "print_stacktrace=1"}
    preload = ":".join(str(_runtime(compiler, name)) for name in _RUNTIMES)
    return {**base, **options, "LD_PRELOAD": preload, VARIABLE: "1"}


def _runtime(compiler: str, name: str) -> Path:
    asked = [compiler, f"-print-file-name={name}"]
    found = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    if not found.is_absolute():
        raise MissingError(name, "the compiler has no such sanitizer", hint="install gcc's libasan")
    return found.resolve()
