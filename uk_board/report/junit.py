# SPDX-License-Identifier: BSD-3-Clause
"""JUnit XML as GitLab and Jenkins show it: a suite per board, the console as its output.

It keeps to the schema of Jenkins' xUnit plugin (junit-10), the strictest in use. That one has
no properties of single tests, so they are lines `[[PROPERTY|name=value]]` of the output.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from itertools import groupby
from pathlib import PurePosixPath

from uk_board.report.consolelog import visible_lines
from uk_board.report.record import Attempt, Run, Test

# GitLab cuts long outputs; the whole log is a file beside.
_OUTPUT_CHARACTERS = 100_000
_LINES_AGAIN = 20


def junit(run: Run, logs: Mapping[str, str]) -> bytes:
    """Return junit.xml; `logs` are the texts of console logs by file."""
    root = ET.Element("testsuites", {"name": "uk-board", **_counts(run.tests)})
    del root.attrib["skipped"]  # which the schema has for single suites only
    by_board = sorted(run.tests, key=lambda test: test.board)
    for board, tests in groupby(by_board, key=lambda test: test.board):
        _add_suite(root, run, board, list(tests), logs)
    ET.indent(root, " ")
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _counts(tests: tuple[Test, ...] | list[Test]) -> dict[str, str]:
    outcomes = [test.outcome for test in tests]
    return {
        "tests": str(len(tests)),
        "failures": str(outcomes.count("failed")),
        "errors": str(outcomes.count("error")),
        "skipped": str(outcomes.count("skipped")),
        "time": f"{sum(test.duration_s for test in tests):.3f}",
    }


def _add_suite(
    root: ET.Element, run: Run, board: str, tests: list[Test], logs: Mapping[str, str]
) -> None:
    source = run.sources[tests[0].source]
    facts = {"timestamp": source.started.removesuffix("Z"), "hostname": source.machine.host}
    suite = ET.SubElement(root, "testsuite", {"name": board, **_counts(tests), **facts})
    properties = {
        "board": board,
        "commit": source.commit.hash + ("-dirty" if source.commit.dirty else ""),
        "qemu": source.machine.qemu,
        "system": source.machine.system,
        "interrupted": source.interrupted,
    }
    images = [image for image in run.images.values() if image.board == board]
    properties |= {f"sha256 of {image.app}": image.sha256 for image in images}
    _add_properties(suite, properties)
    told: set[str] = set()
    for test in tests:
        _add_case(suite, test, logs, told)


def _add_properties(parent: ET.Element, properties: Mapping[str, str]) -> None:
    there = {name: value for name, value in properties.items() if value}
    if there:
        under = ET.SubElement(parent, "properties")
        for name, value in there.items():
            ET.SubElement(under, "property", name=_clean(name), value=_clean(value))


def _add_case(suite: ET.Element, test: Test, logs: Mapping[str, str], told: set[str]) -> None:
    """Add a test; `told` are the logs that are in the file already, for tests share some."""
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_clean(f"{test.board}.{PurePosixPath(test.file).stem}"),
        name=_clean(test.name),
        time=f"{test.duration_s:.3f}",
    )
    message = _clean(test.reason)
    if test.outcome == "skipped":
        ET.SubElement(case, "skipped", message=message)
    elif test.outcome in ("failed", "error"):
        tag = "failure" if test.outcome == "failed" else "error"
        failure = ET.SubElement(case, tag, message=message, type=test.outcome)
        failure.text = visible_lines(test.last.message)
    # What Maven's Surefire writes for a test that passed only when it was tried again.
    for attempt in test.attempts[:-1] if test.outcome == "flaky" else ():
        failure = ET.SubElement(case, "flakyFailure", message=message, type=attempt.outcome)
        failure.text = visible_lines(attempt.message)
    output = [f"[[PROPERTY|{name}={value}]]" for name, value in _properties(test).items() if value]
    output += [_output(attempt, logs, told) for attempt in test.attempts if attempt.log]
    ET.SubElement(case, "system-out").text = visible_lines("\n".join(output))


def _properties(test: Test) -> dict[str, str]:
    last = test.last
    found = {
        "file": test.file,
        "outcome": test.outcome,
        "on": last.on,
        "where": last.where,
        "image": last.image,
        "attempts": str(len(test.attempts)) if len(test.attempts) > 1 else "",
        "boot_s": f"{last.boot_s:.3f}" if last.boot_s is not None else "",
    }
    measured = {one.name: f"{one.value:g} {one.unit}".strip() for one in last.measurements}
    return found | measured


def _output(attempt: Attempt, logs: Mapping[str, str], told: set[str]) -> str:
    """Return the console of a try; where another test has told it, only up to the line to blame."""
    log = attempt.log
    assert log is not None
    text = logs.get(log.file, "")
    if log.file in told:
        last = log.failing_line or 0
        lines = text.splitlines(keepends=True)[max(0, last - _LINES_AGAIN) : last]
        text = "".join(lines)
    told.add(log.file)
    cut = len(text) - _OUTPUT_CHARACTERS
    if cut > 0:
        text = f"[{cut} characters are left out; all: {log.file}]\n{text[cut:]}"
    # GitLab shows a link to what is named so.
    return f"{text}[[ATTACHMENT|{log.file}]]"


def _clean(text: str) -> str:
    return visible_lines(text).replace("\n", " ")
