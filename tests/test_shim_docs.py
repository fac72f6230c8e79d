# SPDX-License-Identifier: BSD-3-Clause
"""The page of the whole API: complete, the same each time, made from the rows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from uk_board.cli.shim.docs import command
from uk_board.shimgen import api_page
from uk_board.shimgen.reader import read_map
from uk_board.tree import tree


@pytest.fixture(scope="module")
def tables() -> dict[str, list[list[str]]]:
    """The cells of each row of each table, by header."""
    found: dict[str, list[list[str]]] = {}
    for line in api_page(tree()).splitlines():
        if line.startswith("## "):
            found[line[3:]] = []
        elif line.startswith("| `"):
            cells = re.split(r"(?<!\\) \| ", line.removeprefix("| ").removesuffix(" |"))
            found[list(found)[-1]].append(cells)
    return found


def test_every_name_is_in_the_table_of_its_header_once(tables: dict[str, list[list[str]]]) -> None:
    shim_map = read_map(tree())
    listed = [row[0].strip("`") for rows in tables.values() for row in rows]
    assert len(listed) == len(set(listed))
    assert set(listed) == {*shim_map.public.names(), *(row.name for row in shim_map.rows())}
    for header, names in shim_map.public.public.items():
        assert set(names) <= {row[0].strip("`") for row in tables[header]}


def test_each_row_says_what_its_map_row_says(tables: dict[str, list[list[str]]]) -> None:
    shim_map = read_map(tree())
    cells = {row[0].strip("`"): row[1:] for rows in tables.values() for row in rows}
    assert all(len(row) == 4 for row in cells.values())
    for row in shim_map.rows():
        becomes, isr, differs, tests = (cell.replace("\\|", "|") for cell in cells[row.name])
        assert becomes == f"`{row.becomes or row.by_hand or row.text}`"
        if row.prototype:
            assert isr == ("yes" if row.isr else "no")
        assert differs == (row.differs or "-")
        assert re.findall(r"\w+", tests) == list(row.tests)
    for name, reason in shim_map.missing().items():
        assert cells[name][0] == f"missing: {reason}"


def test_a_macro_says_of_interrupts_what_it_becomes_says(
    tables: dict[str, list[list[str]]],
) -> None:
    isr = {row[0].strip("`"): row[2] for rows in tables.values() for row in rows}
    assert isr["xSemaphoreTake"] == "no"
    assert isr["xSemaphoreGiveFromISR"] == "yes"


def test_the_page_is_the_same_each_time_and_tells_its_origin() -> None:
    page = api_page(tree())
    assert page == api_page(tree())
    assert page.startswith("<!-- Generated from shim/freertos/*.toml by uk-board shim docs. -->")
    assert str(tree()) not in page


def test_the_command_prints_the_page_or_writes_it(tmp_path: Path) -> None:
    page = api_page(tree())
    assert CliRunner().invoke(command, []).output == page
    file = tmp_path / "build/api.md"
    done = CliRunner().invoke(command, ["-o", str(file)])
    assert done.exit_code == 0
    assert file.read_text() == page
