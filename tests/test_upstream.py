# SPDX-License-Identifier: BSD-3-Clause
"""What an upstream Unikraft tree builds of ours: the files for its build say what ours says."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from uk_board.build.catalogue import load_catalogue
from uk_board.build.component import Library, app_names, load_app
from uk_board.cli.shim import command
from uk_board.shimgen import generate
from uk_board.tree import tree

ROOT = tree()
LIBRARIES = load_catalogue(ROOT).libraries
OFFERED = [one for one in LIBRARIES.values() if (one.folder / "Makefile.uk").exists()]
APPS = [app for app in app_names(ROOT) if (ROOT / "apps" / app / "Makefile.uk").exists()]
ISR = "|isr"
SHIM_ON = ("CONFIG_LIBFREERTOS=y", "CONFIG_LIBUKSCHEDPRIO=y")

# What Unikraft's Makefile offers to a Makefile.uk, as far as ours use it.
STANDIN = """\
upper = $(shell echo $(1) | tr a-z A-Z)
addlib = $(eval LIB := $(call upper,$(1)))$(eval $(LIB)_BASE := {folder})\
$(eval $(LIB)_BUILD := {build})
addlib_s = $(call addlib,$(1))
include {folder}/Makefile.uk
$(info $($(LIB)_SRCS-y))
all: ;
"""


def listed(folder: Path, build: Path, *arguments: str) -> list[str]:
    """Return the sources that make finds in the Makefile.uk of `folder`."""
    done = subprocess.run(
        ["make", "-s", "-f", "-", *arguments],
        input=STANDIN.format(folder=folder, build=build),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.split()


def switches(folder: Path) -> list[str]:
    """Return make variables that switch everything on that Config.uk offers."""
    return [*SHIM_ON, *(f"CONFIG_{name}=y" for name, _ in options(folder))]


def options(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the options of a Config.uk and their defaults."""
    name = ""
    for line in (folder / "Config.uk").read_text().splitlines():
        words = line.split()
        if words[:1] in (["config"], ["menuconfig"]):
            name = words[1]
        if words[:1] == ["default"]:
            yield name, words[1]


def c_files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.rglob("*")) if file.suffix in {".c", ".h", ".S"}]


def test_scheduler_and_shim_are_offered_to_upstream() -> None:
    assert {library.name for library in OFFERED} == {"ukschedprio", "freertos"}


@pytest.mark.parametrize("library", OFFERED, ids=lambda library: library.name)
def test_a_makefile_lists_the_sources_of_its_folder(library: Library, tmp_path: Path) -> None:
    made = tmp_path / "thunks_made.c"
    made.touch()
    arguments = [*switches(library.folder), f"LIBFREERTOS_GENERATED={tmp_path}"]
    found = {Path(name.removesuffix(ISR)) for name in listed(library.folder, tmp_path, *arguments)}
    upstream = {file for file in c_files(library.folder / "upstream") if file.suffix != ".h"}
    generated = {made} if library.generator else set()
    assert found == {*library.sources, *upstream, *generated}


@pytest.mark.parametrize("library", OFFERED, ids=lambda library: library.name)
def test_what_interrupt_handlers_run_is_built_without_fp(library: Library, tmp_path: Path) -> None:
    arguments = [*switches(library.folder), f"LIBFREERTOS_GENERATED={tmp_path}"]
    found = listed(library.folder, tmp_path, *arguments)
    assert found
    assert [name for name in found if not name.endswith(ISR)] == []


@pytest.mark.parametrize("library", OFFERED, ids=lambda library: library.name)
def test_an_option_has_the_same_default_in_both_builds(library: Library) -> None:
    offered = dict(options(library.folder))
    ours = {**LIBRARIES["core"].config, **library.config}
    used = {
        name
        for file in c_files(library.folder)
        for name in re.findall(rf"\bCONFIG_(LIB{library.name.upper()}\w*)", file.read_text())
    }
    assert used <= set(offered)
    for name in used:
        if f"CONFIG_{name}" in ours:
            assert offered[name] == str(ours[f"CONFIG_{name}"])


def test_all_that_the_scheduler_declares_is_exported() -> None:
    folder = LIBRARIES["ukschedprio"].folder
    headers = [*folder.glob("include/uk/*.h"), *folder.glob("upstream/include/uk/*.h")]
    text = re.sub(r"/\*.*?\*/", "", "".join(file.read_text() for file in headers), flags=re.S)
    functions = set(re.findall(r"^(?!static|\t)[\w *]+?(\w+)\([^{}()]*\);", text, flags=re.M))
    variables = set(re.findall(r"^extern .*?(\w+);", text, flags=re.M))
    # uk_schedprio_create() is for cores: Unikraft's boot calls it by another name.
    expected = (functions | variables) - {"uk_schedprio_create"}
    assert {"uk_schedprio", "uk_schedprio_preempt"} <= expected
    lines = (folder / "exportsyms.uk").read_text().splitlines()
    assert {line for line in lines if not line.startswith("#")} == expected


