# SPDX-License-Identifier: BSD-3-Clause
"""The one reader of TOML: a file becomes the frozen dataclass that declares its keys.

The dataclass is the schema. Its fields are all the keys there are, their
annotations the types, their defaults what may be left out:

    @dataclass(frozen=True)
    class Sensor:
        name: Annotated[str, GIVEN]                # no key: `load` is told
        kind: Annotated[str, Key("class")]         # the key is `class`
        address: Annotated[int, range(0x08, 0x78)]
        buses: tuple[str, ...] = ()
        limits: Mapping[str, Limit] = field(default_factory=dict)

    sensor = load(Sensor, file, name="t0")

Anything else in the file is an error that names file and key.
"""

from __future__ import annotations

import dataclasses
import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Final,
    Literal,
    NamedTuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from uk_board.errors import DescriptorError, MissingError, known_names

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")
Steps = tuple[str | int, ...]

# What a check finds: where, and what is wrong there.
Problem = tuple[Steps, str]

_KINDS = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}
_TABLE = "a table"
_LIST = "a list"


# Marks a field that no key gives: `load` is told it, or it is the name of the table.
GIVEN: Final = "given"


class Key(NamedTuple):
    """Marks a field whose key has another name, such as `class`."""

    name: str


class _Field(NamedTuple):
    """A field of a schema: its name, its type, whether it may be left out."""

    name: str
    kind: Any
    optional: bool


@functools.cache
def _fields(schema: Any) -> dict[str, _Field]:
    """Return the fields of a schema by their keys."""
    fields = {}
    hints = get_type_hints(schema, include_extras=True)
    for field in dataclasses.fields(schema):
        kind, optional = hints[field.name], _has_default(field)
        marks = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
        if GIVEN in marks:
            continue
        name = next((mark.name for mark in marks if isinstance(mark, Key)), field.name)
        fields[name] = _Field(field.name, kind, optional)
    return fields


