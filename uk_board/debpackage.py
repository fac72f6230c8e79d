# SPDX-License-Identifier: BSD-3-Clause
"""Debian packages as material: fetched, checked and unpacked, without root.

apt does the work with a configuration of its own, in the cache: the machine's
lists, packages and sources stay as they are. The mirror, its key and its options
are those of the machine's own sources. apt checks every file against the signed
index; what is in the cache already needs no network.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from uk_board.apt_source import derive
from uk_board.errors import BenchError, MissingError

Run = Callable[[Sequence[str], Path], str]

_UPDATE_TIMEOUT_S = 900
_UPSTREAM = re.compile(r"\.orig\.tar\.\w+$|^(?!.*\.debian\.tar)[^_]+_[^_]+\.tar\.\w+$")


class MirrorError(BenchError):
    """No Debian mirror can be reached, or the machine names none."""


@dataclass(frozen=True)
class Package:
    """A package of Debian: `kind` "source" is what its authors released, without patches.

    `version` "" is the newest of the suite. `sha256` is that of the .deb, or of
    the authors' archive; "" leaves the check to apt.
    """

    name: str
    version: str = ""
    sha256: str = ""
    kind: Literal["binary", "source"] = "binary"
    suite: str = "trixie"

    @property
    def title(self) -> str:
        """How messages and the cache call it."""
        version = self.version or "newest"
        return f"{self.name}_{version}_{self.suite}_{self.kind}".replace(":", "%3a")

    @property
    def wanted(self) -> str:
        """How apt is asked for it."""
        return f"{self.name}={self.version}" if self.version else self.name


def default_cache(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where packages are kept: outside every checkout."""
    cache = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache, "uk-board")


def run_apt(command: Sequence[str], folder: Path) -> str:
    """Run a program of apt in `folder` and return what it says.

    Raises:
        MissingError: there is no such program.
        BenchError: it failed; carries its last lines.
    """
    if shutil.which(command[0]) is None:
        raise MissingError(command[0], "not on PATH; packages of Debian are fetched with it")
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=_UPDATE_TIMEOUT_S,
        env={**os.environ, "LC_ALL": "C"},
        check=False,
    )
    if done.returncode:
        raise BenchError(
            command[0], f"failed with status {done.returncode}", last_lines=done.stdout.splitlines()
        )
    return done.stdout


def fetch(
    package: Package,
    cache: Path | None = None,
    *,
    etc: Path = Path("/etc"),
    run: Run = run_apt,
) -> Path:
    """Return the folder with the unpacked package; downloads it once.

    Raises:
        MirrorError: no mirror can be reached, or the machine has no Debian sources.
        MissingError: apt or dpkg-deb is not there.
        BenchError: there is no such package or version, or it is not what it must be.
    """
    cache = (cache or default_cache()).absolute()
    place = cache / "packages" / package.title
    if place.is_dir():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    apt = _Apt(cache / "apt" / package.suite, package.suite, etc, run)
    with _locked(cache):
        if not place.is_dir():
            _bring(apt, package, place, run)
    return place


def _bring(apt: _Apt, package: Package, place: Path, run: Run) -> None:
    # Beside its place, so that it comes there whole or not at all.
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".new-") as new:
        download, unpacked = Path(new, "download"), Path(new, "unpacked")
        download.mkdir()
        unpacked.mkdir()
        archive = apt.download(package, download)
        _check(archive, package)
        _unpack(archive, unpacked, run)
        unpacked.rename(place)


@contextmanager
def _locked(cache: Path) -> Iterator[None]:
    """One at a time: apt refuses a second one. The kernel frees the lock of who dies."""
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class _Apt:
    """apt with lists, cache and sources of its own."""

    def __init__(self, folder: Path, suite: str, etc: Path, run: Run) -> None:
        self._folder = folder
        self._suite = suite
        self._etc = etc
        self._run = run

    def download(self, package: Package, folder: Path) -> Path:
        """Download a package into `folder`, checked against the signed index."""
        options = self._options()
        try:
            self._run(["apt-get", *options, "update"], folder)
        except BenchError as error:
            raise MirrorError(
                package.name,
                f"no mirror with {self._suite} can be reached",
                hint="the mirror of the machine's own apt sources, and a proxy if one is needed",
                last_lines=error.last_lines,
            ) from error
        action = ["download"] if package.kind == "binary" else ["source", "--download-only"]
        try:
            self._run(["apt-get", *options, *action, package.wanted], folder)
        except BenchError as error:
            raise BenchError(
                package.wanted,
                f"cannot be had from {self._suite}; a package of it is expected",
                last_lines=error.last_lines,
            ) from error
        return _archive(folder, package)

    def _options(self) -> list[str]:
        """Write the configuration and return the options that make apt use it."""
        source = derive(self._etc / "apt", self._codename(), self._suite, "deb deb-src")
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


def _archive(folder: Path, package: Package) -> Path:
    """Return the one file of a download that holds the package's contents."""
    files = sorted(folder.iterdir())
    if package.kind == "binary":
        found = [file for file in files if file.suffix == ".deb"]
    else:
        found = [file for file in files if _UPSTREAM.search(file.name)]
    if len(found) != 1:
        names = ", ".join(file.name for file in files) or "nothing"
        raise BenchError(package.wanted, f"apt brought {names}; one archive is expected")
    return found[0]


def _check(archive: Path, package: Package) -> None:
    if not package.sha256:
        return
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != package.sha256:
        raise BenchError(
            package.wanted, f"{archive.name} has SHA-256 {found}; {package.sha256} is expected"
        )


def _unpack(archive: Path, folder: Path, run: Run) -> None:
    if archive.suffix == ".deb":
        run(["dpkg-deb", "-x", str(archive), str(folder)], folder)
        return
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    except tarfile.TarError as error:
        raise BenchError(str(archive), f"cannot be unpacked: {error}") from error
