# SPDX-License-Identifier: BSD-3-Clause
"""What goes into an image: the libraries, drivers and devices that app and board need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from uk_board.build.catalogue import Catalogue
from uk_board.build.component import App, Component, Driver, Library, Value
from uk_board.errors import DescriptorError, known_names
from uk_board.facts.board import Board, Device
from uk_board.packages.debpackage import content, default_cache
from uk_board.packages.package import Fetched, find

# What stands between network drivers and applications.
NETWORK_STACK = "netif"

# The class of the drivers that its random numbers come from.
RANDOM_CLASS = "rng"

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
    file in `fp` may use FP and SIMD registers. `foreign`: folders of third-party
    headers, whose warnings are not ours. `package`: the sources themselves are
    third-party, and lie below this folder.
    """

    name: str
    sources: tuple[Path, ...]
    include: tuple[Path, ...]
    flags: Mapping[str, tuple[str, ...]]
    fp: frozenset[str] = frozenset()
    foreign: tuple[Path, ...] = ()
    package: Path | None = None

    def name_of(self, source: Path) -> str:
        """Return what `flags` and object files call a source."""
        return source.relative_to(self.package).as_posix() if self.package else source.name


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
    cache: Path

    @property
    def name(self) -> str:
        """How messages call the image."""
        return f"{self.app.name} for {self.board.name}"

    def built(self, name: str) -> BuiltDevice:
        """Return the device `name`, which must be one of `devices`."""
        return next(built for built in self.devices if built.device.name == name)

    def packages(self) -> tuple[Component, ...]:
        """Return the components that have third-party sources."""
        parts: list[Component] = [*self.libraries, *self.drivers]
        return tuple(part for part in parts if part.package)

    @property
    def pin_controller(self) -> BuiltDevice:
        """What sets pins, which must be one of `devices`."""
        return next(built for built in self.devices if built.driver.is_of_pins)

    def units(self) -> Iterator[Unit]:
        """Yield what is compiled; a unit sees what it depends on, and nothing else.

        Raises:
            MissingError: third-party sources are not in the cache.
            DescriptorError: they are not as their manifest says.
        """
        for library in self.libraries:
            classes = self.catalogue.class_folders_of(library)
            include = (library.folder, *classes, *self._exported([library.name]))
            foreign = self._foreign(self.catalogue.libraries_for([(library.name, "")]))
            yield from self._units_of(library, include, foreign)
        for driver in self.drivers:
            include = (driver.folder, *self._driver_folders(driver))
            needed = self.catalogue.split_depends(driver).libraries
            foreign = self._foreign(
                [driver, *self.catalogue.libraries_for((name, "") for name in needed)]
            )
            yield from self._units_of(driver, include, foreign)
        app = self.app
        include = (app.folder, *self.everything())
        fp = frozenset(app.fp)
        yield Unit(APP, app.sources, _unique(include), {}, fp, self.all_foreign())

    def _units_of(
        self, part: Component, include: tuple[Path, ...], foreign: tuple[Path, ...]
    ) -> Iterator[Unit]:
        """Yield what is compiled of a component: our files, then those of its package."""
        own = _unique(include)
        yield Unit(part.name, part.sources, own, part.flags, foreign=foreign)
        if part.package:
            fetched = self.fetched(part)
            flags = {name: part.package.flags_of(name) for name in fetched.sources}
            yield Unit(
                part.name,
                tuple(fetched.sources.values()),
                own,
                flags,
                foreign=foreign,
                package=fetched.base,
            )

    def fetched(self, part: Component) -> Fetched:
        """Return the package of one of `packages()`. Raises: MissingError."""
        assert part.package, "only what has a package is asked for it"
        return find(part.file, part.package, self.cache)

    def is_fetched(self, part: Component) -> bool:
        """Whether the package of one of `packages()` is in the cache."""
        return part.package is None or content(part.package.package, self.cache).is_dir()

    def all_foreign(self) -> tuple[Path, ...]:
        """Return every folder of third-party headers. Raises: MissingError, DescriptorError."""
        return self._foreign((*self.libraries, *self.drivers))

    def _foreign(self, parts: Iterable[Component]) -> tuple[Path, ...]:
        return _unique(
            folder for part in parts if part.package for folder in self.fetched(part).include
        )

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


