# SPDX-License-Identifier: BSD-3-Clause
"""The build of one image: board and app -> ELF, map, kernel8.img, sizes."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shlex
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from uk_board.build import embed, ninjafile
from uk_board.build.catalogue import load_catalogue
from uk_board.build.commonio import COMMON_IO_C, common_io
from uk_board.build.component import App, Library, load_app
from uk_board.build.gencache import Generate, generate_shim, shim_sources
from uk_board.build.ninjarun import OnProgress, Progress, Run, run_ninja, run_process
from uk_board.build.plan import Plan, make_plan
from uk_board.build.sizes import SizeTable, measure
from uk_board.build.toolchain import Toolchain, find_toolchain
from uk_board.errors import BenchError
from uk_board.facts.board import Board
from uk_board.packages import debpackage
from uk_board.packages.package import Fetch, bring
from uk_board.tree import tree

SIZES = "sizes.json"
COMPILE_COMMANDS = "compile_commands.json"
LOCK_TIMEOUT_S = 600.0
_LOCK_POLL_S = 0.1


@dataclass(frozen=True)
class BuildResult:
    """Where the parts of a built image are; `output` is what the compiler said, if anything."""

    folder: Path
    elf: Path
    image: Path
    map: Path
    sizes: SizeTable
    output: str = ""


def default_out(root: Path) -> Path:
    """Return the folder of all builds: the checkout's build/, else one in the working folder."""
    return (root if (root / "pyproject.toml").is_file() else Path.cwd()) / "build"


def plan_image(
    board: Board, app: App | str | Path, *, root: Path | None = None, cache: Path | None = None
) -> Plan:
    """Return what would be built; reads the tree, changes nothing."""
    root = root or tree()
    if not isinstance(app, App):
        app = load_app(app, root)
    return make_plan(root, load_catalogue(root), board, app, cache)


def build(
    board: Board,
    app: App | str | Path,
    *,
    root: Path | None = None,
    out: Path | None = None,
    cache: Path | None = None,
    fetch: Fetch = debpackage.fetch,
    run: Run = run_process,
    on_progress: OnProgress | None = None,
    verbose: bool = False,
) -> BuildResult:
    """Build `app` for `board`: only what has changed.

    `app` is a name, a folder with an app.toml, or an App. Third-party sources that are
    not in `cache` yet are fetched. Waits up to LOCK_TIMEOUT_S for another build in the same folder.

    Raises:
        DescriptorError: board and app do not fit together.
        MissingError: a tool is missing, or sources that cannot be fetched.
        UsageError: there is no such app.
        BuildError: the compiler or the linker refused; has their whole output.
        BenchError: the build folder cannot be used.
    """
    root = root or tree()
    plan = plan_image(board, app, root=root, cache=cache)
    toolchain = find_toolchain()
    _bring_packages(plan, fetch, on_progress)
    folder = folder_of(plan, (out or default_out(root)).absolute())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder, on_progress):
            prepare(plan, folder, toolchain)
            output = run_ninja(plan.name, folder, toolchain, run, on_progress, verbose=verbose)
            sizes = _finish(plan, folder)
    except OSError as error:
        raise BenchError(str(error.filename or folder), f"{error.strerror}") from error
    return BuildResult(
        folder,
        folder / ninjafile.ELF,
        folder / ninjafile.IMAGE,
        folder / ninjafile.MAP,
        sizes,
        output,
    )


def _bring_packages(plan: Plan, fetch: Fetch, on_progress: OnProgress | None) -> None:
    """Fetch what is not in the cache. Raises: MissingError, DescriptorError."""
    for part in plan.packages():
        assert part.package, "it is one of packages()"
        name = f"fetch {part.package.title}"

        def tell(step: str, name: str = name) -> None:
            if on_progress:
                on_progress(Progress(0, 1, f"{name}: {step}"))

        bring(part.file, part.package, plan.cache, tell, fetch)


def commands(plan: Plan, folder: Path) -> list[str]:
    """Return the compiler commands of a build from nothing; changes nothing."""
    toolchain = find_toolchain()
    names = [name for name in generated(plan) if name.endswith(".c")]
    parts = ninjafile.compilations(plan, folder, [folder / ninjafile.GEN / n for n in names])
    return [shlex.join([str(toolchain.gcc), *part.arguments]) for part in parts]


def folder_of(plan: Plan, out: Path) -> Path:
    """Return the build folder of an image."""
    return out / plan.board.name / plan.app.name


