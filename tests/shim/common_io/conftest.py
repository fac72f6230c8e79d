# SPDX-License-Identifier: BSD-3-Clause
"""A host build of Common I/O, and a world of buses that log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from commonio import World, build_common_io


@pytest.fixture(scope="session")
def common_io_library(host_build: Callable[..., Path]) -> Path:
    return build_common_io(host_build)


@pytest.fixture
def world(common_io_library: Path) -> World:
    return World(common_io_library)
