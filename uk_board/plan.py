# SPDX-License-Identifier: BSD-3-Clause
"""What goes into an image: the libraries, drivers and devices that app and board need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from uk_board.board import Board, Device
from uk_board.component import App, Catalogue, Driver, Library, Value
from uk_board.errors import DescriptorError, known_names

# The object folder and size row of the generated sources and of the app itself.
GENERATED = "board"
APP = "app"


@dataclass(frozen=True)
class BuiltDevice:
    """A device of the board that has its driver in the image."""

    device: Device
    driver: Driver

    @property
    def variable(self) -> str:
        """The C variable of the device, or of its pins."""
        suffix = "_pins" if self.driver.is_of_pins else ""
        return f"board_{self.device.name}{suffix}"


@dataclass(frozen=True)
class Unit:
    """Sources that are compiled alike, into an object folder of their own.

    `flags` are further compiler options of single files, by file name; a
    file in `fp` may use FP and SIMD registers.
    """

    name: str
    sources: tuple[Path, ...]
    include: tuple[Path, ...]
    flags: Mapping[str, tuple[str, ...]]
    fp: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plan:
    """One image: everything that is compiled, and for which devices."""

    root: Path
    board: Board
    app: App
    catalogue: Catalogue
    libraries: tuple[Library, ...]
    drivers: tuple[Driver, ...]
    devices: tuple[BuiltDevice, ...]
    config: Mapping[str, Value]

    @property
    def name(self) -> str:
        """How messages call the image."""
        return f"{self.app.name} for {self.board.name}"

    def built(self, name: str) -> BuiltDevice:
        """Return the device `name`, which must be one of `devices`."""
        return next(built for built in self.devices if built.device.name == name)

    @property
    def pin_controller(self) -> BuiltDevice:
        """What sets pins, which must be one of `devices`."""
        return next(built for built in self.devices if built.driver.is_of_pins)

    def units(self) -> Iterator[Unit]:
        """Yield what is compiled; a unit sees what it depends on, and nothing else."""
        for library in self.libraries:
            classes = self.catalogue.class_folders_of(library)
            include = (library.folder, *classes, *self._exported([library.name]))
            yield Unit(library.name, library.sources, _unique(include), library.flags)
        for driver in self.drivers:
            include = (driver.folder, *self._driver_folders(driver))
            yield Unit(driver.name, driver.sources, _unique(include), driver.flags)
        everything = self.everything()
        app = self.app
        include = (app.folder, *everything)
        yield Unit(APP, app.sources, _unique(include), {}, frozenset(app.fp))

    def everything(self) -> tuple[Path, ...]:
        """Return every folder that exports headers: what the app and board.c may see."""
        folders = [folder for library in self.libraries for folder in library.exported]
        for driver in self.drivers:
            folders += [driver.folder, *self._driver_folders(driver)]
        return _unique(folders)

    def _exported(self, names: Iterable[str]) -> list[Path]:
        libraries = self.catalogue.libraries_for((name, "") for name in names)
        return [folder for library in libraries for folder in library.exported]

    def _driver_folders(self, driver: Driver) -> list[Path]:
        """Return the headers of its class, of classes it uses, of its libraries."""
        needed = self.catalogue.split_depends(driver)
        return [driver.folder.parent, *needed.class_folders, *self._exported(needed.libraries)]


def _unique(folders: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(folders))


def make_plan(root: Path, catalogue: Catalogue, board: Board, app: App) -> Plan:
    """Return the plan of `app` on `board`.

    Raises:
        DescriptorError: the app needs what the board or the tree does not have.
    """
    devices = _devices(catalogue, board, app)
    wanted = [built.driver for built in devices]
    wanted += [catalogue.driver(name, f"{app.file}: drivers") for name in app.drivers]
    # A part that nothing here drives is only wired.
    parts = [attach.device for attach in app.attach]
    wanted += [catalogue.drivers[name] for name in parts if name in catalogue.drivers]
    drivers = tuple({driver.name: driver for driver in wanted}.values())
    asked = [(name, f"{app.file}: libs") for name in app.libs]
    for driver in drivers:
        where = f"{driver.file}: depends"
        asked += [(name, where) for name in catalogue.split_depends(driver).libraries]
    libraries = catalogue.libraries_for(asked)
    for library in libraries:
        catalogue.class_folders_of(library)
    config = _config(libraries, app)
    return Plan(root, board, app, catalogue, libraries, drivers, devices, config)


def _devices(catalogue: Catalogue, board: Board, app: App) -> tuple[BuiltDevice, ...]:
    roles = (board.interrupt_controller, board.console, board.power, board.mailbox)
    names = [name for name in roles if name]
    for where, name in _needed_by(app):
        if name not in board.devices:
            known = known_names(name, board.devices)
            raise DescriptorError(where, f'{board.name} has no device "{name}"; {known}')
        names.append(name)
    built = [_built(catalogue, board, board.devices[name]) for name in dict.fromkeys(names)]
    if board.pin_controller and any(board.devices[name].pins for name in names):
        controller = board.devices[board.pin_controller]
        pins = _built(catalogue, board, controller, pins=True)
        built += [] if pins in built else [pins]
    return tuple(built)


def _needed_by(app: App) -> Iterator[tuple[str, str]]:
    for name in app.devices:
        yield f"{app.file}: devices", name
    for attach in app.attach:
        yield f"{app.file}: attach {attach.name}: bus", attach.bus


def _built(
    catalogue: Catalogue, board: Board, device: Device, *, pins: bool = False
) -> BuiltDevice:
    where = f"{board.path}: devices.{device.name}"
    driver = catalogue.driver_for(device.compatible, where, pins=pins)
    for region in driver.regions:
        if region not in device.regions:
            needed = ", ".join(driver.regions)
            raise DescriptorError(
                where, f'no region "{region}"; driver {driver.name} needs: {needed}'
            )
    if driver.clock and device.clock_hz is None:
        raise DescriptorError(where, f"no clock_hz; driver {driver.name} needs it")
    return BuiltDevice(device, driver)


def _config(libraries: tuple[Library, ...], app: App) -> dict[str, Value]:
    """Return the defaults of all libraries, changed as the app wants."""
    config: dict[str, Value] = {}
    for library in libraries:
        config.update(library.config)
    for key, value in app.config.items():
        if key not in config:
            problem = f"unknown key; {known_names(key, config)}"
            raise DescriptorError(f"{app.file}: config.{key}", problem)
        config[key] = value
    return config
