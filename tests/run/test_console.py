# SPDX-License-Identifier: BSD-3-Clause
"""The console: lines, time stamps, waiting, the end, over real pipes and ptys."""

from __future__ import annotations

import os
import pty
import threading
import tty
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uk_board.console import Console, LineSplitter
from uk_board.errors import BenchError
from uk_board.serial.stream import FdStream

DEADLINE_S = 60.0


class Board:
    """A board made of two pipes: what it prints, and what it was sent."""

    def __init__(self) -> None:
        console_read, self.print_fd = os.pipe()
        self.receive_fd, console_write = os.pipe()
        self.stream = FdStream(console_read, console_write)

    def print(self, data: bytes) -> None:
        os.write(self.print_fd, data)

    def power_off(self) -> None:
        os.close(self.print_fd)
        self.print_fd = -1


@pytest.fixture
def board() -> Iterator[Board]:
    made = Board()
    yield made
    made.stream.close()
    os.close(made.receive_fd)
    if made.print_fd >= 0:
        made.power_off()


@pytest.fixture
def console(board: Board) -> Console:
    made = Console()
    made.start(board.stream)
    return made


def texts(console: Console) -> list[str]:
    return [line.text for line in console.lines()]


def test_lines_are_split_whatever_ends_them(board: Board, console: Console) -> None:
    board.print(b"unix\ndos\r\nreversed\n\rdouble\r\r\nbar 1\rbar 2\n\npartial")
    board.power_off()
    assert console.wait_end(DEADLINE_S)
    expected = ["unix", "dos", "reversed", "double", "bar 1", "bar 2", "", "partial"]
    assert texts(console) == expected


def test_everything_is_kept_as_it_came(board: Board, console: Console) -> None:
    board.print(b"\x00\xff\r\n\x1b[1m")
    board.power_off()
    assert console.wait_end(DEADLINE_S)
    assert console.raw() == b"\x00\xff\r\n\x1b[1m"


@given(st.lists(st.binary(max_size=12), max_size=12))
def test_lines_do_not_depend_on_how_the_bytes_arrive(chunks: list[bytes]) -> None:
    whole, pieces = LineSplitter(), LineSplitter()
    data = b"".join(chunks)
    at_once = [line.text for line in whole.feed(data, 0.0) + whole.partial()]
    in_pieces = [line.text for chunk in chunks for line in pieces.feed(chunk, 0.0)]
    in_pieces += [line.text for line in pieces.partial()]
    assert in_pieces == at_once


def test_a_line_has_the_time_of_its_first_byte() -> None:
    splitter = LineSplitter()
    assert splitter.feed(b"be", 1.0) == []
    [first, second] = splitter.feed(b"gun\nnext\n", 5.0)
    assert (first.time_s, first.text) == (1.0, "begun")
    assert (second.time_s, second.text) == (5.0, "next")


def test_expect_finds_what_comes_later(board: Board, console: Console) -> None:
    later = threading.Timer(0.2, board.print, [b"temperature: 21.5 C\n"])
    later.start()
    match = console.expect(r"temperature: ([\d.]+) C", DEADLINE_S)
    assert match[1] == b"21.5"
    later.join()


def test_expect_goes_on_behind_the_last_match(board: Board, console: Console) -> None:
    board.print(b"n=1 n=2 n=3")
    assert [console.expect(r"n=(\d)", DEADLINE_S)[1] for _ in range(3)] == [b"1", b"2", b"3"]


def test_expect_finds_a_pattern_that_spans_pieces(board: Board, console: Console) -> None:
    board.print(b"begin ")
    assert console.wait_for(lambda: console.size_bytes == 6, DEADLINE_S)
    board.print(b"end")
    assert console.expect("begin end", DEADLINE_S)


def test_a_waiter_who_comes_after_the_end_still_looks(board: Board, console: Console) -> None:
    board.print(b"ready")
    board.power_off()
    assert console.wait_end(DEADLINE_S)
    seen: list[bytes] = []
    assert console.wait_for(lambda: seen.append(console.raw()) or False, DEADLINE_S)
    assert seen == [b"ready"]


