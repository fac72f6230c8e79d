# SPDX-License-Identifier: BSD-3-Clause
"""HTML by functions: whatever is no HTML yet is escaped, so nothing can be forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from uk_board.report.consolelog import visible_lines

# These have no end tag.
_VOID = ("circle", "line", "path", "rect")


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(value: str) -> Html:
    """Return text as HTML that shows it; control characters become visible."""
    return value if isinstance(value, Html) else Html(escape(visible_lines(value)))


def element(tag: str, *children: str, **attributes: str | int | None) -> Html:
    """Return an element. `class_` is the attribute class, `data_x` is data-x; None is left out."""
    named = "".join(
        f' {name.strip("_").replace("_", "-")}="{text(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _VOID:
        return Html(f"<{tag}{named}/>")
    return Html(f"<{tag}{named}>{joined(*children)}</{tag}>")


def joined(*parts: str) -> Html:
    """Return parts one after the other."""
    return Html("".join(map(text, parts)))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    """Return a plain table that scrolls sideways where it is too wide."""
    found = element(
        "table",
        element("thead", element("tr", *(element("th", one, scope="col") for one in heads))),
        element("tbody", *(element("tr", *(element("td", x) for x in row)) for row in rows)),
        class_="plain",
    )
    return element("div", found, class_="scroll", tabindex=0)


def span_of(seconds: float) -> str:
    """Return a duration as people say it."""
    if seconds < 0.0995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 99.5:
        return f"{seconds:.2f} s" if seconds < 9.95 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def size_of(count: int) -> str:
    """Return a number of bytes as people say it."""
    if count < 10_000:
        return f"{count:,} B"
    return f"{count / 1024:,.0f} KiB" if count < 10 << 20 else f"{count / (1 << 20):,.1f} MiB"


def count_of(count: int, what: str) -> str:
    """Return "1 test" or "2 tests"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
