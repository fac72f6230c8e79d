# SPDX-License-Identifier: BSD-3-Clause
"""The shim on the host: built once, a fresh world for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from uk_board.shimhost import Host, build
from uk_board.tree import tree


@pytest.fixture(scope="session")
def shim_library() -> Path:
    if not shutil.which("gcc"):
        pytest.skip("no C compiler on this machine")
    return build(tree(), tree() / "build/host/shim")


@pytest.fixture
def world(shim_library: Path) -> Host:
    """A world before vTaskStartScheduler."""
    return Host(shim_library)


@pytest.fixture
def host(world: Host) -> Host:
    """A world in which tasks run."""
    world.start()
    return world
