# SPDX-License-Identifier: BSD-3-Clause
"""The page in a real browser: what a visitor sees, hears and can do."""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from browser import chromium
from webhost import WEB, Web

TIMEOUT_MS = 60_000
PAGE = (WEB / "page.html").read_bytes()


@dataclass
class Visit:
    """The page open in a browser, and what went wrong there."""

    page: Any
    web: Web
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def text(self, selector: str, wanted: str) -> None:
        """Wait until the first element of `selector` has this text."""
        self.page.locator(selector).first.filter(has_text=wanted).wait_for(timeout=TIMEOUT_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visit(browser: Any, web: Web) -> Iterator[Visit]:
    page = browser.new_page(locale="en-GB", reduced_motion="reduce")
    found = Visit(page, web)
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    page.on("request", lambda request: found.asked.append(request.url))
    page.goto(web.url)
    found.text("#link", "Live")
    yield found
    page.close()
    assert found.errors == []


def test_the_page_is_small_and_needs_nothing_from_elsewhere(visit: Visit) -> None:
    assert len(gzip.compress(PAGE, 9)) <= 12 * 1024
    visit.text(".value", "21.50 °C")
    elsewhere = [url for url in visit.asked if not url.startswith((visit.web.url, "data:"))]
    assert elsewhere == []
    # The page, then only readings: no icon, script or font of its own.
    paths = {url.removeprefix(visit.web.url).partition("?")[0] for url in visit.asked}
    assert {path for path in paths if not path.startswith("data:")} == {"", "api/v1/sensors"}


def test_each_sensor_is_shown_with_its_unit_and_the_board_by_its_name(visit: Visit) -> None:
    visit.text("h1", 'Made-up "4711" \\ board')
    values = visit.page.locator(".value").all_inner_texts()
    assert values == ["21.50 °C", "101,325 Pa", "-48.13 µT"]
    assert visit.page.locator("#used").inner_text() == "391 KiB"
    assert visit.page.title().startswith("21.50 °C")


def test_a_changed_temperature_comes_by_itself_and_into_the_chart(visit: Visit) -> None:
    visit.web.tell("set 0 36500")
    visit.text(".value", "36.50 °C")
    visit.text("output", "highest 36.50")
    curve = visit.page.locator(".curve").first.get_attribute("d")
    heights = {float(point.split()[1]) for point in curve.replace("M", "").split("L")}
    assert len(heights) >= 2


def test_a_sensor_that_fails_says_so_and_recovers(visit: Visit) -> None:
    visit.web.tell("fail 0 no answer from 0x48")
    visit.text("article .chip", "Error")
    visit.text(".why", "no answer from 0x48; last reading")
    assert visit.page.locator("article .chip").nth(1).inner_text() == "Live"
    visit.web.tell("set 0 22000")
    visit.text("article .chip", "Live")
    # The time without readings is a gap: two runs, each begins anew.
    visit.page.wait_for_function(
        "document.querySelector('.curve').getAttribute('d').match(/M/g).length > 1"
    )


def test_readings_that_stop_are_shown_as_stale(visit: Visit) -> None:
    visit.web.tell("stall")
    visit.web.tell("later 2000")
    visit.text("article .chip", "Stale")


def test_a_lost_connection_is_said_and_found_again_after_a_restart(
    visit: Visit, web_program: Path
) -> None:
    visit.web.tell("set 0 60000")
    visit.text(".value", "60.00 °C")
    visit.web.tell("later 60000")  # so that the next one is younger
    visit.text("#uptime", "min")
    visit.page.wait_for_timeout(1500)
    visit.web.kill()
    visit.text("#link", "Connection lost")
    visit.text("#alarm", "No answer from the board since")
    assert visit.page.locator("#alarm").get_attribute("role") == "alert"
    assert visit.page.locator("article .chip").first.inner_text() == "Stale"
    again = Web(web_program, visit.web.port)
    again.tell("set 0 5000")
    visit.text("#link", "Live")
    visit.text(".value", "5.00 °C")
    visit.text("output", "lowest 5.00")
    # What it showed before it was started again is not taken for its own.
    assert "60.00" not in visit.page.locator("output").first.inner_text()
    assert visit.page.locator("#alarm").inner_text() == ""
    assert again.end() == ""


def test_single_values_are_read_by_keyboard(visit: Visit) -> None:
    for milli in (1000, 2000, 3000, 4000):
        visit.web.tell(f"set 0 {milli}")
        visit.web.tell("later 250")
    visit.text(".value", "4.00 °C")
    chart = visit.page.locator(".chart").first
    chart.focus()
    visit.page.keyboard.press("Home")
    visit.text("output", "21.50 °C, ")
    visit.page.keyboard.press("End")
    visit.text("output", "4.00 °C, ")
    assert visit.page.locator("output").first.get_attribute("aria-live") == "polite"
    visit.page.keyboard.press("Escape")
    visit.text("output", "lowest")


def test_a_chart_says_in_words_what_it_shows(visit: Visit) -> None:
    label = visit.page.locator(".chart").first.get_attribute("aria-label")
    assert "lowest 21.50, mean 21.50, highest 21.50 °C" in label


def test_who_does_not_want_motion_has_none(visit: Visit, browser: Any) -> None:
    assert visit.page.evaluate("document.getAnimations().length") == 0
    lively = browser.new_page(reduced_motion="no-preference")
    lively.goto(visit.web.url)
    lively.locator("#link[data-state=ok]").wait_for(timeout=TIMEOUT_MS)
    assert lively.evaluate("document.getAnimations().length") == 1
    lively.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_no_barrier(visit: Visit, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    visit.page.emulate_media(color_scheme=scheme)
    visit.page.set_viewport_size({"width": width, "height": 800})
    visit.web.tell("fail 1 no answer")
    visit.text("article:nth-child(2) .chip", "Error")
    found = Axe().run(visit.page)
    assert found.violations_count == 0, found.generate_report()
    # Nothing sticks out to the side.
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_works_through_an_hour_of_readings(visit: Visit) -> None:
    """The chart keeps two minutes, whatever came before."""
    for number in range(600):
        visit.web.tell(f"set 0 {round(20000 + 1000 * math.sin(number / 10))}")
        visit.web.tell("later 250")
    visit.page.wait_for_timeout(1500)
    curve = visit.page.locator(".curve").first.get_attribute("d")
    assert 2 <= curve.count("L") + curve.count("M") <= 480
