# SPDX-License-Identifier: BSD-3-Clause
"""These tests run on boards: without --board, on every one that has an emulator."""

from __future__ import annotations

import pytest

from uk_board import hil


def pytest_configure(config: pytest.Config) -> None:
    hil.activate(config)
