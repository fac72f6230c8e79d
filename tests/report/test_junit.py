# SPDX-License-Identifier: BSD-3-Clause
"""junit.xml: by the schema, with the names that CI servers show."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import madeup
from hypothesis import given, settings
from hypothesis import strategies as st

from uk_board.report.junit import junit

TOLD = ({"type", "message"}, set(), set())
TRIED = ({"type", "message"}, {"type"}, {"stackTrace", "system-out", "system-err"})
# Jenkins' junit-10: of each element the attributes, those it must have, and what may be in it.
SCHEMA: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, set(), {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "time", "skipped", "timestamp", "hostname"},
        {"name", "tests", "failures", "errors"},
        {"properties", "testcase"},
    ),
    "testcase": (
        {"name", "time", "classname"},
        {"name"},
        {"skipped", "error", "failure", "flakyFailure", "flakyError", "system-out", "system-err"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, {"name", "value"}, set()),
    "failure": TOLD,
    "error": TOLD,
    "skipped": TOLD,
    "flakyFailure": TRIED,
    "system-out": (set(), set(), set()),
}


def problems(element: ET.Element) -> list[str]:
    """Return where an element is not what the schema says."""
    if element.tag not in SCHEMA:
        return [f"{element.tag} is unknown"]
    allowed, needed, children = SCHEMA[element.tag]
    found = [f"{element.tag}: no {name}" for name in needed - set(element.attrib)]
    found += [f"{element.tag}: {name}?" for name in set(element.attrib) - allowed]
    time = element.get("time", "0")
    found += [] if re.fullmatch(r"\d*(\.\d*)?", time) else [f"time {time}"]
    for child in element:
        found += [] if child.tag in children else [f"{child.tag} in {element.tag}"]
        found += problems(child)
    return found


def parsed() -> ET.Element:
    return ET.fromstring(junit(madeup.run(), {madeup.LOG: madeup.TEXT}))


def case(name: str) -> ET.Element:
    [found] = [one for one in parsed().iter("testcase") if one.get("name") == f"test_{name}"][:1]
    return found


def test_it_is_what_the_schema_says() -> None:
    assert problems(parsed()) == []


def test_a_suite_is_a_board_and_counts_its_tests() -> None:
    one, two = parsed()
    assert (one.get("name"), one.get("tests"), one.get("failures")) == ("one", "5", "1")
    assert (one.get("errors"), one.get("skipped")) == ("1", "1")
    assert (two.get("name"), two.get("tests"), two.get("failures")) == ("two", "1", "0")
    values = {p.get("name"): p.get("value") for p in one.iter("property")}
    assert values["commit"] == "0123456789abcdef-dirty"
    assert values["sha256 of hello"] == "ab" * 32


def test_a_case_is_named_by_board_and_file_and_has_its_console() -> None:
    failed = case("fails")
    assert failed.get("classname") == "one.test_x"
    assert failed.get("time") == "0.875"
    failure = failed.find("failure")
    assert failure is not None
    assert failure.get("message") == "assert 1 == 2"
    output = failed.findtext("system-out", "")
    assert "*** CRASH: data abort <b>&" in output
    assert f"[[ATTACHMENT|{madeup.LOG}]]" in output


def test_a_pass_at_the_second_try_is_flaky_and_no_failure() -> None:
    wavers = case("wavers")
    assert wavers.find("failure") is None
    assert wavers.find("flakyFailure") is not None
    assert "[[PROPERTY|outcome=flaky]]" in wavers.findtext("system-out", "")


def test_measurements_and_places_are_properties() -> None:
    output = case("passes").findtext("system-out", "")
    assert "[[PROPERTY|udp_rx=4.1 MB/s]]" in output
    assert "[[PROPERTY|where=QEMU 10.0.2 virt]]" in output


def test_a_skip_has_its_reason() -> None:
    skipped = case("is_left_out").find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "no I2C bus"


@settings(max_examples=60, deadline=None)
@given(st.binary(), st.text())
def test_whatever_a_board_prints_it_is_xml(data: bytes, text: str) -> None:
    printed = data.decode("utf-8", "surrogateescape") + text
    failed = replace(madeup.failing(), message=printed, where=printed)
    measured = replace(madeup.MEASURED, name=text)
    failed = replace(failed, measurements=(measured,))
    test = madeup.test_of(text, "one", failed, reason=printed)
    made = junit(madeup.run(tests=(test,)), {madeup.LOG: printed})
    assert problems(ET.fromstring(made)) == []
