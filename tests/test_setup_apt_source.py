# SPDX-License-Identifier: BSD-3-Clause
"""The apt source of the backports, from sources as machines have them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def apt_source() -> ModuleType:
    file = ROOT / "uk_board/packages/apt_source.py"
    spec = importlib.util.spec_from_file_location("apt_source", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def derived(apt_source: ModuleType, tmp_path: Path, **files: str) -> tuple[str, str] | None:
    """Derive from made-up apt configuration; keys are file names with _ for their dot."""
    (tmp_path / "sources.list.d").mkdir()
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        folder = tmp_path if stem == "sources" else tmp_path / "sources.list.d"
        (folder / f"{stem}.{suffix}").write_text(text)
    result: tuple[str, str] | None = apt_source.derive(tmp_path, "bookworm", "bookworm-backports")
    return result


def test_a_deb822_source_keeps_mirror_and_key(apt_source: ModuleType, tmp_path: Path) -> None:
    text = """\
# a comment: with a colon
Types: deb deb-src
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main contrib
 non-free
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.test/debian-security
Suites: bookworm-security
Components: main
"""
    assert derived(apt_source, tmp_path, debian_sources=text) == (
        "uk-board-bookworm-backports.sources",
        "Types: deb\n"
        "URIs: http://mirror.test/debian\n"
        "Suites: bookworm-backports\n"
        "Components: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n",
    )


def test_a_key_inside_the_stanza_is_taken_over_whole(
    apt_source: ModuleType, tmp_path: Path
) -> None:
    key = "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEY865UxYJ\n"
    text = f"Types: deb\nURIs: http://m.test/d\nSuites: bookworm\nComponents: main\n{key}"
    source = derived(apt_source, tmp_path, debian_sources=text)
    assert source is not None
    assert source[1].endswith(key)


def test_a_one_line_source_keeps_its_options(apt_source: ModuleType, tmp_path: Path) -> None:
    text = """\
# deb http://old.test/debian bookworm main
deb-src http://mirror.test/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm main contrib  # here
"""
    assert derived(apt_source, tmp_path, sources_list=text) == (
        "uk-board-bookworm-backports.list",
        "deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm-backports main\n",
    )


def test_a_disabled_stanza_does_not_serve(apt_source: ModuleType, tmp_path: Path) -> None:
    text = "Types: deb\nURIs: http://m.test/d\nSuites: bookworm\nComponents: main\nEnabled: no\n"
    assert derived(apt_source, tmp_path, debian_sources=text) is None


def test_somebody_elses_packages_do_not_serve(apt_source: ModuleType, tmp_path: Path) -> None:
    vendor = "deb http://vendor.test/apt nodistro main\ndeb http://vendor.test/x bookworm stable\n"
    assert derived(apt_source, tmp_path, vendor_list=vendor) is None


def test_a_source_by_role_serves_when_none_has_the_code_name(
    apt_source: ModuleType, tmp_path: Path
) -> None:
    text = "deb http://mirror.test/debian stable main\n"
    source = derived(apt_source, tmp_path, sources_list=text)
    assert source is not None
    assert source[1] == "deb http://mirror.test/debian bookworm-backports main\n"


def test_a_machine_without_sources_gives_none(apt_source: ModuleType, tmp_path: Path) -> None:
    assert derived(apt_source, tmp_path) is None
