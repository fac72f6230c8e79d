# SPDX-License-Identifier: BSD-3-Clause
"""C as it is written: what counts as used, defined and included."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uk_board.csource.csource import CSource, read_c


def used(text: str) -> list[str]:
    return [use.name for use in read_c(text).uses]


def calls(text: str) -> dict[str, int]:
    return {use.name: use.arguments for use in read_c(text).uses if use.arguments is not None}


def in_function(body: str) -> str:
    return f"void f(int given)\n{{\n{body}\n}}\n"


def test_comments_strings_and_dead_code_do_not_count() -> None:
    text = """
    /* xOne(); */ // xTwo();
    #if 0
    void dead(void) { xThree(); }
    #else
    #  if FOUR
    int four;
    #  endif
    #endif
    #ifdef __cplusplus
    extern "C" {
    #endif
    const char *s = "xFive()";
    #if defined(__cplusplus) // the end
    }
    #endif
    """
    source = read_c(text)
    assert [(use.name, use.in_condition) for use in source.uses] == [("FOUR", True)]
    assert source.defined() == {"four", "s"}


def test_calls_have_their_line_and_number_of_arguments() -> None:
    (use,) = read_c(in_function("\tgiven = xCall(given, 2,\n\t\t3);")).uses
    assert (use.name, use.line, use.arguments) == ("xCall", 3, 3)
    assert calls(in_function("a(); b((1, 2)); d->c(3); (*e)(4);")) == {"a": 0, "b": 1}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (in_function("int local = 1, *p; local = given; p = &local;"), []),
        (in_function("for (int i = 0; i < LIMIT; i++) ;"), ["LIMIT"]),
        (in_function("struct tag *t; t->field = sizeof(Type_t);"), ["Type_t"]),
        (in_function("Type_t x = { .field = VALUE };"), ["Type_t", "VALUE"]),
        (in_function("goto out; out: return;"), []),
        ("Type_t function(Other_t parameter);", ["Type_t", "Other_t"]),
        ("int (*table[2])(Type_t) = { one, two };", ["Type_t", "one", "two"]),
        ("#define M(a, b) do { call(a); \\\n  b = VALUE; } while (0)", ["call", "VALUE"]),
        ("int f(void) __attribute__((aligned(4)));", []),
    ],
)
def test_names_of_ones_own_are_no_uses(text: str, names: list[str]) -> None:
    assert used(text) == names


def test_definitions_are_told_from_declarations() -> None:
    source = read_c(
        "#define MACRO 1\nextern int there;\nint elsewhere(void);\nstatic int here;\n"
        "typedef struct { int field; } type_t;\nenum { ENUMERATOR };\n"
        "static void (*pointer)(int);\nint *function(void) { return &here; }\n"
    )
    assert source.defined() == {"MACRO", "here", "type_t", "ENUMERATOR", "pointer", "function"}
    assert set(source.declared) == {"there", "elsewhere"}
    assert source.functions["function"].line == 8


def test_includes_are_listed_with_their_kind() -> None:
    found = read_c('#include <a.h>\n#  include "b/c.h"\n#include MACRO\n').includes
    assert [(one.name, one.line, one.system) for one in found] == [
        ("a.h", 1, True),
        ("b/c.h", 2, False),
    ]


def test_attributes_of_vendors_do_not_hide_a_function() -> None:
    source = read_c("static void IRAM_ATTR isr(void *arg)\n{\n\txCall(arg);\n}\n")
    assert set(source.functions) == {"isr"}
    assert [use.name for use in source.uses] == ["xCall"]


def test_functions_after_unbalanced_branches_are_found() -> None:
    text = (
        "void a(void)\n{\n#if X\n\tif (x) {\n#else\n\tif (y) {\n#endif\n\t}\n}\n"
        "static int b(int x)\n{\n\treturn x;\n}\nvoid c(void)\n{\n\tb(1);\n}\n"
    )
    assert {"b", "c"} <= read_c(text).defined()


def test_deep_nesting_is_read() -> None:
    assert used(in_function("given = " + "(" * 3000 + "xDeep" + ")" * 3000 + ";")) == ["xDeep"]


@given(st.text(alphabet='#if0 endelc_plus{}()"\\\n/*;=x', max_size=200))
def test_whatever_is_no_c_is_read_without_an_error(text: str) -> None:
    assert isinstance(read_c(text), CSource)
