# SPDX-License-Identifier: BSD-3-Clause
"""A build of the shim with one line of its C changed: a bug that the tests must find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from uk_board.shimhost.build import LIBRARY, MODULE, SHIM, Recipe, module_path, run_tool


@dataclass(frozen=True)
class Mutation:
    """In `file` below shim/freertos, `old` becomes `new`; `old` is there once."""

    name: str
    file: str
    old: str
    new: str


def build_mutant(
    tree: Path, base: Path, folder: Path, mutation: Mutation, *, flags: Sequence[str] = ()
) -> Path:
    """Compile the changed file and link it with the other objects of the library `base`.

    `flags` are those of `base`. Raises: BenchError when it does not compile.
    """
    recipe = Recipe(tree, base.parent, tuple(flags))
    original = tree / SHIM / mutation.file
    text = original.read_text(encoding="utf-8")
    assert text.count(mutation.old) == 1, f"{mutation.file}: {mutation.old!r} is not there once"
    folder.mkdir(parents=True, exist_ok=True)
    changed, made = folder / mutation.file, folder / f"{mutation.file}.o"
    changed.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
    run_tool([*recipe.compile(), "-c", str(changed), "-o", str(made)], folder)
    module = base.parent / "obj" / f"{MODULE}.o"
    others = set((base.parent / "obj").glob("*.o")) - {module, recipe.object(original)}
    library = folder / LIBRARY
    objects = [str(made), *sorted(map(str, others))]
    run_tool([*recipe.link(), *objects, "-o", str(library)], folder)
    run_tool([*recipe.link(), str(module), str(library), "-o", str(module_path(library))], folder)
    return library
