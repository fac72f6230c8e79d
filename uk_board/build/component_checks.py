# SPDX-License-Identifier: BSD-3-Clause
"""What the schema of a library, driver or app cannot say: one named check each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from uk_board.emulation.attach import check_attachments
from uk_board.errors import DescriptorError, known_names
from uk_board.facts.descriptor import Document
from uk_board.packages import package

if TYPE_CHECKING:
    from uk_board.build.component import App, Driver, Library

_C_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def check_library(library: Library, document: Document) -> None:
    """Check a lib.toml. Raises: DescriptorError."""
    for number, folder in enumerate(library.exported):
        if not folder.is_dir():
            problem = f'no folder "{folder.name}"; it must lie beside lib.toml'
            raise document.error(("include", number), problem)
    _check_flags(library, document)
    _check_package(library, document)


def check_driver(driver: Driver, document: Document) -> None:
    """Check a driver.toml. Raises: DescriptorError."""
    _check_c_names(driver.regions, document, "regions")
    _check_c_names(driver.interrupts, document, "interrupts")
    if len(driver.interrupts) > 1:
        problem = f"{len(driver.interrupts)} names; a device of a board has one interrupt"
        raise document.error(("interrupts",), problem)
    _check_flags(driver, document)
    _check_package(driver, document)


def check_app(app: App, document: Document) -> None:
    """Check an app.toml. Raises: DescriptorError."""
    there = [source.name for source in app.sources]
    for number, name in enumerate(app.fp):
        _check_source(name, there, document, ("fp", number))
    for number, attach in enumerate(app.attach):
        _check_c_name(attach.name, document, ("attach", number, "name"))
    check_attachments(app.attach, document)


def check_compatible_once(drivers: Iterable[Driver]) -> None:
    """Check that no two drivers drive the same device. Raises: DescriptorError."""
    owners: dict[tuple[str, bool], Driver] = {}
    for driver in drivers:
        for number, name in enumerate(driver.compatible):
            if other := owners.get((name, driver.is_of_pins)):
                where = f"{driver.file}: compatible[{number}]"
                raise DescriptorError(where, f'"{name}" is taken by {other.file}')
            owners[name, driver.is_of_pins] = driver


def _check_c_names(names: Sequence[str], document: Document, key: str) -> None:
    for number, name in enumerate(names):
        _check_c_name(name, document, (key, number))


def _check_c_name(name: str, document: Document, steps: tuple[str | int, ...]) -> None:
    if not _C_NAME.fullmatch(name):
        problem = f'"{name}" is no C name; letters, digits and _ are expected'
        raise document.error(steps, problem)


def _check_flags(component: Library | Driver, document: Document) -> None:
    there = [source.name for source in component.sources] if component.flags else []
    for name in component.flags:
        _check_source(name, there, document, ("flags", name))


def _check_package(component: Library | Driver, document: Document) -> None:
    if component.package:
        package.check(component.package, document)


def _check_source(
    name: str, there: Sequence[str], document: Document, steps: tuple[str | int, ...]
) -> None:
    if name not in there:
        raise document.error(steps, f'no source "{name}"; {known_names(name, there)}')