def prepare(plan: Plan, folder: Path, toolchain: Toolchain) -> None:
    """Write what ninja reads; leaves alone what has not changed."""
    generated = _generate(plan, folder)
    write_changed(folder / ninjafile.TOOLCHAIN, toolchain.identity())
    parts = list(ninjafile.compilations(plan, folder, generated))
    write_changed(folder / "build.ninja", ninjafile.ninja_text(plan, folder, toolchain, parts))
    write_changed(folder / COMPILE_COMMANDS, ninjafile.compile_commands(folder, toolchain, parts))


def write_changed(file: Path, text: str) -> None:
    """Write `text` unless the file has it already, so that its date tells of a change."""
    with contextlib.suppress(FileNotFoundError, UnicodeDecodeError):
        if file.read_text(encoding="utf-8") == text:
            return
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(file.name + ".new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)


def _generate(plan: Plan, folder: Path) -> list[Path]:
    """Write the generated sources, remove those of an earlier plan; return the C files."""
    gen = folder / ninjafile.GEN
    files = generated(plan, lambda root: shim_sources(root, folder / "shim.json", generate_shim))
    for name, text in files.items():
        write_changed(gen / name, text)
    wanted = {gen / name for name in files}
    for file in gen.rglob("*"):
        if file.is_file() and file not in wanted:
            file.unlink()
    return sorted(file for file in wanted if file.suffix == ".c")


def generated(plan: Plan, shim: Generate = generate_shim) -> dict[str, str]:
    """Return all generated files of an image: name below gen/ -> text."""
    from uk_board.build import codegen  # only here: a command that builds nothing does without

    files = codegen.generate(plan) | embed.generate(plan.app)
    there = {library.name for library in plan.libraries}
    for library in plan.libraries:
        if library.generator == "common_io":
            files[COMMON_IO_C] = common_io(plan)
        if library.configured_by:
            text = _configuration(plan, library, library.configured_by)
            files[f"include/{library.configured_by}"] = text
        if library.generator == "shim":
            for name, text in shim(plan.root).items():
                # Headers for everybody, sources for the library, or for another.
                own = "include" if name.endswith(".h") else library.name
                owner, slash, _ = name.partition("/")
                if not slash:
                    files[f"{own}/{name}"] = text
                elif owner in there:
                    files[name] = text
    return files


def _configuration(plan: Plan, library: Library, header: str) -> str:
    """Return the header by which the whole image has one `header`, say FreeRTOSConfig.h.

    It is there for every image, so that what includes it is compiled anew
    when the application begins to have a configuration, or ceases to.
    """
    own = plan.app.folder / header
    place = own if own.is_file() else library.exported[0] / header
    return (
        f"/* Generated by uk-board build {plan.board.name} --app {plan.app.name}. */\n"
        "/* The application's configuration, or the shim's. */\n"
        f'#include "{place}"\n'
    )


@contextlib.contextmanager
def _locked(folder: Path, on_progress: OnProgress | None) -> Iterator[None]:
    """Keep other builds out of `folder`; the kernel frees the lock if this program dies."""
    deadline = time.monotonic() + LOCK_TIMEOUT_S
    told = False
    with (folder / ".lock").open("w") as lock:
        while not _taken(lock):
            if time.monotonic() > deadline:
                raise BenchError(
                    str(folder),
                    f"another build has been at work here for {LOCK_TIMEOUT_S:.0f} s",
                    hint="end it, or build into another folder with --out",
                )
            if on_progress and not told:
                on_progress(Progress(0, 1, f"wait for another build in {folder}"))
            told = True
            time.sleep(_LOCK_POLL_S)
        yield


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _finish(plan: Plan, folder: Path) -> SizeTable:
    """Bring kernel8.img and sizes.json up to date with the linked image."""
    raw, image = folder / ninjafile.RAW, folder / ninjafile.IMAGE
    sizes = folder / SIZES
    if not (is_newer(image, raw) and is_newer(sizes, image)):
        # Imported here: reading ELF takes longer than a build that has nothing to do.
        from uk_board.build.image import write_image

        elf = folder / ninjafile.ELF
        file_bytes = write_image(plan.board, elf, raw, image)
        table = measure(elf, folder / ninjafile.MAP, file_bytes)
        write_changed(sizes, json.dumps(table.as_json(), indent=1) + "\n")
        os.utime(sizes)
    return SizeTable.from_json(json.loads(sizes.read_text(encoding="utf-8")))


def is_newer(product: Path, source: Path) -> bool:
    """Whether `product` exists and was made after `source`."""
    try:
        return product.stat().st_mtime_ns >= source.stat().st_mtime_ns
    except FileNotFoundError:
        return False
