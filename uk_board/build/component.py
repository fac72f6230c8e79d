# SPDX-License-Identifier: BSD-3-Clause
"""The parts an image is made of: libraries, drivers, applications, each with its TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from uk_board.build.component_checks import check_app
from uk_board.emulation.attach import Attach, EmulatedPart
from uk_board.errors import UsageError, known_names
from uk_board.facts.descriptor import GIVEN, Key, parse, read
from uk_board.packages.package import ThirdParty

Value = int | str | bool

_APPS = "apps"
_SOURCES = (".c", ".S")


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
