# SPDX-License-Identifier: BSD-3-Clause
"""apt for packages that are material: with lists, cache and sources of its own, without root.

The machine's lists, packages and sources stay as they are. The mirror, its key and its
options are those of the machine's own sources. apt checks every file against the signed index.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from uk_board.errors import BenchError, MissingError
from uk_board.packages.apt_source import derive

Run = Callable[[Sequence[str], Path], str]
# Told what is being done.
OnStep = Callable[[str], None]

_UPDATE_TIMEOUT_S = 900
_UPSTREAM = re.compile(r"\.orig\.tar\.\w+$|^(?!.*\.debian\.tar)[^_]+_[^_]+\.tar\.\w+$")


class MirrorError(BenchError):
    """No Debian mirror can be reached, or the machine names none."""


@dataclass(frozen=True)
class Package:
    """A package of Debian: `kind` "source" is what its authors released, without patches.

    `version` "" is the newest of the suite; that of a source is its authors', without Debian's
    revision. `sha256` is that of the .deb, or of the authors' archive; "" leaves the check to apt.
    `architecture` is one that is not the machine's own, `component` main or non-free-firmware.
    With `depends`, not the package itself is wanted but the one that it depends on whose
    name begins so. `only` are patterns of what is unpacked, all without any.
    """

    name: str
    version: str = ""
    sha256: str = ""
    kind: Literal["binary", "source"] = "binary"
    suite: str = "trixie"
    architecture: str = ""
    component: str = "main"
    depends: str = ""
    only: tuple[str, ...] = ()

    @property
    def index(self) -> str:
        """The name of the part of Debian that has it."""
        component = "" if self.component == "main" else self.component
        return "_".join(filter(None, (self.suite, component, self.architecture)))

    @property
    def title(self) -> str:
        """How messages and the cache call it."""
        version = self.version or "newest"
        digits = f"_{self.sha256[:12]}" if self.sha256 else ""
        return f"{self.name}_{version}_{self.index}_{self.kind}{digits}".replace(":", "%3a")

    @property
    def wanted(self) -> str:
        """How apt is asked for it; a source's revisions share the authors' archive."""
        exact = self.version and self.kind == "binary"
        return f"{self.name}={self.version}" if exact else self.name

    @property
    def plain_version(self) -> str:
        """The version without its epoch, as file names have it."""
        return self.version.rpartition(":")[2]


def run_apt(command: Sequence[str], folder: Path, timeout_s: float = _UPDATE_TIMEOUT_S) -> str:
    """Run a program of apt in `folder` and return what it says.

    Raises:
        MissingError: there is no such program.
        BenchError: it failed; carries its last lines.
    """
    if shutil.which(command[0]) is None:
        raise MissingError(command[0], "not on PATH; packages of Debian are fetched with it")
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout_s,
            env={**os.environ, "LC_ALL": "C"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BenchError(command[0], f"was not done after {timeout_s:g} s") from error
    if done.returncode:
        raise BenchError(
            command[0], f"failed with status {done.returncode}", last_lines=done.stdout.splitlines()
        )
    return done.stdout


class Apt:
    """apt with lists, cache and sources of its own."""

    def __init__(self, folder: Path, package: Package, etc: Path, run: Run) -> None:
        self._folder = folder
        self._suite = package.suite
        self._package = package
        self._etc = etc
        self.run = run

    def download(self, package: Package, folder: Path, on_step: OnStep) -> Path:
        """Download a package into `folder`, checked against the signed index."""
        options = self._options()
        on_step(f"read what {self._suite} has")
        try:
            self.run(["apt-get", *options, "update"], folder)
        except BenchError as error:
            raise MirrorError(
                package.name,
                f"no mirror with {self._suite} can be reached",
                hint="the mirror of the machine's own apt sources, and a proxy if one is needed",
                last_lines=error.last_lines,
            ) from error
        if package.depends:
            package = replace(package, name=self._dependency(package, options, folder), depends="")
        on_step(f"download {package.name}")
        action = ["download"] if package.kind == "binary" else ["source", "--download-only"]
        try:
            self.run(["apt-get", *options, *action, package.wanted], folder)
        except BenchError as error:
            raise BenchError(
                package.wanted,
                f"cannot be had from {self._suite}; {self._known(package, options, folder)}",
                last_lines=error.last_lines,
            ) from error
        return archive_in(folder, package)

    def _dependency(self, package: Package, options: list[str], folder: Path) -> str:
        """Return the name of the package that `package` stands for."""
        listed = self.run(["apt-cache", *options, "depends", package.name], folder)
        names: list[str] = re.findall(r"^\s*Depends: (\S+)", listed, re.M)
        fitting = [name for name in names if name.startswith(package.depends)]
        if len(fitting) != 1:
            known = ", ".join(names) or "nothing"
            raise BenchError(
                package.name,
                f"depends on {known}; one package {package.depends}... is expected",
            )
        return fitting[0]

    def _known(self, package: Package, options: list[str], folder: Path) -> str:
        """Say which versions the suite has."""
        try:
            listed = self.run(["apt-cache", *options, "madison", package.name], folder)
        except BenchError:
            listed = ""
        rows = [line.split("|") for line in listed.splitlines() if line.count("|") == 2]
        versions = sorted({row[1].strip() for row in rows})
        return f"it has {', '.join(versions)}" if versions else "it has no package of that name"

    def _options(self) -> list[str]:
        """Write the configuration and return the options that make apt use it."""
        # A mirror has main; whatever else is wanted comes beside it.
        parts = " ".join(dict.fromkeys(("main", self._package.component)))
        kinds = "deb deb-src"
        source = derive(self._etc / "apt", self._codename(), self._suite, kinds, parts)
        if source is None:
            raise MirrorError(
                str(self._etc / "apt"),
                "names no Debian mirror; a source with main is expected",
            )
        for name in ("lists/partial", "cache/archives/partial"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        file = self._folder / source[0]
        file.write_text(source[1], encoding="utf-8")
        settings = {
            "Dir::Etc::sourcelist": file,
            "Dir::Etc::sourceparts": "-",
            "Dir::State": self._folder,
            "Dir::State::lists": self._folder / "lists",
            "Dir::State::status": os.devnull,
            "Dir::Cache": self._folder / "cache",
            "APT::Update::Error-Mode": "any",
            "APT::Sandbox::User": "",
            "Acquire::Retries": 3,
        }
        if architecture := self._package.architecture:
            settings |= {"APT::Architecture": architecture, "APT::Architectures": architecture}
        return [
            "-q",
            *(text for key, value in settings.items() for text in ("-o", f"{key}={value}")),
        ]

    def _codename(self) -> str:
        try:
            text = (self._etc / "os-release").read_text(encoding="utf-8")
        except OSError:
            return ""
        found = re.search(r'^VERSION_CODENAME="?(\w+)', text, re.M)
        return found[1] if found else ""


def archive_in(folder: Path, package: Package) -> Path:
    """Return the one file of a download that holds the package's contents.

    Raises:
        BenchError: there is none, or it is of another version.
    """
    files = sorted(file for file in folder.iterdir() if file.is_file())
    if package.kind == "binary":
        found = [file for file in files if file.suffix == ".deb"]
    else:
        found = [file for file in files if _UPSTREAM.search(file.name)]
    if len(found) != 1:
        names = ", ".join(file.name for file in files) or "nothing"
        raise BenchError(package.wanted, f"apt brought {names}; one archive is expected")
    if f"_{package.plain_version}" not in found[0].name:
        raise BenchError(
            package.name, f"{package.suite} has {found[0].name}; {package.version} is expected"
        )
    return found[0]
