# SPDX-License-Identifier: BSD-3-Clause
"""The page that a person reads: one file, which needs nothing from elsewhere.

All but console logs and sources is in it as plain HTML. Those are in one compressed block,
which page.js unpacks when the first of them is opened; they go onto the page as text only.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path

from uk_board.report.page.charts import charts
from uk_board.report.page.coverage import coverage
from uk_board.report.page.failures import failures
from uk_board.report.page.head import head, title
from uk_board.report.page.images import images
from uk_board.report.page.matrix import matrix
from uk_board.report.page.places import places
from uk_board.report.page.skipped import skipped
from uk_board.report.record import Run
from uk_board.report.store import as_json

_HERE = Path(__file__).parent
_MARK = re.compile(r"<!--=(\w+)-->|/\*=(\w+)\*/")


def page(run: Run, logs: Mapping[str, str], sources: Mapping[str, str]) -> str:
    """Return index.html; `logs` are texts by file, `sources` those of covered files."""
    parts = {
        "title": title(run),
        "css": _file("page.css"),
        "js": _file("page.js"),
        "head": head(run),
        "failures": failures(run, logs),
        "matrix": matrix(run),
        "skipped": skipped(run),
        "charts": charts(run),
        "places": places(run),
        "images": images(run),
        "coverage": coverage(run),
        "data": _packed({"run": as_json(run), "logs": dict(logs), "sources": dict(sources)}),
    }
    return _MARK.sub(lambda mark: parts[mark[1] or mark[2]], _file("page.html"))


def _file(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _packed(data: object) -> str:
    """Return JSON, compressed, in characters that mean nothing in HTML."""
    plain = json.dumps(data, separators=(",", ":")).encode("ascii")
    return base64.b64encode(gzip.compress(plain, 9, mtime=0)).decode("ascii")
