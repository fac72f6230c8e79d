# SPDX-License-Identifier: BSD-3-Clause
"""C as it is written: what a file uses, defines and includes, without a preprocessor.

Read with tree-sitter, whose parser goes on after what it does not understand:
files for other compilers, and with macros nobody has seen, are read all the same.
Conditions of the preprocessor are not evaluated: all branches count, except
`#if 0` and `#ifdef __cplusplus`. Comments and strings do not count.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import tree_sitter_c
from tree_sitter import Language, Node, Parser

from uk_board.csource.cprepass import without_attributes, without_dead

_FUNCTION = re.compile(r"^[A-Za-z_][\w \t*]*?[ \t*](\w+)[ \t]*\([^;{}#]*\)\s*\{", re.M)
_KEYWORDS = {"if", "for", "while", "switch", "return", "sizeof"}
_NEVER = {"comment", "string_literal", "char_literal", "system_lib_string", "attribute_specifier",
          "preproc_params", "preproc_call", "field_identifier", "statement_identifier",
          "gnu_asm_qualifier", "ms_declspec_modifier"}  # fmt: skip
_DECLARING = {"declaration", "parameter_declaration", "function_definition", "type_definition"}


@dataclass(frozen=True)
class Use:
    """A name that is used; `arguments` is their number when it is called."""

    name: str
    line: int
    arguments: int | None = None
    is_type: bool = False
    in_condition: bool = False  # of the preprocessor

    @property
    def is_call(self) -> bool:
        """Whether it is called, as a function or a macro."""
        return self.arguments is not None


@dataclass(frozen=True)
class Include:
    """An #include; `system`: in angle brackets."""

    name: str
    line: int
    system: bool


@dataclass(frozen=True)
class Body:
    """A function or a macro: where it is defined, and which names are in it."""

    line: int
    uses: tuple[Use, ...]


@dataclass
class CSource:
    """What one file says."""

    includes: list[Include] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)  # without names of the function's own
    functions: dict[str, Body] = field(default_factory=dict)
    macros: dict[str, Body] = field(default_factory=dict)
    # Types, enumerators, variables of the file.
    others: dict[str, int] = field(default_factory=dict)
    # Functions and variables that it says are elsewhere.
    declared: dict[str, int] = field(default_factory=dict)

    def defines(self, name: str) -> bool:
        """Whether the file itself says what `name` is."""
        return name in self.functions or name in self.macros or name in self.others

    def defined(self) -> set[str]:
        """All names that the file says."""
        return {*self.functions, *self.macros, *self.others}


def read_c(text: str) -> CSource:
    """Read C; never fails: what is not C has no names."""
    text = without_attributes(without_dead(text))
    root = _parser().parse(text.encode()).root_node
    reader = _Reader()
    reader.visit(root, frozenset())
    if root.has_error:
        _add_lost_functions(text, reader.source)
    return reader.source


def _add_lost_functions(text: str, source: CSource) -> None:
    """Note functions that begin where the parser was lost: their names, and no more.

    It gets lost where branches of a condition open a brace each, and close one.
    """
    for found in _FUNCTION.finditer(text):
        if found[1] not in source.functions and found[1] not in _KEYWORDS:
            source.functions[found[1]] = Body(text.count("\n", 0, found.start()) + 1, ())


@functools.cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_c.language()))


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")


