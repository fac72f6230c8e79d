# SPDX-License-Identifier: BSD-3-Clause
"""The console of one test: its own lines with their times, and the line to blame."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uk_board.console import Console, Line
from uk_board.report.consolelog import (
    HEAD_LINES,
    TAIL_LINES,
    Entry,
    entries,
    failing_entry,
    shortened,
    since,
    text_of,
    visible,
)
from uk_board.report.record import Event
from uk_board.serial.stream import FdStream


class Board:
    """A console over a pipe."""

    def __init__(self) -> None:
        reader, self._writer = os.pipe()
        self.console = Console()
        self.console.start(FdStream(reader, os.open(os.devnull, os.O_WRONLY)))

    def says(self, data: bytes) -> None:
        size = self.console.size_bytes + len(data)
        os.write(self._writer, data)
        assert self.console.wait_for(lambda: self.console.size_bytes >= size, 30)

    def close(self) -> None:
        os.close(self._writer)
        self.console.wait_end(30)
        self.console.close()


@pytest.fixture
def board() -> Iterator[Board]:
    made = Board()
    yield made
    made.close()


def test_a_test_has_only_the_lines_since_it_began(board: Board) -> None:
    board.says(b"one\r\ntwo\r\n")
    begin = board.console.size_bytes
    board.says(b"three\r\nfo")
    board.says(b"ur")
    end, lines = since(board.console, begin)
    assert [line.text for line in lines] == ["three", "four"]
    assert end == board.console.size_bytes


def test_a_test_that_begins_within_a_line_has_the_rest_of_it(board: Board) -> None:
    board.says(b"one\ntw")
    begin = board.console.size_bytes
    board.says(b"o\nthree\n")
    assert [line.text for line in since(board.console, begin)[1]] == ["two", "three"]


def test_a_silent_board_has_no_lines(board: Board) -> None:
    board.says(b"one\n")
    assert since(board.console, board.console.size_bytes)[1] == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=30), min_size=1, max_size=6), st.data())
def test_whatever_bytes_come_the_lines_are_the_last_ones(
    pieces: list[bytes], data: st.DataObject
) -> None:
    made = Board()
    for piece in pieces:
        made.says(piece)
    begin = data.draw(st.integers(0, made.console.size_bytes))
    end, lines = since(made.console, begin)
    whole = made.console.lines()
    made.close()
    assert end == sum(map(len, pieces))
    assert lines == whole[len(whole) - len(lines) :]


def test_a_line_that_the_failure_quotes_is_the_one_to_blame() -> None:
    found = [Entry(0.0, "T,a,fail,1 is not 2"), Entry(0.1, "*** CRASH: later")]
    assert failing_entry(found, 1.0, "T,a,fail,1 is not 2") == (0, "the test failed for this line")
    assert failing_entry(found, 1.0, "something else") == (1, "the image crashed")


def test_events_stand_where_they_happened() -> None:
    lines = [Line(10.2, "banner"), Line(10.5, "hot")]
    found = entries(lines, [Event(0.1, "power on"), Event(0.5, "t0 senses 40")], 10.0)
    assert [entry.text for entry in found] == ["power on", "banner", "t0 senses 40", "hot"]
    assert text_of(found).splitlines()[2] == "[    0.5000] --- t0 senses 40"


@pytest.mark.parametrize(
    ("lines", "blamed"),
    [
        (["fine", "*** CRASH: null", "*** END CRASH"], ("*** CRASH: null", "the image crashed")),
        (["CASE a PASS", "CASE b FAIL", "DONE"], ("CASE b FAIL", "a case failed on the board")),
        (["x.c:12:test_a:FAIL", "OK"], ("x.c:12:test_a:FAIL", "a case failed on the board")),
        (["fine", "", "late"], ("fine", "the last line before the test failed")),
        ([], None),
    ],
)
def test_the_line_to_blame(lines: list[str], blamed: tuple[str, str] | None) -> None:
    found = [Entry(float(at), text) for at, text in enumerate(lines)]
    what = failing_entry(found, until_s=1.5)
    assert (what and (found[what[0]].text, what[1])) == blamed


@pytest.mark.parametrize("failing", [None, 0, 5_000, 20_000, 49_999])
def test_a_board_that_never_stops_keeps_head_tail_and_the_line_to_blame(
    failing: int | None,
) -> None:
    found = [Entry(at / 1000, f"line {at}") for at in range(50_000)]
    kept, at = shortened(found, failing)
    assert len(kept) <= HEAD_LINES + TAIL_LINES + 2
    assert kept[0].text == "line 0"
    assert any("are left out here" in entry.text for entry in kept)
    if failing is None:
        assert kept[-1].text == "line 49999"
    else:
        assert at is not None
        assert kept[at].text == f"line {failing}"
    assert sum(entry.event for entry in kept) + HEAD_LINES + TAIL_LINES == len(kept)


def test_control_characters_are_made_visible_and_colours_are_left_out() -> None:
    assert visible("\x1b[31mred\x1b[0m\x07\tend\0") == "red\\x07\tend\\x00"
    assert visible("a\u202eb\ud800") == "a\\u202eb\\ud800"
