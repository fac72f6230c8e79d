# SPDX-License-Identifier: BSD-3-Clause
"""Host builds of a driver of FreeRTOS+TCP in each of its forms, and a bench of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tcpbench import FORMS, Bench, tcp_libraries


@pytest.fixture(scope="session")
def libraries(host_build: Callable[..., Path]) -> Callable[[str], Path]:
    return tcp_libraries(host_build)


@pytest.fixture(params=FORMS)
def bench(request: pytest.FixtureRequest, libraries: Callable[[str], Path]) -> Bench:
    return Bench(libraries(request.param), request.param)


@pytest.fixture
def v4(libraries: Callable[[str], Path]) -> Bench:
    return Bench(libraries("v4"), "v4")
