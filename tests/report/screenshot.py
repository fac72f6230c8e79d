# SPDX-License-Identifier: BSD-3-Clause
"""A picture of a report's page, as in docs/images: screenshot.py INDEX.html FILE.png [#test-7]

Needs chromium and playwright, see tests/demo/browser.py. With an address within the page it is
the sheet of that test.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "demo"))

from browser import chromium

SIZE = {"width": 1200, "height": 1240}


def take(report: Path, file: Path, address: str) -> None:
    """Open the page, take the picture."""
    with chromium() as browser:
        page = browser.new_page(viewport=SIZE, color_scheme="light", locale="en-GB")
        page.goto(report.absolute().as_uri() + address)
        if address:
            page.locator("#sheet-title").filter(has_text="_").wait_for()
        page.screenshot(path=file)


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