class _Reader:
    """Walks a syntax tree; `own` are the names that belong to the function around."""

    def __init__(self, first_line: int = 1) -> None:
        self.source = CSource()
        self._first_line = first_line
        self._declared: set[int] = set()  # nodes that name what they declare

    def visit(self, root: Node, own: frozenset[str], *, condition: bool = False) -> None:
        # A stack, for expressions may be nested deeper than Python's calls.
        pending = [root]
        while pending:
            node = pending.pop()
            if node.type in _NEVER or node.id in self._declared:
                continue
            handler = _HANDLERS.get(node.type) if node.is_named else None
            if handler is not None:
                pending += reversed(handler(self, node, own))
            elif node.type in ("identifier", "type_identifier"):
                self._use(node, own, condition=condition)
            else:
                if node.type in _DECLARING:
                    self._declare(node, own)
                pending += reversed(node.children)

    def _line(self, node: Node) -> int:
        return node.start_point.row + self._first_line

    def _use(
        self, node: Node, own: frozenset[str], arguments: int | None = None, condition: bool = False
    ) -> None:
        name = _text(node)
        if name not in own and name != "defined":
            is_type = node.type == "type_identifier"
            self.source.uses.append(Use(name, self._line(node), arguments, is_type, condition))

    # ---- The preprocessor ----

    def on_include(self, node: Node, own: frozenset[str]) -> list[Node]:
        """Note an #include; its path is no name."""
        path = node.child_by_field_name("path")
        if path is not None and path.type in ("string_literal", "system_lib_string"):
            name, system = _text(path)[1:-1], path.type == "system_lib_string"
            self.source.includes.append(Include(name, self._line(node), system))
        return []

    def on_if(self, node: Node, own: frozenset[str]) -> list[Node]:
        """Return the branches that count; names in the condition are noted as such."""
        condition = node.child_by_field_name("condition")
        if condition is None:
            return list(node.children)
        self.visit(condition, own, condition=True)
        return [child for child in node.children if child != condition]

    def on_ifdef(self, node: Node, own: frozenset[str]) -> list[Node]:
        """The same for #ifdef and #ifndef."""
        name = node.child_by_field_name("name")
        if name is None:
            return list(node.children)
        self._use(name, own, condition=True)
        return [child for child in node.children if child != name]

    def on_define(self, node: Node, own: frozenset[str]) -> list[Node]:
        """Note a macro, and what its body uses."""
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        parameters = node.child_by_field_name("parameters")
        if name is not None:
            names = frozenset(map(_text, parameters.named_children)) if parameters else frozenset()
            uses = tuple(self._uses_in_macro(value, names)) if value else ()
            self.source.macros[_text(name)] = Body(self._line(node), uses)
            self.source.uses += uses
        return []

    def _uses_in_macro(self, value: Node, parameters: frozenset[str]) -> Iterator[Use]:
        """Read a macro's body, which to the parser is only text, as statements."""
        inner = _Reader(self._line(value))
        code = b"void body(void) { " + (value.text or b"") + b"\n;}"
        inner.visit(_parser().parse(code).root_node, parameters)
        yield from inner.source.uses

    # ---- Definitions ----

    def on_function(self, node: Node, own: frozenset[str]) -> list[Node]:
        """Read a function, whose own names are no uses."""
        declared = node.child_by_field_name("declarator")
        name = _declared_name(declared) if declared else None
        if name is None:
            return list(node.children)
        inner = _Reader(self._first_line)
        inner._declared = {name.id}
        for child in node.children:
            inner.visit(child, own | _names_declared_in(node))
        self._take(inner.source)
        self.source.functions[_text(name)] = Body(self._line(node), tuple(inner.source.uses))
        return []

    def _take(self, inner: CSource) -> None:
        self.source.includes += inner.includes
        self.source.uses += inner.uses
        self.source.macros.update(inner.macros)

    def _declare(self, node: Node, own: frozenset[str]) -> None:
        """Note what a declaration declares; a prototype and an extern define nothing."""
        extern = any(
            child.type == "storage_class_specifier" and _text(child) == "extern"
            for child in node.children
        )
        for declarator in node.children_by_field_name("declarator"):
            name = _declared_name(declarator)
            if name is None:
                continue
            self._declared.add(name.id)
            is_variable = node.type == "declaration" and not _is_prototype(declarator)
            if node.type == "type_definition" or (is_variable and not extern):
                self.source.others.setdefault(_text(name), self._line(name))
            elif node.type == "declaration":
                self.source.declared.setdefault(_text(name), self._line(name))

    def on_enumerator(self, node: Node, own: frozenset[str]) -> list[Node]:
        """Note an enumerator."""
        name = node.child_by_field_name("name")
        if name is not None:
            self.source.others.setdefault(_text(name), self._line(name))
        return [child for child in node.children if child != name]

    def on_tagged(self, node: Node, own: frozenset[str]) -> list[Node]:
        """The tag after struct, union and enum is no use of a type."""
        return [child for child in node.children if child != node.child_by_field_name("name")]

    # ---- Uses ----

    def on_call(self, node: Node, own: frozenset[str]) -> list[Node]:
        """Note a call and its number of arguments; calls through expressions are none."""
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        if function is None or function.type != "identifier" or arguments is None:
            return list(node.children)
        given = [child for child in arguments.named_children if child.type != "comment"]
        self._use(function, own, len(given))
        return list(arguments.children)


_HANDLERS: dict[str, Callable[[_Reader, Node, frozenset[str]], list[Node]]] = {
    "preproc_include": _Reader.on_include,
    "preproc_if": _Reader.on_if,
    "preproc_elif": _Reader.on_if,
    "preproc_ifdef": _Reader.on_ifdef,
    "preproc_elifdef": _Reader.on_ifdef,
    "preproc_def": _Reader.on_define,
    "preproc_function_def": _Reader.on_define,
    "function_definition": _Reader.on_function,
    "enumerator": _Reader.on_enumerator,
    "struct_specifier": _Reader.on_tagged,
    "union_specifier": _Reader.on_tagged,
    "enum_specifier": _Reader.on_tagged,
    "call_expression": _Reader.on_call,
}


def _declared_name(declarator: Node) -> Node | None:
    """Return the identifier that a declarator is about: x in `(*x[3])(int)`."""
    node: Node | None = declarator
    while node is not None and node.type not in ("identifier", "type_identifier"):
        inner = node.child_by_field_name("declarator")
        if inner is None:
            # Parentheses have no field names.
            inner = next((one for one in node.named_children if "declarator" in one.type
                          or one.type == "identifier"), None)  # fmt: skip
        node = inner
    return node


def _is_prototype(declarator: Node) -> bool:
    """Whether a declarator declares a function, and not a pointer to one."""
    node: Node | None = declarator
    while node is not None and node.type in ("pointer_declarator", "attributed_declarator"):
        node = node.child_by_field_name("declarator")
    inner = node.child_by_field_name("declarator") if node is not None else None
    return (
        node is not None
        and node.type == "function_declarator"
        and inner is not None
        and inner.type == "identifier"
    )


def _names_declared_in(function: Node) -> frozenset[str]:
    """Return the parameters and variables of a function, wherever in it they are declared."""
    names: set[str] = set()
    pending = list(function.children)
    while pending:
        node = pending.pop()
        if node.type in ("declaration", "parameter_declaration"):
            for declarator in node.children_by_field_name("declarator"):
                name = _declared_name(declarator)
                if name is not None and not _is_prototype(declarator):
                    names.add(_text(name))
        pending += node.children
    return frozenset(names)
