# SPDX-License-Identifier: BSD-3-Clause
"""Debian packages as material: fetched once, checked and unpacked into a cache, without root.

What is in the cache already needs no network.
"""

from __future__ import annotations

import fcntl
import filecmp
import hashlib
import os
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from uk_board.errors import BenchError, MissingError
from uk_board.packages.apt import Apt, OnStep, Package, Run, archive_in, run_apt

_CONTENT = "content"


def default_cache(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where packages are kept: outside every checkout."""
    cache = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache, "uk-board")


def content(package: Package, cache: Path | None = None) -> Path:
    """Return the folder with the unpacked package, which is there once it was fetched."""
    return _place(package, cache or default_cache()) / _CONTENT


def _place(package: Package, cache: Path) -> Path:
    return cache.absolute() / "debian" / package.title


def fetch(
    package: Package,
    cache: Path | None = None,
    on_step: OnStep = lambda step: None,
    *,
    etc: Path = Path("/etc"),
    run: Run = run_apt,
) -> Path:
    """Return the folder with the unpacked package; downloads it once.

    Raises:
        MirrorError: no mirror can be reached, or the machine has no Debian sources.
        MissingError: apt or dpkg-deb is not there.
        BenchError: there is no such package or version, it is not what it must be, or
            the cache cannot be written.
    """
    cache = (cache or default_cache()).absolute()
    place = _place(package, cache)
    if not place.is_dir():
        apt = Apt(cache / "apt" / package.index, package, etc, run)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with _locked(cache):
                if not place.is_dir():
                    _bring(apt, package, place, on_step)
        except OSError as error:
            raise BenchError(str(error.filename or cache), f"{error.strerror}") from error
    return place / _CONTENT


def _bring(apt: Apt, package: Package, place: Path, on_step: OnStep) -> None:
    # Beside its place, so that it comes there whole or not at all.
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".new-") as new:
        download, whole = Path(new, "download"), Path(new, "whole")
        download.mkdir()
        (whole / _CONTENT).mkdir(parents=True)
        archive = apt.download(package, download, on_step)
        on_step("check")
        _check(archive, package)
        on_step("unpack")
        _unpack(archive, package, whole / _CONTENT, apt.run)
        # Kept, so that it can be seen at any time that the rest is what came.
        archive.rename(whole / archive.name)
        whole.rename(place)


def verify(package: Package, cache: Path | None = None, *, run: Run = run_apt) -> Path:
    """Return the folder of a fetched package after a look at every byte of it.

    Raises:
        MissingError: it is not there.
        BenchError: something in it is not as it was released.
    """
    place = _place(package, cache or default_cache())
    if not place.is_dir():
        raise MissingError(package.name, f"is not fetched; {place} is expected")
    archive = archive_in(place, package)
    _check(archive, package)
    with tempfile.TemporaryDirectory(prefix="uk-board-") as new:
        fresh = Path(new)
        _unpack(archive, package, fresh, run)
        for one, other in ((fresh, place / _CONTENT), (place / _CONTENT, fresh)):
            for file in sorted(one.rglob("*")):
                twin = other / file.relative_to(one)
                if file.is_file() and not (twin.is_file() and filecmp.cmp(file, twin, False)):
                    raise BenchError(
                        str(place / _CONTENT / file.relative_to(one)),
                        f"is not as {archive.name} has it",
                        hint=f"remove {place}, then uk-board fetch",
                    )
    return place / _CONTENT


@contextmanager
def _locked(cache: Path) -> Iterator[None]:
    """One at a time: apt refuses a second one. The kernel frees the lock of who dies."""
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _check(archive: Path, package: Package) -> None:
    if not package.sha256:
        return
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != package.sha256:
        raise BenchError(
            package.wanted, f"{archive.name} has SHA-256 {found}; {package.sha256} is expected"
        )


def _unpack(archive: Path, package: Package, folder: Path, run: Run) -> None:
    if archive.suffix == ".deb":
        run(["dpkg-deb", "-x", str(archive), str(folder)], folder)
    else:
        try:
            with tarfile.open(archive) as tar:
                tar.extractall(folder, filter="data")
        except tarfile.TarError as error:
            raise BenchError(str(archive), f"cannot be unpacked: {error}") from error
    for file in folder.rglob("*"):
        if package.only and not file.is_dir() and not _is_wanted(file, package):
            file.unlink()
        elif file.is_file() and not file.is_symlink():
            file.chmod(0o444)  # an editor that follows an error message must not change it


def _is_wanted(file: Path, package: Package) -> bool:
    return any(file.match(pattern) for pattern in package.only)
