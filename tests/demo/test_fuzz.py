# SPDX-License-Identifier: BSD-3-Clause
"""Mutated requests into parser and connection, under the address and undefined sanitizers."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from webhost import HERE, PARSER, SANITIZERS, compile_c, web_sources

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


CONNECTION_INPUTS = 20_000


def test_a_connection_answers_the_same_whatever_mood_its_socket_is_in(tmp_path: Path) -> None:
    sources, flags = web_sources(tmp_path)
    wrapped = [f"-Wl,--wrap={name}" for name in ("recv", "send", "shutdown", "close")]
    program = compile_c(
        tmp_path / "fuzz", [HERE / "fuzz_connection.c", *sources], *flags, *wrapped, *SANITIZERS
    )
    done = subprocess.run(
        [program, str(CONNECTION_INPUTS), "1"],
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = re.fullmatch(r"(\d+) inputs, (\d+) replies, (\d+) broken\n", done.stdout)
    assert found is not None
    inputs, replies, broken = map(int, found.groups())
    assert inputs == CONNECTION_INPUTS
    assert replies > inputs
    assert broken > 0