def test_expect_that_is_not_fulfilled_shows_the_last_lines(board: Board, console: Console) -> None:
    board.print(b"one\ntwo\n")
    console.expect("two\n", DEADLINE_S)
    with pytest.raises(BenchError, match=r'"three" did not come: not within 0.05 s') as error:
        console.expect("three", 0.05)
    assert error.value.last_lines == ("one", "two")


def test_expect_says_when_nothing_was_ever_printed(console: Console) -> None:
    with pytest.raises(BenchError, match="nothing was ever printed"):
        console.expect("anything", 0.05)


def test_the_end_of_the_stream_wakes_every_waiter(board: Board, console: Console) -> None:
    errors: list[BenchError] = []

    def wait() -> None:
        with pytest.raises(BenchError) as error:
            console.expect("never", 10 * DEADLINE_S)
        errors.append(error.value)

    waiters = [threading.Thread(target=wait) for _ in range(3)]
    for waiter in waiters:
        waiter.start()
    board.power_off()
    for waiter in waiters:
        waiter.join(DEADLINE_S)
    assert [error.problem.count("the console ended") for error in errors] == [1, 1, 1]


def test_what_came_before_the_end_can_still_be_expected(board: Board, console: Console) -> None:
    board.print(b"last words")
    board.power_off()
    assert console.wait_end(DEADLINE_S)
    assert console.expect("words", 0)


def test_close_ends_a_reader_that_waits(console: Console) -> None:
    console.close()
    assert console.ended


def test_what_is_sent_arrives(board: Board, console: Console) -> None:
    console.write_line("quit")
    assert os.read(board.receive_fd, 100) == b"quit\n"


def test_a_board_that_takes_no_input_is_an_error(board: Board) -> None:
    with pytest.raises(BenchError, match=r"takes no input; [0-9]+ bytes were not sent"):
        board.stream.write(bytes(1 << 20), timeout_s=0.05)


def test_a_board_that_is_gone_takes_no_input(board: Board, console: Console) -> None:
    console.close()
    with pytest.raises(BenchError, match="is closed; 1 bytes were not sent"):
        console.write(b"x")


def test_a_listener_gets_everything_from_the_first_byte(board: Board) -> None:
    heard: list[bytes] = []
    console = Console()
    console.listen(heard.append)
    board.print(b"first ")
    console.start(board.stream)
    console.expect("first", DEADLINE_S)
    board.print(b"last")
    board.power_off()
    assert console.wait_end(DEADLINE_S)
    assert b"".join(heard) == b"first last"


def test_the_error_of_a_listener_reaches_the_waiter(board: Board) -> None:
    def broken(data: bytes) -> None:
        raise BrokenPipeError(data)

    console = Console()
    console.listen(broken)
    console.start(board.stream)
    board.print(b"x")
    with pytest.raises(BrokenPipeError):
        console.wait_end(DEADLINE_S)


def test_an_endless_console_keeps_the_newest_output(board: Board) -> None:
    console = Console(keep_bytes=1000)
    console.start(board.stream)
    for number in range(500):
        board.print(b"line %05d\n" % number)
    board.print(b"end\n")
    assert console.expect("end\n", DEADLINE_S)
    assert console.size_bytes == 500 * 11 + 4
    assert len(console.raw()) <= 1125
    assert console.raw().endswith(b"line 00499\nend\n")
    assert console.raw(console.size_bytes - 4) == b"end\n"


def test_last_lines_leave_out_empty_ones(board: Board, console: Console) -> None:
    board.print(b"a\n\nb\n\n\nc")
    console.expect("c", DEADLINE_S)
    assert console.last_lines(2) == ["b", "c"]
    assert console.last_lines() == ["a", "b", "c"]


def test_a_pty_is_a_console_too() -> None:
    far, near = pty.openpty()
    tty.setraw(near)
    console = Console()
    console.start(FdStream(near, near))
    os.write(far, b"over a pty\r\n")
    assert console.expect("over a pty", DEADLINE_S)
    console.write(b"answer")
    assert os.read(far, 100) == b"answer"
    os.close(far)
    assert console.wait_end(DEADLINE_S)
    console.close()
