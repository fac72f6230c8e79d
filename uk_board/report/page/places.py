# SPDX-License-Identifier: BSD-3-Clause
"""What ran on what: boards, places, machines; and the images with their hashes and sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from uk_board.report.page.charts import stack
from uk_board.report.page.html import Html, count_of, element, joined, size_of, span_of
from uk_board.report.record import Image, Run, Source

_MOST_LIBRARIES = 7
_HASH_SHOWN = 16


def places(run: Run) -> Html:
    """Return what the tests of each board ran on, and what they were started on."""
    counts = Counter[tuple[str, str, str]]()
    took = Counter[tuple[str, str, str]]()
    for test in run.tests:
        if test.last.on:
            key = (test.board, test.last.on, test.last.where)
            counts[key] += 1
            took[key] += round(test.duration_s * 1000)
    titles = {board.name: f"{board.title}, {board.core}" for board in run.boards}
    rows = [
        (board, titles.get(board, ""), on, where, f"{counts[key]:,}", span_of(took[key] / 1000))
        for key in sorted(counts)
        for board, on, where in [key]
    ]
    heads = ("Board", "What it is", "Ran on", "Which", "Tests", "Took")
    sources = [_source(source) for source in run.sources]
    return element(
        "section",
        element("h2", "What ran on what", id="places"),
        _table(heads, rows),
        *sources,
        aria_labelledby="places",
    )


def _source(source: Source) -> Html:
    machine, commit = source.machine, source.commit
    revision = f"{commit.hash[:10]} {commit.subject}" if commit.hash else "no git"
    said = (
        f"Started on {machine.host} ({machine.system}, {count_of(machine.cores, 'core')}), "
        f"Python {machine.python}, uk-board {machine.uk_board}, QEMU {machine.qemu or 'none'}, "
        f"at {source.started} from {revision}{' with changes' if commit.dirty else ''}: "
    )
    return element("p", said, element("code", " ".join(source.command)), class_="quiet")


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Html:
    return element(
        "div",
        element(
            "table",
            element("thead", element("tr", *(element("th", one, scope="col") for one in heads))),
            element("tbody", *(element("tr", *(element("td", x) for x in row)) for row in rows)),
            class_="plain",
        ),
        class_="scroll",
        tabindex=0,
    )


def images(run: Run) -> Html:
    """Return each image with its hash, its size, and what takes it."""
    if not run.images:
        return Html()
    most = max(image.size_bytes for image in run.images.values())
    known = _largest(run)
    rows = [_image(key, image, most, known) for key, image in sorted(run.images.items())]
    return element(
        "section",
        element("h2", "Images", id="images"),
        element("div", *rows, class_="card"),
        aria_labelledby="images",
    )


def _largest(run: Run) -> list[str]:
    """Return the libraries that take most in all images: each has its colour throughout."""
    sums = Counter[str]()
    for image in run.images.values():
        for name, size in image.libraries.items():
            sums[name] += size.text + size.rodata + size.data
    return [name for name, _ in sums.most_common(_MOST_LIBRARIES)]


def _image(key: str, image: Image, most: int, known: list[str]) -> Html:
    sizes = {name: size.text + size.rodata + size.data for name, size in image.libraries.items()}
    rest = sum(size for name, size in sizes.items() if name not in known)
    # Every colour has its part, of no width where the library is not there.
    parts = [(name, sizes.get(name, 0)) for name in known]
    parts += [("", 0)] * (_MOST_LIBRARIES - len(parts)) + [("others", rest)]
    whole = [(f"{name} {size_of(size)}", float(size)) for name, size in parts if sizes]
    digest = element("code", image.sha256[:_HASH_SHOWN], title=f"SHA-256 {image.sha256}")
    name = element("div", element("h3", key), element("p", "SHA-256 ", digest, class_="quiet"))
    bar = stack(whole or [(size_of(image.size_bytes), float(image.size_bytes))], most)
    listed = joined(
        *(
            element("li", name, " ", element("b", size_of(size)), class_=f"s{number}")
            for number, (name, size) in enumerate(parts)
            if size
        )
    )
    return element(
        "div",
        name,
        element("div", bar, element("ul", listed, class_="key")),
        element("b", size_of(image.size_bytes)),
        class_="image",
    )
