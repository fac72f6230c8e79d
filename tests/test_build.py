# SPDX-License-Identifier: BSD-3-Clause
"""Builds of a small tree: only what has changed, and every failure one clear line."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from uk_board.build import build as build_module
from uk_board.build.build import BuildResult, build
from uk_board.build.ninjarun import BuildError, Progress
from uk_board.build.toolchain import find_toolchain
from uk_board.errors import BenchError, DescriptorError, MissingError, UkBoardError, UsageError
from uk_board.facts.board import Board, Device, Region

Make = Callable[..., BuildResult]


@pytest.fixture
def steps() -> list[str]:
    """The steps of the builds up to now."""
    return []


@pytest.fixture
def make(small_tree: Path, small_board: Board, tmp_path: Path, steps: list[str]) -> Make:
    """Build the app `small` for the made-up board; arguments of `build` may be changed."""

    def step(progress: Progress) -> None:
        steps.append(progress.text)

    def call(app: str | Path = "small", board: Board = small_board) -> BuildResult:
        steps.clear()
        return build(board, app, root=small_tree, out=tmp_path / "out", on_progress=step)

    return call


def test_a_build_has_elf_map_image_sizes_and_compile_commands(make: Make) -> None:
    result = make()
    assert result.folder.parts[-2:] == ("made-up", "small")
    assert result.elf.read_bytes()[:4] == b"\x7fELF"
    assert result.image.read_bytes()[0x38:0x3C] == b"ARM\x64"
    assert ".text" in result.map.read_text()
    assert result.sizes.libraries["core"].bss == 4
    assert json.loads((result.folder / "sizes.json").read_text()) == result.sizes.as_json()
    commands = json.loads((result.folder / "compile_commands.json").read_text())
    assert {Path(entry["file"]).name for entry in commands} == {
        *("boot.S", "core.c", "uart.c", "intc.c", "pm.c", "main.c", "board.c")
    }
    assert result.output == ""


def test_a_second_build_does_nothing(make: Make, steps: list[str]) -> None:
    first = make()
    before = {file: file.stat().st_mtime_ns for file in first.folder.rglob("*") if file.is_file()}
    second = make()
    assert steps == []
    assert second == first
    unchanged = {".lock", ".ninja_log", ".ninja_deps"}
    after = {file: file.stat().st_mtime_ns for file in first.folder.rglob("*") if file.is_file()}
    assert {file: date for file, date in after.items() if file.name not in unchanged} == {
        file: date for file, date in before.items() if file.name not in unchanged
    }


def test_a_changed_header_recompiles_what_includes_it(
    make: Make, small_tree: Path, steps: list[str]
) -> None:
    first = make().image.read_bytes()
    (small_tree / "apps/small/greeting.h").write_text('#define GREETING "good evening"\n')
    second = make().image.read_bytes()
    assert steps == ["compile apps/small/main.c", "link image.elf", "write image.bin"]
    assert (b"good morning" in first, b"good evening" in second) == (True, True)


def test_a_changed_board_fact_recompiles_board_c_alone(
    make: Make, small_board: Board, steps: list[str]
) -> None:
    make()
    make(board=replace(small_board, timer_interrupt=30))
    assert [step.rpartition("/")[2] for step in steps if step.startswith("compile")] == ["board.c"]


def test_a_changed_option_recompiles_everything(
    make: Make, small_board: Board, steps: list[str]
) -> None:
    make()
    make(board=replace(small_board, core="cortex-a72"))
    assert len([step for step in steps if step.startswith("compile")]) == 7


def test_another_compiler_at_the_same_place_recompiles_everything(
    make: Make, steps: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = find_toolchain()
    for name, path in (("my-gcc", real.gcc), ("my-objcopy", real.objcopy)):
        (tmp_path / name).write_text(f'#!/bin/sh\nexec {path} "$@"\n')
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("CROSS_COMPILE", f"{tmp_path}/my-")
    make()
    make()
    assert steps == []
    (tmp_path / "my-gcc").write_text(f'#!/bin/sh\n# newer\nexec {real.gcc} "$@"\n')
    make()
    assert len([step for step in steps if step.startswith("compile")]) == 7


def test_a_source_that_is_gone_leaves_the_image(make: Make, small_tree: Path) -> None:
    extra = small_tree / "apps/small/extra.c"
    extra.write_text('__attribute__((used, section(".text.boot2"))) void extra(void) { }\n')
    assert "extra.c.o" in make().map.read_text()
    extra.unlink()
    assert "extra.c.o" not in make().map.read_text()


def test_the_image_is_the_same_wherever_tree_and_build_folder_are(
    make: Make, small_tree: Path, small_board: Board, tmp_path: Path
) -> None:
    first = make()
    moved = tmp_path / "somewhere/else"
    shutil.copytree(small_tree, moved)
    second = build(small_board, "small", root=moved, out=tmp_path / "another-out")
    assert first.image.read_bytes() == second.image.read_bytes()
    assert first.elf.read_bytes() == second.elf.read_bytes()


def test_paths_with_spaces_and_dollars_build(
    small_tree: Path, small_board: Board, tmp_path: Path
) -> None:
    odd = tmp_path / "my $HOME: it's here"
    shutil.copytree(small_tree, odd / "tree")
    result = build(small_board, "small", root=odd / "tree", out=odd / "out")
    assert result.image.is_file()
    again: list[Progress] = []
    build(small_board, "small", root=odd / "tree", out=odd / "out", on_progress=again.append)
    assert again == []


def test_an_app_may_be_any_folder(make: Make, small_tree: Path, tmp_path: Path) -> None:
    shutil.copytree(small_tree / "apps/small", tmp_path / "mine")
    result = make(tmp_path / "mine")
    assert result.folder.name == "mine"


def test_compiler_errors_are_shown_whole(make: Make, small_tree: Path) -> None:
    (small_tree / "apps/small/main.c").write_text(
        "int main(void)\n{\n\tint unused;\n\treturn nothing;\n}\n"
    )
    with pytest.raises(BuildError) as caught:
        make()
    text = str(caught.value)
    assert "apps/small/main.c:4:16: error: " in text
    assert "unused variable" in text
    assert "return nothing;" in text
    assert text.startswith("build of small for made-up: 1 step failed; the tools say:\n")
    assert "-ffreestanding" not in text
    assert caught.value.exit_status == 1


def test_a_failed_build_goes_on_after_the_repair(make: Make, small_tree: Path) -> None:
    main = small_tree / "apps/small/main.c"
    good = main.read_text()
    main.write_text("nonsense\n")
    with pytest.raises(BuildError):
        make()
    main.write_text(good)
    assert make().image.is_file()


def test_a_file_may_use_fp_registers_only_when_the_app_says_so(
    make: Make, small_tree: Path
) -> None:
    folder = small_tree / "apps/small"
    (folder / "half.c").write_text("double half(double x) { return x / 2; }\n")
    with pytest.raises(BuildError, match="general-regs-only"):
        make()
    (folder / "app.toml").write_text('caption = "A small app"\nfp = ["half.c"]\n')
    assert make().image.is_file()


def test_a_librarys_flags_reach_their_file_alone(make: Make, small_tree: Path) -> None:
    lib = small_tree / "unikraft-port/core/lib.toml"
    lib.write_text(lib.read_text() + '[flags]\n"core.c" = ["-mstrict-align"]\n')
    commands = json.loads((make().folder / "compile_commands.json").read_text())
    strict = [entry["file"] for entry in commands if "-mstrict-align" in entry["arguments"]]
    assert [Path(file).name for file in strict] == ["core.c"]


def test_a_driver_sees_only_what_it_depends_on(make: Make, small_tree: Path) -> None:
    other = small_tree / "shim/other"
    (other / "include").mkdir(parents=True)
    (other / "lib.toml").write_text('caption = "Another"\ninclude = ["include"]\n')
    (other / "include/other.h").write_text("\n")
    (small_tree / "apps/small/app.toml").write_text('caption = "A"\nlibs = ["other"]\n')
    uart = small_tree / "unikraft-port/soc/uart/uart.c"
    uart.write_text('#include "other.h"\n' + uart.read_text())
    with pytest.raises(BuildError, match=r"other\.h"):
        make()
    toml = uart.with_name("driver.toml")
    toml.write_text(toml.read_text() + 'depends = ["other"]\n')
    assert make().image.is_file()


def test_an_unknown_app_lists_the_known_ones(make: Make) -> None:
    with pytest.raises(UsageError, match='no app "smal"; known: small') as caught:
        make("smal")
    assert caught.value.exit_status == 2


def test_a_missing_compiler_names_the_package(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(MissingError) as caught:
        make()
    assert str(caught.value).splitlines() == [
        "aarch64-linux-gnu-gcc: not on PATH; it builds for ARM64",
        "try: apt-get install gcc-aarch64-linux-gnu",
    ]
    assert caught.value.exit_status == 3


def test_a_wrong_cross_compile_says_so(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSS_COMPILE", "arm-none-")
    with pytest.raises(MissingError, match="arm-none-gcc: not on PATH"):
        make()


def test_two_builds_of_one_folder_wait_for_each_other(
    make: Make, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make().folder
    monkeypatch.setattr(build_module, "LOCK_TIMEOUT_S", 0.3)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BenchError, match="another build has been at work here"):
            make()
        assert steps == [f"wait for another build in {folder}"]
    assert make().folder == folder


def test_a_device_that_the_board_lacks_is_named_with_those_it_has(
    make: Make, small_tree: Path
) -> None:
    (small_tree / "apps/small/app.toml").write_text('caption = "A"\ndevices = ["i2c1"]\n')
    with pytest.raises(
        DescriptorError, match='made-up has no device "i2c1"; known: gic, pm, uart0'
    ):
        make()


def test_a_device_without_a_driver_names_the_compatible_ones(
    make: Make, small_board: Board
) -> None:
    devices = {**small_board.devices, "uart0": Device("uart0", "test,urat")}
    with pytest.raises(DescriptorError, match='compatible with "test,urat"; known: test,uart, '):
        make(board=replace(small_board, devices=devices))


def test_a_device_without_its_drivers_regions_is_refused(make: Make, small_board: Board) -> None:
    gic = Device("gic", "test,intc", {"dist": Region(0x800_0000, 0x1000)})
    with pytest.raises(
        DescriptorError, match=r'devices\.gic: no region "cpu"; driver intc needs: dist, cpu'
    ):
        make(board=replace(small_board, devices={**small_board.devices, "gic": gic}))


def test_an_image_outside_ram_is_refused(make: Make, small_board: Board) -> None:
    ram = (Region(0x4000_0000, 0x8_0100),)
    with pytest.raises(UkBoardError, match="is not all RAM of made-up; RAM: 0x40000000-0x40080100"):
        make(board=replace(small_board, ram=ram))


def test_an_image_over_reserved_memory_is_refused(make: Make, small_board: Board) -> None:
    reserved = (Region(0x4008_1000, 0x1000),)
    with pytest.raises(UkBoardError, match="overlaps what made-up reserves: 0x40081000-0x40082000"):
        make(board=replace(small_board, reserved=reserved))


def test_a_lost_image_is_made_again(make: Make) -> None:
    result = make()
    before = result.image.read_bytes()
    result.image.unlink()
    assert make().image.read_bytes() == before