def _has_default(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is not missing or field.default_factory is not missing


@dataclass(frozen=True)
class Document:
    """What a file says, laid over what the file says that it builds on."""

    file: Path
    values: Mapping[str, object]
    base: Document | None = None

    def over(self, base: Document) -> Document:
        """Return this document with the keys of `base` that it does not have itself."""
        return Document(self.file, _merged(base.values, self.values), base)

    def error(self, steps: Steps, problem: str) -> DescriptorError:
        """Return the error of the key at `steps`, which names the file it comes from."""
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
        file = str(self._file_of(steps))
        place = f"{file}: {_printable(where[1:])}" if where else file
        return DescriptorError(place, _printable(problem))

    def _file_of(self, steps: Steps) -> Path:
        if self.base is None:
            return self.file
        while steps and _at(self.values, steps) is None:
            steps = steps[:-1]  # a key that is missing is missing from its table
        ours, theirs = _at(self.values, steps), _at(self.base.values, steps)
        return self.base.file if ours is theirs else self.file


def _merged(base: Mapping[str, object], values: Mapping[str, object]) -> dict[str, object]:
    merged = {**base, **values}
    for name, value in values.items():
        other = base.get(name)
        if isinstance(value, dict) and isinstance(other, dict):
            merged[name] = _merged(other, value)
    return merged


def _at(value: object, steps: Steps) -> object:
    for step in steps:
        if isinstance(value, list):
            value = dict(enumerate(value))
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _printable(text: str) -> str:
    """Return `text` without what could upset a terminal; keys and values may hold anything."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def read(file: Path) -> Document:
    """Return what `file` says.

    Raises:
        MissingError: there is no such file.
        DescriptorError: it is not TOML.
    """
    try:
        return Document(file, tomllib.loads(file.read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        raise MissingError(str(file), "no such file") from None
    except OSError as error:
        raise DescriptorError(str(file), f"cannot be read: {error.strerror}") from error
    except RecursionError:
        raise DescriptorError(str(file), "is not TOML: it nests too deep") from None
    except ValueError as error:  # TOML, UTF-8, and numbers too long for Python
        raise DescriptorError(str(file), f"is not TOML: {error}") from error


def load(schema: type[T], file: Path, **facts: object) -> T:
    """Return `file` as a `schema`; `facts` are its fields marked `GIVEN`.

    Raises:
        MissingError: there is no such file.
        DescriptorError: it is not TOML, or not what the schema declares.
    """
    return parse(schema, read(file), **facts)


def parse(schema: type[T], document: Document, **facts: object) -> T:
    """Return `document` as a `schema`. Raises: DescriptorError."""
    record: T = _record(schema, document.values, document, (), facts)
    return record


def _record(
    schema: Any, value: object, document: Document, steps: Steps, facts: Mapping[str, object]
) -> Any:
    if not isinstance(value, dict):
        raise document.error(steps, f"{_shown(value)}; {_TABLE} is expected")
    fields = _fields(schema)
    for name in value:
        if name not in fields:
            known = known_names(name, fields)
            raise document.error((*steps, name), f"unknown key; {known}")
    arguments = dict(facts)
    for name, field in fields.items():
        if name in value:
            arguments[field.name] = _shape(field.kind, value[name], document, (*steps, name))
        elif not field.optional:
            expected = _expected(field.kind)
            raise document.error((*steps, name), f"is missing; {expected} is expected")
    return schema(**arguments)


def _shape(kind: Any, value: object, document: Document, steps: Steps) -> Any:
    """Return `value` as the annotation `kind` wants it."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _shape_union(arguments, value, document, steps)
    if origin is Annotated:
        shaped = _shape(arguments[0], value, document, steps)
        return _within(arguments[1], shaped, document, steps)
    if dataclasses.is_dataclass(kind):
        return _record(kind, value, document, steps, {})
    if origin is tuple and isinstance(value, list):
        return tuple(
            _shape(arguments[0], item, document, (*steps, number))
            for number, item in enumerate(value)
        )
    if origin is Mapping and isinstance(value, dict):
        return _shape_table(arguments[1], value, document, steps)
    if kind is value.__class__ or (origin is Literal and value in arguments):
        return value
    raise document.error(steps, f"{_shown(value)}; {_expected(kind)} is expected")


def _shape_union(members: Sequence[Any], value: object, document: Document, steps: Steps) -> Any:
    kinds = [member for member in members if member is not NoneType]
    if len(kinds) == 1:
        return _shape(kinds[0], value, document, steps)
    if type(value) in kinds:
        return value
    expected = " or ".join(map(_expected, kinds))
    raise document.error(steps, f"{_shown(value)}; {expected} is expected")


def _shape_table(
    kind: Any, value: Mapping[str, object], document: Document, steps: Steps
) -> dict[str, Any]:
    schema = getattr(kind, "__dataclass_fields__", ())
    named = "name" in schema and "name" not in _fields(kind)
    return {
        name: _record(kind, item, document, (*steps, name), {"name": name} if named else {})
        if schema
        else _shape(kind, item, document, (*steps, name))
        for name, item in value.items()
    }


def _within(mark: object, value: object, document: Document, steps: Steps) -> object:
    """Return `value`, which must be in the range that marks its type, if one does."""
    if isinstance(mark, range) and value not in mark:
        allowed = f"0x{mark[0]:x} to 0x{mark[-1]:x}"
        raise document.error(steps, f"{_cut(_hex(value))} is out of range; {allowed} is expected")
    return value


def _hex(value: Any) -> str:
    return f"-0x{-value:x}" if value < 0 else f"0x{value:x}"


def _shown(value: object) -> str:
    """Say what `value` is; long ones are cut."""
    if isinstance(value, dict):
        return f"is {_TABLE}"
    if isinstance(value, list):
        return f"is {_LIST}"
    kind = _KINDS.get(type(value), f"a {type(value).__name__}")
    # Python writes no decimal number of more than some thousand digits.
    huge = isinstance(value, int) and abs(value) >= 1 << 64
    text = _hex(value) if huge else str(value)
    return f'"{_cut(text.lower() if value is True or value is False else text)}" is {kind}'


def _cut(text: str, length: int = 40) -> str:
    return text if len(text) <= length else f"{text[:length]}..."


def _expected(kind: Any) -> str:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return " or ".join(_expected(member) for member in arguments if member is not NoneType)
    if origin is Annotated:
        return _expected(arguments[0])
    if origin is Literal:
        return " or ".join(f'"{argument}"' for argument in arguments)
    if origin is tuple:
        return _LIST
    return _KINDS.get(kind, _TABLE)
