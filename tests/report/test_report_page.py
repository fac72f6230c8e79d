# SPDX-License-Identifier: BSD-3-Clause
"""The page as text: whole without a browser's help, nothing from elsewhere, small."""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
from dataclasses import replace
from html.parser import HTMLParser

import madeup
from hypothesis import given, settings
from hypothesis import strategies as st

from uk_board.report.page import page
from uk_board.report.record import Board, Log, Run, Test

LOGS = {madeup.LOG: madeup.TEXT}


class Reader(HTMLParser):
    """Collects the tags, and the texts outside of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.addresses: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.texts.append(data)


def made(run: Run | None = None, logs: dict[str, str] | None = None) -> str:
    return page(run or madeup.run(), LOGS if logs is None else logs, {"core/main.c": "int x;\n"})


def packed(text: str) -> dict[str, object]:
    [data] = re.findall(r'id="data">([^<]*)<', text)
    found: dict[str, object] = json.loads(gzip.decompress(base64.b64decode(data)))
    return found


def test_it_says_how_it_went_before_anything_else() -> None:
    text = made()
    assert "<title>1 failed, 1 error, 1 flaky, 1 skipped \u00b7 one, two</title>" in text
    reader = Reader(text)
    words = " ".join(reader.texts)
    assert words.index("1 failed, 1 error, 1 flaky") < words.index("What did not go well")
    assert "Board <One>" in words
    assert "0123456789 + changes" in words


def test_a_failure_shows_the_console_around_the_line_to_blame() -> None:
    text = made()
    assert "<mark>[    0.2000] *** CRASH: data abort &lt;b&gt;&amp;</mark>" in text


def test_tests_that_failed_for_one_reason_are_one_failure() -> None:
    dead = [
        madeup.test_of(f"x{n}", "one", madeup.failing("error"), reason="one does not boot")
        for n in range(5)
    ]
    other = madeup.test_of("y", "one", madeup.failing(), reason="no answer")
    text = made(madeup.run(tests=(*dead, other)))
    section = text[text.index('id="failures"') : text.index('id="tests"')]
    assert section.count("one does not boot") == 1
    assert "test_x0 and 4 others" in section
    assert "<summary>5 tests</summary>" in section
    assert "no answer" in section


def test_few_tests_of_one_reason_stay_apart() -> None:
    tests = [madeup.test_of(f"x{n}", "one", madeup.failing(), reason="x") for n in range(3)]
    assert "and 2 others" not in made(madeup.run(tests=tuple(tests)))


def test_each_board_has_its_share_of_the_verdict() -> None:
    text = made()
    boards = text[text.index('class="boards"') : text.index("<dl")]
    one, two = boards.split("<li")[1:]
    for outcome in ("failed", "error", "flaky", "passed", "skipped"):
        assert re.search(rf'<span class="{outcome}" title="{outcome}">. 1 {outcome}</span>', one)
    assert re.search(r'<span class="passed" title="passed">. 1 passed</span>', two)
    assert 'title="failed"' not in two


def test_what_was_skipped_is_listed_by_reason() -> None:
    skipped = [
        madeup.test_of(
            f"x{n}", board, madeup.attempt("skipped"), reason=f"{board} does not offer i2c"
        )
        for board in ("one", "two")
        for n in range(2)
    ]
    text = made(madeup.run(tests=tuple(skipped)))
    row = "<tr><td>4</td><td>one, two</td><td>does not offer i2c</td></tr>"
    assert row in text
    assert "What was skipped" not in made(planned(1, madeup.test_of("x", "one", madeup.attempt())))


def test_what_a_place_skipped_did_not_run_on_it() -> None:
    ran = madeup.test_of("x", "one", madeup.attempt())
    skipped = madeup.test_of("y", "one", madeup.attempt("skipped"))
    text = made(madeup.run(tests=(ran, skipped)))
    assert "<td>emulator</td><td>QEMU 10.0.2 virt</td><td>1</td>" in text


def planned(count: int, *tests: Test) -> Run:
    return madeup.run(tests=tests, sources=(replace(madeup.source(), planned=count),))


def test_what_all_passed_says_so() -> None:
    passed = planned(1, madeup.test_of("x", "one", madeup.attempt()))
    assert passed.good
    assert "All passed" in made(passed)
    assert "What did not go well" not in made(passed)


def test_what_was_skipped_or_did_not_run_is_not_passed() -> None:
    passed = madeup.test_of("x", "one", madeup.attempt())
    skipped = madeup.test_of("y", "one", madeup.attempt("skipped"))
    assert "All passed, 1 skipped" in made(planned(2, passed, skipped))
    assert not planned(1, skipped).good
    assert "0 passed, 1 skipped" in made(planned(1, skipped))
    assert not planned(5, passed).good
    assert "1 passed, 4 not run" in made(planned(5, passed))


def test_an_interrupted_run_is_not_green() -> None:
    source = replace(madeup.source(), interrupted="interrupted in test_y")
    left = madeup.run(sources=(source,), tests=(madeup.test_of("x", "one", madeup.attempt()),))
    text = made(left)
    assert "interrupted in test_y" in text
    assert "All passed" not in text
    assert "1 of 6" in text


def test_a_record_without_any_test_has_a_page() -> None:
    assert "0 passed" in made(madeup.run(tests=(), images={}, coverage={}, boards=()))


def test_it_needs_nothing_from_elsewhere() -> None:
    text = made()
    assert all(address.startswith(("data:", "#")) for address in Reader(text).addresses)
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == []
    assert "@import" not in text


def test_logs_sources_and_the_record_are_in_it() -> None:
    data = packed(made())
    assert data["logs"] == LOGS
    assert data["sources"] == {"core/main.c": "int x;\n"}


@settings(max_examples=60, deadline=None)
@given(st.text(), st.binary(max_size=200))
def test_no_text_of_a_board_or_a_test_becomes_a_tag(text: str, data: bytes) -> None:
    printed = data.decode("utf-8", "surrogateescape")
    hostile = f"{text}</pre></script><script>alert(1)</script><!--=data-->{printed}"
    failed = replace(madeup.failing(), message=hostile, where=hostile)
    failed = replace(failed, measurements=(replace(madeup.MEASURED, name=hostile, unit=hostile),))
    test = madeup.test_of(hostile, "one", failed, reason=hostile, file=hostile)
    board = Board("one", hostile, hostile)
    plain = replace(madeup.failing(), measurements=(madeup.MEASURED,))
    quiet = madeup.test_of("x", "one", plain, reason="x", file="x")
    with_it = made(madeup.run(tests=(test,), boards=(board,)), {madeup.LOG: hostile * 3})
    without = made(
        madeup.run(tests=(quiet,), boards=(Board("one", "x", "x"),)), {madeup.LOG: "x\n" * 3}
    )
    # The excerpt is there or not, by how many lines there are; nothing else may differ.
    optional = ("pre", "mark", "code")
    tags = [tag for tag in Reader(with_it).tags if tag not in optional]
    assert tags == [tag for tag in Reader(without).tags if tag not in optional]
    with_it.encode("utf-8")  # no half of a surrogate pair


def test_a_whole_suite_with_its_logs_stays_small() -> None:
    """400 tests on three boards, each log of 150 lines that hardly repeat."""
    rng = random.Random(1)
    tests, logs = [], {}
    for board in ("one", "two", "three"):
        for number in range(400):
            name = f"console/{board}-{number}.log"
            logs[name] = "".join(
                f"[{rng.random():10.4f}] CASE queue_{line} {rng.getrandbits(16)} PASS\n"
                for line in range(150)
            )
            passed = madeup.attempt(log=Log(name, 0, 1))
            tests.append(madeup.test_of(f"{rng.getrandbits(64):x}", board, passed))
    boards = tuple(Board(name, name, "cortex-a53") for name in ("one", "two", "three"))
    text = made(madeup.run(tests=tuple(tests), boards=boards), logs)
    assert len(text.encode()) < 2_500_000
