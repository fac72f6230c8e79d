# SPDX-License-Identifier: BSD-3-Clause
"""The shim on the host: built once, a fresh world for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from apicalls import api_calls, helper_names, note_api_calls

from uk_board.shimhost import Host, build, sanitize
from uk_board.tree import tree

HostBuild = Callable[..., Path]

__all__ = ["api_calls", "helper_names", "note_api_calls"]

# The claims of the map are checked when everything that could prove them has run.
LAST = "test_rows_are_proven.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name == LAST)


@pytest.fixture(scope="session")
def host_build() -> HostBuild:
    """Build the shim under a name of its own, sanitized when the environment says so."""
    if not shutil.which("gcc"):
        pytest.skip("no C compiler on this machine")
    sanitized = sanitize.VARIABLE in os.environ

    def make(name: str, *, flags: Sequence[str] = (), **more: Any) -> Path:
        folder = tree() / "build/host" / (f"{name}-sanitized" if sanitized else name)
        more["flags"] = [*(sanitize.FLAGS if sanitized else ()), *flags]
        return build(tree(), folder, **more)

    return make


@pytest.fixture(scope="session")
def shim_library(host_build: HostBuild) -> Path:
    return host_build("shim")


@pytest.fixture
def world(shim_library: Path) -> Host:
    """A world before vTaskStartScheduler."""
    return Host(shim_library)


@pytest.fixture
def host(world: Host) -> Host:
    """A world in which tasks run."""
    world.start()
    return world
