# SPDX-License-Identifier: BSD-3-Clause
"""The clean log: times of first bytes, no escape sequences, whatever the pieces."""

from __future__ import annotations

import errno
import io
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uk_board.desk.behind import Behind
from uk_board.desk.consolelog import ConsoleLog
from uk_board.desk.consoletext import CleanText, Stamper
from uk_board.errors import UsageError


def clean(*pieces: bytes) -> str:
    text = CleanText()
    return "".join(map(text.feed, pieces))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1b[1;31mred\x1b[0m", "red"),
        (b"\x1b[2J\x1b[Htop", "top"),
        (b"\x1b]0;title\x07shown", "shown"),
        (b"\x1b]8;;http://x\x1b\\link", "link"),
        (b"\x1b(Bascii\x1b7\x1b8\x1bc", "ascii"),
        (b"\x1b[?25lhidden\x1b[?25h", "hidden"),
        (b"tab\there\x00\x07\x08", "tab\there"),
        ("grün".encode(), "grün"),
        (b"\xff\xfenoise", "\ufffd\ufffdnoise"),
    ],
)
def test_escape_sequences_are_left_out(data: bytes, text: str) -> None:
    assert clean(data) == text
    # However it is cut into pieces.
    assert clean(*(bytes([byte]) for byte in data)) == text


@given(
    st.lists(
        st.sampled_from(
            [
                b"\x1b[",
                b"\x1b]",
                b"31m",
                b"m",
                b"text",
                b"\x1b\\",
                b"\r\n",
                b"\xc3",
                b"\xbc",
                b"\x1b",
            ]
        )
    )
)
def test_pieces_make_no_difference(pieces: list[bytes]) -> None:
    assert clean(*pieces) == clean(b"".join(pieces))


def test_a_sequence_that_never_ends_hides_no_text_for_long() -> None:
    assert clean(b"\x1b]", b"x" * 300, b"seen").endswith("xseen")


def stamped(*pieces: tuple[float, str]) -> list[str]:
    stamper = Stamper(100.0)
    return "".join(stamper.feed(text, time_s) for time_s, text in pieces).split("\n")


def test_a_line_has_the_time_of_its_first_byte() -> None:
    assert stamped((101.0, "be"), (102.5, "gun\r\nnext"), (103.0, "\r\n")) == [
        "[    1.000000] begun",
        "[    2.500000] next",
        "",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\r", "\r\r\n"])
def test_every_kind_of_line_end_ends_one_line(end: str) -> None:
    line = "[    0.000000] a"
    assert stamped((100.0, f"a{end}a{end}")) == [line, line, ""]
    pieces = [(100.0, letter) for letter in f"a{end}a{end}"]
    assert stamped(*pieces) == [line, line, ""]


def test_what_is_written_over_after_a_cr_is_a_line_of_its_own() -> None:
    lines = stamped((100.0, "10%\r20%\r"), (101.0, "30%\r\n\r\n"))
    assert lines == [
        "[    0.000000] 10%",
        "[    0.000000] 20%",
        "[    1.000000] 30%",
        "[    1.000000] ",
        "",
    ]


DATE = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_both_logs_are_written_and_gone_on_with(tmp_path: Path) -> None:
    for word in (b"one", b"two"):
        with ConsoleLog(tmp_path, "console of x", print, begin_s=5.0, now=lambda: DATE) as log:
            log(b"\x1b[1m" + word + b"\r\n", 6.25)
            log(b"half", 7.0)
    assert (tmp_path / "console.raw").read_bytes() == (b"\x1b[1mone\r\nhalf\x1b[1mtwo\r\nhalf")
    part = "# console of x, from 2030-01-02T03:04:05.000+00:00\n"
    part += "[    1.250000] {}\n[    2.000000] half\n"
    assert (tmp_path / "console.log").read_text() == part.format("one") + part.format("two")


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be made"):
        ConsoleLog(tmp_path / "file/logs", "x", print, begin_s=0)


def test_a_full_disk_is_told_once_and_the_other_log_goes_on(tmp_path: Path) -> None:
    told: list[str] = []

    def opener(file: Path) -> BinaryIO:
        real = file if file.name == "console.log" else Path("/dev/full")
        return real.open("ab", buffering=0)

    with ConsoleLog(tmp_path, "x", told.append, begin_s=0, opener=opener) as log:
        log(b"one\n", 1.0)
        log(b"two\n", 2.0)
    [line] = told
    assert "console.raw: ends after 0 bytes: No space left on device" in line
    assert (tmp_path / "console.log").read_text().count("\n") == 3


def test_a_disk_that_takes_only_a_part_keeps_that(tmp_path: Path) -> None:
    class Small(io.RawIOBase):
        kept = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:
            room = 5 - len(self.kept)
            if room == 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            taken = bytes(data)[: min(2, room)]
            self.kept += taken
            return len(taken)

    files = {"console.raw": Small(), "console.log": Small()}
    told: list[str] = []
    with ConsoleLog(tmp_path, "x", told.append, begin_s=0, opener=lambda f: files[f.name]) as log:
        log(b"0123456789", 1.0)
    assert files["console.raw"].kept == b"01234"
    assert any("ends after 5 bytes" in line for line in told)


def test_who_is_slow_gets_everything_in_order_with_the_time_it_came() -> None:
    got: list[tuple[bytes, float]] = []
    times = iter(range(1000))
    with Behind(
        lambda data, time_s: got.append((data, time_s)), print, clock=lambda: next(times)
    ) as behind:
        for number in range(100):
            behind(b"%d" % number)
    assert got == [(b"%d" % number, number) for number in range(100)]


def test_what_is_left_out_is_counted() -> None:

    go = threading.Event()
    told: list[int] = []
    with Behind(lambda data, _: go.wait(60), told.append, backlog_bytes=10) as behind:
        for _ in range(5):
            behind(b"1234")
        go.set()
    assert told == [12]


@given(st.lists(st.sampled_from(["a", "bc", "\r", "\n", "\r\n"]), max_size=12))
def test_lines_are_the_same_in_whatever_pieces_they_come(pieces: list[str]) -> None:
    whole = stamped((100.0, "".join(pieces)))
    assert whole == stamped(*((100.0, piece) for piece in pieces))
    assert whole == stamped(*((100.0, letter) for letter in "".join(pieces)))
