# SPDX-License-Identifier: BSD-3-Clause
"""Tests that are tried again where that is asked for; one that passes then is flaky, not green.

(pytest-rerunfailures reports such a test as passed, in JUnit without a trace of the first try.)
"""

from __future__ import annotations

import pytest
from _pytest.runner import runtestprotocol

from uk_board.harness.evidence import TRIES

# What a report's outcome is when another try follows.
RETRIED = "retried"
_FLAKY = pytest.StashKey[dict[str, list[str]]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    config.stash[_FLAKY] = {}


def retries_of(item: pytest.Item) -> int:
    """Return how often a test that fails is tried again: its mark, else the option."""
    mark = item.get_closest_marker("retries")
    asked = mark.args[0] if mark else item.config.getoption("board_retries")
    return int(asked) if "board_under_test" in getattr(item, "fixturenames", ()) else 0


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a test that may be tried again; all others are run by pytest."""
    tries = 1 + retries_of(item)
    if tries <= 1:
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = _run(item, nextitem, tries)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def _run(item: pytest.Item, nextitem: pytest.Item | None, tries: int) -> list[pytest.TestReport]:
    """Return the reports of the last try; those of others are told as such."""
    causes = item.stash.setdefault(TRIES, [])
    while True:
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        failed = [report for report in reports if report.failed]
        if not failed or len(causes) + 1 >= tries:
            break
        causes.append(_cause(failed[0]))
        _tell_try(item, failed[0], len(causes), tries)
        # Nothing of a try that failed is used again, neither a fixture nor a board that is on.
        item.session._setupstate.teardown_exact(None)
    if causes:
        said = f"{'failed' if failed else 'passed'} at try {len(causes) + 1} of {tries}"
        item.user_properties.append(("failed" if failed else "flaky", said))
        item.user_properties += [(f"try {n}", cause) for n, cause in enumerate(causes, 1)]
        for report in reports:
            report.user_properties = list(item.user_properties)
        if not failed:
            item.config.stash[_FLAKY][item.nodeid] = [said, *causes]
    return reports


def _tell_try(item: pytest.Item, report: pytest.TestReport, number: int, tries: int) -> None:
    # An outcome that pytest does not know: it counts neither as passed nor as failed.
    vars(report).update(outcome=RETRIED, when="call")
    report.sections.append(("try", f"{number} of {tries}"))
    item.ihook.pytest_runtest_logreport(report=report)


def _cause(report: pytest.TestReport) -> str:
    """Return what a try failed for, in a line."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash is not None else report.longreprtext
    return text.strip().partition("\n")[0]


def pytest_report_teststatus(
    report: pytest.TestReport | pytest.CollectReport, config: pytest.Config
) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
    """Give tries that failed, and tests that passed after them, words of their own."""
    if report.outcome == RETRIED:
        return RETRIED, "r", ("RETRIED", {"yellow": True})
    if report.when == "call" and report.passed and report.nodeid in config.stash[_FLAKY]:
        return "flaky", "y", ("FLAKY", {"yellow": True})
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell which tests are flaky, and what they failed for at first."""
    flaky = terminalreporter.config.stash[_FLAKY]
    if not flaky:
        return
    terminalreporter.section("flaky tests", yellow=True)
    for nodeid, (said, *causes) in flaky.items():
        terminalreporter.line(f"FLAKY {nodeid} - {said}")
        for number, cause in enumerate(causes, 1):
            terminalreporter.line(f"  try {number}: {cause}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Let a run fail for flaky tests, if it shall."""
    fails = session.config.getoption("board_flaky") == "fail"
    if fails and exitstatus == 0 and session.config.stash[_FLAKY]:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
