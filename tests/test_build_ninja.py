# SPDX-License-Identifier: BSD-3-Clause
"""A run of ninja as it is read: progress, output, failure; and the remembered shim."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.build.gencache import shim_sources
from uk_board.build.ninjarun import BuildError, Progress, run_ninja, run_process
from uk_board.build.toolchain import Toolchain

TOOLS = Toolchain(Path("gcc"), Path("objcopy"), Path("ninja"))


def ninja_that_says(text: str, status: int) -> Callable[..., int]:
    def run(command: list[str], folder: Path, on_line: Callable[[str], None]) -> int:
        for line in text.splitlines():
            on_line(line)
        return status

    return run


def test_progress_is_told_step_by_step() -> None:
    seen: list[Progress] = []
    said = "[1/2] compile a.c\n[2/2] link image.elf\n"
    assert run_ninja("x", Path(), TOOLS, ninja_that_says(said, 0), seen.append) == ""
    assert seen == [Progress(1, 2, "compile a.c"), Progress(2, 2, "link image.elf")]


def test_what_a_compiler_says_all_the_same_is_kept() -> None:
    said = "[1/1] compile a.c\nnote: something\n"
    assert run_ninja("x", Path(), TOOLS, ninja_that_says(said, 0)) == "note: something"


def test_a_failure_has_the_output_but_not_ninjas_own_lines() -> None:
    said = (
        "[1/9] compile a.c\nFAILED: [code=1] obj/a.c.o \ngcc -c a.c\na.c:1: error: one\n"
        "FAILED: [code=1] obj/b.c.o \ngcc -c b.c\nb.c:1: error: two\n"
        "ninja: build stopped: subcommand failed.\n"
    )
    with pytest.raises(BuildError) as caught:
        run_ninja("hello", Path(), TOOLS, ninja_that_says(said, 1))
    assert str(caught.value) == (
        "build of hello: 2 steps failed; the tools say:\na.c:1: error: one\nb.c:1: error: two"
    )


def test_ninjas_own_trouble_is_shown() -> None:
    said = "ninja: error: build.ninja:1: expected '='\n"
    with pytest.raises(BuildError) as caught:
        run_ninja("hello", Path(), TOOLS, ninja_that_says(said, 1))
    assert str(caught.value) == (
        "build of hello: ninja ended with 1\nninja: error: build.ninja:1: expected '='"
    )


def test_a_listener_that_fails_ends_the_process(tmp_path: Path) -> None:
    def refuse(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_process(["sh", "-c", "echo one; exec sleep 600"], tmp_path, refuse)


def test_output_that_is_no_utf8_is_read_all_the_same(tmp_path: Path) -> None:
    lines: list[str] = []
    assert run_process(["printf", r"\377\n"], tmp_path, lines.append) == 0
    assert lines == ["\N{REPLACEMENT CHARACTER}"]


def test_the_shim_is_generated_again_only_when_it_changed(tmp_path: Path) -> None:
    calls: list[Path] = []

    def generate(root: Path) -> dict[str, str]:
        calls.append(root)
        return {"thunks.c": f"/* {len(calls)} */\n"}

    row = tmp_path / "shim/freertos/task.toml"
    row.parent.mkdir(parents=True)
    row.write_text("one\n")
    cache = tmp_path / "shim.json"
    first = shim_sources(tmp_path, cache, generate)
    assert shim_sources(tmp_path, cache, generate) == first == {"thunks.c": "/* 1 */\n"}
    row.write_text("another\n")
    assert shim_sources(tmp_path, cache, generate) == {"thunks.c": "/* 2 */\n"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": []}', '{"key": 1, "files": 2}'])
def test_a_broken_memory_is_forgotten(text: str, tmp_path: Path) -> None:
    (tmp_path / "shim.json").write_text(text)
    made = shim_sources(tmp_path, tmp_path / "shim.json", lambda _: {"a.c": "\n"})
    assert made == {"a.c": "\n"}
