# SPDX-License-Identifier: BSD-3-Clause
"""The page in a real browser: what a reader sees and can do, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import madeup
import pytest
from browser import chromium

from uk_board.report.page import page
from uk_board.report.record import Log

TIMEOUT_MS = 60_000
HOSTILE = "".join(
    f"[{number / 10:10.4f}] {line}\n"
    for number, line in enumerate(
        [
            "</script><script>window.broken = 1</script>",
            "<img src=x onerror='window.broken = 1'>",
            "\\x00 \ufffd \u2028 &amp; ]]> <!-- \u202e",
            *(f"line {number}" for number in range(400)),
            "*** CRASH: <svg onload='window.broken = 1'>",
            "last",
        ]
    )
)


@dataclass
class Visit:
    """The page open in a browser, and what went wrong there."""

    page: Any
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def see(self, selector: str, wanted: str) -> Any:
        """Wait until an element of `selector` has this text; return it."""
        found = self.page.locator(selector).filter(has_text=wanted).first
        found.wait_for(timeout=TIMEOUT_MS)
        return found

    def until(self, expression: str) -> None:
        """Wait until `expression` is true in the page: a dialog tells of its end after the key."""
        self.page.wait_for_function(expression, timeout=TIMEOUT_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    failed = madeup.failing()
    long = madeup.attempt(
        "failed", message="E   it <b>failed</b>", log=Log("long.log", 0, 9, 404, "it crashed")
    )
    tests = (
        *madeup.run().tests,
        madeup.test_of("is_hostile", "two", long, reason="it <b>failed</b>"),
        madeup.test_of("fails", "two", failed),
    )
    logs = {madeup.LOG: madeup.TEXT, "long.log": HOSTILE}
    sources = {"core/main.c": "int main(void)\n{\n\tno();\n}\n"}
    file = tmp_path_factory.mktemp("page") / "index.html"
    file.write_text(page(madeup.run(tests=tests), logs, sources), encoding="utf-8")
    return file


@pytest.fixture
def visit(browser: Any, report: Path) -> Iterator[Visit]:
    opened = browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 800})
    found = Visit(opened)
    opened.on("pageerror", lambda error: found.errors.append(str(error)))
    opened.on("request", lambda request: found.asked.append(request.url))
    opened.goto(report.as_uri())
    found.see("h1", "failed")
    yield found
    assert opened.evaluate("window.broken") is None
    opened.close()
    assert found.errors == []
    assert [url for url in found.asked if not url.startswith(("file:", "data:"))] == []


def rows(visit: Visit) -> list[str]:
    """Return the names of the tests that can be seen."""
    shown = visit.page.locator("#matrix tbody tr:not(.file):visible > th")
    names: list[str] = shown.all_inner_texts()
    return names


def test_a_cell_has_a_sign_and_words_not_only_a_colour(visit: Visit) -> None:
    cell = visit.page.locator("#matrix button.failed").first
    assert cell.inner_text().startswith("\u2717")
    assert cell.get_attribute("aria-label") == "failed: fails, one"


def test_a_filter_leaves_what_is_asked_for(visit: Visit) -> None:
    visit.page.get_by_role("button", name="flaky 1").click()
    assert visit.page.locator("#matrix tbody tr:visible:not(.file)").count() == 1
    visit.page.get_by_role("button", name="All").click()
    visit.page.locator("#find").fill("hostile")
    assert visit.page.locator("#matrix tbody tr:visible:not(.file)").count() == 1
    visit.page.locator("#find").fill("no such test")
    visit.see("#none", "No test fits.")


@pytest.fixture
def suite(browser: Any, tmp_path: Path) -> Iterator[Visit]:
    """A page of many tests: one file whose test has many parameters, one that failed, 60 others."""
    cases = [f"the_case_passes[{group}.case_{n}]" for group in ("queue", "mutex") for n in range(9)]
    tests = [madeup.test_of(case, "one", madeup.attempt()) for case in cases]
    tests += [madeup.test_of("fails", "one", madeup.failing(), file="hil-tests/test_bad.py")]
    tests += [
        madeup.test_of(f"works_{n}", "two", madeup.attempt(), file="hil-tests/test_good.py")
        for n in range(60)
    ]
    file = tmp_path / "index.html"
    file.write_text(page(madeup.run(tests=tuple(tests)), {}, {}), encoding="utf-8")
    opened = browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 800})
    opened.goto(file.as_uri())
    yield Visit(opened)
    opened.close()


def test_of_many_tests_only_groups_with_a_failure_are_open(suite: Visit) -> None:
    heads = suite.page.locator("#matrix .file th").all_inner_texts()
    assert [" ".join(head.split()) for head in heads] == [
        "hil-tests/test_x.py the case passes: queue 9 tests",
        "hil-tests/test_x.py the case passes: mutex 9 tests",
        "hil-tests/test_bad.py 1 test",
        "hil-tests/test_good.py 60 tests",
    ]
    assert rows(suite) == ["fails"]
    suite.page.get_by_role("button", name="Open all").click()
    assert len(rows(suite)) == 79
    suite.page.get_by_role("button", name="Close all").click()
    assert rows(suite) == []


def test_a_group_opens_and_its_cells_have_names(suite: Visit) -> None:
    suite.page.get_by_role("button", name="the case passes: mutex").click()
    assert len(rows(suite)) == 10
    suite.page.get_by_role("button", name="passed: the case passes mutex.case_3, one").click()
    suite.see("#sheet-title", "test_the_case_passes[mutex.case_3]")


def test_what_is_searched_for_is_found_in_closed_groups_which_close_again(suite: Visit) -> None:
    suite.page.locator("#find").fill("queue case_4")
    assert rows(suite) == ["the case passes queue.case_4"]
    suite.page.locator("#find").fill("")
    assert rows(suite) == ["fails"]


def test_next_goes_on_through_closed_groups(suite: Visit) -> None:
    suite.page.get_by_role("button", name="failed: fails, one").click()
    suite.see("#sheet-title", "test_fails")
    suite.page.keyboard.press("k")
    suite.see("#sheet-title", "test_the_case_passes[mutex.case_8]")


def test_on_a_narrow_screen_a_name_has_the_whole_width(suite: Visit) -> None:
    suite.page.set_viewport_size({"width": 360, "height": 740})
    name = suite.page.locator("#matrix tbody tr:not(.file):visible > th").first.bounding_box()
    assert name["width"] > 250
    assert suite.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_test_opens_at_its_failing_line(visit: Visit) -> None:
    visit.page.get_by_role("button", name="failed: is hostile, two").click()
    blamed = visit.see(".blamed", "*** CRASH: <svg onload='window.broken = 1'>")
    assert "it crashed" in blamed.inner_text()
    box = blamed.bounding_box()
    assert 0 < box["y"] < 800
    visit.see(".log li", "</script><script>window.broken = 1</script>")
    visit.see("#sheet pre", "it <b>failed</b>")
    assert visit.page.locator(".log li time").nth(2).text_content() == "0.2000"


def test_each_try_of_a_flaky_test_is_shown(visit: Visit) -> None:
    visit.page.get_by_role("button", name="flaky: wavers, one").click()
    visit.see("#sheet h3", "Try 1: \u2717 failed")
    visit.see("#sheet h3", "Try 2: \u2713 passed")


def test_all_is_done_by_keyboard(visit: Visit) -> None:
    keys = visit.page.keyboard
    keys.press("/")
    keys.type("fails")
    keys.press("Escape")
    visit.page.locator("#find").fill("")
    first = visit.page.locator("#matrix td button").first
    first.focus()
    keys.press("ArrowRight")
    focused = "document.activeElement.getAttribute('aria-label')"
    assert visit.page.evaluate(focused) == "passed: passes, two"
    keys.press("ArrowDown")
    keys.press("Enter")
    visit.see("#sheet-title", "test_fails")
    keys.press("j")
    visit.see("#sheet-title", "test_breaks")
    keys.press("k")
    visit.see("#sheet-title", "test_fails")
    keys.press("Escape")
    assert visit.page.locator("#sheet").is_hidden()
    visit.until(f"{focused} === 'failed: fails, two'")


def test_an_address_leads_to_a_test(visit: Visit, report: Path) -> None:
    visit.page.goto(report.as_uri() + "#test-1")
    visit.see("#sheet-title", "test_fails")
    visit.page.keyboard.press("Escape")
    visit.until("location.hash === ''")


def test_a_covered_file_opens_with_its_lines(visit: Visit) -> None:
    visit.page.get_by_role("button", name="main.c").click()
    visit.see(".source .missed", "no();")
    assert visit.page.locator(".source .ran").count() == 3
    visit.see("#sheet dd", "3 of 4 ran")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_no_barrier(visit: Visit, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    visit.page.emulate_media(color_scheme=scheme)
    visit.page.set_viewport_size({"width": width, "height": 800})
    visit.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    for name in (None, "failed: fails, one", "skipped: is left out, one"):
        if name is not None:
            visit.page.get_by_role("button", name=name).click()
            visit.see("#sheet dl", "")
        found = Axe().run(visit.page)
        assert found.violations_count == 0, found.generate_report()
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        if name is not None:
            visit.page.keyboard.press("Escape")
