# SPDX-License-Identifier: BSD-3-Clause
"""The core's files that know no hardware, on the host."""

from __future__ import annotations

from pathlib import Path

import pytest
from coreonhost import Core, compile_core


@pytest.fixture(scope="session")
def core_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shared library; each `Core` of it has the same heap."""
    return compile_core(tmp_path_factory.mktemp("core"))


@pytest.fixture(scope="session")
def core(core_library: Path) -> Core:
    return Core(core_library)
