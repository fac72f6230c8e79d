# SPDX-License-Identifier: BSD-3-Clause
"""What holds for all tests: no wall time counts, and how pytest-xdist shares them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

with suppress(ImportError):
    from hypothesis import settings

    # Machines are shared: an example that takes long is no failure.
    settings.register_profile("uk-board", deadline=None)
    settings.load_profile("uk-board")

# Some tests run pytest itself; only here may its plugin be asked for.
pytest_plugins = ("pytester",)

# One share, for its last test reads what all others of the folder have called.
TOGETHER = "tests/shim/"
# Long ones with few tests: they go first, so that nobody waits for them at the end.
LONG = (
    "hil-tests/test_network_soak.py",
    "hil-tests/test_stress.py",
    "tests/shim/test_sanitizers.py",
)


def share_of(nodeid: str) -> str:
    """Return the name of what one process runs as a whole: a file, so that it is set up once."""
    file = nodeid.partition("::")[0]
    if file in LONG:
        return nodeid
    return TOGETHER if file.startswith(TOGETHER) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give whole files to the processes: the longest first, then those with the most tests."""
    from xdist.scheduler.loadscope import LoadScopeScheduling  # absent without the package

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return share_of(nodeid)

        def _assign_work_unit(self, node: Any) -> None:
            long = [share for share in self.workqueue if share.startswith(LONG)]
            if long:
                self.workqueue.move_to_end(long[0], last=False)
            super()._assign_work_unit(node)

    return ByFile(config, log)
