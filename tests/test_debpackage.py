# SPDX-License-Identifier: BSD-3-Clause
"""Packages of Debian: fetched once, checked, unpacked; the machine's apt is left alone."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from uk_board.errors import BenchError, MissingError
from uk_board.packages.apt import MirrorError, Package, run_apt
from uk_board.packages.debpackage import default_cache, fetch, verify

DEB = b"a package"
SOURCES = "deb [signed-by=/key.gpg] http://mirror.test/debian bookworm main\n"


def archive() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:xz") as tar:
        entry = tarfile.TarInfo("thing-1.0/thing.c")
        entry.size = 4
        tar.addfile(entry, io.BytesIO(b"int;"))
    return made.getvalue()


class Apt:
    """Stands for apt-get and dpkg-deb: notes each call, brings made-up files."""

    def __init__(self, *fails: str) -> None:
        self.calls: list[list[str]] = []
        self._fails = fails

    def __call__(self, command: Sequence[str], folder: Path) -> str:
        self.calls.append(list(command))
        for word in self._fails:
            if word in command:
                raise BenchError(command[0], "failed", last_lines=[f"E: {word}"])
        if "madison" in command:
            return "     thing | 1.0 | http://mirror.test/debian trixie/main Packages\n"
        if "download" in command:
            (folder / "thing_1.0_all.deb").write_bytes(DEB)
        elif "source" in command:
            (folder / "thing_1.0.orig.tar.xz").write_bytes(archive())
            (folder / "thing_1.0-1.debian.tar.xz").write_bytes(b"patches")
            (folder / "thing_1.0-1.dsc").write_bytes(b"")
        elif command[0] == "dpkg-deb":
            Path(command[3], "thing.h").write_bytes(Path(command[2]).read_bytes())
        return ""


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    folder = tmp_path / "etc"
    (folder / "apt/sources.list.d").mkdir(parents=True)
    (folder / "apt/sources.list").write_text(SOURCES)
    (folder / "os-release").write_text('ID=debian\nVERSION_CODENAME="bookworm"\n')
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_a_package_is_fetched_once_and_then_without_network(etc: Path, cache: Path) -> None:
    apt = Apt()
    place = fetch(Package("thing", "1.0"), cache, etc=etc, run=apt)
    assert (place / "thing.h").read_bytes() == DEB
    assert [call[-1] for call in apt.calls[:2]] == ["update", "thing=1.0"]
    count = len(apt.calls)
    assert fetch(Package("thing", "1.0"), cache, etc=etc, run=Apt("update")) == place
    assert len(apt.calls) == count
    assert {file.name for file in place.parent.iterdir()} == {"content", "thing_1.0_all.deb"}
    assert len(list(place.parent.parent.iterdir())) == 1


def test_a_source_is_what_its_authors_released(etc: Path, cache: Path) -> None:
    place = fetch(Package("thing", kind="source"), cache, etc=etc, run=Apt())
    assert [str(file.relative_to(place)) for file in place.rglob("*.c")] == ["thing-1.0/thing.c"]


def test_a_source_is_known_by_its_authors_version(etc: Path, cache: Path) -> None:
    apt = Apt()
    fetch(Package("thing", "1.0", kind="source"), cache, etc=etc, run=apt)
    assert apt.calls[1][-1] == "thing"
    with pytest.raises(BenchError, match=r"trixie has thing_1.0.orig.tar.xz; 1.1 is expected"):
        fetch(Package("thing", "1.1", kind="source"), cache, etc=etc, run=Apt())


def test_what_was_fetched_is_not_to_be_written(etc: Path, cache: Path) -> None:
    place = fetch(Package("thing"), cache, etc=etc, run=Apt())
    assert (place / "thing.h").stat().st_mode & 0o222 == 0


@pytest.mark.parametrize("change", ["altered", "added", "removed"])
def test_a_change_in_the_cache_is_found(etc: Path, cache: Path, change: str) -> None:
    package = Package("thing", kind="source")
    place = fetch(package, cache, etc=etc, run=Apt())
    assert verify(package, cache) == place
    file = place / "thing-1.0" / ("new.c" if change == "added" else "thing.c")
    if change == "removed":
        file.unlink()
    else:
        file.chmod(0o644) if file.exists() else None
        file.write_text("INT;")
    with pytest.raises(BenchError, match=rf"{file}: is not as thing_1.0.orig.tar.xz has it"):
        verify(package, cache)


def test_only_what_was_fetched_can_be_verified(cache: Path) -> None:
    with pytest.raises(MissingError, match="thing: is not fetched"):
        verify(Package("thing"), cache)


def test_a_cache_that_cannot_be_written_is_an_error(etc: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BenchError, match="Not a directory"):
        fetch(Package("thing"), tmp_path / "file", etc=etc, run=Apt())


def test_a_program_that_never_ends_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"was not done after 0\.1 s"):
        run_apt(["sleep", "60"], tmp_path, 0.1)


def test_apt_has_lists_cache_and_sources_of_its_own(etc: Path, cache: Path) -> None:
    apt = Apt()
    before = {file: file.stat().st_mtime_ns for file in etc.rglob("*")}
    fetch(Package("thing"), cache, etc=etc, run=apt)
    assert {file: file.stat().st_mtime_ns for file in etc.rglob("*")} == before
    for call in apt.calls:
        if call[0] == "apt-get":
            settings = dict(text.split("=", 1) for text in call if "::" in text)
            for key in ("Dir::State", "Dir::State::lists", "Dir::Cache", "Dir::Etc::sourcelist"):
                assert Path(settings[key]).is_relative_to(cache), key
            assert settings["Dir::Etc::sourceparts"] == "-"
            source = Path(settings["Dir::Etc::sourcelist"]).read_text()
            assert source == (
                "deb [signed-by=/key.gpg] http://mirror.test/debian trixie main\n"
                "deb-src [signed-by=/key.gpg] http://mirror.test/debian trixie main\n"
            )


def test_what_is_not_as_expected_does_not_enter_the_cache(etc: Path, cache: Path) -> None:
    wrong = Package("thing", sha256="0" * 64)
    with pytest.raises(BenchError, match=f"has SHA-256 {hashlib.sha256(DEB).hexdigest()}"):
        fetch(wrong, cache, etc=etc, run=Apt())
    assert list((cache / "debian").iterdir()) == []
    right = Package("thing", sha256=hashlib.sha256(DEB).hexdigest())
    assert fetch(right, cache, etc=etc, run=Apt()).is_dir()


def test_a_mirror_that_cannot_be_reached_is_told_from_a_package_that_is_not_there(
    etc: Path, cache: Path
) -> None:
    with pytest.raises(MirrorError, match="no mirror with trixie can be reached"):
        fetch(Package("thing"), cache, etc=etc, run=Apt("update"))
    known = "thing=9: cannot be had from trixie; it has 1.0"
    with pytest.raises(BenchError, match=known) as error:
        fetch(Package("thing", "9"), cache, etc=etc, run=Apt("download"))
    assert not isinstance(error.value, MirrorError)
    assert error.value.last_lines == ("E: download",)


def test_a_machine_without_debian_sources_has_no_mirror(etc: Path, cache: Path) -> None:
    (etc / "apt/sources.list").unlink()
    (etc / "os-release").unlink()
    with pytest.raises(MirrorError, match="names no Debian mirror"):
        fetch(Package("thing"), cache, etc=etc, run=Apt())


def test_a_download_without_the_one_archive_is_an_error(etc: Path, cache: Path) -> None:
    def nothing(command: Sequence[str], folder: Path) -> str:
        return ""

    with pytest.raises(BenchError, match="apt brought nothing; one archive is expected"):
        fetch(Package("thing"), cache, etc=etc, run=nothing)


def test_programs_that_fail_or_are_absent_are_errors(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no-such-program: not on PATH"):
        run_apt(["no-such-program"], tmp_path)
    with pytest.raises(BenchError, match="sh: failed with status 3") as error:
        run_apt(["sh", "-c", "echo words; exit 3"], tmp_path)
    assert error.value.last_lines == ("words",)


def test_the_cache_is_outside_the_checkout() -> None:
    assert default_cache({"XDG_CACHE_HOME": "/somewhere"}) == Path("/somewhere/uk-board")
    assert default_cache({}) == Path.home() / ".cache/uk-board"