def test_all_ports_of_the_shim_offer_the_same() -> None:
    ports = [*(ROOT / "shim/freertos").glob("port_*.h"), ROOT / "shim/host/include/port_host.h"]
    assert len(ports) == 3
    offered = {
        port.name: set(
            re.findall(r"\b(shim_\w+)\(\w|^#define (SHIM_(?!PORT)\w+)", text, flags=re.M)
        )
        for port in ports
        for text in [port.read_text()]
    }
    assert offered["port_core.h"]
    assert len(set(map(frozenset, offered.values()))) == 1, offered


@pytest.mark.parametrize("name", APPS)
def test_an_app_for_upstream_lists_its_sources(name: str, tmp_path: Path) -> None:
    app = load_app(name, ROOT)
    found = {name.removesuffix(ISR): name.endswith(ISR) for name in listed(app.folder, tmp_path)}
    assert {Path(name) for name in found} == set(app.sources)
    assert {Path(name).name for name, isr in found.items() if not isr} == set(app.fp)


def test_shim_generate_writes_what_a_build_needs(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    dry = CliRunner().invoke(command, ["generate", "-o", str(folder), "--dry-run"])
    assert dry.exit_code == 0
    assert not folder.exists()
    done = CliRunner().invoke(command, ["generate", "-o", str(folder)])
    assert done.exit_code == 0
    assert dry.output == "".join(f"would {line}\n" for line in done.output.splitlines())
    assert {file.name: file.read_text() for file in folder.iterdir()} == generate(ROOT)


def test_shim_generate_again_changes_only_what_differs(tmp_path: Path) -> None:
    CliRunner().invoke(command, ["generate", "-o", str(tmp_path)])
    before = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    (tmp_path / "thunks_heap.c").write_text("/* Generated from an older map. */\n")
    (tmp_path / "thunks_gone.c").write_text("/* Generated from an older map. */\n")
    (tmp_path / "mine.c").write_text("int mine;\n")
    done = CliRunner().invoke(command, ["generate", "-o", str(tmp_path)])
    assert done.output.splitlines() == [
        f"write {tmp_path / 'thunks_heap.c'}",
        f"remove {tmp_path / 'thunks_gone.c'}",
    ]
    after = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    assert after.keys() == {*before, tmp_path / "mine.c"}
    assert {file for file in before if before[file] != after[file]} == {tmp_path / "thunks_heap.c"}


def test_shim_generate_into_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    program = [sys.executable, "-c", "from uk_board.cli import main; main()"]
    done = subprocess.run(
        [*program, "shim", "generate", "-o", tmp_path / "file"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2
    assert done.stderr == (
        f"uk-board: {tmp_path / 'file'}: is no folder; one for the generated files is expected\n"
    )


def test_the_shim_s_makefile_generates_by_itself(tmp_path: Path) -> None:
    program = f"{sys.executable} -c 'from uk_board.cli import main; main()'"
    folder = LIBRARIES["freertos"].folder
    arguments = (*SHIM_ON, f"LIBFREERTOS_UK_BOARD={program}")
    found = {Path(name.removesuffix(ISR)).name for name in listed(folder, tmp_path, *arguments)}
    assert {"thunks_queue.c", "shim_contract_check.c"} <= found
    assert (tmp_path / "generated" / "freertos_queue_api.h").is_file()


def test_the_shim_s_makefile_says_when_it_cannot_generate(tmp_path: Path) -> None:
    folder = LIBRARIES["freertos"].folder
    with pytest.raises(subprocess.CalledProcessError) as raised:
        listed(folder, tmp_path, *SHIM_ON, "LIBFREERTOS_UK_BOARD=/nowhere/uk-board")
    assert "/nowhere/uk-board shim generate failed" in raised.value.stderr
    assert "LIBFREERTOS_UK_BOARD=<path>" in raised.value.stderr


@pytest.mark.parametrize(
    ("name", "configured", "says"),
    [
        ("freertos", ("CONFIG_LIBFREERTOS=y",), "freertos: there is no ukschedprio"),
        (
            "ukschedprio",
            ("CONFIG_LIBUKSCHEDPRIO=y", "CONFIG_LIBUKSCHEDCOOP=y"),
            "ukschedprio: ukschedcoop is in the build too",
        ),
    ],
)
def test_a_build_with_the_other_scheduler_says_how_to_exclude_it(
    name: str, configured: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    base = f"CONFIG_UK_BASE={tmp_path}"
    with pytest.raises(subprocess.CalledProcessError) as raised:
        listed(LIBRARIES[name].folder, tmp_path, base, *configured)
    assert says in raised.value.stderr
    assert f"E={tmp_path}/lib/ukschedcoop" in raised.value.stderr


def test_the_scheduler_can_be_had_without_the_shim(tmp_path: Path) -> None:
    found = listed(LIBRARIES["freertos"].folder, tmp_path, "CONFIG_LIBUKSCHEDPRIO=y")
    assert not (tmp_path / "generated").exists()
    assert found
