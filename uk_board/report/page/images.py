# SPDX-License-Identifier: BSD-3-Clause
"""The images that were booted: hashes, sizes, and what takes them, board beside board."""

from __future__ import annotations

from collections import Counter, defaultdict

from uk_board.report.page.charts import stack
from uk_board.report.page.html import Html, element, size_of, table
from uk_board.report.record import Image, LibrarySize, Run

_MOST_LIBRARIES = 7
_HASH_SHOWN = 16


def images(run: Run) -> Html:
    """Return each image with its hash, its size, and what takes it; an app's stand together."""
    if not run.images:
        return Html()
    most = max(image.size_bytes for image in run.images.values())
    known = _largest(run)
    apps: dict[str, list[tuple[str, Image]]] = defaultdict(list)
    for key, image in sorted(run.images.items()):
        apps[image.app].append((key, image))
    groups = [
        element("div", element("h3", app), *(_image(*one, most, known) for one in found))
        for app, found in sorted(apps.items())
    ]
    names = [*known, *[""] * (_MOST_LIBRARIES - len(known)), "others"]
    colours = [
        element("li", name, class_=f"s{number}") for number, name in enumerate(names) if name
    ]
    return element(
        "section",
        element("h2", "Images", id="images"),
        element("div", element("ul", *colours, class_="key"), *groups, class_="card images"),
        element("details", element("summary", "Bytes by library"), _table(run)),
        aria_labelledby="images",
    )


def _largest(run: Run) -> list[str]:
    """Return the libraries that take most in all images: each has its colour throughout."""
    sums = Counter[str]()
    for image in run.images.values():
        sums.update({name: _stored(size) for name, size in image.libraries.items()})
    return [name for name, _ in sums.most_common(_MOST_LIBRARIES)]


def _stored(size: LibrarySize) -> int:
    return size.text + size.rodata + size.data


def _image(key: str, image: Image, most: int, known: list[str]) -> Html:
    sizes = {name: _stored(size) for name, size in image.libraries.items()}
    rest = sum(size for name, size in sizes.items() if name not in known)
    # Every colour has its part, of no width where the library is not there.
    parts = [(name, sizes.get(name, 0)) for name in known]
    parts += [("", 0)] * (_MOST_LIBRARIES - len(parts)) + [("others", rest)]
    whole = [(f"{name} {size_of(size)}", float(size)) for name, size in parts if sizes]
    digest = element("code", image.sha256[:_HASH_SHOWN], title=f"SHA-256 {image.sha256}")
    name = key.removesuffix(f"/{image.app}")
    return element(
        "div",
        element("p", element("b", name), " ", digest),
        stack(whole or [(size_of(image.size_bytes), float(image.size_bytes))], most),
        element("b", size_of(image.size_bytes)),
        class_="image",
    )


def _table(run: Run) -> Html:
    """Return what each library takes of each image: code, constants and data; zeroed memory."""
    sums = Counter[str]()
    for image in run.images.values():
        sums.update({name: _stored(size) for name, size in image.libraries.items()})
    names = [name for name, _ in sums.most_common()]
    rows = [
        (key, f"{image.size_bytes:,}", *(_cell(image.libraries.get(name)) for name in names))
        for key, image in sorted(run.images.items())
    ]
    return table(("Image", "File", *names), rows)


def _cell(size: LibrarySize | None) -> str:
    if size is None:
        return ""
    return f"{_stored(size):,}" + (f" + {size.bss:,}" if size.bss else "")
