# SPDX-License-Identifier: BSD-3-Clause
"""The shim on the host: built once, a fresh world for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from apicalls import api_calls, helper_names, note_api_calls

from uk_board.shimhost import Host, build
from uk_board.tree import tree

__all__ = ["api_calls", "helper_names", "note_api_calls"]

# The claims of the map are checked when everything that could prove them has run.
LAST = "test_rows_are_proven.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name == LAST)


@pytest.fixture(scope="session")
def shim_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("gcc"):
        pytest.skip("no C compiler on this machine")
    return build(tree(), tmp_path_factory.mktemp("shim"))


@pytest.fixture
def world(shim_library: Path) -> Host:
    """A world before vTaskStartScheduler."""
    return Host(shim_library)


@pytest.fixture
def host(world: Host) -> Host:
    """A world in which tasks run."""
    world.start()
    return world
