# SPDX-License-Identifier: BSD-3-Clause
"""C declarations: pycparser gives the names as written, cffi what the types mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cffi
from pycparser import c_ast, c_generator, c_parser

from uk_board.errors import DescriptorError

_NAME = re.compile(r"[A-Za-z_]\w*")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_DIRECTIVE = re.compile(r"^[ \t]*#.*$", re.M)
_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(?:\([^)]*\))?[ \t]+?\.\.\.|"
                    r"^[ \t]*#[ \t]*define[ \t]+(\w+)\(\.\.\.\)", re.M)  # fmt: skip
_OPEN_STRUCT = re.compile(r"struct\s+(\w+)\s*\{[^{}]*\.\.\.\s*;\s*\}\s*;")
_OPEN_END = re.compile(r"\.\.\.\s*;\s*\}")

# What C's own headers declare; cffi knows these without being told.
_STANDARD = "size_t ptrdiff_t int8_t uint8_t int16_t uint16_t int32_t uint32_t int64_t uint64_t"
_STANDARD_TYPES = (*_STANDARD.split(), "intptr_t", "uintptr_t", "bool")


@dataclass(frozen=True)
class Parameter:
    """A parameter as it is written, without a const of its own."""

    name: str
    text: str  # "const void *pvItem"
    type_text: str  # "const void *"


@dataclass(frozen=True)
class Function:
    """A prototype; `result` and `arguments` are cffi types."""

    name: str
    text: str  # as written, in one line, without the semicolon
    result_text: str
    parameters: tuple[Parameter, ...]
    result: Any
    arguments: tuple[Any, ...]

    @property
    def type_text(self) -> str:
        """The C type: "int (struct uk_thread *, unsigned int)"."""
        types = ", ".join(parameter.type_text for parameter in self.parameters)
        return f"{self.result_text} ({types or 'void'})"


@dataclass(frozen=True)
class Field:
    """A structure's field that the contract names."""

    struct: str
    name: str
    type_text: str


@dataclass(frozen=True)
class Declared:
    """What one text declares."""

    functions: tuple[Function, ...]
    fields: tuple[Field, ...]
    typedefs: tuple[tuple[str, str], ...]  # name, meaning; integers only
    macros: tuple[str, ...]


