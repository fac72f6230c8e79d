# SPDX-License-Identifier: BSD-3-Clause
"""Mutated requests into the parser, under the address and undefined-behaviour sanitizers."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from webhost import HERE, PARSER, SANITIZERS, compile_c

INPUTS = 100_000
# What the parser may say: more is needed, well, and each way to be wrong.
STATUSES = {0, 200, 400, 411, 413, 414, 417, 431, 501, 505}


@pytest.fixture(scope="module")
def fuzz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources = (HERE / "fuzz_parser.c", *PARSER)
    return compile_c(tmp_path_factory.mktemp("fuzz") / "fuzz", sources, *SANITIZERS)


def test_mutated_requests_keep_the_parsers_promises(fuzz: Path) -> None:
    done = subprocess.run(
        [fuzz, str(INPUTS), "1"], capture_output=True, text=True, timeout=250, check=False
    )
    assert done.returncode == 0, done.stderr
    seen = {int(status): int(count) for status, count in re.findall(r"(\d+): (\d+)", done.stdout)}
    assert sum(seen.values()) == INPUTS
    assert set(seen) == STATUSES
