# SPDX-License-Identifier: BSD-3-Clause
"""The rules of the house that a program can check."""

from __future__ import annotations

import itertools
import json
import re
import struct
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from uk_board.build.image import load_extent
from uk_board.facts.boards import board_folders, board_names

ROOT = Path(__file__).resolve().parent.parent
SPDX = "SPDX-License-Identifier: BSD-3-Clause"
NOT_OURS = {".git", ".venv", "build", "dist"}
# Who may name a board: its facts, its tests, what people read.
MAY_NAME_BOARDS = {"boards", "hil-tests", "docs", "tests", "README.md", "Makefile", "CHANGELOG.md"}
SOURCES = {".py", ".c", ".h", ".S", ".ld", ".toml", ".sh", ".uk", ".yml", ".yaml", ""}
NO_SPDX_LINE = {"LICENSE", ".gitignore"}


def files() -> list[Path]:
    """Return every file of the checkout, relative to it; none of caches and environments."""
    found = (file.relative_to(ROOT) for file in ROOT.rglob("*") if file.is_file())
    return sorted(
        file
        for file in found
        if not NOT_OURS & set(file.parts)
        and not any("cache" in part or part == ".hypothesis" for part in file.parts[:-1])
    )


def text_of(file: Path) -> str:
    return (ROOT / file).read_text(encoding="utf-8", errors="replace")


def test_no_board_is_named_outside_its_facts_tests_and_docs() -> None:
    names = "|".join(map(re.escape, board_names(board_folders())))
    named = re.compile(rf"(?<![\w-])({names})(?![\w-])")
    assert [
        f"{file}:{number}: {line.strip()}"
        for file in files()
        if not MAY_NAME_BOARDS & {file.parts[0], file.name}
        for number, line in enumerate(text_of(file).splitlines(), 1)
        if named.search(line)
    ] == []


def test_every_source_has_its_licence_in_one_line_at_the_top() -> None:
    sources = [f for f in files() if f.suffix in SOURCES and f.name not in NO_SPDX_LINE]
    assert len(sources) > 50
    without = [f for f in sources if SPDX not in "".join(text_of(f).splitlines()[:2])]
    assert without == []


def test_every_dependency_and_every_ignored_rule_has_its_reason() -> None:
    lines = text_of(Path("pyproject.toml")).splitlines()
    listed = re.compile(r'^    "[A-Za-z][\w.\[\]-]*(>=[\d.]+)?",\s*(# .+)?$')
    extras = tomllib.loads("\n".join(lines))["project"]["optional-dependencies"]
    without = []
    inside = False
    for before, line in itertools.pairwise(lines):
        if "[" in line and "=" in line:
            inside = line.split("=")[0].strip() in {*extras, "dependencies", "ignore"}
        if inside and listed.match(line) and "#" not in line and not before.strip().startswith("#"):
            without.append(line.strip())
    assert without == []


def test_no_lint_is_silenced_and_nothing_is_left_to_do() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX)\b|# type: ignore|# noqa")
    here = Path(__file__).relative_to(ROOT)
    assert [
        f"{file}:{number}: {line.strip()}"
        for file in files()
        if file != here and file.suffix in {".py", ".c", ".h", ".S", ".toml", ".md", ""}
        for number, line in enumerate(text_of(file).splitlines(), 1)
        if words.search(line)
    ] == []


def test_no_awaited_value_can_end_in_the_midst_of_a_number() -> None:
    # A console's bytes come as they like: "crc (0x[0-9a-f]+)" is content with "0xa" of 0xaf20ada3.
    open_ended = re.compile(r"""[+*]\)["']""")
    at_once = re.compile(r"re\.(compile|search|match|fullmatch|findall|sub)\(")
    assert [
        f"{file}:{number}: {line.strip()}"
        for file in files()
        if file.suffix == ".py" and str(file).startswith(("hil-tests/", "tests/run/"))
        for number, line in enumerate(text_of(file).splitlines(), 1)
        if open_ended.search(line) and not at_once.search(line)
    ] == []


def test_no_path_of_a_machine_and_no_index_is_in_a_file() -> None:
    words = re.compile(r"/home/\w|--index-url|https?://(?!\S*\.test/)\S+/(simple|debian)\b")
    here = Path(__file__).relative_to(ROOT)
    assert [
        f"{file}:{number}: {line.strip()}"
        for file in files()
        if file != here
        for number, line in enumerate(text_of(file).splitlines(), 1)
        if words.search(line)
    ] == []


MADE_UP = """\
# SPDX-License-Identifier: BSD-3-Clause
title = "Made-up board 4711"
models = ["Made-up board"]
soc = "bcm2711"
console = "uart0"
baud = 57600
load_address = 0x200000
[[ram]]
base = 0x0
size = 0x12345000
[verified]
boot = "model"
"""


def uk_board(*arguments: str | Path) -> str:
    """Run the command line and return what it prints."""
    command = [sys.executable, "-c", "from uk_board.cli import main; main()", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    return done.stdout


def test_one_file_adds_a_board_and_its_image_carries_its_facts(tmp_path: Path) -> None:
    folder = tmp_path / "boards"
    folder.mkdir()
    (folder / "made-up.toml").write_text(MADE_UP)
    assert "made-up" in uk_board("--boards", folder, "boards")
    out = tmp_path / "out"
    result = json.loads(uk_board("--boards", folder, "build", "made-up", "--out", out, "--json"))
    image = Path(result["image"]).read_bytes()
    assert b"made-up\0" in image
    assert b"Made-up board 4711\0" in image
    # Its memory, as struct board_region; its baud rate, as the driver's field.
    assert struct.pack("<QQ", 0, 0x12345000) in image
    assert struct.pack("<I", 57600) in image
    assert load_extent(Path(result["elf"]))[0] == 0x200000


def test_the_wheel_finds_its_data_without_the_checkout(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120, stdout=subprocess.DEVNULL)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = (
        "import uk_board.tree as t, uk_board.facts.boards as b, uk_board.build.component as c\n"
        "from uk_board.build.catalogue import load_catalogue\n"
        "print(t.tree()); print(*b.board_names(b.board_folders())); print(*c.app_names(t.tree()))\n"
        "print(*sorted(load_catalogue(t.tree()).drivers))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    place, boards, apps, drivers = done.stdout.splitlines()
    assert place == str(tmp_path / "site/uk_board/_tree")
    assert boards.split() == board_names([ROOT / "boards"])
    assert "hello" in apps.split()
    assert "pl011" in drivers.split()
