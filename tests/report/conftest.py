# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of reports share lies in this folder."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "demo"))  # browser.py
