# SPDX-License-Identifier: BSD-3-Clause
"""The parts an image is made of: libraries, drivers, applications, found by their TOML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, TypeVar

from uk_board.attach import Attach, EmulatedPart
from uk_board.component_checks import (
    check_app,
    check_compatible_once,
    check_driver,
    check_library,
)
from uk_board.descriptor import GIVEN, Key, parse, read
from uk_board.errors import DescriptorError, UsageError, known_names
from uk_board.package import ThirdParty

Value = int | str | bool

# The library that is part of every image, and the one that drivers in drivers/ are written for.
CORE = "core"
DRIVER_API = "freertos"

_LIBRARIES = ("unikraft-port/core", "unikraft-port/lib/*", "shim/*")
# For drivers, in drivers/<class>/<name>.
_DRIVER_LIBRARIES = "drivers/*/*"
_SOC_DRIVERS = "unikraft-port/soc/*"
_DRIVERS = "drivers/*/*"
_CLASSES = "drivers/*"
_APPS = "apps"
_SOURCES = (".c", ".S")

T = TypeVar("T", "Library", "Driver")


class _Sources:
    """A folder of C."""

    folder: Path

    @property
    def sources(self) -> tuple[Path, ...]:
        """Its sources: no host tests, nothing from deeper folders."""
        return tuple(
            file
            for file in sorted(self.folder.iterdir())
            if file.suffix in _SOURCES and not file.stem.endswith("_test")
        )


@dataclass(frozen=True, kw_only=True)
class Library(_Sources):
    """A folder of C with a lib.toml; `include` is what its dependants see.

    `flags` are further compiler options, by file name; `generator` makes
    further sources, `package` brings third-party ones. `config` has the
    library's options and their defaults. `classes` are the classes of drivers
    that it is written above. `configured_by` is a header in the first folder of
    `include` that an application may have its own of, for the whole image.
    """

    name: Annotated[str, GIVEN]
    folder: Annotated[Path, GIVEN]
    config: Annotated[Mapping[str, Value], GIVEN]
    caption: str
    depends: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    package: ThirdParty | None = None
    generator: Literal["shim", "common_io"] | None = None
    configured_by: str | None = None

    @property
    def file(self) -> Path:
        """The file that describes it."""
        return self.folder / "lib.toml"

    @property
    def exported(self) -> tuple[Path, ...]:
        """The folders of `include`."""
        return tuple(self.folder / name for name in self.include)


@dataclass(frozen=True, kw_only=True)
class Status:
    """How a driver was verified: in QEMU, against a model, on paper, on a board."""

    qemu: str | None = None
    model: str | None = None
    datasheet: str | None = None
    hardware: str | None = None


@dataclass(frozen=True, kw_only=True)
class Driver(_Sources):
    """A folder of C with a driver.toml; the folder's name is the C prefix.

    `regions` and `interrupts` are the names of the fields in `struct <name>`.
    `firmware`: a field `firmware`, or what a `bus` driver's init is given, calls the board's
    mailbox; NULL without one.
    `count`: how many places there are, see Device.
    `bus`: its devices are found there, by `int <name>_init(void)` beforehand.
    `optional`: a field `absent` is not 0 on a machine that lacks the device.
    `secure`: at EL3 `<name>_init_secure()` has something to hand over to EL1.
    """

    name: Annotated[str, GIVEN]
    folder: Annotated[Path, GIVEN]
    caption: str
    device_class: Annotated[str, Key("class")]
    compatible: tuple[str, ...]
    regions: tuple[str, ...] = ()
    interrupts: tuple[str, ...] = ()
    clock: bool = False
    baud: bool = False
    firmware: bool = False
    optional: bool = False
    secure: bool = False
    count: bool = False
    bus: Literal["usb"] | None = None
    depends: tuple[str, ...] = ()
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    package: ThirdParty | None = None
    status: Status = Status()
    emulator: EmulatedPart | None = None
    documents: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        """The file that describes it."""
        return self.folder / "driver.toml"

    @property
    def is_of_pins(self) -> bool:
        """Whether it sets what pins are for, before threads."""
        return self.device_class == "pins"

    @property
    def header(self) -> str:
        """The C header that declares `struct <name>`."""
        return f"{self.name}.h"


@dataclass(frozen=True, kw_only=True)
class App(_Sources):
    """A folder of C with an app.toml.

    `devices` are devices of the board to build in beside those that have a
    role; `storage`: those of its storage, and board_storage_start(). `network`:
    what carries the board's network is built in, with a stack on it. Files in `fp`
    may use FP and SIMD registers; those in `embed` are in the image, compressed,
    for a web server; it listens on TCP port `web_port`.
    """

    name: Annotated[str, GIVEN]
    folder: Annotated[Path, GIVEN]
    caption: str
    libs: tuple[str, ...] = ()
    drivers: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    storage: bool = False
    attach: tuple[Attach, ...] = ()
    network: bool = False
    fp: tuple[str, ...] = ()
    embed: tuple[str, ...] = ()
    web_port: Annotated[int, range(1, 1 << 16)] | None = None
    config: Mapping[str, Value] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The file that describes it."""
        return self.folder / "app.toml"


Component = Library | Driver


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


def app_names(root: Path) -> list[str]:
    """Return the names of all apps of the tree `root`, sorted."""
    return sorted(file.parent.name for file in (root / _APPS).glob("*/app.toml"))


def load_app(name: str | Path, root: Path) -> App:
    """Return an app: one of the tree by its name, or any by the path of its folder.

    Raises:
        UsageError: there is no such app.
        DescriptorError: its file is wrong.
    """
    folder = _app_folder(name, root)
    document = read(folder / "app.toml")
    app = parse(App, document, name=folder.name, folder=folder)
    check_app(app, document)
    return app


def _app_folder(name: str | Path, root: Path) -> Path:
    if str(name) in app_names(root):
        return root / _APPS / name
    folder = Path(name).absolute()
    if (folder / "app.toml").is_file():
        return folder
    known = known_names(str(name), app_names(root))
    hint = f"write {folder / 'app.toml'}" if folder.is_dir() else ""
    raise UsageError("", f'no app "{name}"; {known}', hint=hint)
