# SPDX-License-Identifier: BSD-3-Clause
"""Debian's chromium without a screen, where there is one."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

_PROGRAMS = ("chromium", "chromium-headless-shell", "google-chrome")
# As root, which tests in a container are, chromium starts only without its sandbox.
_OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


def missing() -> str:
    """Return what is missing for these tests and how to get it; "" when nothing is."""
    if not any(map(shutil.which, _PROGRAMS)):
        return "no chromium; apt-get install chromium"
    for module in ("playwright", "axe_playwright_python"):
        if importlib.util.find_spec(module) is None:
            return f"no {module}; .venv/bin/pip install -e '.[browser]'"
    return ""


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield a browser of playwright's."""
    if reason := missing():
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, _PROGRAMS)))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=_OPTIONS)
        yield browser
        browser.close()
