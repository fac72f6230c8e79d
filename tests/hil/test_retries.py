# SPDX-License-Identifier: BSD-3-Clause
"""Tries after a failure: only where asked for, and never reported as plain green."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

Inner = Callable[..., pytest.RunResult]

# Fails at the first try, on a board that is then to be booted anew.
FLAKY = """
    import pytest
    from uk_board.harness.evidence import EVIDENCE
    tries = []

    {mark}
    @pytest.mark.app("selftest")
    @pytest.mark.boot_arguments("echo")
    def test_wavers(request, dut):
        dut.expect_exact("ECHO ready")
        tries.append(dut.station.console)
        kept = request.node.stash[EVIDENCE]
        told = [event.text for event in kept.events if event.text.startswith("try ")]
        assert len(told) == len(tries) - 1
        assert len(tries) == {passes_at}, "not yet"
        assert len(set(map(id, tries))) == len(tries)
"""


def test_a_pass_at_the_second_try_is_flaky_and_told_with_the_first_cause(
    inner: Inner, tmp_path: Path
) -> None:
    file = tmp_path / "j.xml"
    source = FLAKY.format(mark="", passes_at=2)
    result = inner(source, "--board", "qemu-virt", "--retries", 2, f"--junitxml={file}", "-v")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "*test_wavers?qemu-virt? RETRIED*",
            "*test_wavers?qemu-virt? FLAKY*",
            "*= flaky tests =*",
            "FLAKY *test_wavers?qemu-virt? - passed at try 2 of 3",
            "  try 1: AssertionError: not yet*",
            "*1 retried, 1 flaky*",
        ]
    )
    result.stdout.no_fnmatch_line("*1 passed*")
    [case] = ET.parse(file).getroot().iter("testcase")
    told = {one.get("name"): one.get("value") for one in case.iter("property")}
    assert told["flaky"] == "passed at try 2 of 3"
    assert told["try 1"].startswith("AssertionError: not yet")
    assert not list(case.iter("failure"))


def test_flaky_tests_fail_the_run_where_they_shall(inner: Inner) -> None:
    source = FLAKY.format(mark="@pytest.mark.retries(1)", passes_at=2)
    result = inner(source, "--board", "qemu-virt", "--flaky", "fail")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*1 retried, 1 flaky*"])


def test_a_test_that_fails_at_each_try_fails(inner: Inner) -> None:
    source = FLAKY.format(mark="", passes_at=9)
    result = inner(source, "--board", "qemu-virt", "--retries", 1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*1 failed, 1 retried*"])


def test_nothing_is_tried_again_unasked(inner: Inner) -> None:
    source = FLAKY.format(mark="", passes_at=2)
    result = inner(source, "--board", "qemu-virt")
    result.assert_outcomes(failed=1)
