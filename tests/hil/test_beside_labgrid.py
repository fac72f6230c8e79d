# SPDX-License-Identifier: BSD-3-Clause
"""labgrid's pytest plugin and pytest-embedded's in one run: no board test is skipped for it."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("labgrid", reason="labgrid is not installed")

BOOTS = """
    def test_boots(board, dut):
        dut.expect_exact(f"uk-board: {board.name} ")
        assert dut.expect_exit() == 0
"""
ENVIRONMENT = """
targets:
  main:
    resources:
      NetworkService:
        address: 127.0.0.1
        username: nobody
"""


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's bench file, and nobody's labgrid environment."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("LG_ENV", raising=False)


def run(pytester: pytest.Pytester, *options: object) -> pytest.RunResult:
    arguments = ("-rs", "-p", "no:cacheprovider", "--board", "qemu-virt", *options)
    result = pytester.runpytest_subprocess(*arguments, timeout=250)
    plugins = next(line for line in result.outlines if line.startswith("plugins: "))
    assert "labgrid" in plugins
    assert "embedded" in plugins
    return result


def test_a_board_test_runs_and_is_not_skipped(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(BOOTS)
    run(pytester).assert_outcomes(passed=1)


def test_it_also_runs_beside_tests_of_labgrid(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        BOOTS
        + """
    def test_of_labgrid(target):
        assert target.get_resource("NetworkService").address == "127.0.0.1"
"""
    )
    file = pytester.path / "environment.yaml"
    file.write_text(ENVIRONMENT)
    run(pytester, "--lg-env", file).assert_outcomes(passed=2)
