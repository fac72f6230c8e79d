# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board build` as a user types it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from uk_board.facts.boards import board_folders, board_names


def uk_board(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from uk_board.cli import main; main()", *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build folder that all tests here share."""
    return tmp_path_factory.mktemp("out")


@pytest.mark.parametrize("name", board_names(board_folders()))
def test_hello_builds_for_every_board(name: str, out: Path) -> None:
    done = uk_board("build", name, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    result = json.loads(done.stdout)
    assert Path(result["image"]) == out / name / "hello/kernel8.img"
    assert Path(result["image"]).stat().st_size == result["sizes"]["file"]
    assert {"core", "app", "board"} <= set(result["sizes"]["libraries"])


def test_progress_and_the_size_table_are_lines_without_a_terminal(out: Path) -> None:
    first = uk_board("build", "rpi3", "--app", "hello", "--out", out / "lines")
    assert first.returncode == 0
    assert "] compile " in first.stderr
    assert "\x1b" not in first.stdout + first.stderr
    heading, *rows = first.stdout.splitlines()
    assert heading.split() == ["text", "rodata", "data", "bss"]
    assert any(row.split()[0] == "core" for row in rows)
    assert rows[-1].endswith("bytes")
    again = uk_board("build", "rpi3", "--app", "hello", "--out", out / "lines")
    assert again.stderr == ""
    assert again.stdout == first.stdout


def test_a_terminal_gets_a_bar_that_goes_when_done(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from uk_board.cli import main; main()"]
    command += ["build", "rpi3", "--out", str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs
    ):
        os.close(theirs)
        said = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # how Linux says that the other end is closed
                break
            if not piece:
                break
            said += piece
    os.close(ours)
    assert b"[###" in said
    assert said.endswith(b"\r\x1b[K")


def test_dry_run_says_what_and_changes_nothing(tmp_path: Path) -> None:
    done = uk_board("build", "rpi4", "--out", tmp_path / "out", "--dry-run")
    assert done.returncode == 0
    assert f"would build hello for rpi4 in {tmp_path}/out/rpi4/hello" in done.stdout
    assert "device uart0: driver pl011" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_dry_run_shows_the_commands_when_verbose(tmp_path: Path) -> None:
    done = uk_board("build", "rpi4", "--out", tmp_path / "out", "--dry-run", "--verbose")
    assert "-mcpu=cortex-a72" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_dry_run_is_json_too(tmp_path: Path) -> None:
    done = uk_board("build", "rpi4", "--out", tmp_path / "out", "--dry-run", "--json")
    plan = json.loads(done.stdout)
    assert plan["folder"] == str(tmp_path / "out/rpi4/hello")
    assert plan["devices"]["uart0"] == "pl011"


def test_verbose_shows_the_commands(tmp_path: Path) -> None:
    done = uk_board("build", "rpi4", "--out", tmp_path, "--verbose")
    assert "-mcpu=cortex-a72" in done.stderr


def test_an_unknown_app_is_one_line_and_status_2() -> None:
    done = uk_board("build", "rpi4", "--app", "helo")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].startswith('uk-board: no app "helo"; known: hello, ')


def test_a_missing_compiler_is_one_line_and_status_3(tmp_path: Path) -> None:
    done = uk_board("build", "rpi4", "--out", tmp_path, PATH="/nonexistent")
    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        "uk-board: aarch64-linux-gnu-gcc: not on PATH; it builds for ARM64",
        "try: apt-get install gcc-aarch64-linux-gnu",
    ]


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = uk_board("build", "rpi4", "--out", tmp_path / "file/out")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith(f"uk-board: {tmp_path}/file/out/rpi4/hello: ")


def test_a_compiler_error_is_shown_whole_and_is_status_1(tmp_path: Path) -> None:
    app = tmp_path / "broken"
    app.mkdir()
    (app / "app.toml").write_text('caption = "Does not compile"\n')
    (app / "main.c").write_text("int main(void)\n{\n\treturn nothing;\n}\n")
    done = uk_board("build", "rpi4", "--app", app, "--out", tmp_path / "out", "--json")
    assert done.returncode == 1
    assert "broken/main.c:3:16: error: " in done.stderr
    first = "uk-board: build of broken for rpi4: 1 step failed; the tools say:"
    assert done.stderr.splitlines()[0] == first
    assert done.stdout == ""


def test_a_build_that_has_nothing_to_do_loads_no_slow_modules(out: Path) -> None:
    uk_board("build", "rpi3", "--out", out)
    code = (
        "import sys\nfrom uk_board.cli import main\ntry:\n    main()\nexcept SystemExit: pass\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "build", "rpi3", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    slow = {"rich", "construct", "elftools", "cffi", "pycparser", "pytest", "asyncio", "qemu"}
    assert slow & set(done.stderr.split()) == set()
