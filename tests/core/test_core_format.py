# SPDX-License-Identifier: BSD-3-Clause
"""The core's printf() against Python's, which has the same conversions."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

_INT = st.integers(-(2**31), 2**31 - 1)
_LONG = st.integers(-(2**63), 2**63 - 1)
_UNSIGNED = st.integers(0, 2**64 - 1)


def formatted(core: Any, text: str, *args: Any, size: int = 512) -> str:
    """Return what vsnprintf() writes, and check the length it claims."""
    buf = core.ffi.new("char[]", size)
    length = core.lib.host_format(buf, size, text.encode(), *args)
    written: str = core.ffi.string(buf).decode("latin-1")
    assert len(written) == min(length, size - 1)
    return written


@given(
    st.sampled_from(["", "-", "0", "+", " ", "+0", "-+"]),
    st.integers(0, 30),
    st.one_of(st.none(), st.integers(0, 20)),
    _LONG,
)
def test_signed_numbers_look_as_in_python(
    core: Any, flags: str, width: int, precision: int | None, value: int
) -> None:
    spec = f"%{flags}{width or ''}"
    if precision is not None:
        # C ignores the flag 0 beside a precision, Python does not; and for 0 with
        # precision 0 C writes nothing.
        spec = spec.replace("0", "", 1) if flags.endswith("0") else spec
        if value == 0 and precision == 0:
            value = 1
        spec += f".{precision}"
    expected = (spec + "d") % value
    assert formatted(core, spec + "ld", core.ffi.cast("long", value)) == expected


@given(st.sampled_from("xX"), st.sampled_from(["", "0", "-", "#"]), st.integers(0, 24), _UNSIGNED)
def test_hexadecimal_looks_as_in_python(
    core: Any, conversion: str, flags: str, width: int, value: int
) -> None:
    value = value or 1  # C writes no 0x before a zero, Python does
    spec = f"%{flags}{width or ''}"
    got = formatted(core, f"{spec}l{conversion}", core.ffi.cast("unsigned long", value))
    assert got == (spec + conversion) % value


@given(_INT)
def test_short_and_char_are_narrowed(core: Any, value: int) -> None:
    number = core.ffi.cast("int", value)
    short = int(core.ffi.cast("short", value))
    char = int(core.ffi.cast("unsigned char", value))
    assert formatted(core, "%hd %hhu", number, number) == f"{short} {char}"


@given(
    st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=40),
    st.integers(0, 50),
    st.one_of(st.none(), st.integers(0, 50)),
    st.booleans(),
)
def test_strings_are_padded_and_cut(
    core: Any, text: str, width: int, precision: int | None, left: bool
) -> None:
    spec = f"%{'-' if left else ''}{width or ''}"
    spec += "s" if precision is None else f".{precision}s"
    argument = core.ffi.new("char[]", text.encode("latin-1"))
    assert formatted(core, spec, argument) == spec % text


@given(st.integers(1, 40), _LONG)
def test_what_does_not_fit_is_cut_and_counted(core: Any, size: int, value: int) -> None:
    whole = f"value {value}!"
    got = formatted(core, "value %ld!", core.ffi.cast("long", value), size=size)
    assert got == whole[: size - 1]


def test_what_is_no_conversion_is_shown_as_it_is(core: Any) -> None:
    assert formatted(core, "100%% %q", core.ffi.cast("int", 1)) == "100% %q"


def test_null_string_and_pointer(core: Any) -> None:
    null = core.ffi.NULL
    pointer = core.ffi.cast("void *", 0xFE201000)
    assert formatted(core, "%s %p", null, pointer) == "(null) 0xfe201000"


def test_sprintf_writes_all_and_returns_its_length(core: Any) -> None:
    buf = core.ffi.new("char[]", b"?" * 40)
    number, text = core.ffi.cast("int", -5), core.ffi.new("char[]", b"degrees")
    assert core.lib.core_sprintf(buf, b"%4d %-9s|", number, text) == 15
    assert core.ffi.unpack(buf, 17) == b"  -5 degrees  |\0?"
