# SPDX-License-Identifier: BSD-3-Clause
"""A host build of the CDC-ECM driver, and an adapter for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ecmbench import Bench, cdc_ecm_library


@pytest.fixture(scope="session")
def driver_library(host_build: Callable[..., Path]) -> Path:
    return cdc_ecm_library(host_build)


@pytest.fixture
def bench(driver_library: Path) -> Bench:
    return Bench(driver_library)
