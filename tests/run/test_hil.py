# SPDX-License-Identifier: BSD-3-Clause
"""The pytest plugin, in pytest runs of its own: what passes, fails, is skipped, and how."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from uk_board.build.build import default_out
from uk_board.harness import fixtures
from uk_board.report import plugin
from uk_board.report.store import load_run
from uk_board.tree import tree

Inner = Callable[..., pytest.RunResult]
# Loaded before the first inner run: that forgets what it loads, and with it what a Target is.
LOADED = (fixtures, plugin)

BOOTS = """
    import pytest

    def test_boots(board, dut):
        dut.expect_exact(f"uk-board: {board.name} ")
        assert dut.expect_exit() == 0
"""
FAILS = """
    import pytest

    @pytest.mark.app("selftest")
    @pytest.mark.boot_arguments("crash=null")
    def test_fails(dut):
        dut.expect("what never comes", timeout=600)
"""


@pytest.fixture(autouse=True)
def without_bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's bench file counts."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def inner(pytester: pytest.Pytester) -> Inner:
    """Run pytest on a test file, without pytest-embedded's own plugin."""

    def run(source: str, *arguments: object) -> pytest.RunResult:
        pytester.makepyfile(source)
        options = ("-p", "no:pytest_embedded", "-p", "no:cacheprovider", "-rs")
        return pytester.runpytest_inprocess(*options, *map(str, arguments))

    return run


MakeBoard = Callable[..., Path]


@pytest.fixture
def made_up_board(tmp_path: Path) -> Iterator[MakeBoard]:
    """Write a board like qemu-virt with other facts of its emulator; return its folder."""
    boards = tmp_path / "boards"
    boards.mkdir()

    def write(name: str, emulator: str) -> Path:
        text = (tree() / "boards" / "qemu-virt.toml").read_text()
        core = 'cpu = "cortex-a53"\n'
        assert core in text
        (boards / f"{name}.toml").write_text(text.replace(core, emulator))
        return boards

    yield write
    for file in boards.glob("*.toml"):
        shutil.rmtree(default_out(tree()) / file.stem, ignore_errors=True)


def test_a_test_runs_once_on_each_board_that_is_named(inner: Inner) -> None:
    result = inner(BOOTS, "-v", "--board", "rpi4", "--board", "qemu-virt", "--board", "rpi4")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines_random(["*test_boots?rpi4? PASSED*", "*?qemu-virt? PASSED*"])


def test_it_also_runs_beside_the_plugin_of_pytest_embedded(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(BOOTS)
    result = pytester.runpytest_subprocess("--board", "qemu-virt", timeout=250)
    result.assert_outcomes(passed=1)


def test_a_run_without_boards_loads_nothing_and_keeps_its_own_fixtures(
    pytester: pytest.Pytester,
) -> None:
    source = """
        import sys
        import pytest

        @pytest.fixture
        def dut():
            return "mine"

        def test_mine(dut):
            assert dut == "mine"
            loaded = {"uk_board.harness", "uk_board.facts.board", "pexpect", "pytest_embedded"}
            assert not loaded & sys.modules.keys()
    """
    pytester.makepyfile(source)
    others = ("-p", "no:pytest_embedded", "-p", "no:labgrid")
    result = pytester.runpytest_subprocess(*others, timeout=250)
    result.assert_outcomes(passed=1)


def test_tests_with_a_board_of_their_own_run_beside_board_tests(inner: Inner) -> None:
    source = (
        BOOTS
        + """
    @pytest.mark.parametrize("board", ["mine", "yours"])
    def test_own_parameter(board):
        assert board in ("mine", "yours")

    class TestOwn:
        @pytest.fixture
        def board(self):
            return "ours"

        def test_own_fixture(self, board):
            assert board == "ours"
"""
    )
    inner(source, "--board", "rpi4").assert_outcomes(passed=4)


def test_without_boards_a_board_test_has_no_fixture(inner: Inner) -> None:
    result = inner(BOOTS)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'board' not found*"])


def test_an_unknown_board_is_a_usage_error_with_the_known_ones(inner: Inner) -> None:
    result = inner(BOOTS, "--board", "rpi5")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert 'no board "rpi5"; known: rpi' in result.stderr.str() + result.stdout.str()


def test_a_board_without_emulator_says_so(inner: Inner) -> None:
    result = inner(BOOTS, "--board", "pine64")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "pine64: has no emulator" in result.stderr.str() + result.stdout.str()


def test_what_a_board_lacks_skips_the_test_with_the_reason(inner: Inner) -> None:
    source = """
        import pytest

        @pytest.mark.needs("i2c", "i2c:tmp105")
        def test_sensor(dut):
            raise AssertionError

        @pytest.mark.needs("device:uart9")
        def test_device(dut):
            raise AssertionError
    """
    result = inner(source, "--board", "qemu-virt", "--report", "out")
    result.assert_outcomes(skipped=2)
    result.stdout.fnmatch_lines_random(
        ['*qemu-virt does not offer "i2c": its emulator has no I2C bus', "*no device uart9"]
    )
    # The report has whose lack it is.
    assert {test.last.on for test in load_run(Path("out")).tests} == {"emulator"}


def test_virtual_time_is_used_and_told_to_the_image(inner: Inner) -> None:
    source = """
        import pytest

        @pytest.mark.app("selftest")
        @pytest.mark.boot_arguments("first")
        @pytest.mark.virtual_time("args")
        def test_virtual(dut):
            dut.expect(r"ARG first\\s+ARG args\\s")
            assert dut.station.launch.icount_shift == 0
    """
    inner(source, "--board", "rpi3").assert_outcomes(passed=1)


def test_a_misspelt_need_is_an_error_and_no_skip(inner: Inner) -> None:
    source = """
        import pytest

        @pytest.mark.needs("i3c")
        def test_sensor(dut):
            pass
    """
    result = inner(source, "--board", "rpi4")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['*needs("i3c"): unknown; known: boot-arguments, *'])


