# SPDX-License-Identifier: BSD-3-Clause
"""The boards that there are, each read from its file and that of its SoC."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from uk_board.errors import UsageError, known_names
from uk_board.facts import board_checks
from uk_board.facts.board import Board
from uk_board.facts.descriptor import Document, parse, read
from uk_board.tree import tree

SOC_FOLDER = "soc"


def board_folders(further: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Return where boards are looked for: `further` first, then those of uk-board."""
    return (*further, tree() / "boards")


def board_names(folders: Sequence[Path]) -> list[str]:
    """Return the names of all boards in `folders`, sorted."""
    files = (file for folder in folders for file in folder.glob("*.toml"))
    return sorted({file.stem for file in files if file.is_file()})


def load_board(name: str, folders: Sequence[Path]) -> Board:
    """Return the board `name` of the first folder that has it.

    Raises:
        UsageError: no folder has it.
        DescriptorError: its file, or that of its SoC, is wrong.
    """
    if name not in board_names(folders):
        known = known_names(name, board_names(folders))
        raise UsageError("", f'no board "{name}"; {known}', hint="uk-board boards")
    file = _first(f"{name}.toml", folders)
    document = _with_soc(read(file), folders)
    board = parse(Board, document, name=name, path=file)
    board_checks.check(board, document)
    return board


def _first(name: str, folders: Sequence[Path]) -> Path:
    return next(folder / name for folder in folders if (folder / name).is_file())


def _with_soc(document: Document, folders: Sequence[Path]) -> Document:
    """Return the board's document laid over that of the SoC it names."""
    places = [folder / SOC_FOLDER for folder in folders]
    soc = str(document.values.get("soc", ""))
    if soc not in board_names(places):
        problem = f'no SoC "{soc}"' if "soc" in document.values else "is missing"
        raise document.error(("soc",), f"{problem}; {known_names(soc, board_names(places))}")
    base = read(_first(f"{soc}.toml", places))
    if "soc" in base.values:
        raise base.error(("soc",), "a SoC builds on no other; only a board has this key")
    return document.over(base)
