# SPDX-License-Identifier: BSD-3-Clause
"""The pytest part, in pytest runs of its own on a board that is a pipe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from uk_board.harness import evidence
from uk_board.report import plugin
from uk_board.report.history import last_results
from uk_board.report.record import Run
from uk_board.report.store import JOURNAL, RUN, load_run

# Loaded before the first inner run: that forgets what it loads, and with it a stash's keys.
LOADED = (evidence, plugin)

# A board whose console is a pipe: `say` is what it prints.
CONFTEST = """
    import os, time
    from pathlib import Path
    import pytest
    from uk_board.facts.boards import board_folders, load_board
    from uk_board.console import Console
    from uk_board.harness.evidence import EVIDENCE, Event, Evidence
    from uk_board.harness.targets import Target
    from uk_board.report import plugin
    from uk_board.emulation.runner import Image
    from uk_board.serial.stream import FdStream

    def pytest_configure(config):
        config.pluginmanager.register(plugin, "report-under-test")

    def pytest_generate_tests(metafunc):
        if "board_under_test" in metafunc.fixturenames:
            names = ["qemu-virt", "rpi3"]
            targets = [
                Target(name, load_board(name, board_folders()), "bench", "made up")
                for name in names
            ]
            metafunc.parametrize("board_under_test", targets, ids=names)

    @pytest.fixture
    def say(request, board_under_test, tmp_path):
        reader, writer = os.pipe()
        console = Console()
        events = [Event(time.monotonic(), "power on")]
        image = tmp_path / "kernel8.img"
        image.write_bytes(b"image")
        request.node.stash[EVIDENCE] = Evidence(
            board=board_under_test.board, image=Image("made-up", image), console=console,
            on="bench", where="bench.toml: desk-4", begin_bytes=0, log=tmp_path / "log",
            events=events)
        console.start(FdStream(reader, os.open(os.devnull, os.O_WRONLY)))
        def say(text):
            size = console.size_bytes + len(text.encode())
            os.write(writer, text.encode())
            assert console.wait_for(lambda: console.size_bytes >= size, 30)
        yield say
        os.close(writer)
        console.wait_end(30)
        console.close()
"""
OUTCOMES = """
    import pytest

    def test_passes(say, board_under_test, measure):
        say(f"uk-board: {board_under_test.name} cortex-a53\\n")
        measure("rate", 4, unit="MB/s", better="higher")

    def test_fails(say):
        say("fine\\nlast <words>\\n")
        assert 1 == 2

    def test_is_left_out(board_under_test):
        pytest.skip("no relay")

    @pytest.mark.xfail(reason="known gap")
    def test_is_known(say):
        assert 0

    @pytest.fixture
    def relay():
        raise RuntimeError("the relay did nothing")

    def test_breaks(board_under_test, relay):
        pass

    @pytest.fixture
    def loose():
        yield
        raise RuntimeError("a cable is loose")

    def test_breaks_at_its_end(say, loose):
        pass

    @pytest.mark.parametrize("speed", [1, 2])
    def test_each(say, speed):
        pass

    def test_of_something_else():
        pass
