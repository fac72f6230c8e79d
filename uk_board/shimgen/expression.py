# SPDX-License-Identifier: BSD-3-Clause
"""What a map row becomes: calls of names and numbers, as `f(a, g(b), 0)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from uk_board.errors import DescriptorError

_TOKEN = re.compile(r"\s*(?:(\w+)|([(),])|(\S))")


@dataclass(frozen=True)
class Name:
    """A parameter or a constant."""

    name: str


@dataclass(frozen=True)
class Number:
    """A decimal number."""

    text: str


@dataclass(frozen=True)
class Call:
    """A function, conversion or macro with its arguments."""

    name: str
    arguments: tuple[Expression, ...]


Expression = Name | Number | Call


def parse_call(text: str, where: str) -> Call:
    """Read one call. Raises: DescriptorError with the place where it stops being one."""
    parser = _Parser(text, where)
    expression = parser.expression()
    parser.end()
    if not isinstance(expression, Call):
        raise DescriptorError(where, f'"{text}" is not a call; expected name(arguments)')
    return expression


def names_in(expression: Expression) -> Iterator[str]:
    """Yield every plain name, as often as it occurs."""
    if isinstance(expression, Name):
        yield expression.name
    elif isinstance(expression, Call):
        for argument in expression.arguments:
            yield from names_in(argument)


class _Parser:
    def __init__(self, text: str, where: str) -> None:
        self._text = text
        self._where = where
        self._tokens = [match.group().strip() for match in _TOKEN.finditer(text)]
        self._tokens = [token for token in self._tokens if token]

    def expression(self) -> Expression:
        word = self._take("a name or a number")
        if word.isdigit():
            return Number(word)
        if not word.isidentifier():
            self._fail(f'"{word}" where a name or a number is expected')
        if not self._tokens or self._tokens[0] != "(":
            return Name(word)
        self._take("(")
        return Call(word, tuple(self._arguments()))

    def _arguments(self) -> Iterator[Expression]:
        if self._tokens and self._tokens[0] == ")":
            self._take(")")
            return
        while True:
            yield self.expression()
            mark = self._take("a comma or a closing parenthesis")
            if mark == ")":
                return
            if mark != ",":
                self._fail(f'"{mark}" where a comma or a closing parenthesis is expected')

    def end(self) -> None:
        if self._tokens:
            self._fail(f'"{self._tokens[0]}" after the end')

    def _take(self, expected: str) -> str:
        if not self._tokens:
            self._fail(f"it ends where {expected} is expected")
        return self._tokens.pop(0)

    def _fail(self, problem: str) -> None:
        raise DescriptorError(self._where, f'in "{self._text}": {problem}')
