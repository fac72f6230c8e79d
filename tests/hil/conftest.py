# SPDX-License-Identifier: BSD-3-Clause
"""Pytest runs of their own, on boards of made-up desks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Inner = Callable[..., pytest.RunResult]


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Inner:
    """Run pytest on a test file, or on files that are there, without anybody's bench file."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def run(source: str, *arguments: object) -> pytest.RunResult:
        if source:
            pytester.makepyfile(source)
        options = ("-p", "no:pytest_embedded", "-p", "no:cacheprovider", "-rA")
        return pytester.runpytest_inprocess(*options, *map(str, arguments))

    return run
