# SPDX-License-Identifier: BSD-3-Clause
"""The core's memory and string functions against Python's bytes."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

_TEXT = st.binary(max_size=60).map(lambda data: data.replace(b"\0", b"a"))


@given(st.binary(max_size=100), st.integers(0, 15))
def test_memcpy_copies_and_no_more(core: Any, data: bytes, offset: int) -> None:
    target = core.ffi.new("char[]", b"\xee" * (len(data) + 32))
    core.lib.core_memcpy(target + offset, data, len(data))
    written = bytes(core.ffi.buffer(target, len(data) + 32))
    assert written == b"\xee" * offset + data + b"\xee" * (32 - offset)


@given(st.binary(min_size=1, max_size=100), st.data())
def test_memmove_copes_with_overlap(core: Any, data: bytes, draw: Any) -> None:
    size = len(data)
    source = draw.draw(st.integers(0, size - 1))
    target = draw.draw(st.integers(0, size - 1))
    count = draw.draw(st.integers(0, size - max(source, target)))
    buffer = core.ffi.new("char[]", size)
    core.ffi.memmove(buffer, data, size)
    core.lib.core_memmove(buffer + target, buffer + source, count)
    expected = bytearray(data)
    expected[target : target + count] = data[source : source + count]
    assert bytes(core.ffi.buffer(buffer, size)) == bytes(expected)


@given(st.integers(0, 255), st.integers(0, 80))
def test_memset_fills(core: Any, value: int, count: int) -> None:
    buffer = core.ffi.new("char[]", count + 1)
    core.lib.core_memset(buffer, value, count)
    assert bytes(core.ffi.buffer(buffer, count + 1)) == bytes([value]) * count + b"\0"


def sign(number: int) -> int:
    return (number > 0) - (number < 0)


@given(_TEXT, _TEXT, st.integers(0, 70))
def test_comparisons_order_as_bytes_do(core: Any, a: bytes, b: bytes, count: int) -> None:
    lib = core.lib
    assert sign(lib.core_strcmp(a, b)) == (a > b) - (a < b)
    cut_a, cut_b = a[:count], b[:count]
    assert sign(lib.core_strncmp(a, b, count)) == (cut_a > cut_b) - (cut_a < cut_b)
    common = min(len(a), len(b))
    expected = (a[:common] > b[:common]) - (a[:common] < b[:common])
    assert sign(lib.core_memcmp(a, b, common)) == expected


@given(_TEXT, _TEXT, st.integers(1, 255))
def test_searches_find_what_python_finds(core: Any, text: bytes, part: bytes, char: int) -> None:
    ffi, lib = core.ffi, core.lib
    buffer = ffi.new("char[]", text)

    def place(pointer: Any) -> int:
        return -1 if pointer == ffi.NULL else int(pointer - buffer)

    assert lib.core_strlen(buffer) == len(text)
    assert place(lib.core_strchr(buffer, char)) == text.find(bytes([char]))
    assert place(lib.core_strrchr(buffer, char)) == text.rfind(bytes([char]))
    assert place(lib.core_strstr(buffer, part)) == text.find(part)


@given(
    st.integers(0, 2**64 - 1), st.sampled_from(["%d", "0x%x", "0X%X"]), st.sampled_from(["", "z"])
)
def test_strtoul_reads_what_was_written(core: Any, value: int, form: str, rest: str) -> None:
    text = core.ffi.new("char[]", (form % value + rest).encode())
    end = core.ffi.new("char **")
    assert core.lib.core_strtoul(text, end, 0) == value
    assert core.ffi.string(end[0]).decode() == rest