"""
OPTIONS = ("-p", "no:pytest_embedded", "-p", "no:cacheprovider", "--import-mode=importlib")


def run(pytester: pytest.Pytester, source: str, *options: str) -> pytest.RunResult:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_x=source)
    return pytester.runpytest_inprocess(*OPTIONS, *options)


def record(pytester: pytest.Pytester, source: str) -> Run:
    result = run(pytester, source, "--report", "out")
    result.stdout.fnmatch_lines(["uk-board: report: out/index.html"])
    return load_run(pytester.path / "out")


def test_each_outcome_is_recorded_with_its_reason(pytester: pytest.Pytester) -> None:
    found = record(pytester, OUTCOMES)
    one = {test.name: test for test in found.tests if test.board == "rpi3"}
    assert {name: (test.outcome, test.reason) for name, test in one.items()} == {
        "test_passes": ("passed", ""),
        "test_fails": ("failed", "assert 1 == 2"),
        "test_is_left_out": ("skipped", "no relay"),
        "test_is_known": ("skipped", "expected to fail: known gap"),
        "test_breaks": ("error", "RuntimeError: the relay did nothing"),
        "test_breaks_at_its_end": ("error", "RuntimeError: a cable is loose"),
        "test_each[1]": ("passed", ""),
        "test_each[2]": ("passed", ""),
    }
    assert {board.name for board in found.boards} == {"qemu-virt", "rpi3"}
    assert found.sources[0].planned == len(found.tests) == 16
    assert not found.good


def test_what_the_board_printed_is_kept_with_times_and_the_line_to_blame(
    pytester: pytest.Pytester,
) -> None:
    found = record(pytester, OUTCOMES)
    failed = next(test for test in found.tests if test.name == "test_fails").last
    assert failed.log is not None
    assert (failed.on, failed.where, failed.image) == (
        "bench",
        "bench.toml: desk-4",
        "qemu-virt/made-up",
    )
    lines = (pytester.path / "out" / failed.log.file).read_text().splitlines()
    assert [line[13:] for line in lines] == ["--- power on", "fine", "last <words>"]
    assert failed.log.failing_line == 3
    assert (failed.log.begin_bytes, failed.log.end_bytes) == (0, 18)
    passed = found.tests[0].last
    assert [one.name for one in passed.measurements] == ["rate"]
    assert passed.boot_s is not None
    assert found.images["qemu-virt/made-up"].size_bytes == 5
    assert "last &lt;words&gt;" in (pytester.path / "out/index.html").read_text()


def test_a_pass_at_the_second_try_is_flaky(pytester: pytest.Pytester) -> None:
    source = """
        from _pytest.runner import runtestprotocol

        tries = []

        def test_wavers(say):
            tries.append(1)
            say(f"try {len(tries)}\\n")
            assert len(tries) % 2 == 0
    """
    pytester.makeconftest(
        CONFTEST
        + """
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(item, nextitem):
        from _pytest.runner import runtestprotocol
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for _ in range(2):
            reports = runtestprotocol(item, nextitem=nextitem, log=False)
            if not any(report.failed for report in reports):
                break
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True
"""
    )
    pytester.makepyfile(test_x=source)
    pytester.runpytest_inprocess(*OPTIONS, "--report", "out")
    found = load_run(pytester.path / "out")
    assert [test.outcome for test in found.tests] == ["flaky", "flaky"]
    first = found.tests[0]
    assert first.reason == "passed at try 2; before: assert (1 % 2) == 0"
    logs = [(pytester.path / "out" / one.log.file).read_text() for one in first.attempts if one.log]
    assert [log.splitlines()[-1][13:] for log in logs] == ["try 1", "try 2"]


def test_a_board_that_cannot_be_switched_on_is_recorded_with_its_place(
    pytester: pytest.Pytester,
) -> None:
    found = run(
        pytester,
        """
        import pytest
        from uk_board.harness.evidence import STANDS

        @pytest.fixture
        def station(request, board_under_test):
            request.node.stash[STANDS] = ("place", "place desk-4")

        @pytest.fixture
        def dut(station):
            pytest.fail("the relay does not answer")

        def test_x(dut): pass
        def test_y(board_under_test): pass
        """,
        "--report",
        "out",
    )
    assert found.ret == 1
    tests = {test.name: test.last for test in load_run(pytester.path / "out").tests}
    assert (tests["test_x"].on, tests["test_x"].where) == ("place", "place desk-4")
    assert tests["test_y"].on == ""


def test_tests_that_judge_one_boot_share_its_log(pytester: pytest.Pytester) -> None:
    source = """
        import pytest
        from uk_board.harness.evidence import EVIDENCE

        KEPT = {}

        @pytest.fixture
        def lines(request, board_under_test):
            name = board_under_test.name
            if name not in KEPT:
                request.getfixturevalue("say")("T,a,pass\\nT,b,fail,1 is not 2\\nT,c,pass\\n")
                KEPT[name] = request.node.stash[EVIDENCE]
            request.node.stash[EVIDENCE] = KEPT[name]

        def test_a(lines): pass
        def test_b(lines): pytest.fail("T,b,fail,1 is not 2", pytrace=False)
        def test_c(lines): pass
    """
    found = record(pytester, source)
    one = [test for test in found.tests if test.board == "rpi3"]
    files = {test.last.log.file for test in one if test.last.log}
    assert [test.outcome for test in one] == ["passed", "failed", "passed"]
    assert len(files) == 1
    blamed = one[1].last.log
    assert blamed is not None
    lines = (pytester.path / "out" / blamed.file).read_text().splitlines()
    assert lines[(blamed.failing_line or 0) - 1].endswith("T,b,fail,1 is not 2")
    xml = (pytester.path / "out" / "junit.xml").read_text()
    assert xml.count("T,c,pass") == 2  # once for each board


def test_without_a_folder_it_is_below_build_and_latest_leads_to_it(
    pytester: pytest.Pytester,
) -> None:
    run(pytester, "def test_x(say): pass")
    run(pytester, "def test_x(say): pass")
    reports = pytester.path / "build" / "reports"
    runs = sorted(path for path in reports.iterdir() if not path.is_symlink())
    assert len(runs) == 2
    assert (reports / "latest").resolve() == max(runs, key=lambda one: one.stat().st_mtime_ns)


def test_a_report_in_a_folder_that_has_one_is_the_new_one_only(pytester: pytest.Pytester) -> None:
    run(pytester, "def test_old(say): pass", "--report", "out")
    (pytester.path / "out" / "notes.txt").write_text("mine")
    run(pytester, "def test_new(say): pass", "--report", "out")
    names = sorted(file.name for file in (pytester.path / "out" / "console").iterdir())
    assert names == ["0001-qemu-virt-new.log", "0002-rpi3-new.log"]
    assert (pytester.path / "out" / "notes.txt").read_text() == "mine"


def test_a_run_is_added_to_a_history_if_one_is_named(pytester: pytest.Pytester) -> None:
    source = "def test_x(say): assert 1 == 2"
    assert "report:" in run(pytester, source, "--history", "night.sqlite").stdout.str()
    found = last_results(pytester.path / "night.sqlite", on="bench", where="bench.toml: desk-4")
    assert {result.board: str(result) for result in found} == dict.fromkeys(
        ("qemu-virt", "rpi3"), "1 of 1 failed: test_x: assert 1 == 2"
    )
    (pytester.path / "night.sqlite").write_text("no history " * 100)
    told = run(pytester, source, "--history", "night.sqlite").stdout.str()
    assert "the history has no part of this run" in told


@pytest.mark.parametrize("options", [("--collect-only",), ("-k", "something_else")])
def test_without_tests_on_boards_there_is_no_report(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    run(pytester, OUTCOMES, *options)
    assert not (pytester.path / "build").exists()


def test_a_folder_that_cannot_be_written_ends_no_test_and_is_told(
    pytester: pytest.Pytester,
) -> None:
    (pytester.path / "out").write_text("a file where a folder should be")
    result = run(pytester, "def test_x(say): say('x')", "--report", "out")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["uk-board: the report is not complete: *out*: *"])


def test_a_disk_that_is_full_ends_no_test_and_is_told(pytester: pytest.Pytester) -> None:
    """/dev/full takes nothing, like a full disk; the console logs go there."""
    pytester.makeconftest(
        CONFTEST
        + """
    def pytest_sessionstart(session):
        console = Path("out/console")
        console.mkdir(parents=True)
        os.symlink("/dev/full", console / "0001-qemu-virt-x.log")
