# SPDX-License-Identifier: BSD-3-Clause
"""The map's claims: each test that a row names calls that API. Runs after all others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from apicalls import ApiCalls, unproven

from uk_board.shimgen.reader import read_map
from uk_board.tree import tree


def test_every_row_names_tests_that_exist() -> None:
    source = "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))
    there = set(re.findall(r"^def (test_\w+)", source, re.M))
    rows = list(read_map(tree()).rows())
    assert not [row.name for row in rows if not row.tests]
    assert not {test for row in rows for test in row.tests} - there


def test_a_test_that_calls_another_api_is_no_proof() -> None:
    calls: ApiCalls = {"test_one": {"xMacro"}, "test_two": set()}
    claims = {
        "xOne": ("test_one",),
        "xMacro": ("test_one", "test_two"),
        "xOther": ("test_one",),
        "xLater": ("test_that_did_not_run",),
    }
    assert unproven(claims, {"xMacro": {"xOne", "NULL"}}, calls) == [
        "xMacro: test_two never calls it",
        "xOther: test_one never calls it",
    ]


def test_every_test_that_a_row_names_calls_it(api_calls: ApiCalls) -> None:
    rows = list(read_map(tree()).rows())
    claims = {row.name: row.tests for row in rows}
    if not api_calls.keys() & {test for tests in claims.values() for test in tests}:
        pytest.skip("none of the tests that rows name ran")
    inner = {
        row.name: set(re.findall(r"\w+", f"{row.becomes} {row.text}")) for row in rows if row.macro
    }
    assert "\n".join(unproven(claims, inner, api_calls)) == ""