class Declarations:
    """The C types known so far; texts are added one after the other."""

    def __init__(self) -> None:
        self._ffi = cffi.FFI()
        self._typedefs: list[str] = list(_STANDARD_TYPES)
        self.enumerators: set[str] = set()

    def add(self, text: str, where: str) -> Declared:
        """Take over what `text` declares. Raises: DescriptorError when it is not C."""
        macros = tuple(first or second for first, second in _MACRO.findall(text))
        plain = _DIRECTIVE.sub("", _COMMENT.sub(" ", text))
        tree = self._parse(_OPEN_END.sub("}", plain), where)
        try:
            self._ffi.cdef(_OPEN_STRUCT.sub(r"struct \1;", plain), override=True)
        except (cffi.CDefError, cffi.FFIError) as error:
            raise DescriptorError(where, f"cffi cannot read it: {_first_line(error)}") from None
        return self._collect(tree, macros, where)

    def function(self, prototype: str, where: str) -> Function:
        """Return the one function that `prototype` declares. Raises: DescriptorError."""
        tree = self._parse(f"{prototype};", where)
        nodes = [node for node in tree if isinstance(node, c_ast.Decl)]
        if len(nodes) != 1 or not isinstance(nodes[0].type, c_ast.FuncDecl):
            raise DescriptorError(where, "not one function prototype; expected `type name(...)`")
        return self._function(nodes[0], where)

    def ctype(self, text: str, where: str) -> Any:
        """Return the cffi type that `text` writes. Raises: DescriptorError when unknown."""
        try:
            return self._ffi.typeof(text)
        except (cffi.CDefError, cffi.FFIError) as error:
            raise DescriptorError(where, f'no type "{text}": {_first_line(error)}') from None

    def fits(self, source: Any, target: Any) -> bool:
        """Say whether C turns `source` into `target` without losing anything."""
        if source is target or "void *" in (source.cname, target.cname):
            return source is target or {source.kind, target.kind} == {"pointer"}
        kinds = {source.kind, target.kind}
        if not kinds <= {"primitive", "enum"}:
            return False
        return bool(self._ffi.sizeof(source) <= self._ffi.sizeof(target))

    def _parse(self, text: str, where: str) -> list[Any]:
        # Only the types that occur: the parser is slow, and there are many prototypes.
        names = set(_NAME.findall(text)) - _own(text)
        prefix = " ".join(f"typedef int {name};" for name in self._typedefs if name in names)
        try:
            return list(c_parser.CParser().parse(f"{prefix}\n# 1\n{text}").ext)
        except c_parser.ParseError as error:
            raise DescriptorError(where, f"not C: {error}") from None

    def _collect(self, tree: Sequence[Any], macros: tuple[str, ...], where: str) -> Declared:
        functions, fields, typedefs = [], [], []
        for node in tree:
            if isinstance(node, c_ast.Typedef):
                if node.name not in self._typedefs:
                    self._typedefs.append(node.name)
                    typedefs += list(self._integer(node))
                self.enumerators.update(_enumerators(node))
            elif isinstance(node, c_ast.Decl) and isinstance(node.type, c_ast.FuncDecl):
                functions.append(self._function(node, where))
            elif isinstance(node, c_ast.Decl) and isinstance(node.type, c_ast.Struct):
                fields += list(_fields(node.type))
        return Declared(tuple(functions), tuple(fields), tuple(typedefs), macros)

    def _integer(self, node: Any) -> Iterator[tuple[str, str]]:
        if isinstance(node.type, c_ast.TypeDecl) and isinstance(
            node.type.type, c_ast.IdentifierType
        ):
            yield node.name, " ".join(node.type.type.names)

    def _function(self, node: Any, where: str) -> Function:
        args = node.type.args.params if node.type.args else []
        if any(isinstance(arg, c_ast.EllipsisParam) for arg in args):
            raise DescriptorError(where, f"{node.name}: variable arguments cannot be mapped")
        given = [arg for arg in args if _type_text(arg.type) != "void"]
        parameters = tuple(_parameter(arg) for arg in given)
        result_text = _type_text(node.type.type)
        types = ", ".join(parameter.type_text for parameter in parameters) or "void"
        pointer = self.ctype(f"{_split_pointer(result_text)}(*)({types})", where)
        return Function(
            node.name,
            _one_line(c_generator.CGenerator().visit(node)),
            result_text,
            parameters,
            pointer.result,
            tuple(pointer.args),
        )


def _own(text: str) -> set[str]:
    """The names that `text` may define itself: no second typedef for those."""
    return set(re.findall(r"typedef\b[^;{}]*?\b(\w+)\s*;", text)) | set(
        re.findall(r"\}\s*(\w+)\s*;", text)
    )


def _split_pointer(text: str) -> str:
    return text if text.endswith("*") else f"{text} "


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _without_own_const(node: Any) -> Any:
    """Drop the const of the object itself: it says nothing to a caller."""
    if isinstance(node, c_ast.PtrDecl):
        return c_ast.PtrDecl([], node.type)
    if isinstance(node, c_ast.TypeDecl):
        quals = [qual for qual in node.quals if qual != "const"]
        return c_ast.TypeDecl(node.declname, quals, node.align, node.type)
    return node


def _renamed(node: Any, name: str | None) -> Any:
    """Copy a type with another declared name at its heart."""
    if isinstance(node, c_ast.TypeDecl):
        return c_ast.TypeDecl(name, node.quals, node.align, node.type)
    if isinstance(node, c_ast.PtrDecl):
        return c_ast.PtrDecl(node.quals, _renamed(node.type, name))
    return node


def _type_text(node: Any) -> str:
    bare = _renamed(_without_own_const(node), None)
    return _one_line(c_generator.CGenerator().visit(c_ast.Typename(None, [], None, bare)))


def _parameter(arg: Any) -> Parameter:
    plain = _renamed(_without_own_const(arg.type), arg.name)
    text = _one_line(c_generator.CGenerator().visit(c_ast.Typename(None, [], None, plain)))
    return Parameter(arg.name or "", text, _type_text(arg.type))


def _fields(struct: Any) -> Iterator[Field]:
    for decl in struct.decls or []:
        yield Field(struct.name, decl.name, _type_text(decl.type))


def _enumerators(node: Any) -> Iterator[str]:
    inner = getattr(node.type, "type", None)
    if isinstance(inner, c_ast.Enum) and inner.values:
        yield from (value.name for value in inner.values.enumerators)
