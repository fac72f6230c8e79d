# SPDX-License-Identifier: BSD-3-Clause
"""Broken frames into our interface and lwIP, on the host with sanitizers."""

from __future__ import annotations

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from thirdparty import package

from uk_board.tree import tree

HERE = Path(__file__).parent
# Bounded here; `fuzz 10000000 SEED` by hand takes minutes.
INPUTS = 100_000
SANITIZERS = ("-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
OURS = ("shim/netif", "drivers/netstack/lwip", "unikraft-port/lib/uknetdev", "tests/netfuzz")
INCLUDE = (
    *("tests/netfuzz/host", "tests/netfuzz", "unikraft-port/lib/uknetdev/include"),
    *("shim/netif", "shim/netif/include", "shim/netdev/include"),
    *("drivers/net", "drivers/netstack/lwip"),
)
# Pools of fixed size as on the boards, or each block known to the sanitizer.
MEMORY = {"pools": (), "malloc": ("-DFUZZ_MALLOC",)}


def compiled(folder: Path, *options: str) -> Path:
    """Build the fuzzer from our C as on the boards, and lwIP as it was released."""
    root, lwip = tree(), package("lwip").base
    core = [*(lwip / "src/core").glob("*.c"), *(lwip / "src/core/ipv4").glob("*.c")]
    # sys.c sleeps, for which there is no thread.
    theirs = [file for file in core if file.name != "sys.c"] + [lwip / "src/netif/ethernet.c"]
    ours = [file for name in OURS for file in (root / name).glob("*.c")]
    flags = [*SANITIZERS, *options, *(f"-I{root / name}" for name in INCLUDE)]
    # The C library's headers come before those of the boards' core.
    flags += [f"-I{lwip / 'src/include'}", "-idirafter", str(root / "unikraft-port/core/include")]

    def compile_one(file: Path) -> str:
        strict = [] if file in theirs else ["-Wall", "-Wextra", "-Werror"]
        target = folder / f"{file.parent.name}-{file.stem}.o"
        command = ["gcc", "-std=gnu11", *strict, *flags, "-c", str(file), "-o", str(target)]
        subprocess.run(command, check=True, timeout=240)
        return str(target)

    with ThreadPoolExecutor(2) as pool:
        objects = list(pool.map(compile_one, [*theirs, *ours]))
    program = folder / "fuzz"
    subprocess.run(["gcc", *SANITIZERS, *objects, "-o", str(program)], check=True, timeout=240)
    return program


def run(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.mark.timeout(600)
@pytest.mark.parametrize("memory", MEMORY)
def test_broken_and_short_frames_harm_nothing_and_every_buffer_comes_back(
    memory: str, tmp_path: Path
) -> None:
    program = compiled(tmp_path, *MEMORY[memory])
    run(program, "runts")
    done = run(program, str(INPUTS), "1")
    counted = {name: int(number) for number, name in re.findall(r"(\d+) (\w+)", done.stdout)}
    assert counted["inputs"] == INPUTS
    # It is of use only if many are broken, and many get far.
    named = {name: int(number) for name, number in re.findall(r"(\w+) (\d+)", done.stdout)}
    assert counted["mutated"] > INPUTS / 3
    assert named["bad"] > INPUTS / 10
    assert named["pongs"] > INPUTS / 50
    assert named["streamed"] > INPUTS / 500
