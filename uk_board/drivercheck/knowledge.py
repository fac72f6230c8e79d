# SPDX-License-Identifier: BSD-3-Clause
"""What the shim, the core and the compiler have, and what is known of other names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from uk_board.csource.csource import CSource, read_c
from uk_board.drivercheck.report import Kind, State
from uk_board.facts.descriptor import GIVEN, Key, load
from uk_board.shimgen.coverage import NOT_MAPPED
from uk_board.shimgen.model import Row, nearest
from uk_board.shimgen.reader import FOLDER, KNOWN_NAMES, read_map

_INCLUDE = FOLDER / "include"
_CORE_INCLUDE = Path("unikraft-port", "core", "include")
_LEGACY = "freertos_legacy.h"
# What a freestanding compiler brings along.
_COMPILER = {"float", "iso646", "limits", "stdalign", "stdarg", "stdbool", "stddef", "stdint",
             "stdnoreturn", "stdatomic"}  # fmt: skip
_COMPILERS_NAMES = re.compile(
    r"__builtin_\w+|__(sync|atomic|typeof|attribute|extension|inline|alignof)\w*|va_\w+|offsetof|"
    r"u?int(_(fast|least))?(8|16|32|64|max|ptr)_t|(size|ptrdiff|wchar|max_align)_t|U?INT\w+_(MAX|C)|"
    r"true|false|bool|NULL|typeof|asm|__asm\w*|static_assert|alignas|alignof|atomic_\w+"
)
# How FreeRTOS names things: prefixes of types, then the object.
_LIKE_FREERTOS = re.compile(
    r"(x|v|ux|ul|us|uc|pc|pv|px|e)(Task|Queue|Semaphore|Timer|EventGroup|StreamBuffer|"
    r"StreamBatchingBuffer|MessageBuffer|List|Port|CoRoutine|Application)[A-Z]\w*|"
    r"(port|task|pd|tsk|err|queue|sem|tmr|list|cr|traceE)[A-Z][A-Z0-9_]+|ATOMIC_E(NTER|XIT)_CRITICAL|Atomic_[A-Z]\w+"
)
_CONFIG = re.compile(r"config[A-Z][A-Z0-9_]+|INCLUDE_[a-z]\w+")
_UNIKRAFT = re.compile(r"(uk|ukplat|ukarch|UK)_\w+")


@dataclass(frozen=True)
class Group:
    """Names of one kind that are not ours."""

    name: Annotated[str, GIVEN]
    kind: Literal["freertos", "tcp", "vendor", "libc"]
    what: str
    todo: Annotated[str, Key("try")]
    names: tuple[str, ...] = ()
    match: str = ""

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.match or r"(?!)")

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.names)

    def knows(self, name: str) -> bool:
        """Whether `name` belongs to it."""
        return name in self._names or self._pattern.fullmatch(name) is not None


@dataclass(frozen=True)
class KnownNames:
    """The file of those groups."""

    caption: str
    group: Mapping[str, Group]


@dataclass(frozen=True)
class Verdict:
    """What is to be said of a name."""

    kind: Kind
    state: State
    words: str = ""
    todo: str = ""


class Knowledge:
    """Everything that is known of names and headers, read from one tree."""

    def __init__(self, tree: Path) -> None:
        """Read map, headers and groups. Raises: DescriptorError, MissingError."""
        found = read_map(tree)
        self._rows: dict[str, Row] = {row.name: row for row in found.rows()}
        self._public = set(found.public.names())
        self._reasons = found.missing()
        self._groups = tuple(load(KnownNames, tree / FOLDER / KNOWN_NAMES).group.values())
        ours = _read_headers(tree / _INCLUDE)
        self._old = _old_names(ours.pop(_LEGACY))
        self._header_names = _all_names(ours.values())
        self._macros = {name for header in ours.values() for name in header.macros}
        core = _read_headers(tree / _CORE_INCLUDE)
        self._core_names = _all_names(core.values())
        self._contract = _all_names(_read_headers(tree / "shim" / "contract").values())
        self._headers = {*ours, _LEGACY, *core, *(f"{name}.h" for name in _COMPILER)}
        self._called = _hooks_called(tree / FOLDER)

    def has_header(self, name: str) -> bool:
        """Whether an #include of `name` finds a header of shim, core or compiler."""
        return name in self._headers or (self._is_generated(name))

    def is_macro(self, name: str) -> bool:
        """Whether `name` is a macro of ours, and so no function that a file can define."""
        return name in self._macros or (name in self._rows and bool(self._rows[name].macro))

    def of_definition(self, name: str) -> Verdict | None:
        """Judge a function that a file defines: only hooks and vectors are somebody's business."""
        if name in self._called:
            return Verdict("freertos", "provided", "a hook: the shim calls it")
        group = self._group(name)
        if group is not None and group.name == "hooks":
            return Verdict(group.kind, "differs", "a hook, which the shim never calls", group.todo)
        if group is not None and group.name == "vectors":
            return Verdict(group.kind, "missing", group.what, group.todo)
        return None

    def of_use(self, name: str, *, is_call: bool, only_condition: bool) -> Verdict | None:
        """Judge a name that a file uses and does not define; None: not worth a word."""
        if _COMPILERS_NAMES.fullmatch(name):
            return None
        if name in self._rows:
            differs = self._rows[name].differs
            return Verdict("freertos", "differs" if differs else "provided", differs)
        if name in self._old:
            return self._of_old(name, is_call=is_call)
        if name in self._header_names:
            return Verdict("freertos", "provided")
        if name in self._public:
            return self._of_public(name)
        if _CONFIG.fullmatch(name):
            return _of_configuration(name, only_condition=only_condition)
        return self._of_other(name, is_call=is_call, only_condition=only_condition)

    def _of_old(self, name: str, *, is_call: bool) -> Verdict:
        new = self._old[name]
        meant = self.of_use(new, is_call=is_call, only_condition=False)
        words = f"an old name of {new}"
        if meant is None or meant.state == "unknown":
            return Verdict("freertos", "missing", f"{words}, which is not offered")
        return Verdict("freertos", meant.state, f"{words}; {meant.words}".rstrip("; "), meant.todo)

    def _of_public(self, name: str) -> Verdict:
        reason = self._reasons.get(name, NOT_MAPPED)
        todo = "add a row: docs/adding-an-api.md" if reason == NOT_MAPPED else "leave it out"
        return Verdict("freertos", "missing", reason, todo)

    def _of_other(self, name: str, *, is_call: bool, only_condition: bool) -> Verdict | None:
        if name in self._core_names and not _UNIKRAFT.fullmatch(name):
            return Verdict("libc", "provided")
        if _UNIKRAFT.fullmatch(name):
            return self._of_unikraft(name)
        group = self._group(name)
        if group is not None:
            judged = is_call or group.kind in ("freertos", "tcp")
            return Verdict(group.kind, "missing", group.what, group.todo) if judged else None
        if _LIKE_FREERTOS.fullmatch(name) and not only_condition:
            near = nearest(name, {*self._rows, *self._public, *self._header_names})
            words = f"no name of FreeRTOS V11.3 known here; {near}"
            return Verdict("freertos", "missing", words, "if it is the driver's own, give its file")
        return Verdict("other", "unknown") if is_call else None

    def _of_unikraft(self, name: str) -> Verdict:
        if name in self._core_names or name in self._contract:
            return Verdict("unikraft", "provided")
        return Verdict(
            "unikraft", "missing", "not in the built-in core", "it may be in an upstream tree"
        )

    def _group(self, name: str) -> Group | None:
        return next((group for group in self._groups if group.knows(name)), None)

    def _is_generated(self, name: str) -> bool:
        return bool(re.fullmatch(r"freertos_\w+_api\.h", name))


def _of_configuration(name: str, *, only_condition: bool) -> Verdict:
    if only_condition:
        return Verdict("freertos", "provided", "not set: 0 in a condition")
    return Verdict("freertos", "missing", "not set", f"define {name} in your FreeRTOSConfig.h")


def _read_headers(folder: Path) -> dict[str, CSource]:
    return {
        file.relative_to(folder).as_posix(): read_c(file.read_text(encoding="utf-8"))
        for file in sorted(folder.rglob("*.h"))
    }


def _all_names(sources: Iterable[CSource]) -> set[str]:
    return {name for source in sources for name in {*source.defined(), *source.declared}}


def _old_names(legacy: CSource) -> dict[str, str]:
    """Return what each old name stands for."""
    return {name: body.uses[0].name for name, body in legacy.macros.items() if body.uses}


def _hooks_called(folder: Path) -> set[str]:
    """Return the hooks of applications that the shim's C calls."""
    texts = (file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.c")))
    return {
        use.name
        for text in texts
        for use in read_c(text).uses
        if use.is_call and use.name.startswith("vApplication")
    }