"""
    )
    pytester.makepyfile(test_x="def test_x(say): say('x\\n' * 100)")
    result = pytester.runpytest_inprocess(*OPTIONS, "--report", "out")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["uk-board: the report is not complete: *No space left*"])
    left = load_run(pytester.path / "out")
    assert left.interrupted


def test_a_run_that_is_killed_leaves_what_it_did(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(
        test_x="""
        import time

        def test_one(say):
            say("done\\n")

        def test_two(say):
            time.sleep(600)
        """
    )
    command = [sys.executable, "-m", "pytest", *OPTIONS, "--report", "out"]
    process = subprocess.Popen(command, cwd=pytester.path, stdout=subprocess.DEVNULL)
    journal = pytester.path / "out" / JOURNAL
    deadline = time.monotonic() + 120
    while not (journal.exists() and b"test_two" in journal.read_bytes()):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(30)
    left = load_run(pytester.path / "out")
    assert [test.name for test in left.tests] == ["test_one", "test_one"]
    assert left.interrupted == ("interrupted in test_x.py::test_two[qemu-virt]",)
    shown = subprocess.run(
        [sys.executable, "-c", "from uk_board.cli import main; main()", "report", "show", "out"],
        cwd=pytester.path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert shown.returncode == 1
    assert "interrupted in test_x.py::test_two[qemu-virt]" in shown.stdout
    assert {RUN, "index.html", "junit.xml"} <= {
        file.name for file in Path(pytester.path, "out").iterdir()
    }


def test_a_run_that_a_person_interrupts_says_in_which_test(pytester: pytest.Pytester) -> None:
    source = "def test_x(say): raise KeyboardInterrupt"
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_x=source)
    pytester.runpytest_subprocess(*OPTIONS, "--report", "out", timeout=120)
    found = load_run(pytester.path / "out")
    assert found.interrupted == ("interrupted in test_x.py::test_x[qemu-virt]",)


def test_workers_of_one_run_make_one_report(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_x=OUTCOMES)
    result = pytester.runpytest_subprocess(*OPTIONS, "-n", "2", timeout=250)
    result.stdout.fnmatch_lines(["uk-board: report: build/reports/*/index.html"])
    latest = pytester.path / "build" / "reports" / "latest"
    found = load_run(latest)
    assert len(found.tests) == 16
    assert len(found.sources) == 2
    assert sum(source.planned for source in found.sources) == 16
    assert [board.name for board in found.boards] == ["qemu-virt", "rpi3"]
    logs = {one.last.log.file for one in found.tests if one.last.log}
    assert logs == {str(file.relative_to(latest)) for file in latest.glob("console/*")}
    assert not list(latest.glob("gw*"))
