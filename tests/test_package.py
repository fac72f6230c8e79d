# SPDX-License-Identifier: BSD-3-Clause
"""Third-party sources in a build: as they are, seen by who depends on them, told when missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from uk_board.build.build import BuildResult, build, commands, folder_of, plan_image
from uk_board.build.catalogue import load_catalogue
from uk_board.build.ninjarun import BuildError, Progress
from uk_board.cli import group
from uk_board.errors import BenchError, DescriptorError, MissingError, UsageError
from uk_board.facts.board import Board
from uk_board.facts.descriptor import Document, parse
from uk_board.packages.apt import MirrorError, OnStep, Package
from uk_board.packages.fetch import fetch_source, sources
from uk_board.packages.package import Fetched, ThirdParty, check

MANIFEST = """\
caption = "A thing of others"
include = ["."]
[package]
name = "thing"
suite = "trixie"
version = "1.0-1"
sha256 = "{sha256}"
licence = "MIT"
licence_file = "copyright"
base = "src"
include = ["include"]
files = {files}
[package.flags]
"*" = ["-Os"]
"deep/*.c" = ["-DDEEP=5"]
"""
CONTENT = {
    "copyright": "do as you like\n",
    # Each of these would be an error in our sources.
    "src/thing.c": '#include "thing.h"\n#include "thing_config.h"\nint unused(int a) '
    "{ int b; return THING; }\n",
    "src/deep/more.c": "char more[DEEP * 1000] = { 1 };\n",
    "src/include/thing.h": "static int never(int a) { int b; return 0; }\nextern char more[];\n",
}
MAIN = "#include <thing.h>\nint main(void) { return more[1]; }\n"

Make = Callable[..., BuildResult]


def write_manifest(root: Path, files: str = '["thing.c", "deep/*.c"]') -> Path:
    folder = root / "drivers/odd/thing"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "thing_config.h").write_text("#define THING 4\n")
    (folder / "lib.toml").write_text(MANIFEST.format(sha256="0" * 64, files=files))
    return folder / "lib.toml"


def unpack(package: Package, cache: Path, on_step: OnStep = lambda step: None) -> Path:
    """Stand for a fetch: the content comes from nowhere."""
    on_step("download")
    content = cache / "debian" / package.title / "content"
    for name, text in CONTENT.items():
        (content / name).parent.mkdir(parents=True, exist_ok=True)
        (content / name).write_text(text)
    return content


@pytest.fixture
def tree(small_tree: Path) -> Path:
    """The small tree, whose app needs a third-party library."""
    (small_tree / "shim/freertos").mkdir(parents=True)
    (small_tree / "shim/freertos/lib.toml").write_text('caption = "A shim"\n')
    write_manifest(small_tree)
    (small_tree / "apps/small/app.toml").write_text('caption = "x"\nlibs = ["thing"]\n')
    (small_tree / "apps/small/main.c").write_text(MAIN)
    return small_tree


@pytest.fixture
def make(tree: Path, small_board: Board, tmp_path: Path) -> Make:
    def call(**changed: object) -> BuildResult:
        options = {"root": tree, "out": tmp_path / "out", "cache": tmp_path / "cache"}
        return build(small_board, "small", **{**options, "fetch": unpack, **changed})

    return call


def test_a_build_fetches_what_is_missing_and_tells_so(make: Make) -> None:
    steps: list[Progress] = []
    make(on_progress=steps.append)
    assert steps[0] == Progress(0, 1, "fetch thing 1.0-1: download")
    assert "compile thing/deep/more.c" in [step.text for step in steps]


def test_what_is_compiled_lies_in_the_cache_and_counts_for_its_library(
    make: Make, tmp_path: Path
) -> None:
    result = make()
    entries = json.loads((result.folder / "compile_commands.json").read_text())
    theirs = {entry["file"]: entry for entry in entries if "cache" in entry["file"]}
    assert {Path(file).name for file in theirs} == {"thing.c", "more.c"}
    for file, entry in theirs.items():
        assert Path(file).is_relative_to(tmp_path / "cache")
        assert "-Os" in entry["arguments"]
        assert ("-DDEEP=5" in entry["arguments"]) == file.endswith("more.c")
    # 5000 bytes of theirs, and nothing under a name of its own.
    assert result.sizes.libraries["thing"].data == 5000
    assert set(result.sizes.libraries) <= {
        "core",
        "uart",
        "intc",
        "pm",
        "thing",
        "app",
        "board",
    } | {"(other)"}


def test_their_warnings_are_shown_and_end_no_build_and_ours_do(make: Make, tree: Path) -> None:
    output = make().output
    assert "src/thing.c:" in output
    assert "warning: unused variable" in output
    assert "thing.h:" not in output
    (tree / "apps/small/main.c").write_text(MAIN.replace("{", "{ int ours;"))
    with pytest.raises(BuildError, match=r"error: unused variable .ours."):
        make()


def test_the_image_is_the_same_wherever_the_cache_is(make: Make, tmp_path: Path) -> None:
    one = make().elf.read_bytes()
    other = make(cache=tmp_path / "elsewhere", out=tmp_path / "out2").elf.read_bytes()
    assert str(tmp_path / "cache").encode() not in one
    assert one == other


def test_sources_that_cannot_be_had_are_missing_and_say_what_to_do(make: Make) -> None:
    def nowhere(package: Package, cache: Path, on_step: OnStep) -> Path:
        raise MirrorError(package.name, "no mirror with trixie can be reached")

    with pytest.raises(MissingError) as caught:
        make(fetch=nowhere)
    assert caught.value.exit_status == 3
    assert str(caught.value).endswith(
        "lib.toml: the sources of thing 1.0-1 cannot be fetched: "
        "thing: no mirror with trixie can be reached\ntry: uk-board fetch"
    )


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ('["gone.c"]', r'package.files\[0\]: no file is "gone.c" in the package; it is in /'),
        ('["thing.c", "*.x"]', r'package.files\[1\]: no file is "\*.x"'),
        ('["include/*"]', r"package.files\[0\]: thing.h is no C and no assembly"),
    ],
)
def test_files_that_the_package_does_not_have_are_named(
    make: Make, tree: Path, files: str, message: str
) -> None:
    write_manifest(tree, files)
    with pytest.raises(DescriptorError, match=message):
        make()


def test_a_plan_without_the_sources_says_what_would_be_fetched(
    tree: Path, small_board: Board, tmp_path: Path
) -> None:
    plan = plan_image(small_board, "small", root=tree, cache=tmp_path)
    assert [part.name for part in plan.packages() if not plan.is_fetched(part)] == ["thing"]
    with pytest.raises(MissingError, match=r"the sources of thing 1\.0-1 are not there"):
        commands(plan, folder_of(plan, tmp_path))


def test_no_name_means_all_and_a_wrong_one_lists_them(tree: Path, tmp_path: Path) -> None:
    catalogue = load_catalogue(tree)
    assert [source.name for source in sources(catalogue, [], tmp_path)] == ["thing"]
    with pytest.raises(UsageError, match='no third-party sources "thin"; known: thing'):
        sources(catalogue, ["thin"], tmp_path)


def test_fetch_checks_what_is_there_already(tree: Path, tmp_path: Path) -> None:
    [source] = sources(load_catalogue(tree), ["thing"], tmp_path)
    assert source.state == "missing"
    unpack(source.wanted.package, tmp_path)
    [source] = sources(load_catalogue(tree), ["thing"], tmp_path)
    assert source.state == "there"
    # The content is there, and nothing that proves it.
    with pytest.raises(BenchError, match="one archive is expected"):
        fetch_source(source)


def test_the_command_lists_the_trees_sources_with_licence() -> None:
    done = CliRunner().invoke(group, ["fetch", "--dry-run", "--json"])
    listed = {entry["name"]: entry for entry in json.loads(done.output)}
    assert {"tinyusb", "lwip"} <= set(listed)
    assert listed["tinyusb"]["licence"] == "MIT"
    assert len(listed["lwip"]["sha256"]) == 64


@given(st.text(max_size=20))
def test_no_path_leads_out_of_a_package(name: str) -> None:
    values = {"name": "thing", "suite": "trixie", "version": "1", "sha256": "0" * 64}
    values |= {"licence": "MIT", "licence_file": "c"}
    document = Document(Path("lib.toml"), {**values, "files": [name]})
    wanted = parse(ThirdParty, document)
    try:
        check(wanted, document)
    except DescriptorError:
        return
    base = Fetched(Path("lib.toml"), wanted, Path("/cache")).base
    assert Path(base, name).is_relative_to("/cache")
    assert ".." not in Path(name).parts
