# SPDX-License-Identifier: BSD-3-Clause
"""The demo's web server on this machine: its parser as a library, the whole as a process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from webhost import PARSER, Parser, Web, compile_c, compile_web


@pytest.fixture(scope="session")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Parser:
    folder = tmp_path_factory.mktemp("parser")
    return Parser(compile_c(folder / "parser.so", PARSER, "-shared", "-fPIC"))


@pytest.fixture(scope="session")
def web_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_web(tmp_path_factory.mktemp("web"))


@pytest.fixture
def web(web_program: Path) -> Iterator[Web]:
    """A server of its own for a test; no sanitizer may have a word to say."""
    server = Web(web_program)
    try:
        yield server
    finally:
        said = server.end()
    assert said == ""
