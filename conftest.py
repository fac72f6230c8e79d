# SPDX-License-Identifier: BSD-3-Clause
"""How pytest-xdist shares the tests among processes: most tests wait for one program."""

from __future__ import annotations

from typing import Any

import pytest

# Their last test reads what all others of the folder have called.
TOGETHER = "tests/shim/"
# Runs all of that folder again, in a process of its own
APART = "test_sanitizers"


def share_of(nodeid: str) -> str:
    """Return the name of what one process runs as a whole: a file, so that it is set up once."""
    file = nodeid.partition("::")[0]
    return TOGETHER if file.startswith(TOGETHER) and APART not in file else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give whole files to the processes, the largest first."""
    from xdist.scheduler.loadscope import LoadScopeScheduling  # absent without the package

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return share_of(nodeid)

    return ByFile(config, log)
