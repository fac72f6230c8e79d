# SPDX-License-Identifier: BSD-3-Clause
"""All libraries and drivers of a tree, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

from uk_board.build.component import Driver, Library, Value
from uk_board.build.component_checks import check_compatible_once, check_driver, check_library
from uk_board.emulation.attach import Attach
from uk_board.errors import DescriptorError, known_names
from uk_board.facts.descriptor import parse, read

# The library that is part of every image, and the one that drivers in drivers/ are written for.
CORE = "core"
DRIVER_API = "freertos"

_LIBRARIES = ("unikraft-port/core", "unikraft-port/lib/*", "shim/*")
# For drivers, in drivers/<class>/<name>.
_DRIVER_LIBRARIES = "drivers/*/*"
_SOC_DRIVERS = "unikraft-port/soc/*"
_DRIVERS = "drivers/*/*"
_CLASSES = "drivers/*"

T = TypeVar("T", Library, Driver)


class Needed(NamedTuple):
    """What a driver depends on, sorted out: libraries, and folders of class headers."""

    libraries: tuple[str, ...]
    class_folders: tuple[Path, ...]


@dataclass(frozen=True)
class Catalogue:
    """All libraries and drivers of a tree, by name."""

    libraries: Mapping[str, Library]
    drivers: Mapping[str, Driver]
    class_folders: Mapping[str, Path] = field(default_factory=dict)

    def driver(self, name: str, where: str) -> Driver:
        """Return the driver `name`. Raises: DescriptorError when unknown."""
        if name not in self.drivers:
            known = known_names(name, self.drivers)
            raise DescriptorError(where, f'no driver "{name}"; {known}')
        return self.drivers[name]

    def driver_for(self, compatible: str, where: str, *, pins: bool = False) -> Driver:
        """Return the driver of a device; a pin controller may have another one of its pins.

        Raises: DescriptorError when none drives it.
        """
        found = [one for one in self.drivers.values() if compatible in one.compatible]
        for driver in sorted(found, key=lambda one: one.is_of_pins is not pins):
            return driver
        strings = [name for driver in self.drivers.values() for name in driver.compatible]
        known = known_names(compatible, strings)
        raise DescriptorError(where, f'no driver is compatible with "{compatible}"; {known}')

    def libraries_for(self, asked: Iterable[tuple[str, str]]) -> tuple[Library, ...]:
        """Return the core, the libraries asked for and all they depend on, each once.

        `asked` has the name of a library and where it is asked for.
        Raises: DescriptorError for an unknown name.
        """
        found: dict[str, Library] = {}
        pending = [(CORE, ""), *asked]
        while pending:
            name, where = pending.pop(0)
            if name in found:
                continue
            if name not in self.libraries:
                known = known_names(name, self.libraries)
                raise DescriptorError(where, f'no library "{name}"; {known}')
            library = found[name] = self.libraries[name]
            where = f"{library.file}: depends"
            pending += [(other, where) for other in library.depends]
        return tuple(found.values())

    def emulated(self, attachments: Iterable[Attach]) -> tuple[Attach, ...]:
        """Return parts with what their drivers say of how they are emulated."""
        return tuple(
            replace(attach, emulated=self.drivers[attach.device].emulator)
            if attach.device in self.drivers
            else attach
            for attach in attachments
        )

    def class_folders_of(self, library: Library) -> list[Path]:
        """Return where the headers of its classes are. Raises: DescriptorError."""
        for name in library.classes:
            if name not in self.class_folders:
                known = known_names(name, self.class_folders)
                where = f"{library.folder / 'lib.toml'}: classes"
                raise DescriptorError(where, f'no driver class "{name}"; {known}')
        return [self.class_folders[name] for name in library.classes]

    def split_depends(self, driver: Driver) -> Needed:
        """Return what `driver` depends on. Raises: DescriptorError for an unknown name."""
        libraries: list[str] = []
        folders: list[Path] = []
        for name in driver.depends:
            if name in self.libraries:
                libraries.append(name)
            elif name in self.class_folders:
                folders.append(self.class_folders[name])
            else:
                known = known_names(name, [*self.libraries, *self.class_folders])
                raise DescriptorError(
                    f"{driver.file}: depends", f'no library or driver class "{name}"; {known}'
                )
        return Needed(tuple(libraries), tuple(folders))


def load_catalogue(root: Path) -> Catalogue:
    """Return the libraries and drivers of the tree `root`. Raises: DescriptorError."""
    libraries = [_library(file) for place in _LIBRARIES for file in root.glob(f"{place}/lib.toml")]
    for file in root.glob(f"{_DRIVER_LIBRARIES}/lib.toml"):
        library = _library(file)
        libraries.append(replace(library, depends=(DRIVER_API, *library.depends)))
    drivers = [_driver(file) for file in root.glob(f"{_SOC_DRIVERS}/driver.toml")]
    for file in root.glob(f"{_DRIVERS}/driver.toml"):
        driver = _driver(file)
        drivers.append(replace(driver, depends=(DRIVER_API, *driver.depends)))
    classes = {folder.name: folder for folder in root.glob(_CLASSES) if folder.is_dir()}
    catalogue = Catalogue(_by_name(libraries), _by_name(drivers), classes)
    check_compatible_once(catalogue.drivers.values())
    return catalogue


def _by_name(components: Iterable[T]) -> dict[str, T]:
    """Return components by name; a name is an object folder, so there is one of each."""
    found: dict[str, T] = {}
    for component in sorted(components, key=lambda component: str(component.folder)):
        if other := found.get(component.name):
            raise DescriptorError(
                str(component.folder), f"the name is taken by {other.folder}; each needs its own"
            )
        found[component.name] = component
    return found


def _library(file: Path) -> Library:
    folder, document = file.parent, read(file)
    config = _defaults(folder)
    library = parse(Library, document, name=folder.name, folder=folder, config=config)
    check_library(library, document)
    return library


def _defaults(folder: Path) -> dict[str, Value]:
    """Return what a library's config.toml says, if it has one."""
    file = folder / "config.toml"
    if not file.is_file():
        return {}
    document = read(file)
    values: dict[str, Value] = {}
    for name, value in document.values.items():
        if not isinstance(value, int | str):
            raise document.error((name,), "is no option; a number, a text or true is expected")
        values[name] = value
    return values


def _driver(file: Path) -> Driver:
    document = read(file)
    driver = parse(Driver, document, name=file.parent.name, folder=file.parent)
    check_driver(driver, document)
    return driver
