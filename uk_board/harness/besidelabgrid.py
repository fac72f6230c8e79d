# SPDX-License-Identifier: BSD-3-Clause
"""pytest-embedded and labgrid in one environment: both have a fixture `target`.

pytest-embedded asks for its own in every test; it gets labgrid's, which skips the test when
no labgrid environment is given: all tests of the run would be skipped, with success. Registered
after both, this one counts.
"""

from __future__ import annotations

import os

import pytest

PLUGIN = "uk_board.harness.besidelabgrid"


def is_needed(config: pytest.Config) -> bool:
    """Tell whether labgrid would skip what is not labgrid's."""
    has_labgrid = config.pluginmanager.hasplugin("labgrid")
    given = config.getoption("lg_env", None) or os.environ.get("LG_ENV")
    return has_labgrid and not given and config.pluginmanager.hasplugin("pytest_embedded")


@pytest.fixture
def target(request: pytest.FixtureRequest) -> object:
    """What pytest-embedded's option says: it is its fixture that is asked for."""
    return request.config.getoption("target", None)
