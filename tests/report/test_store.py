# SPDX-License-Identifier: BSD-3-Clause
"""run.json and its journal: what is written is read back; what is damaged is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import madeup
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uk_board.errors import DescriptorError, MissingError
from uk_board.report.record import VERSION, Run
from uk_board.report.store import JOURNAL, RUN, Journal, as_json, is_running, load_run, write_run


def test_a_record_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    run = madeup.run()
    write_run(tmp_path, run)
    assert load_run(tmp_path) == run
    assert load_run(tmp_path / RUN) == run


@settings(max_examples=50, deadline=None)
@given(text=st.text(), value=st.floats(allow_nan=False, allow_infinity=False))
def test_any_text_and_number_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, text: str, value: float
) -> None:
    folder = tmp_path_factory.mktemp("record")
    measured = replace(madeup.MEASURED, name=text, value=value)
    attempt = madeup.attempt(message=text, measurements=(measured,))
    run = madeup.run(tests=(madeup.test_of("x", "one", attempt, reason=text),))
    write_run(folder, run)
    assert load_run(folder) == run


def begin(folder: Path) -> tuple[Journal, Run]:
    whole = madeup.run()
    empty = replace(whole, tests=(), boards=(), images={}, coverage={})
    journal = Journal(folder, empty)
    for board in whole.boards:
        journal.add("board", board)
    journal.add("image", whole.images["one/hello"])
    for test in whole.tests[:2]:
        journal.add("begin", test.id)
        journal.add("test", test)
    return journal, whole


def test_a_run_that_was_killed_tells_what_it_did_and_in_which_test_it_was(tmp_path: Path) -> None:
    journal, whole = begin(tmp_path)
    journal.add("begin", "test_y")
    assert is_running(tmp_path)
    assert load_run(tmp_path).interrupted == ("still running in test_y",)
    journal.close()
    assert not is_running(tmp_path)
    left = load_run(tmp_path)
    assert left.tests == whole.tests[:2]
    assert left.images == whole.images
    assert left.boards == whole.boards
    assert left.interrupted == ("interrupted in test_y",)
    assert not left.good


def test_a_journal_that_was_cut_anywhere_is_still_read(tmp_path: Path) -> None:
    begin(tmp_path)[0].close()
    data = (tmp_path / JOURNAL).read_bytes()
    first = data.index(b"\n") + 1
    for length in range(first, len(data), 7):
        (tmp_path / JOURNAL).write_bytes(data[:length])
        left = load_run(tmp_path)
        assert left.interrupted
        assert len(left.tests) == data[:length].count(b'{"test"', 0, data[:length].rfind(b"\n") + 1)


def test_a_damaged_line_within_a_journal_is_named(tmp_path: Path) -> None:
    begin(tmp_path)
    lines = (tmp_path / JOURNAL).read_text().splitlines()
    lines[2] = lines[2][:5]
    (tmp_path / JOURNAL).write_text("\n".join(lines) + "\n")
    with pytest.raises(DescriptorError, match=rf"{JOURNAL}:3: is not JSON"):
        load_run(tmp_path)


def test_a_record_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    values = as_json(madeup.run()) | {"version": VERSION + 1, "what_else": 1}
    (tmp_path / RUN).write_text(json.dumps(values))
    with pytest.raises(DescriptorError, match=f"is of version {VERSION + 1}; this uk-board reads"):
        load_run(tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a JSON object"),
        ("{}", 'no "version"'),
        ('{"version": 1, "id": "x"}', "sources: is missing"),
        ('{"version": 1, "id": "x", "sources": [], "speed": 1}', "speed: unknown key"),
        ('{"version": 1, "id": 5, "sources": []}', 'id: "5" is a whole number; a text is'),
    ],
)
def test_what_is_no_record_is_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / RUN).write_text(text)
    with pytest.raises(DescriptorError, match=told):
        load_run(tmp_path)


def test_a_folder_without_a_record_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no such file"):
        load_run(tmp_path)


def test_workers_of_a_run_that_was_killed_are_pointed_to(tmp_path: Path) -> None:
    begin(tmp_path / "gw0")
    with pytest.raises(
        MissingError, match=r"only workers left records\ntry: uk-board report merge"
    ):
        load_run(tmp_path)
