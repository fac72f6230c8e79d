# SPDX-License-Identifier: BSD-3-Clause
"""What goes over ssh to be flashed there: it arrives as it was, or does not count."""

from __future__ import annotations

import gzip
import io
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uk_board.errors import BenchError
from uk_board.remote import parcel

SIZE = 1 << 20
SPANS = st.lists(st.tuples(st.integers(0, 255), st.integers(1, 5000)), max_size=4)


def packed(folder: Path, spans: list[tuple[int, int]]) -> tuple[Path, bytes]:
    file, out = folder / "a.img", io.BytesIO()
    with file.open("wb") as stream:
        stream.truncate(SIZE)
        for page, size in spans:
            stream.seek(page * 4096)
            stream.write(random.Random(page).randbytes(min(size, SIZE - page * 4096)))
    parcel.send(file, out, medium=True, arguments="x")
    return file, out.getvalue()


@settings(max_examples=40, deadline=None)
@given(SPANS)
def test_a_parcel_has_the_data_and_the_holes(
    tmp_path_factory: pytest.TempPathFactory, spans: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("parcel")
    file, data = packed(folder, spans)
    (folder / "there").mkdir()
    came = parcel.receive(io.BytesIO(data), folder / "there")
    assert came.file.read_bytes() == file.read_bytes()
    assert (came.head.arguments, came.head.medium, came.file.name) == ("x", True, "a.img")
    assert came.file.stat().st_blocks <= file.stat().st_blocks


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 7), st.booleans())
def test_a_parcel_that_is_cut_off_or_damaged_never_counts(
    tmp_path_factory: pytest.TempPathFactory, place: int, bit: int, cut: bool
) -> None:
    folder = tmp_path_factory.mktemp("parcel")
    file, data = packed(folder, [(3, 5000), (200, 700)])
    (folder / "there").mkdir()
    place %= len(data)
    bad = data[:place] if cut else bytearray(data)
    if isinstance(bad, bytearray):
        bad[place] ^= 1 << bit
    problem = ""
    try:
        came = parcel.receive(io.BytesIO(bytes(bad)), folder / "there")
    except BenchError as error:
        problem = error.problem
    if problem:
        assert problem.startswith("did not arrive whole: ")
        assert problem.endswith("no medium was touched")
    else:  # gzip's own header has bytes that mean nothing
        assert not cut
        assert came.file.read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"sha256": "', b'"sha256": "0'),
        (b'"name": "a.img"', b'"name": "../a"'),
        (b'"name": "a.img"', b'"name": ".."'),
        (b'"size": 1048576', b'"size": 1099511627776'),
        (b'"size": 1048576', b'"size": 16384'),
        (b'"spans": [[12288,', b'"spans": [[-4096,'),
        (b'"spans": [[', b'"spans": [[0, 4096], [0,'),
        (b'"arguments": "x"', b'"arguments": 3'),
        (b'"medium": true', b'"media": true'),
        (b"}\n", b"}\nmore"),
    ],
)
def test_a_parcel_whose_first_line_is_not_true_never_counts(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    """Its gzip is whole: what it says of itself is wrong."""
    plain = gzip.decompress(packed(tmp_path, [(3, 5000)])[1])
    assert old in plain
    (tmp_path / "there").mkdir()
    with pytest.raises(BenchError, match=r"^image: did not arrive whole: "):
        parcel.receive(io.BytesIO(gzip.compress(plain.replace(old, new, 1))), tmp_path / "there")
    assert not (tmp_path / "a").exists()


def test_a_parcel_with_more_behind_its_end_never_counts(tmp_path: Path) -> None:
    plain = gzip.decompress(packed(tmp_path, [(3, 5000)])[1])
    (tmp_path / "there").mkdir()
    with pytest.raises(BenchError, match="did not arrive whole"):
        parcel.receive(io.BytesIO(gzip.compress(plain + b"x")), tmp_path / "there")
