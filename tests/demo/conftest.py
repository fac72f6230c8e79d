# SPDX-License-Identifier: BSD-3-Clause
"""The demo's web server on this machine: its parser as a library."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from webhost import PARSER, Parser, compile_c


@pytest.fixture(scope="session")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Parser:
    folder = tmp_path_factory.mktemp("parser")
    return Parser(compile_c(folder / "parser.so", PARSER, "-shared", "-fPIC"))
