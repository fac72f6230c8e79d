# SPDX-License-Identifier: BSD-3-Clause
"""Files that an application carries in its image: which, as what, and what can be wrong."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from uk_board.build import embed
from uk_board.build.build import generated, plan_image
from uk_board.build.component import App
from uk_board.errors import DescriptorError
from uk_board.facts.boards import board_folders, load_board

PAGE = b"<!doctype html><title>made up</title>" * 20


def app(folder: Path, *names: str) -> App:
    return App(name="made-up", folder=folder, caption="", embed=names)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_bytes(PAGE)
    return tmp_path


def data_of(source: str) -> bytes:
    """Return the bytes of the first array in C."""
    array = re.search(r"_data\[\] = \{(.*?)\};", source, re.DOTALL)
    assert array is not None
    return bytes(int(number) for number in re.findall(r"\d+", array[1]))


def test_the_bytes_in_c_are_the_file_compressed(folder: Path) -> None:
    source = embed.generate(app(folder, "page.html"))[embed.SOURCE]
    data = data_of(source)
    assert gzip.decompress(data) == PAGE
    assert len(data) < len(PAGE) / 5
    assert '.type = "text/html; charset=utf-8",' in source


def test_the_same_file_is_the_same_text_and_another_has_another_tag(folder: Path) -> None:
    def tag(source: str) -> str:
        found = re.search(r'\.etag = "\\"([0-9a-f]{16})\\"",', source)
        assert found is not None
        return found[1]

    first = embed.generate(app(folder, "page.html"))
    (folder / "page.html").touch()
    assert embed.generate(app(folder, "page.html")) == first
    (folder / "page.html").write_bytes(PAGE + b"!")
    assert tag(embed.generate(app(folder, "page.html"))[embed.SOURCE]) != tag(first[embed.SOURCE])


def test_an_app_without_files_has_nothing_generated(folder: Path) -> None:
    assert embed.generate(app(folder)) == {}


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(
        DescriptorError, match=r'app\.toml: embed: "no\.html" cannot be read: No such'
    ):
        embed.generate(app(folder, "no.html"))


def test_a_type_that_browsers_would_not_know_is_an_error(folder: Path) -> None:
    with pytest.raises(
        DescriptorError, match=r'"page\.htm" is of no known type; did you mean|known'
    ):
        embed.generate(app(folder, "page.htm"))


def test_an_app_of_the_tree_that_embeds_none_builds_as_before() -> None:
    plan = plan_image(load_board("rpi4", board_folders()), "hello")
    assert embed.HEADER not in generated(plan)
