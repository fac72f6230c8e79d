# SPDX-License-Identifier: BSD-3-Clause
"""The reader of TOML: a closed world, typed, and errors that name file and key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uk_board.errors import DescriptorError, MissingError
from uk_board.facts.descriptor import GIVEN, Document, Key, load, parse, read


@dataclass(frozen=True)
class Part:
    name: Annotated[str, GIVEN]
    size: Annotated[int, range(1, 0x100)]


@dataclass(frozen=True)
class Thing:
    name: Annotated[str, GIVEN]
    kind: Annotated[str, Key("class")]
    count: int = 1
    exact: bool = False
    pairs: tuple[tuple[int, ...], ...] = ()
    mode: Literal["fast", "slow"] = "slow"
    comment: str | None = None
    options: Mapping[str, int | str | bool] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)


def _load(folder: Path, text: str) -> Thing:
    file = folder / "thing.toml"
    file.write_text(text)
    return load(Thing, file, name="it")


def _problem(folder: Path, text: str) -> str:
    with pytest.raises(DescriptorError) as caught:
        _load(folder, text)
    return str(caught.value).removeprefix(f"{folder}/")


def test_a_file_becomes_the_dataclass_that_declares_its_keys(tmp_path: Path) -> None:
    text = """
        class = "sensor"
        count = 0x10
        exact = true
        pairs = [[1, 2], []]
        mode = "fast"
        comment = "none"
        options = { a = 1, b = "two", c = false }
        [parts.lid]
        size = 3
    """
    assert _load(tmp_path, text) == Thing(
        name="it",
        kind="sensor",
        count=16,
        exact=True,
        pairs=((1, 2), ()),
        mode="fast",
        comment="none",
        options={"a": 1, "b": "two", "c": False},
        parts={"lid": Part("lid", 3)},
    )


def test_keys_with_defaults_may_be_left_out(tmp_path: Path) -> None:
    assert _load(tmp_path, 'class = "x"') == Thing(name="it", kind="x")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("clas = 1", "clas: unknown key; known: class, comment, count, exact"),
        ("kind = 'x'", "kind: unknown key; known: class"),
        ("name = 'x'", "name: unknown key; known: "),
        ("count = 2", "class: is missing; a text is expected"),
        ("class = 3", 'class: "3" is a whole number; a text is expected'),
        ("class = 'x'\ncount = true", 'count: "true" is true or false; a whole number'),
        ("class = 'x'\ncount = 2.5", 'count: "2.5" is a number; a whole number'),
        ("class = 'x'\ncount = 1979-05-27", 'count: "1979-05-27" is a date; a whole number'),
        ("class = 'x'\npairs = [[1], 2]", 'pairs[1]: "2" is a whole number; a list is expected'),
        ("class = 'x'\npairs = [[1, 'a']]", 'pairs[0][1]: "a" is a text; a whole number'),
        ("class = 'x'\nmode = 'mid'", 'mode: "mid" is a text; "fast" or "slow" is expected'),
        ("class = 'x'\ncomment = []", "comment: is a list; a text is expected"),
        (
            "class = 'x'\noptions = { a = [] }",
            "options.a: is a list; a whole number or a text or true or false is expected",
        ),
        ("class = 'x'\nparts = 1", 'parts: "1" is a whole number; a table is expected'),
        ("class = 'x'\nparts = { lid = 1 }", 'parts.lid: "1" is a whole number; a table'),
        (
            "class = 'x'\nparts = { lid = { size = 0 } }",
            "parts.lid.size: 0x0 is out of range; 0x1 to 0xff is expected",
        ),
        ("class = 'x'\ncount = 1\ncount = 2", "is not TOML: Cannot overwrite a value"),
        ("a = " + "[" * 5000, "is not TOML: it nests too deep"),
        (
            "class = '''\x1b[31m\n'''\nmode = '''\x1b[31m'''",
            r"is not TOML: Found invalid character '\x1b'",
        ),
        ('class = "x"\nmode = "\\u001b[31m"', r'mode: "\x1b[31m" is a text; "fast" or "slow"'),
        (f"class = 0x{'f' * 5000}", f'class: "0x{"f" * 38}..." is a whole number'),
    ],
)
def test_what_the_schema_does_not_say_is_an_error(tmp_path: Path, text: str, problem: str) -> None:
    found = _problem(tmp_path, text).removeprefix("thing.toml: ")
    assert found.startswith(problem)


def test_the_known_keys_are_listed_nearest_first(tmp_path: Path) -> None:
    assert "known: parts, pairs, class" in _problem(tmp_path, "class = 'x'\npart = {}")


def test_a_file_that_is_not_there_is_missing_not_wrong(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no such file") as caught:
        read(tmp_path / "none.toml")
    assert caught.value.exit_status == 3


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DescriptorError, match="cannot be read: Is a directory"):
        read(tmp_path)


def _laid(upper: dict[str, object], lower: dict[str, object]) -> Document:
    return Document(Path("upper.toml"), upper).over(Document(Path("lower.toml"), lower))


def test_tables_are_laid_over_key_by_key_and_lists_as_a_whole() -> None:
    document = _laid(
        {"parts": {"lid": {"size": 2}}, "list": [1]},
        {"parts": {"lid": {"size": 1, "old": 1}, "box": {"size": 3}}, "list": [2, 3]},
    )
    assert document.values == {
        "parts": {"lid": {"size": 2, "old": 1}, "box": {"size": 3}},
        "list": [1],
    }


@pytest.mark.parametrize(
    ("upper", "lower", "place"),
    [
        ({"class": 1}, {"class": "x"}, "upper.toml: class:"),
        ({"count": 1}, {"class": 1}, "lower.toml: class:"),
        ({"parts": {"lid": {}}}, {"class": "x"}, "upper.toml: parts.lid.size:"),
        ({"class": "x"}, {"parts": {"lid": {}}}, "lower.toml: parts.lid.size:"),
        ({"class": "x"}, {"parts": {"lid": {"size": 0}}}, "lower.toml: parts.lid.size:"),
        ({"count": 1}, {"count": 2}, "upper.toml: class:"),
    ],
)
def test_an_error_names_the_file_it_comes_from(
    upper: dict[str, object], lower: dict[str, object], place: str
) -> None:
    with pytest.raises(DescriptorError) as caught:
        parse(Thing, _laid(upper, lower), name="it")
    assert str(caught.value).startswith(place)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary() | st.text().map(str.encode))
def test_whatever_a_file_holds_only_a_descriptor_error_comes(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "thing.toml"
    file.write_bytes(content)
    with pytest.raises(DescriptorError):  # `class` is missing from all that is TOML
        load(Thing, file, name="it")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(
    values=st.dictionaries(
        st.sampled_from(("class", "count", "exact", "pairs", "mode", "options", "parts", "?")),
        _VALUES,
    )
)
def test_whatever_the_values_are_they_fit_or_are_a_descriptor_error(
    values: dict[str, object],
) -> None:
    try:
        thing = parse(Thing, Document(Path("thing.toml"), values), name="it")
    except DescriptorError as error:
        complaint = str(error)
    else:
        complaint = "thing.toml: none" if isinstance(thing.kind, str) else f"{thing} is accepted"
    assert complaint.startswith("thing.toml: ")
    assert complaint.isprintable()
