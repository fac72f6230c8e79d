# SPDX-License-Identifier: BSD-3-Clause
"""A host build of the SD card driver, and a machine with a card."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from mmcbench import Bench, Make, build_mmc, made


@pytest.fixture(scope="session")
def mmc_library(host_build: Callable[..., Path]) -> Path:
    return build_mmc(host_build)


@pytest.fixture
def bench(mmc_library: Path) -> Make:
    def make(*, interrupt: bool = True, slow: bool = False, init: bool = True) -> Bench:
        return made(mmc_library, interrupt, slow, init)

    return make
