# SPDX-License-Identifier: BSD-3-Clause
"""Checks that each row fits: names known, arity right, types that C converts silently."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from uk_board.errors import DescriptorError, known_names
from uk_board.shimgen.contract import Contract
from uk_board.shimgen.declare import Declarations, Function
from uk_board.shimgen.expression import Call, Expression, Name, Number, names_in, parse_call
from uk_board.shimgen.model import Row, ShimMap, nearest

_MACRO_HEAD = re.compile(r"(\w+)\(\s*((?:\w+\s*(?:,\s*\w+\s*)*)?|\.\.\.)\)$")
_C_NAME = re.compile(r"\b[A-Za-z_]\w*\b")


@dataclass(frozen=True)
class Thunk:
    """A row with a prototype, checked; `call` is C."""

    row: Row
    function: Function
    call: str
    contract_calls: tuple[str, ...]
    helper: str = ""  # the C prototype of a by-hand function


@dataclass(frozen=True)
class Macro:
    """A row that is in the header wholly, checked: a macro or an inline function."""

    row: Row
    definition: str
    call: str  # itself, with its parameters
    head: str | None = None  # the type it gives as a function; None: it is none
    parameters: tuple[str, ...] = ()  # the same, "type name"


@dataclass
class Checker:
    """What rows may refer to; one for a whole map."""

    shim_map: ShimMap
    contract: Contract
    declarations: Declarations
    functions: dict[str, Function] = field(default_factory=dict)  # of the rows
    _helpers: dict[str, tuple[str, Row]] = field(default_factory=dict)

    def declare(self) -> None:
        """Read every prototype, so that macros can refer to any of them."""
        for row in self.shim_map.rows():
            head = row.macro or row.prototype
            name = head.partition("(")[0].split()[-1].lstrip("*") if "(" in head else ""
            if name != row.name:
                raise DescriptorError(row.where, f'declares "{name}"; "{row.name}" is expected')
            if row.prototype:
                self.functions[row.name] = self.declarations.function(row.prototype, row.where)

    def thunk(self, row: Row) -> Thunk:
        """Check a row with a prototype. Raises: DescriptorError."""
        function = self.functions[row.name]
        self._check_parameters(row, function)
        if row.by_hand:
            call = parse_call(row.by_hand, row.where)
            helper = self._helper(call, function, row)
            used = [self._c(argument, function, row)[0] for argument in call.arguments]
            return Thunk(row, function, f"{call.name}({', '.join(used)})", (), helper)
        call = parse_call(row.becomes, row.where)
        text, result = self._c(call, function, row)
        if function.result.cname != "void" and not self.declarations.fits(result, function.result):
            raise DescriptorError(
                row.where, f"gives {result.cname}; {function.result.cname} is expected"
            )
        return Thunk(row, function, text, tuple(self._contract_calls(call)))

    def macro(self, row: Row) -> Macro:
        """Check a macro row. Raises: DescriptorError."""
        match = _MACRO_HEAD.match(row.macro)
        if not match:
            raise DescriptorError(row.where, f'"{row.macro}" is no macro head; name(a, b) is meant')
        parameters = [name.strip() for name in match.group(2).split(",") if name.strip()]
        if row.text:
            words = set(_C_NAME.findall(row.text))
            body = row.text
        else:
            call = parse_call(row.becomes, row.where)
            self._check_macro_call(call, parameters, row)
            words = set(names_in(call))
            body = f"{call.name}({', '.join(_wrapped(one, parameters) for one in call.arguments)})"
        unused = [name for name in parameters if name not in words and name != "..."]
        if unused:
            raise DescriptorError(row.where, f'never uses its parameter "{unused[0]}"')
        definition = f"#define {row.macro} \\\n\t{body}"
        if row.text:
            callable_ = not parameters or parameters == ["..."]  # without arguments
            use = row.macro.replace("(...)", "()")
            return Macro(row, definition, use, "void" if callable_ else None)
        callee = self.functions[call.name]
        types = [_parameter_text(name, call, callee) for name in parameters]
        return Macro(row, definition, row.macro, callee.result_text, tuple(types))

    def inline(self, row: Row) -> Macro:
        """Check a function whose body the row has. Raises: DescriptorError."""
        function = self.functions[row.name]
        names = [parameter.name for parameter in function.parameters]
        words = _C_NAME.findall(row.text)
        unused = [name for name in names if name not in words]
        if unused:
            raise DescriptorError(row.where, f'never uses its parameter "{unused[0]}"')
        types = tuple(parameter.text for parameter in function.parameters)
        head = f"{function.result_text} {row.name}({', '.join(types) or 'void'})"
        definition = f"static portFORCE_INLINE {head}\n{{\n\t{row.text}\n}}"
        call = f"{row.name}({', '.join(names)})"
        return Macro(row, definition, call, function.result_text, types)

    # ---- Arguments ----

    def _c(self, expression: Expression, function: Function, row: Row) -> tuple[str, Any]:
        """Return the C of an expression and its type."""
        if isinstance(expression, Number):
            return expression.text, self.declarations.ctype("int", row.where)
        if isinstance(expression, Name):
            return expression.name, self._type_of(expression.name, function, row)
        conversions = self.shim_map.vocabulary.conversion
        if expression.name in conversions:
            conversion = conversions[expression.name]
            source = self.declarations.ctype(conversion.source, row.where)
            inner = self._arguments(expression, (source,), function, row)
            return (
                f"{conversion.c}({', '.join(inner)})",
                self.declarations.ctype(conversion.target, row.where),
            )
        callees = self.contract.functions()
        if expression.name not in callees:
            known = nearest(expression.name, [*callees, *conversions])
            raise DescriptorError(row.where, f'"{expression.name}" is not in the contract; {known}')
        callee = callees[expression.name]
        arguments = self._arguments(expression, callee.arguments, function, row)
        return f"{callee.name}({', '.join(arguments)})", callee.result

    def _arguments(
        self, call: Call, wanted: tuple[Any, ...], function: Function, row: Row
    ) -> list[str]:
        _check_arity(call, len(wanted), row)
        texts = []
        for argument, target in zip(call.arguments, wanted, strict=True):
            text, source = self._c(argument, function, row)
            if not self.declarations.fits(source, target):
                raise DescriptorError(
                    row.where,
                    f"{call.name} takes {target.cname} where it is given {text}, {source.cname}",
                )
            texts.append(text)
        return texts

    def _type_of(self, name: str, function: Function, row: Row) -> Any:
        for parameter, ctype in zip(function.parameters, function.arguments, strict=True):
            if parameter.name == name:
                return ctype
        return self.declarations.ctype(self._type_text(name, function, row), row.where)

    def _type_text(self, name: str, function: Function, row: Row) -> str:
        for parameter in function.parameters:
            if parameter.name == name:
                return parameter.type_text
        constants = self.shim_map.vocabulary.constant
        if name in constants:
            return constants[name]
        if name in self.declarations.enumerators:
            return "int"
        names = [parameter.name for parameter in function.parameters]
        known = known_names(name, [*names, *constants])
        raise DescriptorError(row.where, f'"{name}" is no parameter and no constant; {known}')

    def _contract_calls(self, expression: Expression) -> list[str]:
        if not isinstance(expression, Call):
            return []
        own = [expression.name] if expression.name in self.contract.functions() else []
        return own + [name for one in expression.arguments for name in self._contract_calls(one)]

    # ---- By-hand functions ----

    def _helper(self, call: Call, function: Function, row: Row) -> str:
        """Return the prototype of a by-hand function; all rows must agree on it."""
        arguments = [self._helper_argument(one, function, row) for one in call.arguments]
        prototype = f"{function.result_text} {call.name}({', '.join(arguments) or 'void'})"
        prototype = prototype.replace("* ", "*")
        there = self._helpers.setdefault(call.name, (prototype, row))
        types = self._types_of(prototype, row)
        if self._types_of(there[0], there[1]) != types:
            raise DescriptorError(
                row.where, f"needs `{prototype}`; {there[1].where} has `{there[0]}`"
            )
        return there[0]

    def _helper_argument(self, argument: Expression, function: Function, row: Row) -> str:
        if isinstance(argument, Call):
            conversion = self.shim_map.vocabulary.conversion.get(argument.name)
            if conversion is None:
                known = known_names(argument.name, self.shim_map.vocabulary.conversion)
                raise DescriptorError(row.where, f'no conversion "{argument.name}"; {known}')
            return conversion.target
        if isinstance(argument, Number):
            return "int"
        return self._type_text(argument.name, function, row)

    def _types_of(self, prototype: str, row: Row) -> tuple[str, ...]:
        function = self.declarations.function(prototype, row.where)
        return (function.result.cname, *(one.cname for one in function.arguments))

    # ---- The rest ----

    def _check_parameters(self, row: Row, function: Function) -> None:
        names = [parameter.name for parameter in function.parameters]
        for key, wanted in (
            ("waits", [row.waits] if row.waits else []),
            ("not_null", row.not_null),
        ):
            for name in wanted:
                if name not in names:
                    raise DescriptorError(
                        f"{row.where}.{key}", f'no parameter "{name}"; {known_names(name, names)}'
                    )

    def _check_macro_call(self, call: Call, parameters: list[str], row: Row) -> None:
        if call.name not in self.functions:
            raise DescriptorError(
                row.where, f'no row "{call.name}"; {nearest(call.name, self.functions)}'
            )
        _check_arity(call, len(self.functions[call.name].parameters), row)
        constants = {*self.shim_map.vocabulary.constant, *self.declarations.enumerators}
        for name in names_in(call):
            if name not in parameters and name not in constants:
                known = known_names(name, [*parameters, *constants])
                raise DescriptorError(
                    row.where, f'"{name}" is no parameter and no constant; {known}'
                )


def _check_arity(call: Call, wanted: int, row: Row) -> None:
    given = len(call.arguments)
    if given != wanted:
        raise DescriptorError(
            row.where, f"{call.name} is given {given} arguments; it takes {wanted}"
        )


def _parameter_text(name: str, call: Call, callee: Function) -> str:
    """Return a macro's parameter with the type it has where it is passed on."""
    position = call.arguments.index(Name(name))
    return f"{callee.parameters[position].type_text} {name}"


def _wrapped(argument: Expression, parameters: list[str]) -> str:
    """Put a macro's parameter in parentheses, as C wants it."""
    if isinstance(argument, Name):
        return f"({argument.name})" if argument.name in parameters else argument.name
    if isinstance(argument, Number):
        return argument.text
    return f"{argument.name}({', '.join(_wrapped(one, parameters) for one in argument.arguments)})"
