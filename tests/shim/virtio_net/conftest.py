# SPDX-License-Identifier: BSD-3-Clause
"""A host build of virtio-net, and a device that tells of frames in either way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from virtiobench import ALL, EVENT_IDX, LEGACY, Bench, Make, virtio_net_library


@pytest.fixture(scope="session")
def net_library(host_build: Callable[..., Path]) -> Path:
    return virtio_net_library(host_build)


@pytest.fixture(params=[EVENT_IDX, 0], ids=["by-number", "by-flag"])
def bench(net_library: Path, request: pytest.FixtureRequest) -> Make:
    def make(version: int = LEGACY, place: int = 3, features: int = ALL) -> Bench:
        return Bench(net_library, version, place, features | request.param)

    return make