def make_plan(
    root: Path, catalogue: Catalogue, board: Board, app: App, cache: Path | None = None
) -> Plan:
    """Return the plan of `app` on `board`; third-party sources are in `cache`.

    Raises:
        DescriptorError: the app needs what the board or the tree does not have.
    """
    devices = _devices(catalogue, board, app)
    wanted = [built.driver for built in devices]
    wanted += [catalogue.driver(name, f"{app.file}: drivers") for name in app.drivers]
    if app.network:
        where = f"{board.path}: network_drivers"
        wanted += [catalogue.driver(name, where) for name in board.network_drivers]
    # A part that nothing here drives is only wired.
    parts = [attach.device for attach in app.attach]
    wanted += [catalogue.drivers[name] for name in parts if name in catalogue.drivers]
    drivers = tuple({driver.name: driver for driver in wanted}.values())
    asked = [(name, f"{app.file}: libs") for name in app.libs]
    asked += [(NETWORK_STACK, f"{app.file}: network")] if app.network else []
    for driver in drivers:
        where = f"{driver.file}: depends"
        asked += [(name, where) for name in catalogue.split_depends(driver).libraries]
    libraries = catalogue.libraries_for(asked)
    for library in libraries:
        catalogue.class_folders_of(library)
    config = _config(libraries, app)
    cache = cache or default_cache()
    return Plan(root, board, app, catalogue, libraries, drivers, devices, config, cache)


def _devices(catalogue: Catalogue, board: Board, app: App) -> tuple[BuiltDevice, ...]:
    roles = (board.interrupt_controller, board.console, board.power, board.mailbox)
    names = [name for name in roles if name]
    for where, name in _needed_by(board, app):
        if name not in board.devices:
            known = known_names(name, board.devices)
            raise DescriptorError(where, f'{board.name} has no device "{name}"; {known}')
        names.append(name)
    names += _random_sources(catalogue, board) if app.network else []
    built = [_built(catalogue, board, board.devices[name]) for name in dict.fromkeys(names)]
    if board.pin_controller and any(board.devices[name].pins for name in names):
        controller = board.devices[board.pin_controller]
        pins = _built(catalogue, board, controller, pins=True)
        built += [] if pins in built else [pins]
    return tuple(built)


def _needed_by(board: Board, app: App) -> Iterator[tuple[str, str]]:
    for name in app.devices:
        yield f"{app.file}: devices", name
    if app.storage:
        if not board.storage:
            problem = f"{board.name} has none; an app that needs no card leaves this out"
            raise DescriptorError(f"{app.file}: storage", problem)
        yield from ((f"{board.path}: storage", name) for name in board.storage)
    for attach in app.attach:
        yield f"{app.file}: attach {attach.name}: bus", attach.bus
    if app.network and not board.network:
        problem = f"{board.name} has no network; its file names no device under network"
        raise DescriptorError(f"{app.file}: network", problem)
    for name in board.network if app.network else ():
        yield f"{board.path}: network", name


def _random_sources(catalogue: Catalogue, board: Board) -> list[str]:
    """Return the devices from which a network's random numbers come, where one has a driver."""
    drivers = [one for one in catalogue.drivers.values() if one.device_class == RANDOM_CLASS]
    driven = {compatible for driver in drivers for compatible in driver.compatible}
    return [device.name for device in board.devices.values() if device.compatible in driven]


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
    asks = driver.firmware and device.firmware_clock is not None
    if driver.clock and device.clock_hz is None and not asks:
        raise DescriptorError(where, f"no clock_hz; driver {driver.name} needs it")
    if board.emulator and device.name in board.emulator.absent and not driver.optional:
        problem = f"driver {driver.name} would use {device.name} all the same"
        expected = f"optional = true is expected in {driver.file}"
        raise DescriptorError(f"{board.path}: emulator.absent", f"{problem}; {expected}")
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
