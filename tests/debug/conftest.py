# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of debug probes share."""

from __future__ import annotations

from pathlib import Path

import pytest
from debug.probedesk import Desk


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)
