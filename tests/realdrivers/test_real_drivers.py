# SPDX-License-Identifier: BSD-3-Clause
"""Drivers as their authors released them, compiled for ARM64 against our headers.

TinyUSB's host stack with its FreeRTOS layer and lwIP's FreeRTOS port come from Debian, as
the manifests of the libraries say, and are nowhere in the repository. Nothing of the
machine's C library is seen.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from thirdparty import package

from uk_board.build.build import build
from uk_board.drivercheck import check_drivers
from uk_board.facts.boards import board_folders, load_board
from uk_board.tree import tree

HERE = Path(__file__).parent
TICKS = HERE.parent / "apps" / "ticks"
GCC, NM = "aarch64-linux-gnu-gcc", "aarch64-linux-gnu-nm"
SYS_ARCH = "contrib/ports/freertos/sys_arch.c"
FREERTOS_NAME = re.compile(r"(x|v|ux|ul|pv|pc|e)(Task|Queue|Semaphore|Timer|EventGroup|Port)\w+")

Compile = Callable[..., set[str]]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build folder of an image with the shim in it."""
    board = load_board("qemu-virt", board_folders())
    return build(board, TICKS, out=tmp_path_factory.mktemp("image")).folder


def symbols(file: Path, *which: str) -> set[str]:
    listed = subprocess.run([NM, *which, file], capture_output=True, text=True, check=True)
    return {line.split()[-1] for line in listed.stdout.splitlines()}


@pytest.fixture(scope="module")
def offered(image: Path) -> set[str]:
    """What the objects of the image define, of shim and core."""
    files = sorted((image / "obj").rglob("*.o"))
    return {name for file in files for name in symbols(file, "--defined-only", "-g")}


@pytest.fixture
def compile_driver(image: Path, tmp_path: Path) -> Compile:
    """Compile a file, all warnings errors; return what it leaves undefined."""
    found = subprocess.run(
        [GCC, "-print-file-name=include"], capture_output=True, text=True, check=True
    )
    ours = [image / "gen/include", tree() / "shim/freertos/include"]
    ours.append(tree() / "unikraft-port/core/include")

    def compiled(
        file: Path, user: Path, theirs: Sequence[Path], flags: tuple[str, ...] = ()
    ) -> set[str]:
        command = [GCC, "-std=gnu11", "-O2", "-ffreestanding", "-mgeneral-regs-only", "-nostdinc"]
        command += ["-Wall", "-Wextra", "-Werror", *flags]
        command += [f"-I{folder}" for folder in (user, *ours)]
        for folder in (*theirs, Path(found.stdout.strip())):
            command += ["-isystem", str(folder)]
        out = tmp_path / f"{file.stem}.o"
        done = subprocess.run(
            [*command, "-c", str(file), "-o", str(out)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return symbols(out, "-u")

    return compiled


def test_tinyusbs_host_stack_compiles_and_finds_freertos(
    compile_driver: Compile, offered: set[str]
) -> None:
    tinyusb = package("tinyusb")
    needed: set[str] = set()
    for name, file in tinyusb.sources.items():
        flags = (*tinyusb.wanted.flags_of(name), "-DDWC2_BASE=0x1000")
        needed |= compile_driver(file, tinyusb.manifest.parent, tinyusb.include, flags)
    freertos = {name for name in needed if FREERTOS_NAME.fullmatch(name)}
    assert {"xQueueGenericSendFromISR", "xQueueSemaphoreTake", "vTaskDelay"} <= freertos
    assert freertos - offered == set()


def test_lwips_freertos_port_compiles_and_finds_freertos(
    compile_driver: Compile, offered: set[str]
) -> None:
    lwip = package("lwip")
    needed = compile_driver(lwip.sources[SYS_ARCH], HERE / "lwip", lwip.include)
    freertos = {name for name in needed if FREERTOS_NAME.fullmatch(name)}
    assert {"xQueueCreateMutex", "xTaskCreate", "vPortEnterCritical"} <= freertos
    assert freertos - offered == set()
    # The rest is the C library's, which the core has, and lwIP's own.
    assert needed - offered - freertos == {"lock_tcpip_core", "lwip_stats"}


def test_the_check_says_before_that_nothing_of_freertos_is_missing() -> None:
    tinyusb, lwip = package("tinyusb"), package("lwip")
    files = [*tinyusb.sources.values(), tinyusb.base / "osal/osal_freertos.h"]
    files.append(lwip.sources[SYS_ARCH])
    found = check_drivers(tree(), files, [*tinyusb.include, *lwip.include])
    assert found.counts("freertos")["provided"] >= 20
    missing = {name for name, state in found.states("freertos").items() if state == "missing"}
    # In branches that this configuration does not compile, and the check cannot know it.
    other_branches = {
        "vQueueAddToRegistry",
        "vTaskSetThreadLocalStoragePointer",
        "pvTaskGetThreadLocalStoragePointer",
    }
    assert missing <= other_branches