def test_a_failure_shows_the_last_lines_and_the_resolved_crash(inner: Inner) -> None:
    result = inner(FAILS, "--board", "rpi3")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*'what never comes' did not come: the image crashed; all output: *console.log",
            "*- last console lines of rpi3 -*",
            "[*][*][*] CRASH: data abort, write to 0x0000000000000004*",
            "*- crash of selftest on rpi3 -*",
            "  pc * write_to *apps/selftest/crash.c:*",
        ]
    )
    result.stdout.no_fnmatch_line("*pytest_embedded/dut.py*")


def test_a_failure_shows_wrong_calls_with_their_callers(inner: Inner) -> None:
    source = """
        import pytest

        @pytest.mark.app("misuse")
        @pytest.mark.boot_arguments("misuse=null-queue")
        def test_fails(dut):
            assert dut.expect_exit() == 0
    """
    result = inner(source, "--board", "qemu-virt")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*wrong calls on qemu-virt*",
            "freertos: xQueueGenericReset: xQueue is NULL; called from null_queue *main.c:*",
        ]
    )


def test_an_output_that_does_not_come_ends_the_wait(inner: Inner) -> None:
    source = """
        import pytest

        @pytest.mark.app("selftest")
        @pytest.mark.boot_arguments("silent")
        def test_waits(dut):
            dut.expect("what never comes", timeout=0.5)
    """
    result = inner(source, "--board", "qemu-virt")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*'what never comes' did not come: not within 0.5 s; *"])


def test_a_board_that_does_not_boot_fails_the_rest_with_the_first_cause(
    inner: Inner, made_up_board: MakeBoard
) -> None:
    boards = made_up_board("mute", 'cpu = "cortex-a53"\nconsole_index = 1\n')
    source = """
        import pytest

        @pytest.mark.app("selftest")
        @pytest.mark.boot_arguments("silent")
        def test_first(dut):
            pass

        def test_second(dut):
            pass
    """
    options = ["--board-folder", boards, "--board", "mute", "--boot-timeout", "2"]
    result = inner(source, *options)
    result.assert_outcomes(errors=2)
    text = result.stdout.str()
    assert text.count("mute: selftest printed nothing at all in 2 s; core 0 is at") == 2
    assert text.count("test_first[mute], so no test runs on it; the first cause:") == 1


def test_an_image_that_ends_without_banner_says_how(inner: Inner, made_up_board: MakeBoard) -> None:
    boards = made_up_board("mute", 'cpu = "cortex-a53"\nconsole_index = 1\n')
    result = inner(BOOTS, "--board-folder", boards, "--board", "mute")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["mute: hello ended with status 0 and did not print its banner"])


def test_an_emulator_that_dies_is_shown_with_its_own_words(
    inner: Inner, made_up_board: MakeBoard
) -> None:
    boards = made_up_board("odd", 'cpu = "cortex-z99"\n')
    result = inner(BOOTS, "--board-folder", boards, "--board", "odd")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*odd: QEMU died with status 1: *cortex-z99*"])


def test_failed_unity_cases_fail_the_test(inner: Inner, tmp_path: Path) -> None:
    app = tmp_path / "unity"
    app.mkdir()
    (app / "app.toml").write_text('caption = "Unity output"\n')
    (app / "main.c").write_text(
        "#include <stdio.h>\n"
        "int main(int argc, char *argv[])\n"
        "{\n"
        "\t(void)argc;\n"
        "\t(void)argv;\n"
        '\tprintf("a.c:1:test_good:PASS\\na.c:2:test_bad:FAIL: Expected 1 Was 2\\n");\n'
        '\tprintf("\\n-----------------------\\n2 Tests 1 Failures 0 Ignored\\nFAIL\\n");\n'
        "\treturn 0;\n"
        "}\n"
    )
    source = f"""
        import pytest

        @pytest.mark.app({str(app)!r})
        def test_on_target(dut):
            dut.expect_unity_test_output()
    """
    result = inner(source, "--board", "qemu-virt")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*failed on the board: test_bad*"])


def test_an_app_that_does_not_compile_fails_its_tests_only(inner: Inner, tmp_path: Path) -> None:
    app = tmp_path / "broken"
    app.mkdir()
    (app / "app.toml").write_text('caption = "Does not compile"\n')
    (app / "main.c").write_text("int main(void) { return nothing; }\n")
    source = (
        BOOTS
        + f"""
    @pytest.mark.app({str(app)!r})
    def test_broken(dut):
        pass
"""
    )
    result = inner(source, "--board", "qemu-virt")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*nothing* undeclared*"])


@pytest.mark.parametrize(("board", "status"), [("pine64", 2), ("rpi5", 2), ("qemu-virt", 0)])
def test_uk_board_test_does_what_pytest_does(board: str, status: int, tmp_path: Path) -> None:
    file = tmp_path / "test_it.py"
    file.write_text("def test_it(board, dut):\n    assert dut.expect_exit() == 0\n")
    command = [sys.executable, "-c", "from uk_board.cli import main; main()", "test", board]
    done = subprocess.run(
        [*command, str(file), "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert ("1 passed" in done.stdout) == (status == 0)


def test_uk_board_test_passes_on_that_a_test_failed(tmp_path: Path) -> None:
    file = tmp_path / "test_it.py"
    file.write_text("def test_it(board):\n    assert board.name == 'another'\n")
    command = [sys.executable, "-c", "from uk_board.cli import main; main()", "test", "rpi4"]
    done = subprocess.run(
        [*command, str(file)], cwd=tmp_path, capture_output=True, timeout=250, check=False
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
